import { fen, toYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Plan, Step, TariffDocument } from '@lanepay/domain/tariff/document.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import { fenOfYuan, type Members, objectOf, wholeOf } from '../values.ts'

/*
 * Price lists as the ISC platform exports them (`chargeRuleDetail`, lot-devices.md 5.6 and the page named there): JSON in a text, every value a
 * text, times in minutes, money in yuan. Of its five forms two are read: by unit of time, and by the whole length of a stay.
 */

/** A stretch of the day with a price of its own: minutes from midnight. */
type Band = { readonly from: number; readonly to: number; readonly every: number; readonly fen: Fen }
export type ChargeRule = { readonly cycle: 'day' | '24h' } & (
  | {
      readonly kind: 'per-unit'
      readonly freeMinutes: number
      /** In every day anew. */
      readonly freeAgain: boolean
      readonly first: { readonly minutes: number; readonly fen: Fen }
      readonly interval: { readonly minutes: number; readonly fen: Fen }
      /** Empty: the whole day is alike. */
      readonly bands: readonly Band[]
      readonly cap: { readonly fen: Fen } | { readonly minutes: number } | null
    }
  | {
      readonly kind: 'total-duration'
      /** What a stay of up to so many minutes costs in all. */
      readonly table: readonly { readonly to: number; readonly fen: Fen }[]
    }
)
/** The platform's own name of the member that cannot be read, or of what its description leaves open. */
export type RuleFault = { readonly field: string; readonly because: 'malformed' | 'unknown-form' | 'left-open' }

const malformed = (field: string) => err({ field, because: 'malformed' } as const)
const rowsOf = (value: unknown): Members[] | null =>
  Array.isArray(value) ? value.map((row: unknown) => objectOf(row) ?? {}) : null

/** Reads one `chargeRuleDetail`, or the object that is in it. */
export function readChargeRule(detail: unknown): Result<ChargeRule, RuleFault> {
  const said = objectOf(detail)
  if (said === null) return malformed('chargeRuleDetail')
  const cycle = (['day', '24h'] as const)[wholeOf(said.calcModeFlag) ?? -1]
  if (Array.isArray(said.periodDTOList)) return cycle ? readTable(said.periodDTOList, cycle) : malformed('calcModeFlag')
  if (!('intervalTime' in said) || 'dayStartTime' in said) return err({ field: '', because: 'unknown-form' })
  return cycle ? readUnits(said, cycle) : malformed('calcModeFlag')
}

function readTable(value: unknown, cycle: ChargeRule['cycle']): Result<ChargeRule, RuleFault> {
  const table: { to: number; fen: Fen }[] = []
  for (const row of rowsOf(value) ?? []) {
    const [from, to, amount] = [wholeOf(row.startTime), wholeOf(row.endTime), fenOfYuan(row.fee)]
    const before = table.at(-1) ?? { to: 0, fen: fen(0) }
    // A longer stay that costs less, or a gap between two rows, is no table that anybody could post.
    if (from !== before.to || to === null || to <= from) return malformed('periodDTOList.startTime')
    if (amount === null || amount < before.fen) return malformed('periodDTOList.fee')
    table.push({ to, fen: amount })
  }
  return table.length > 0 ? ok({ kind: 'total-duration', table, cycle }) : malformed('periodDTOList')
}

function readUnits(said: Members, cycle: ChargeRule['cycle']): Result<ChargeRule, RuleFault> {
  const stretch = (time: string, fee: string) => {
    const [minutes, amount] = [wholeOf(said[time]), fenOfYuan(said[fee])]
    return minutes === null || minutes < 1 || amount === null || amount < 0 ? null : { minutes, fen: amount }
  }
  const [first, interval] = [stretch('firstTime', 'firstFee'), stretch('intervalTime', 'intervalFee')]
  const freeMinutes = wholeOf(said.freeTime) ?? 0
  if (first === null) return malformed('firstTime')
  if (interval === null) return malformed('intervalTime')
  if (freeMinutes < 0) return malformed('freeTime')
  const bands: Band[] = []
  for (const row of said.periodFlag === '1' ? (rowsOf(said.unitPeriodDTOList) ?? []) : []) {
    const [from, to, every] = [wholeOf(row.startTime), wholeOf(row.endTime), wholeOf(row.costUnit)]
    const amount = fenOfYuan(row.fee)
    if (from === null || to === null || every === null || every < 1 || amount === null)
      return malformed('unitPeriodDTOList')
    bands.push({ from, to, every, fen: amount })
  }
  const [maxFee, maxTime] = [fenOfYuan(said.maxFee), wholeOf(said.maxTime)]
  const byFlag = {
    0: null,
    1: maxFee === null ? undefined : { fen: maxFee },
    2: maxTime ? { minutes: maxTime } : undefined,
  }
  const cap = byFlag[(wholeOf(said.maxFlag) ?? 0) as keyof typeof byFlag]
  if (cap === undefined) return malformed(wholeOf(said.maxFlag) === 1 ? 'maxFee' : 'maxTime')
  return ok({
    ...{ kind: 'per-unit', freeMinutes, freeAgain: wholeOf(said.isFreeMore) === 1, first, interval, bands, cap, cycle },
  })
}

const yuan = (amount: Fen): string => `${toYuan(amount).replace(/\.?0+$/, '')}元`
const timeOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** The rule in a sentence, for whoever has to write by hand what cannot be charged by. It is not what is posted: that hangs at the lot. */
export function chargeRuleText(rule: ChargeRule): string {
  const day = rule.cycle === 'day' ? '按自然天计' : '按24小时计'
  if (rule.kind === 'total-duration')
    return [...rule.table.map(({ to, fen }) => `${to}分钟以内${fen === 0 ? '免费' : yuan(fen)}`), day].join('；')
  const { freeMinutes, freeAgain, first, interval, bands, cap } = rule
  const parts = [
    ...(freeMinutes > 0 ? [`免费${freeMinutes}分钟${freeAgain ? '（可多次享受）' : ''}`] : []),
    `首${first.minutes}分钟${yuan(first.fen)}，之后每${interval.minutes}分钟${yuan(interval.fen)}`,
    ...bands.map(({ from, to, every, fen }) => `${timeOf(from)}至${timeOf(to)}每${every}分钟${yuan(fen)}`),
    ...(cap === null ? [] : [`封顶${'fen' in cap ? yuan(cap.fen) : `${cap.minutes}分钟`}`]),
  ]
  return [...parts, day].join('；')
}

/** As one step of a stretch: so much in all, however much of it is used. */
const inAll = (to: number, amount: number): Step => ({ to, every: null, fen: amount })
const cycleOf = ({ cycle }: ChargeRule): NonNullable<Plan['cycle']> =>
  cycle === 'day' ? { from: 'clock', at: '00:00', restart: true } : { from: 'entry', minutes: 1440, restart: true }
const dayMinutes = 1440

/**
 * The same as a price list of ours. Whether free time is taken off a longer stay the platform's description does not say, so somebody who knows the
 * lot must (`free`). What it leaves open besides is refused by its name: what is owed outside of bands of the day, what a
 * cap in minutes means, what a stay costs after the last row of a table.
 */
export function tariffOfChargeRule(
  rule: ChargeRule,
  free: 'count' | 'deduct' | null,
): Result<TariffDocument, RuleFault> {
  const leftOpen = (field: string) => err({ field, because: 'left-open' } as const)
  const document = (posted: Plan): TariffDocument => ({
    ...{ timeZone: 'Asia/Shanghai', currency: 'CNY', choose: [{ plan: 'posted' }], plans: { posted } },
  })
  if (rule.kind === 'total-duration') {
    const { table } = rule
    if (table.at(-1)!.to !== dayMinutes) return leftOpen('periodDTOList.endTime')
    const steps = table.map(({ to, fen }, row) => inAll(to, fen - (table[row - 1]?.fen ?? 0)))
    return ok(document({ cycle: cycleOf(rule), bands: [{ steps }] }))
  }
  const { freeMinutes, freeAgain, first, interval, bands, cap } = rule
  if (bands.length > 0) return leftOpen('unitPeriodDTOList')
  if (cap !== null && 'minutes' in cap) return leftOpen('maxTime')
  if (freeMinutes > 0 && free === null) return leftOpen('freeTime')
  const steps: Step[] = [inAll(first.minutes, first.fen), { to: null, every: interval.minutes, fen: interval.fen }]
  // biome-ignore lint/suspicious/noThenProperty: the model's own word (tariffs.md 5.2)
  const then = free === null ? {} : { then: free }
  return ok(
    document({
      ...(freeMinutes > 0 ? { free: { minutes: freeMinutes, ...then, ...(freeAgain ? { again: true } : {}) } } : {}),
      ...{ cycle: cycleOf(rule), bands: [{ steps }] },
      ...(cap === null ? {} : { caps: [{ per: 'cycle', fen: cap.fen }] }),
    }),
  )
}

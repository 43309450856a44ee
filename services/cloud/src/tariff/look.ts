import {
  type InnerStay,
  NotPriceable,
  parseTariff,
  priceSteps,
  quoteStay,
  type Stay,
  statementOf,
  type Tariff,
  type TariffFault,
} from '@lanepay/domain/tariff/tariff.ts'
import { changesBetween } from '@lanepay/domain/tariff/told/difference.ts'
import { entrancesOf } from '@lanepay/domain/tariff/told/grid.ts'
import { notesOn } from '@lanepay/domain/tariff/told/notes.ts'
import { dayKindText, ruleTexts } from '@lanepay/domain/tariff/told/words.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { LookView, Remark, SimulateView } from './api.ts'

/* What there is to see of a price list. Pure, but it may be long: who answers others meanwhile asks a thread (thread.ts). */

export type Looking = {
  readonly kind: 'look'
  readonly tariff: unknown
  /** What is in force, a list without a mistake; null: none is known. */
  readonly before: unknown
  readonly at: Instant
  readonly longestS: number
  readonly vehicleClass?: string
}
export type Simulating = {
  readonly kind: 'simulate'
  readonly tariff: unknown
  readonly versionFrom: number | null
  readonly stay: Pick<Stay, 'enteredAt' | 'at' | 'vehicleClass' | 'occupancyPercent'>
  /** A time of it in an area inside, which has a list of its own. */
  readonly inside?: { readonly name: string; readonly tariff: unknown } & Pick<InnerStay, 'enteredAt' | 'leftAt'>
}
export type Looked<A extends Looking | Simulating> = A extends Looking ? LookView : SimulateView

const changesAtMost = 200
const currencyOf = ({ document }: Tariff): string => document.currency ?? 'CNY'

export const remarksOf = (faults: readonly TariffFault[]): Remark[] =>
  faults.map(({ path, rule }) => ({ path, rule, why: ruleTexts[rule] }))

export function look({ tariff, before, at, longestS, vehicleClass }: Looking): LookView {
  const parsed = parseTariff(tariff)
  const nothing = { notes: [], classes: [], currency: 'CNY', steps: [], changes: null, lookedS: longestS }
  if (!parsed.ok) return { faults: remarksOf(parsed.error), ...nothing }
  const known = before === null ? null : parseTariff(before)
  const [chinese, english] = [notesOn(parsed.value, '', 'zh-CN'), notesOn(parsed.value, '', 'en')]
  return {
    faults: [],
    notes: chinese.map(({ path, rule, why }, n) => ({ path, rule, why: { 'zh-CN': why, en: english[n]!.why } })),
    classes: [...new Set(entrancesOf([parsed.value]).map(({ vehicle }) => vehicle))],
    currency: currencyOf(parsed.value),
    steps: priceSteps(
      parsed.value,
      { enteredAt: at, ...(vehicleClass === undefined ? {} : { vehicleClass }) },
      longestS,
    ),
    changes: known?.ok ? changesView(known.value, parsed.value, longestS) : null,
    lookedS: longestS,
  }
}

const changesView = (before: Tariff, after: Tariff, longestS: number) =>
  changesBetween(before, after, longestS)
    .slice(0, changesAtMost)
    .map(({ vehicle, occupancy, dayKind, hour, toHour, differences }) => ({
      ...{ vehicle, occupancy, fromHour: hour, toHour },
      day: { 'zh-CN': dayKindText(dayKind, 'zh-CN'), en: dayKindText(dayKind, 'en') },
      stays: differences.slice(0, changesAtMost),
    }))

export function simulate({ tariff, versionFrom, stay: outer, inside }: Simulating): SimulateView {
  const parsed = parseTariff(tariff)
  if (!parsed.ok) return { faults: remarksOf(parsed.error) }
  const inner = inside ? parseTariff(inside.tariff) : null
  if (inner?.ok === false) return { faults: remarksOf(inner.error) }
  const stay: Stay = inside && inner ? { ...outer, inner: [{ ...inside, tariff: inner.value }] } : outer
  const about = { faults: [], versionFrom, currency: currencyOf(parsed.value) } as const
  try {
    const quote = quoteStay(parsed.value, stay)
    const { priceFen, leaveBy, holdsUntil } = quote
    const lines = statementOf(parsed.value, stay, quote).map(({ text, from, to, rule, amountFen }) => ({
      ...{ text, amountFen },
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(rule === undefined ? {} : { rule }),
    }))
    return { ...about, quote: { lines, priceFen, leaveBy, holdsUntil } }
  } catch (error) {
    if (error instanceof NotPriceable) return { ...about, quote: null }
    throw error
  }
}

import { toYuan } from '../money.ts'
import type { Fen, Instant } from '../types.ts'
import type { AccountTeller } from './account.ts'
import type { Cuts } from './cuts.ts'
import type { BandProgram, ChoiceProgram, PlanProgram } from './program.ts'
import type { QuoteLine } from './stay.ts'
import type { CapPer } from './walk.ts'
import type { WindowProgram } from './windows.ts'

/** Writes down what a price is made of, in the tariff's order (tariffs.md 5.3, end). */
export class LineWriter implements AccountTeller {
  readonly lines: QuoteLine[] = []
  readonly #currency: string
  #cuts: Cuts | null = null
  #choicePath = ''
  #factor: QuoteLine['text'] = nothing
  #planPath = ''

  constructor(currency: string) {
    this.#currency = currency
  }

  chosen(choice: ChoiceProgram, plan: PlanProgram, cuts: Cuts | null): void {
    this.#choicePath = choice.path
    this.#factor = factorText(choice)
    this.#planPath = plan.path
    this.#cuts = cuts
    this.#open = null
  }

  /** The last line, as long as more units of the same step may join it. */
  #open: { units: number; readonly band: unknown; readonly step: number; readonly line: QuoteLine } | null = null

  units({ fromS, toS, units, band, step, fen }: Parameters<AccountTeller['units']>[0]): void {
    const [from, to] = this.#wall(fromS, toS)
    let open = this.#open
    if (open && open.band === band && open.step === step && open.line.to === from) {
      open.units += units
      open.line.to = to
      open.line.amountFen += fen
    } else {
      open = {
        units,
        band,
        step,
        line: { kind: 'unit', text: nothing, from, to, rule: `${band.path}/steps/${step}`, amountFen: fen },
      }
      this.#open = open
      this.lines.push(open.line)
    }
    const everyS = band.ladder.everyS[step] ?? 0
    open.line.text = this.#unitText(band.name, open.units, open.line.amountFen, everyS)
    open.line.units = open.units
    open.line.kind = open.line.amountFen === 0 ? 'free' : 'unit'
  }

  free(fromS: number, toS: number): void {
    const [from, to] = this.#wall(fromS, toS)
    const text = { 'zh-CN': '免费时长', en: 'Free time' }
    // Before any plan is chosen: time in the outer lot that counts as driving through it.
    const rule = this.#planPath === '' ? '/nested/transitMinutes' : `${this.#planPath}/free`
    this.#add({ kind: 'free', text, from, to, rule, amountFen: 0 })
  }

  cap(per: CapPer, fromS: number, toS: number, capFen: number, fen: number, of?: BandProgram | WindowProgram): void {
    const [from, to] = this.#wall(fromS, toS)
    const most = this.#money(capFen)
    const text = {
      band: { 'zh-CN': `时段封顶 ${most}`, en: `At most ${most} in this period` },
      window: of && 'lengthS' in of ? windowText(of, most) : nothing,
      block: { 'zh-CN': `周期封顶 ${most}`, en: `At most ${most} in this cycle` },
      stay: { 'zh-CN': `单次封顶 ${most}`, en: `At most ${most} for a stay` },
    }[per]
    const rule = of && 'path' in of ? `${of.path}/cap` : `${this.#planPath}/caps`
    this.#add({ kind: 'cap', text, from, to, rule, capFen, amountFen: fen })
  }

  block(): void {
    this.#open = null
  }

  change(kind: 'factor' | 'fee' | 'allowance' | 'coupon' | 'rounding', fen: number, what: string): void {
    const text = {
      factor: { 'zh-CN': `${this.#factor['zh-CN']} ${what}`, en: `${this.#factor.en} ${what}` },
      fee: { 'zh-CN': '固定费用', en: 'Fixed fee' },
      allowance: { 'zh-CN': '优惠减免', en: 'Allowance' },
      coupon: couponTexts[what as keyof typeof couponTexts] ?? { 'zh-CN': '优惠券', en: 'Coupon' },
      rounding: { 'zh-CN': '抹零', en: 'Rounding' },
    }[kind]
    const rule = { factor: `${this.#choicePath}/times`, fee: `${this.#choicePath}/addFen`, ...rulesOfChanges }[kind]
    this.#add({ kind, text, ...(rule === undefined ? {} : { rule }), amountFen: fen })
  }

  /** A pass covers this time: it costs nothing, and no other line is about it. */
  covered(fromS: number, toS: number): void {
    if (toS <= fromS) return
    const text = { 'zh-CN': '通行证时段，不计费', en: 'Covered by a pass, not charged' }
    this.#add({ kind: 'free', text, from: instant(fromS), to: instant(toS), rule: '/covered', amountFen: 0 })
  }

  inner(fromS: number, toS: number, fen: number, name: string | null): void {
    const called = name === null ? '' : ` ${name}`
    const text = { 'zh-CN': `内场停车${called}`, en: `Inner lot${called}` }
    this.#add({ kind: 'inner', text, from: instant(fromS), to: instant(toS), rule: '/nested', amountFen: fen })
  }

  overstay(fromS: number, toS: number, fen: number): void {
    const text = { 'zh-CN': '超时离场', en: 'Stay after the time to leave' }
    const rule = '/payment/overstay'
    this.#add({ kind: 'overstay', text, from: instant(fromS), to: instant(toS), rule, amountFen: fen })
  }

  #add(line: QuoteLine): void {
    this.#open = null
    this.lines.push(line)
  }

  #wall(fromS: number, toS: number): [Instant, Instant] {
    const cuts = this.#cuts
    return cuts ? [instant(cuts.wall(fromS)), instant(cuts.wall(toS))] : [instant(fromS), instant(toS)]
  }

  #unitText(band: string, units: number, fen: number, everyS: number): QuoteLine['text'] {
    const name = band === '' ? '' : `${band} `
    if (fen === 0) return { 'zh-CN': `${name}不计费`, en: `${name}not charged` }
    const price = this.#money(fen / units)
    if (everyS === 0) return { 'zh-CN': `${name}按次 ${price}`, en: `${name}${price} per visit` }
    const each = everyS / 60
    return { 'zh-CN': `${name}${units} × ${price}/${each} 分钟`, en: `${name}${units} × ${price} per ${each} min` }
  }

  #money(fen: number): string {
    return moneyText(fen, this.#currency)
  }
}

/** 1234 fen as `¥12.34`, -1234 as `-¥12.34`; other currencies by their letters. */
export function moneyText(fen: number, currency: string): string {
  const yuan = toYuan(Math.abs(fen) as Fen)
  return `${fen < 0 ? '-' : ''}${currency === 'CNY' ? `¥${yuan}` : `${currency} ${yuan}`}`
}

/** A factor by what its choice asks for. */
function factorText({ when }: ChoiceProgram): QuoteLine['text'] {
  if (when?.vehicle) return { 'zh-CN': '车型系数', en: 'Vehicle factor' }
  if (when?.occupancy) return { 'zh-CN': '占用率系数', en: 'Occupancy factor' }
  return { 'zh-CN': '系数', en: 'Factor' }
}

function windowText({ lengthS, untilS }: WindowProgram, most: string): QuoteLine['text'] {
  const minutes = lengthS / 60
  const [chinese, english] =
    minutes % 60 === 0 ? [`${minutes / 60} 小时`, `${minutes / 60} h`] : [`${minutes} 分钟`, `${minutes} min`]
  if (untilS === null) return { 'zh-CN': `每 ${chinese}封顶 ${most}`, en: `At most ${most} in ${english}` }
  const until = timeText(untilS)
  return {
    'zh-CN': `每 ${chinese}（至 ${until} 止）封顶 ${most}`,
    en: `At most ${most} in ${english}, ending at ${until}`,
  }
}

const timeText = (s: number): string =>
  `${String(Math.floor(s / 3600)).padStart(2, '0')}:${String((s / 60) % 60).padStart(2, '0')}`
const rulesOfChanges: { readonly allowance: string; readonly rounding: string; readonly coupon?: string } = {
  allowance: '/allowances',
  rounding: '/amountStep',
}

const nothing = { 'zh-CN': '', en: '' }
const instant = (s: number): Instant => (s * 1000) as Instant
const couponTexts = {
  minutes: { 'zh-CN': '时长券', en: 'Minutes coupon' },
  until: { 'zh-CN': '免费至券', en: 'Free-until coupon' },
  percent: { 'zh-CN': '折扣券', en: 'Discount coupon' },
  amount: { 'zh-CN': '金额券', en: 'Money coupon' },
  whole: { 'zh-CN': '全免券', en: 'Full exemption' },
} as const

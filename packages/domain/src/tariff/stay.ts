import type { PlateKind } from '../plate.ts'
import type { Instant, PlateColour } from '../types.ts'
import type { Tariff } from './compiled.ts'

/** A stay to be priced at an instant: its exit, or the moment of a quote. Instants are cut to whole seconds. */
export type Stay = {
  readonly enteredAt: Instant
  /** Exit, or instant of the quote. At or before the entry the stay costs nothing. */
  readonly at: Instant
  /** The class the price list distinguishes; without it the plate's colour and kind say: see `classesOf`. */
  readonly vehicleClass?: string
  readonly plateColour?: PlateColour
  readonly plateKind?: PlateKind
  /** How full the lot was when this vehicle came in, as noted then: never what a clock or a counter says now. */
  readonly occupancyPercent?: number
  /** What was paid for this very stay. */
  readonly payments?: readonly Payment[]
  /** Earlier visits of the same plate to the same lot, for visit numbers, re-entry and rolling limits (tariffs.md 6.4). */
  readonly earlier?: readonly EarlierVisit[]
  readonly coupons?: readonly Coupon[]
  /** Times a pass covers (6.6). */
  readonly covered?: readonly Covered[]
  /** Stays in lots inside this one (6.6). */
  readonly inner?: readonly InnerStay[]
}
export type Payment = { readonly paidAt: Instant; readonly amountFen: number }
export type EarlierVisit = {
  readonly enteredAt: Instant
  readonly leftAt: Instant
  readonly paidFen: number
  readonly occupancyPercent?: number
}
export type Covered = { readonly from: Instant; readonly to: Instant }
export type InnerStay = {
  readonly tariff: Tariff
  /** What the inner lot is called on the bill. */
  readonly name?: string
  readonly enteredAt: Instant
  readonly leftAt: Instant
  /** Of the inner lot. */
  readonly occupancyPercent?: number
  /** Times a pass covers in there; one of the outer lot need not. */
  readonly covered?: readonly Covered[]
}
/** 商家券 (6.3); `pay` is the percentage the driver still pays. */
export type Coupon =
  | { readonly kind: 'minutes'; readonly minutes: number }
  | { readonly kind: 'percent'; readonly pay: number }
  | { readonly kind: 'amount'; readonly fen: number }
  | { readonly kind: 'whole' }
  | { readonly kind: 'until'; readonly at: Instant }

/** The kinds of lines of a price; `paid`, `leave` and `refund` come after it in a statement. */
export type LineKind =
  | ('unit' | 'free' | 'cap' | 'factor' | 'fee' | 'allowance' | 'coupon' | 'rounding' | 'inner' | 'overstay')
  | ('paid' | 'leave' | 'refund')

/** One line of a quote, in the order the tariff made it. `lot-link` sends lines of this shape as they are. */
export type QuoteLine = {
  kind: LineKind
  text: { 'zh-CN': string; en: string }
  from?: Instant
  to?: Instant
  /** What of the tariff document made it, as a JSON pointer; coupons and payments are not in the document. */
  rule?: string
  /** How many units were counted. */
  units?: number
  /** The cap that was applied. */
  capFen?: number
  amountFen: number
}

export type StayQuote = {
  /** Price of the stay so far, before payments: allowances, coupons and rounding are in it. Never negative. */
  readonly priceFen: number
  /** They add up to `priceFen` exactly. */
  readonly lines: QuoteLine[]
  readonly paidFen: number
  /** Due now: nothing until `leaveBy`, else what the tariff's overstay rule asks for. Never negative. */
  readonly dueFen: number
  /** Paid beyond the price: to be given back (6.2). */
  readonly refundFen: number
  /** Inclusive end of the time to leave that the payments bought; null: none did. */
  readonly leaveBy: Instant | null
  /** The last whole second at which the same is due; 31 days on when nothing changes until then. */
  readonly holdsUntil: Instant
}

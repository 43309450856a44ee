import type { Coupon, EarlierVisit } from '@lanepay/domain/tariff/tariff.ts'
import type { Id, Instant, Plate, PlateColour } from '@lanepay/domain/types.ts'
import type { QuoteLine } from '@lanepay/lot-link/messages.ts'
import type { Store } from './disk/store.ts'
import type { LotAgentPlan } from './plan.ts'
import type { Cover } from './rules/cover.ts'

/** A stay as its price depends on it. */
export type StayToPrice = {
  readonly enteredAt: Instant
  readonly at: Instant
  readonly plate: Plate
  readonly colour: PlateColour
  readonly vehicleClass: string | null
  readonly occupancyPercent: number | null
  /** Visits of the same plate before this one, asked for only by a price list that looks at them. */
  readonly earlier: () => readonly EarlierVisit[]
  /** What card and lists spare. */
  readonly cover: readonly Cover[]
  readonly payments: readonly { readonly paidAt: Instant; readonly amountFen: number }[]
  readonly coupons: readonly Coupon[]
  /** What of it was spent in areas inside the lot, one after the other. */
  readonly parts: readonly PartToPrice[]
}
export type PartToPrice = {
  readonly area: string
  readonly enteredAt: Instant
  readonly leftAt: Instant
  readonly occupancyPercent: number | null
}

/** The price of a stay so far, line by line: the lot's tariff, whatever it is. */
export type PriceStay = ((stay: StayToPrice) => {
  readonly priceFen: number
  readonly lines: readonly QuoteLine[]
  readonly leaveMinutes: number
}) & {
  /** The classes of vehicles that the price depends on for who comes in now; left out: on none. */
  readonly classes?: (now: Instant) => readonly string[]
}

/** What every decision of the agent rests on. */
export type Lot = {
  readonly plan: LotAgentPlan
  readonly store: Store
  /** By the price list in force; another one may come from the cloud. */
  price: PriceStay
  readonly newId: () => Id
}

import type { Id, Instant, PlateColour } from '@lanepay/domain/types.ts'
import type { QuoteLine } from '@lanepay/lot-link/messages.ts'
import type { Store } from './disk/store.ts'
import type { LotAgentPlan } from './plan.ts'

/** The price of a stay so far, line by line: the lot's tariff, whatever it is. */
export type PriceStay = (stay: { readonly enteredAt: Instant; readonly at: Instant; readonly colour: PlateColour }) => {
  readonly priceFen: number
  readonly lines: readonly QuoteLine[]
  readonly leaveMinutes: number
}

/** What every decision of the agent rests on. */
export type Lot = {
  readonly plan: LotAgentPlan
  readonly store: Store
  readonly price: PriceStay
  readonly newId: () => Id
}

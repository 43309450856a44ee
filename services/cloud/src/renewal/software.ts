import type { Result } from '@lanepay/domain/result.ts'
import type { ChannelName, Id, LotKey } from '@lanepay/domain/types.ts'
import type { LateRenewal, Permit, PermitTerms } from '@lanepay/lot-systems/permits.ts'

/*
 * Month cards that the software of a lot keeps itself: Bolink's that polls says them beforehand (bolink/cards.ts), a called system is asked for
 * them (called/permits.ts). Who renews one never knows which it is.
 */

/** A month card as the lot's own software has said it. Instants in ms. */
export type SoftwareCard = {
  readonly key: string
  readonly plates: readonly string[]
  readonly product: string
  readonly productKey: string | null
  /** Of which its months are so many: 月, 季, 年; null: nobody has said. */
  readonly period: string | null
  /** What one of them costs; null: it is asked when somebody wants so many. */
  readonly periodFen: number | null
  /** Its last second. */
  readonly until: number | null
  /** Null: none is noted with it. */
  readonly phone: string | null
  /** Of a called system: what it said, and how its lot wants one to go on that has ended. */
  readonly permit?: Permit
  readonly late?: LateRenewal
}
/** What a price is of, kept with its quote until that is paid. */
export type PricedAs = {
  /** From when on, and the number that the lot gave its price: of software that polls. */
  readonly startAt: number | null
  readonly lotTradeNo: string | null
  /** Of a called system. */
  readonly permit: PermitTerms | null
}
export type CardPrice = PricedAs & {
  readonly priceFen: number
  /** What is paid for, where that is known; instants, the second is the first that is not. */
  readonly time: { readonly from?: number; readonly to?: number }
}
export type CardPaid = PricedAs & {
  readonly payment: Id
  readonly key: string
  readonly months: number
  readonly plate: string
  readonly amountFen: number
  readonly channelFeeFen: number
  readonly channel: ChannelName
  readonly paidAt: number
}
/** Why there is no price, or nobody says which cards there are. `ended`: it is over, and is made longer no more. */
export type NoCard =
  | { readonly kind: 'offline' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'too-far' }
  | { readonly kind: 'refused'; readonly detail: string }

export type SoftwareCards = {
  /** The cards that this plate is on. */
  ofPlate(lot: LotKey, plate: string): Promise<Result<readonly SoftwareCard[], NoCard>>
  /** What so many periods of the card cost from then on, as the lot says: never guessed. Instants in ms. */
  price(
    lot: LotKey,
    card: SoftwareCard,
    wanted: { readonly months: number; readonly startAt: number; readonly now: number },
  ): Promise<Result<CardPrice, NoCard>>
  /** Tells the lot that it is paid, until it has answered: told again it is the same. */
  tell(lot: LotKey, paid: CardPaid): Promise<void>
}

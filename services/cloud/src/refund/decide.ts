/** A payment by phone that counts for a stay, by the lot's own clock. */
export type PhoneMoney = { readonly quotedAt: number; readonly toldAt: number | null }

/**
 * Whether cash that a lot took was for a debt that this payment had paid. Cash is always all that is owed as the lot knows it,
 * and where it is paid nothing is owed for a while: so it was, when the price was asked before the cash was taken, and the lot
 * had not heard of the payment by then.
 */
export const isPaidTwice = ({ quotedAt, toldAt }: PhoneMoney, cashAt: number): boolean =>
  quotedAt <= cashAt && (toldAt === null || toldAt >= cashAt)

/**
 * What becomes of the payment: the cash cannot go back by itself, and what was paid by phone goes back unless it was used. It was
 * not, when the vehicle left in the time that the cash had paid for; before it has left nobody knows.
 */
export function fateOf(
  stay: { readonly state: 'inside' | 'leaving' | 'left' | 'superseded' | 'voided'; readonly leftAt: number | null },
  cash: { readonly leaveBy: number },
): 'goes-back' | 'wait' | 'for-a-person' {
  if (stay.state === 'inside' || stay.state === 'leaving') return 'wait'
  return stay.state === 'left' && stay.leftAt !== null && stay.leftAt <= cash.leaveBy ? 'goes-back' : 'for-a-person'
}

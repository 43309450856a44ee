import { basisPointsOf, fen } from '@lanepay/domain/money.ts'
import { maskPlate } from '@lanepay/domain/plate.ts'
import type { Fen, Plate } from '@lanepay/domain/types.ts'

/**
 * What becomes of one payment's amount. Channels take their fee rounded to the nearest fen; the platform's part is
 * computed from what is left and rounded down; the operator has the rest, so the parts add up fen for fen.
 */
export function feesOf(
  amountFen: Fen,
  rates: { readonly channelFeeBasisPoints: number; readonly platformFeeBasisPoints: number },
): { readonly channelFeeFen: Fen; readonly platformFeeFen: Fen; readonly operatorFen: Fen } {
  const channelFeeFen = fen(Math.floor((amountFen * rates.channelFeeBasisPoints + 5_000) / 10_000))
  const platformFeeFen = basisPointsOf(fen(amountFen - channelFeeFen), rates.platformFeeBasisPoints)
  return { channelFeeFen, platformFeeFen, operatorFen: fen(amountFen - channelFeeFen - platformFeeFen) }
}

const risingSeconds = [3, 6, 10, 20, 30, 60]
/** When to ask the channel the next time, after `asked` times: from 3 s, rising to a minute, until the order is closed. */
export const nextQueryAt = (now: number, asked: number): number => now + (risingSeconds[asked] ?? 60) * 1000

/** What the driver reads in the wallet, and the operator in the channel's books: the lot, and no whole plate. */
export const describeOrder = (lotName: string, plate: Plate): string => `停车费 ${lotName} ${maskPlate(plate)}`

/** How long an order can be paid: long enough for a slow wallet, short enough that the price still stands. */
export const orderLastsMs = 5 * 60_000

export type OpenPayment = {
  readonly state: 'created' | 'pending' | 'paid' | 'unapplied' | 'partly-refunded' | 'refunded' | 'closed'
  readonly expiresAt: number
}
export type QuoteFacts = {
  readonly driver: string
  readonly expiresAt: number
  readonly paidBeforeFen: number
  readonly occupancy: string | null
  readonly sessionState: string
  readonly sessionPaidFen: number
  /** Who stands in the quote's lane by the lot's last word; null when nobody does, undefined when it never said. */
  readonly standing: string | null | undefined
  readonly payment: OpenPayment | null
  /** It takes no new payments. */
  readonly lotSuspended: boolean
}

/** What a tap on "pay" may do: open an order, bring up the one that is open, or be told why not. */
export function mayPay(
  quote: QuoteFacts,
  driver: string,
  now: number,
):
  | 'open'
  | 'same-order'
  | 'quote-unknown'
  | 'quote-expired'
  | 'quote-used'
  | 'already-paid'
  | 'vehicle-changed'
  | 'no-session'
  | 'lot-suspended' {
  if (quote.driver !== driver) return 'quote-unknown'
  if (quote.payment && ['paid', 'unapplied', 'partly-refunded', 'refunded'].includes(quote.payment.state))
    return 'already-paid'
  if (quote.payment?.state === 'closed') return 'quote-used'
  if (quote.sessionState !== 'inside' && quote.sessionState !== 'leaving') return 'no-session'
  if (quote.sessionPaidFen !== quote.paidBeforeFen) return 'already-paid'
  if (quote.occupancy !== null && quote.standing !== undefined && quote.standing !== quote.occupancy)
    return 'vehicle-changed'
  if (quote.payment) return now < quote.payment.expiresAt ? 'same-order' : 'quote-expired'
  // An order that is open goes on: its money may be under way.
  if (quote.lotSuspended) return 'lot-suspended'
  return now <= quote.expiresAt ? 'open' : 'quote-expired'
}

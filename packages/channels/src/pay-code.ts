import type { Result } from '@lanepay/domain/result.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import type { Channel, ChannelError, Merchant, PaidFacts, PaymentState } from './channel.ts'

/*
 * The attendant scans the driver's pay code (wechat-pay.md 11, alipay.md 7.6). An adapter makes one call and says what it
 * learnt; when to ask again and when to give up and reverse is the procedure of whoever calls it.
 */

/** One scanned code. A new scan always takes a new number, and only when the old one is known to be dead. */
export type CodeOrder = {
  readonly tradeNumber: string
  readonly amountFen: Fen
  readonly description: string
  /** The digits as they were scanned. Good for one attempt, within about a minute; never logged. */
  readonly code: string
  readonly createdAt: Instant
  /** After this instant the order cannot be paid. */
  readonly expiresAt: Instant
  /** Of the machine that asks: the terminal's, else the server's own. */
  readonly clientIp: string
  /** Our codes of the lot and of the lane or booth: where the driver stood, by the channels' duty to know. */
  readonly lotCode: string
  readonly laneCode: string
  /** The receipt is kept back until it is shared or released (`Shares`). */
  readonly toShare?: boolean
}

/** Why the driver has to show another code, or pay otherwise. Nothing was taken; this number is spent. */
export type Decline = 'stale-code' | 'bad-code' | 'short-of-money' | 'card-not-accepted' | 'other-payer' | 'refused'

/** `pending`: the driver is asked for the password, so ask with `query`. An unclear answer is an error, and asked likewise. */
export type CodeState =
  | { readonly state: 'paid'; readonly paid: PaidFacts }
  | { readonly state: 'pending' }
  | { readonly state: 'declined'; readonly because: Decline; readonly code: string; readonly message: string }

/**
 * `reversed`: it cannot be paid any more, and what was paid goes back; `refunded` says which, where the channel does.
 * `not-yet`: it did not happen: ask what became of the order, then reverse again, until it did.
 */
export type Reversal =
  | { readonly state: 'reversed'; readonly refunded?: boolean }
  | { readonly state: 'not-yet'; readonly code: string }

export interface PayCode {
  /** Whether these digits are a code of this channel: that is how one reader serves all. */
  owns(code: string): boolean
  pay(merchant: Merchant, order: CodeOrder): Promise<Result<CodeState, ChannelError>>
  query(merchant: Merchant, tradeNumber: string): Promise<Result<PaymentState, ChannelError>>
  /** Ends an order whose outcome is not waited for any longer. Repeated with the same number. Later than its days: refund. */
  reverse(merchant: Merchant, tradeNumber: string): Promise<Result<Reversal, ChannelError>>
  /** Where code payments are refunded by calls of their own; otherwise the channel's refund them like any payment. */
  readonly refunds?: Pick<Channel, 'refund' | 'queryRefund'>
}

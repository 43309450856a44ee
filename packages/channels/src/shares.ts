import type { Result } from '@lanepay/domain/result.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import type { ChannelError, Merchant } from './channel.ts'

/*
 * Shares of a payment paid out by the channel itself (wechat-pay.md 14, alipay.md 9): the platform never holds the money.
 * The payment was created with `toShare`, so that its receipt waits. Every request has a number of its own, and the same
 * number always comes with the same content.
 */

/** Who may get a share, in the channel's words: a merchant's number, or a person's id under our own application. */
export type Receiver = {
  readonly kind: 'merchant' | 'person'
  readonly account: string
  /** The name the channel knows the account by; it compares where it is given. Never logged. */
  readonly name?: string
}

export type SharePart = {
  readonly receiver: Receiver
  readonly amountFen: Fen
  /** Shown to the receiver. */
  readonly description: string
}

export type ShareOrder = {
  readonly shareNumber: string
  readonly tradeNumber: string
  readonly channelTradeNo: string
  /** The whole payment's amount: the limit of what may be shared is a part of it. */
  readonly paymentFen: Fen
  /** One part a receiver. */
  readonly parts: readonly SharePart[]
  /** Nothing more will be shared of this payment: the rest goes to the operator. */
  readonly finish: boolean
}

/** Money moved only where a part is `done`; what `failed` went back to the rest and is shared under a new number. */
export type SharePartState =
  | { readonly account: string; readonly amountFen: Fen; readonly state: 'pending' }
  | { readonly account: string; readonly amountFen: Fen; readonly state: 'done'; readonly doneAt: Instant | null }
  | { readonly account: string; readonly amountFen: Fen; readonly state: 'failed'; readonly code: string }

/** `pending` is asked again with the same number. `finished` says that work is over, not that everybody got money. */
export type ShareState = {
  readonly state: 'pending' | 'finished'
  /** The channel's number for the request, where it has given one. */
  readonly channelShareNo: string | null
  readonly parts: readonly SharePartState[]
}

/** A request as it is asked about: the channel wants the payment's number too. */
export type ShareAsked = { readonly shareNumber: string; readonly channelTradeNo: string }

/** A receiver's share taken back, e.g. because the driver is refunded. */
export type ShareReturn = {
  readonly returnNumber: string
  readonly shareNumber: string
  readonly from: Receiver
  readonly amountFen: Fen
  readonly description: string
}
export type ShareReturnState =
  | { readonly state: 'done'; readonly amountFen: Fen; readonly doneAt: Instant | null }
  | { readonly state: 'failed'; readonly code: string }
  | { readonly state: 'pending' }

/**
 * What a channel tells a receiver, who may be us: our share of a payment came, or was taken back. It is not the word of
 * the one who shares, which is only had by asking.
 */
export type ShareNotice = {
  readonly way: 'came' | 'taken-back'
  readonly shareNumber: string
  readonly channelShareNo: string
  readonly channelTradeNo: string
  readonly account: string
  readonly amountFen: Fen
  readonly at: Instant
}

/** Channels that take shares back by a call of its own; the others do it within the refund. */
export interface ShareReturns {
  takeBack(merchant: Merchant, order: ShareReturn): Promise<Result<ShareReturnState, ChannelError>>
  query(
    merchant: Merchant,
    asked: { readonly returnNumber: string; readonly shareNumber: string },
  ): Promise<Result<ShareReturnState, ChannelError>>
}

export interface Shares {
  /** Adding twice is adding once. `requestNumber` is ours, for the channels that number such requests. */
  addReceiver(merchant: Merchant, receiver: Receiver, requestNumber: string): Promise<Result<'added', ChannelError>>
  removeReceiver(
    merchant: Merchant,
    receiver: Receiver,
    requestNumber: string,
  ): Promise<Result<'removed', ChannelError>>
  share(merchant: Merchant, order: ShareOrder): Promise<Result<ShareState, ChannelError>>
  /** `unknown`: it was never accepted, so it is sent again with the same number. */
  query(
    merchant: Merchant,
    asked: ShareAsked,
  ): Promise<Result<ShareState | { readonly state: 'unknown' }, ChannelError>>
  /** Ends sharing and gives the rest to the operator, under a number that no share has used. */
  release(
    merchant: Merchant,
    order: ShareAsked & { readonly tradeNumber: string; readonly description: string },
  ): Promise<Result<ShareState, ChannelError>>
  /** What of the payment can still be shared. */
  rest(merchant: Merchant, channelTradeNo: string): Promise<Result<Fen, ChannelError>>
  /** The largest part of a payment that the operator lets us share, in 1/10000. */
  limit(merchant: Merchant, requestNumber: string): Promise<Result<number, ChannelError>>
  readonly returns?: ShareReturns
}

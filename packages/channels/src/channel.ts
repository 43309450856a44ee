import type { Result } from '@lanepay/domain/result.ts'
import type { ChannelName, Fen, Instant } from '@lanepay/domain/types.ts'
import type { ApplicationNotice, Applications } from './applications.ts'
import type { BankLists } from './bank-lists.ts'
import type { Bills } from './bills.ts'
import type { CashChange, CashChangeNotice } from './cash-change.ts'
import type { PayCode } from './pay-code.ts'
import type { Receiver, ShareNotice, Shares } from './shares.ts'
import type { Withdrawals } from './withdrawals.ts'

/*
 * What Lanepay asks of a payment channel. An adapter only translates: it decides nothing about sessions, books or
 * gates, and whatever is not clearly final is `pending` (domain.md 6). It reads no clock of its own and no environment.
 */

/** One payment order as we ask the channel to open it. The same number always comes with the same content. */
export type Order = {
  /** Our number, 32 digits. The idempotency key of everything about this order. */
  readonly tradeNumber: string
  readonly amountFen: Fen
  /** Shown on the driver's bill, e.g. `停车费 阳光花园 粤B·1**45`. The adapter cuts and cleans it to the channel's limits. */
  readonly description: string
  /** Whole, for a channel that shows it; absent: it is shown none. */
  readonly plate?: string
  /** The driver's identity under this very channel account: openid, user_id or open_id. Absent only for `browser`. */
  readonly payer?: string
  /** Where the driver is: inside the wallet's own browser, or in an ordinary mobile browser. */
  readonly place: 'wallet' | 'browser'
  readonly createdAt: Instant
  /** After this instant the order cannot be paid. */
  readonly expiresAt: Instant
  /** Public URL without query that the channel posts its notifications to. */
  readonly notifyUrl: string
  /** Where an ordinary browser returns to. */
  readonly returnUrl?: string
  readonly clientIp?: string
  /** The receipt is kept back until it is shared or released (`Shares`). */
  readonly toShare?: boolean
}

/** What the driver's page needs to bring up the wallet's sheet. */
export type Sheet =
  | { readonly kind: 'wechatpay-jsapi'; readonly params: WechatPayJsapiParams }
  | { readonly kind: 'alipay-trade'; readonly tradeNo: string }
  | { readonly kind: 'redirect'; readonly url: string }

/** The argument of `getBrandWCPayRequest` (wechat-pay.md 7.1). */
export type WechatPayJsapiParams = {
  readonly appId: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
  readonly signType: 'RSA'
  readonly paySign: string
}

/** What a channel says of one order, by query or by notification: the same shape, the same decision behind it. */
export type PaymentState =
  | { readonly state: 'paid'; readonly paid: PaidFacts }
  /** Explicitly not paid and can never be: closed, revoked, failed for good. */
  | { readonly state: 'closed' }
  /** The channel has never heard of the number. Final only if we know the create never arrived. */
  | { readonly state: 'unknown-order' }
  | { readonly state: 'pending' }

export type PaidFacts = {
  readonly tradeNumber: string
  /** Always the channel's own name for the account that received the money: mchid[/sub_mchid], or seller id. */
  readonly accountKey: string
  readonly amountFen: Fen
  readonly currency: string
  /** The channel's number for the payment. */
  readonly channelTradeNo: string
  readonly paidAt: Instant
  readonly payer: string | null
}

/** What a channel says of one refund. `failed` is final under this refund number; `pending` is asked again with it. */
export type RefundState =
  | { readonly state: 'done'; readonly refundNumber: string; readonly amountFen: Fen; readonly doneAt: Instant }
  | { readonly state: 'failed'; readonly code: string; readonly message: string }
  | { readonly state: 'pending'; readonly code?: string }

export type RefundOrder = {
  readonly tradeNumber: string
  readonly refundNumber: string
  readonly amountFen: Fen
  /** The whole payment's amount: WeChat asks for it again. */
  readonly paymentFen: Fen
  readonly reason: string
  readonly notifyUrl: string
  /** Shares taken back with it, where the channel has no call of its own for that (`Shares.returns`). */
  readonly takeBack?: readonly { readonly from: Receiver; readonly amountFen: Fen }[]
}

/**
 * Why a call did not give an answer we may act on.
 * `refused`: the channel said no, for good, to this request. `already-paid`: the order is paid: query it.
 * `number-used`: the number carries other content or is spent: a new number is needed after a query.
 * `unclear`: no trustworthy answer (network, 5xx, throttled, bad signature): ask again with the same number.
 */
export type ChannelError =
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly alarm: boolean }
  | { readonly kind: 'already-paid' }
  | { readonly kind: 'number-used'; readonly code: string }
  | { readonly kind: 'unclear'; readonly code: string; readonly message: string }

/** The raw HTTP request of a notification, untouched: signatures are over these bytes. */
export type RawNotification = {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

export type Heard =
  | {
      readonly kind: 'payment'
      readonly notificationId: string
      readonly tradeNumber: string
      readonly state: PaymentState
    }
  | {
      readonly kind: 'refund'
      readonly notificationId: string
      readonly tradeNumber: string
      readonly refundNumber: string
      readonly state: RefundState
    }
  /** Genuine, but nothing that a payment or a refund waits for. Answer it as accepted. */
  | {
      readonly kind: 'other'
      readonly notificationId: string
      readonly event: string
      /** We are the receiver of a share. */
      readonly share?: ShareNotice
      /** Something became of an application. */
      readonly application?: ApplicationNotice
      /** Something became of cash change. */
      readonly cashChange?: CashChangeNotice
    }

/** Why a notification is not believed. Counted by reason; never acted on. */
export type NotificationRefusal = {
  readonly kind: 'bad-signature' | 'stale' | 'unknown-key' | 'malformed' | 'not-ours'
  readonly detail: string
}

/** What to answer a notification with, byte for byte. */
export type NotificationReply = { readonly status: number; readonly contentType: string; readonly body: string }

export interface Channel {
  readonly name: ChannelName
  /** What our payment row must hold for a paid fact to be about it; compare with `PaidFacts.accountKey`. */
  accountKey(merchant: Merchant): string
  create(merchant: Merchant, order: Order): Promise<Result<Sheet, ChannelError>>
  query(merchant: Merchant, tradeNumber: string): Promise<Result<PaymentState, ChannelError>>
  /** `closed` also when it was closed before; `already-paid` when the driver was faster. */
  close(merchant: Merchant, tradeNumber: string): Promise<Result<'closed', ChannelError>>
  /** Idempotent by refund number: an unclear answer is repeated with the same one. */
  refund(merchant: Merchant, refund: RefundOrder): Promise<Result<RefundState, ChannelError>>
  queryRefund(
    merchant: Merchant,
    refund: { tradeNumber: string; refundNumber: string },
  ): Promise<Result<RefundState, ChannelError>>
  /** Verifies, then decrypts, then reads. Believes nothing that fails any step. */
  readNotification(raw: RawNotification): Promise<Result<Heard, NotificationRefusal>>
  /** In the manner of `raw` where a channel has several; the newest manner without it. */
  replyTo(outcome: 'accepted' | 'refused', raw?: RawNotification): NotificationReply
  /** Where to send the driver's browser to learn who is paying; `state` is ours to check on return. */
  identityUrl(merchant: Merchant, ask: { redirectUri: string; state: string }): string
  /** Turns the code that came back into the payer's identity. `stale-code`: go through `identityUrl` once more. */
  identify(merchant: Merchant, code: string): Promise<Result<string, { kind: 'stale-code' } | ChannelError>>
  /** The keys it holds are current: false turns readiness off. Also refreshes certificates that are due. */
  refreshKeys(now: Instant): Promise<void>
  /*
   * What a channel, or the account we have with it, may lack. A caller that finds nothing here offers nothing.
   */
  /** What it signs and verifies with that ends one day; nothing where it has keys without end only. */
  readonly certificates?: () => readonly HeldCertificate[]
  readonly payCode?: PayCode
  readonly shares?: Shares
  readonly bills?: Bills
  readonly withdrawals?: Withdrawals
  readonly cashChange?: CashChange
  readonly applications?: Applications
  readonly bankLists?: BankLists
}

/** A certificate that a channel works with: ours at the channel, or the channel's own. */
export type HeldCertificate = {
  readonly whose: 'merchant' | 'application' | 'platform'
  readonly serial: string
  readonly validUntil: Instant
}

/**
 * For whom the money is received, in the channel's words; kept per operator in `channel_account.merchant`.
 * WeChat direct mode and Alipay's own merchant need nothing here: the platform's settings name the account.
 */
export type Merchant = {
  /** WeChat partner mode: the operator's sub-merchant number. */
  readonly subMchid?: string
  readonly subAppid?: string
  /** Alipay on behalf of an operator. */
  readonly appAuthToken?: string
  /** Alipay: the PID that receives the money, when it is not the application's own. */
  readonly sellerId?: string
  /** Alipay: the second-tier merchant of our own contract that the money is for (alipay.md 13.1). */
  readonly smid?: string
  /** A partner's wallet: the partner's number. */
  readonly walletUnionId?: string
}

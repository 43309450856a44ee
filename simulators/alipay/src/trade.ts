import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { beijing } from './beijing.ts'
import { refuseTrade } from './refusal.ts'
import type { Pull } from './shares.ts'

/*
 * One trade and what may happen to it (alipay.md 7.1, 7.9, 7.10). Pure: every function takes the trade as it is and
 * gives back the trade as it will be, or throws `Refused`.
 */

export type ProductCode = 'FACE_TO_FACE_PAYMENT' | 'JSAPI_PAY' | 'QUICK_WAP_WAY'

type Terms = {
  readonly tradeNo: string
  readonly outTradeNo: string
  /** Whose numbers `outTradeNo` is unique among. */
  readonly pid: string
  /** The application the order was made for: the operator's own when we act on its behalf. */
  readonly authAppId: string
  readonly sellerId: string
  readonly productCode: ProductCode
  readonly totalFen: Fen
  readonly subject: string
  readonly body: string | null
  readonly passbackParams: string | null
  readonly storeId: string | null
  readonly terminalId: string | null
  /** What a repeat of the order must say again. */
  readonly content: string
  readonly notifyUrl: string | null
  /** The driver it was made for, as the wallet knows them. */
  readonly buyer: string
  readonly createdAt: Instant
  readonly expiresAt: Instant
  /** A pay code was read and the driver is asked for the password: when that ends by itself, and how. */
  readonly typing?: Typing
  /** The receipt stays frozen until it is shared (alipay.md 7.12). */
  readonly royaltyFreeze?: boolean
}

export type Typing = { readonly endsAt: Instant | null; readonly ends: 'paid' | 'given-up' }

export type Refund = {
  readonly requestNo: string
  readonly amountFen: Fen
  readonly at: Instant
  readonly by: 'refund' | 'cancel'
  /** What receivers of shares gave back of it. */
  readonly pulls?: readonly Pull[]
}

type Money = {
  readonly paidAt: Instant
  readonly refunds: readonly Refund[]
  /** When the trade bill has it as paid, where that is not when it was. */
  readonly billedAt?: Instant
}

export type OpenTrade = Terms & { readonly state: 'open' }
export type PaidTrade = Terms & Money & { readonly state: 'paid' }
/** Never paid and past it. */
export type DeadTrade = Terms & {
  readonly state: 'dead'
  readonly closedAt: Instant
  readonly closedBy: 'timeout' | 'close' | 'cancel' | 'driver'
}
/** Paid and fully given back. */
export type ReturnedTrade = Terms & Money & { readonly state: 'returned'; readonly closedAt: Instant }
export type Trade = OpenTrade | PaidTrade | DeadTrade | ReturnedTrade

export const isWap = (trade: Trade): boolean => trade.productCode === 'QUICK_WAP_WAY'

/** The trade as it stands at `now`: an open one past its expiry is dead, whether or not anybody looked. */
export function asOf(trade: Trade, now: Instant): Trade {
  if (trade.state !== 'open' || now < trade.expiresAt) return trade
  return { ...trade, state: 'dead', closedAt: trade.expiresAt, closedBy: 'timeout' }
}

const day = 86_400_000
/** How long a payment can be given back. Contractual; the usual terms (alipay.md 7.1). */
export const refundWindowMs = (trade: Trade): number => (isWap(trade) ? 365 : 90) * day

/** `trade_status`, the word on the wire. */
export function statusOf(trade: Trade, now: Instant): string {
  const current = asOf(trade, now)
  switch (current.state) {
    case 'open':
      return 'WAIT_BUYER_PAY'
    case 'paid':
      return now - current.paidAt > refundWindowMs(current) ? 'TRADE_FINISHED' : 'TRADE_SUCCESS'
    case 'dead':
    case 'returned':
      return 'TRADE_CLOSED'
  }
}

export const refundedFen = (trade: Trade): Fen =>
  ('refunds' in trade ? trade.refunds.reduce((sum, { amountFen }) => sum + amountFen, 0) : 0) as Fen

/** The same order once more: fine when nothing differs and it can still be paid. */
export function checkRepeat(known: Trade, asked: { content: string; buyer: string }): void {
  if (known.state === 'paid') refuseTrade('TRADE_HAS_SUCCESS', '交易已被支付')
  if (known.state !== 'open') refuseTrade('TRADE_HAS_CLOSE', '交易已经关闭')
  if (known.buyer !== asked.buyer) refuseTrade('TRADE_BUYER_NOT_MATCH', '交易买家不匹配')
  if (known.content !== asked.content) refuseTrade('CONTEXT_INCONSISTENT', '交易信息被篡改')
}

/** The driver's money arrives. The caller has made sure that it may. */
export function pay(trade: OpenTrade | DeadTrade, now: Instant): PaidTrade {
  if (trade.state === 'open') return { ...trade, state: 'paid', paidAt: now, refunds: [] }
  const { closedAt: _closedAt, closedBy: _closedBy, ...terms } = trade
  return { ...terms, state: 'paid', paidAt: now, refunds: [] }
}

/** `alipay.trade.close`: only what was never paid; a second time it changes nothing. */
export function close(trade: Trade, now: Instant): DeadTrade {
  if (trade.state === 'open') return { ...trade, state: 'dead', closedAt: now, closedBy: 'close' }
  if (trade.state === 'dead' && trade.closedBy !== 'timeout') return trade
  if (trade.state === 'dead') return refuseTrade('REASON_TRADE_STATUS_INVALID', '交易状态异常')
  return refuseTrade('TRADE_STATUS_ERROR', '交易状态不合法')
}

export type Refunding = { readonly trade: PaidTrade | ReturnedTrade; readonly refund: Refund; readonly moved: boolean }

/** Documented as a rule, without a code of its own: two refunds of one trade are at least this far apart (7.9). */
export const refundGapMs = 3_000

/** `alipay.trade.refund`: the same number with the same amount is the same refund, and moves no money again. */
export function refund(
  trade: Trade,
  ask: { requestNo: string | null; amountFen: Fen; by: Refund['by']; pulls?: readonly Pull[] },
  now: Instant,
): Refunding {
  if (trade.state === 'open') return refuseTrade('TRADE_STATUS_ERROR', '交易状态不合法')
  if (trade.state === 'dead') return refuseTrade('TRADE_HAS_CLOSE', '交易已经关闭')
  const requestNo = ask.requestNo ?? trade.outTradeNo
  const known = trade.refunds.find((one) => one.requestNo === requestNo)
  if (known && known.amountFen !== ask.amountFen)
    return refuseTrade('DISCORDANT_REPEAT_REQUEST', '同一笔退款单号退款金额不一致')
  if (known) return { trade, refund: known, moved: false }
  if (trade.state === 'returned') return refuseTrade('TRADE_HAS_CLOSE', '交易已经关闭')
  if (now - trade.paidAt > refundWindowMs(trade)) return refuseTrade('TRADE_HAS_FINISHED', '交易已结束')
  if (ask.requestNo === null && ask.amountFen !== trade.totalFen)
    return refuseTrade('INVALID_PARAMETER', '参数无效：部分退款时 out_request_no 不能为空')
  const total = refundedFen(trade) + ask.amountFen
  if (total > trade.totalFen) return refuseTrade('REFUND_AMT_NOT_EQUAL_TOTAL', '撤销或退款金额与订单金额不一致')
  const last = trade.refunds.at(-1)
  if (ask.by === 'refund' && last && now - last.at < refundGapMs) return refuseTrade('SYSTEM_ERROR', '系统繁忙')
  const pulls = ask.pulls && ask.pulls.length > 0 ? { pulls: ask.pulls } : {}
  const made: Refund = { requestNo, amountFen: ask.amountFen, at: now, by: ask.by, ...pulls }
  const refunds = [...trade.refunds, made]
  if (total < trade.totalFen) return { trade: { ...trade, refunds }, refund: made, moved: true }
  return { trade: { ...trade, refunds, state: 'returned', closedAt: now }, refund: made, moved: true }
}

export type Cancelling =
  | { readonly action: 'close'; readonly trade: DeadTrade }
  | ({ readonly action: 'refund' } & Refunding)

/** `alipay.trade.cancel`: closes what is unpaid, gives back what is paid; within the day of the trade (7.10). */
export function cancel(trade: Trade, now: Instant): Cancelling {
  if (isWap(trade)) return refuseTrade('CANCEL_NOT_ALLOWED', '当前交易不允许撤销')
  if (beijing(now).slice(0, 10) !== beijing(trade.createdAt).slice(0, 10))
    return refuseTrade('TRADE_CANCEL_TIME_OUT', '超过撤销时间范围')
  if (trade.state === 'open')
    return { action: 'close', trade: { ...trade, state: 'dead', closedAt: now, closedBy: 'cancel' } }
  if (trade.state === 'dead') return { action: 'close', trade }
  const cancelled = trade.refunds.find(({ by }) => by === 'cancel')
  if (trade.state === 'returned' && !cancelled) return refuseTrade('TRADE_HAS_CLOSE', '交易已经关闭')
  const amountFen = cancelled?.amountFen ?? ((trade.totalFen - refundedFen(trade)) as Fen)
  return { action: 'refund', ...refund(trade, { requestNo: trade.tradeNo, amountFen, by: 'cancel' }, now) }
}

import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { PaidFacts, PaymentState, RefundState } from '../channel.ts'
import { accountKeyIn, isOurAppid } from './account.ts'
import { asObject, type Json, textOf, wholeOf } from './json.ts'
import type { WechatPaySettings } from './settings.ts'
import { parseTime } from './time.ts'

/** `not-ours`: for another account or appid. `malformed`: final by its state, but facts that money hangs on are missing. */
export type Unreadable = { readonly kind: 'not-ours' | 'malformed'; readonly detail: string }

/** Money we are unsure of stays pending: only an explicit yes is paid, only an explicit no is closed (wechat-pay.md 9.3). */
export function meaningOf(tradeState: unknown): 'paid' | 'closed' | 'pending' {
  switch (tradeState) {
    case 'SUCCESS':
    case 'REFUND': // a refund was a payment first; it has a record of its own
      return 'paid'
    case 'CLOSED':
    case 'REVOKED':
    case 'PAYERROR':
      return 'closed'
    default: // NOTPAY, USERPAYING, ACCEPTED and whatever is added next year
      return 'pending'
  }
}

/** Reads table 9.2: the answer of a query and the plaintext of a notification alike. */
export function readPayment(
  ours: Pick<WechatPaySettings, 'mode' | 'mchid' | 'appid'>,
  facts: Json,
): Result<{ readonly tradeNumber: string; readonly state: PaymentState }, Unreadable> {
  const accountKey = accountKeyIn(ours, facts)
  if (accountKey === null) return err({ kind: 'not-ours', detail: 'another merchant number' })
  if (!isOurAppid(ours, facts)) return err({ kind: 'not-ours', detail: 'another appid' })
  const tradeNumber = textOf(facts.out_trade_no)
  if (tradeNumber === null) return err({ kind: 'malformed', detail: 'out_trade_no is missing' })
  const state = meaningOf(facts.trade_state)
  if (state !== 'paid') return ok({ tradeNumber, state: { state } })
  const paid = readPaid(facts, tradeNumber, accountKey)
  return paid.ok ? ok({ tradeNumber, state: { state, paid: paid.value } }) : paid
}

function readPaid(facts: Json, tradeNumber: string, accountKey: string): Result<PaidFacts, Unreadable> {
  const amount = asObject(facts.amount)
  const payer = asObject(facts.payer)
  const total = wholeOf(amount?.total) // not payer_total: a coupon lowers that one only (9.2)
  const currency = amount?.currency === undefined ? 'CNY' : textOf(amount.currency) // CNY is what leaving it out means (8.1)
  const channelTradeNo = textOf(facts.transaction_id)
  const paidAt = parseTime(facts.success_time)
  if (total === null) return err({ kind: 'malformed', detail: 'amount.total is not whole fen' })
  if (currency === null) return err({ kind: 'malformed', detail: 'amount.currency is empty' })
  if (channelTradeNo === null) return err({ kind: 'malformed', detail: 'transaction_id is missing' })
  if (paidAt === null) return err({ kind: 'malformed', detail: 'success_time is not a time' })
  return ok({
    tradeNumber,
    accountKey,
    amountFen: fen(total),
    currency,
    channelTradeNo,
    paidAt,
    payer: textOf(payer?.openid) ?? textOf(payer?.sp_openid) ?? textOf(payer?.sub_openid),
  })
}

/**
 * Reads a refund: `status` in answers, `refund_status` in notifications (wechat-pay.md 12.1, 12.4). `PROCESSING` and
 * every status not known here is pending under the same number.
 */
export function readRefund(
  facts: Json,
): Result<{ tradeNumber: string; refundNumber: string; state: RefundState }, Unreadable> {
  const tradeNumber = textOf(facts.out_trade_no)
  const refundNumber = textOf(facts.out_refund_no)
  if (tradeNumber === null) return err({ kind: 'malformed', detail: 'out_trade_no is missing' })
  if (refundNumber === null) return err({ kind: 'malformed', detail: 'out_refund_no is missing' })
  const state = readRefundState(facts, refundNumber)
  return state.ok ? ok({ tradeNumber, refundNumber, state: state.value }) : state
}

function readRefundState(facts: Json, refundNumber: string): Result<RefundState, Unreadable> {
  const status = textOf(facts.status) ?? textOf(facts.refund_status)
  switch (status) {
    case 'SUCCESS': {
      const amount = wholeOf(asObject(facts.amount)?.refund)
      const doneAt = parseTime(facts.success_time)
      if (amount === null) return err({ kind: 'malformed', detail: 'amount.refund is not whole fen' })
      if (doneAt === null) return err({ kind: 'malformed', detail: 'success_time is not a time' })
      return ok({ state: 'done', refundNumber, amountFen: fen(amount), doneAt })
    }
    case 'CLOSED':
      return ok({ state: 'failed', code: status, message: '退款关闭' })
    case 'ABNORMAL':
      return ok({ state: 'failed', code: status, message: '退款异常：用户的卡已作废或冻结' })
    case 'PROCESSING':
      return ok({ state: 'pending' })
    default:
      return ok({ state: 'pending', code: status ?? 'STATUS_MISSING' })
  }
}

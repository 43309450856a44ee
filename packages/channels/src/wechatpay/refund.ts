import { ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError, RefundOrder, RefundState } from '../channel.ts'
import type { Account } from './account.ts'
import type { ApiRequest } from './client.ts'
import type { Json } from './json.ts'
import { readRefund } from './meaning.ts'
import { malformedAnswer, post } from './order.ts'
import { cleanText, reasonLimit } from './text.ts'

const path = '/v3/refund/domestic/refunds' // the same in both modes (wechat-pay.md 12.1)

/** The same `RefundOrder` gives the same bytes: after an unclear answer it is repeated as it is, never renumbered. */
export function refundRequest(account: Account, refund: RefundOrder): ApiRequest {
  const reason = cleanText(refund.reason, reasonLimit)
  return post(path, {
    ...(account.mode === 'partner' ? { sub_mchid: account.subMchid } : {}),
    out_trade_no: refund.tradeNumber,
    out_refund_no: refund.refundNumber,
    ...(reason ? { reason } : {}),
    notify_url: refund.notifyUrl,
    amount: { refund: refund.amountFen, total: refund.paymentFen, currency: 'CNY' },
  })
}

export function refundQueryRequest(account: Account, refundNumber: string): ApiRequest {
  const who = account.mode === 'partner' ? `?sub_mchid=${account.subMchid}` : ''
  return { method: 'GET', path: `${path}/${encodeURIComponent(refundNumber)}${who}`, body: '' }
}

/** A verified answer about another refund than the one asked for decides nothing. */
export function readRefundAnswer(
  asked: { readonly tradeNumber: string; readonly refundNumber: string },
  answer: Json,
): Result<RefundState, ChannelError> {
  const read = readRefund(answer)
  if (!read.ok) return malformedAnswer(read.error.detail)
  const { tradeNumber, refundNumber, state } = read.value
  if (refundNumber !== asked.refundNumber || tradeNumber !== asked.tradeNumber)
    return malformedAnswer('the answer is about another refund')
  return ok(state)
}

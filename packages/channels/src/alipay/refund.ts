import { toYuan } from '@lanepay/domain/money.ts'
import { ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { ChannelError, RefundOrder, RefundState } from '../channel.ts'
import type { Account } from './account.ts'
import { parseBeijing } from './beijing.ts'
import type { ApiRequest } from './gateway.ts'
import { type Json, textOf } from './json.ts'
import { readYuan } from './meaning.ts'
import { malformedAnswer } from './order.ts'
import { accountIn } from './share.ts'
import { cleanText } from './text.ts'

/**
 * The same `RefundOrder` gives the same content: an unclear one is repeated as it is, never renumbered (alipay.md 7.9).
 * It has no address for notifications: they go to the one of the payment.
 */
export function refundRequest(account: Account, refund: RefundOrder): ApiRequest {
  const reason = cleanText(refund.reason)
  return {
    method: 'alipay.trade.refund',
    biz: {
      out_trade_no: refund.tradeNumber,
      out_request_no: refund.refundNumber,
      refund_amount: toYuan(refund.amountFen),
      ...(reason ? { refund_reason: reason } : {}),
      ...(refund.takeBack?.length
        ? { refund_royalty_parameters: refund.takeBack.map((part) => takenBack(account, part)) }
        : {}),
    },
    beside: { app_auth_token: account.appAuthToken },
  }
}

/** From the receiver to the seller, who gives the driver the whole. Left out, Alipay decides by the product (alipay.md 7.9). */
function takenBack({ sellerId }: Account, part: NonNullable<RefundOrder['takeBack']>[number]): Json {
  const { type, account } = accountIn(part.from)
  return {
    royalty_type: 'transfer',
    trans_out: account,
    trans_out_type: type,
    trans_in: sellerId,
    trans_in_type: 'userId',
    amount: toYuan(part.amountFen),
  }
}

export const refundQueryRequest = (account: Account, asked: RefundAsked): ApiRequest => ({
  method: 'alipay.trade.fastpay.refund.query',
  biz: {
    out_trade_no: asked.tradeNumber,
    out_request_no: asked.refundNumber,
    query_options: ['gmt_refund_pay'],
  },
  beside: { app_auth_token: account.appAuthToken },
})

type RefundAsked = Pick<RefundOrder, 'tradeNumber' | 'refundNumber'>

/**
 * Reads the answer of a refund. `ask` where a success does not say that money moved: it repeats a finished refund or is
 * not done yet, and only a refund query can tell (alipay.md 7.9). Without a time of its own a refund is done `now`.
 */
export function readRefund(refund: RefundOrder, answer: Json, now: Instant): Result<RefundState | 'ask', ChannelError> {
  if (answer.out_trade_no !== refund.tradeNumber) return malformedAnswer('the answer is about another order')
  if (answer.fund_change !== 'Y') return ok('ask')
  const refundedSoFar = readYuan(answer.refund_fee) // of the whole trade
  if (refundedSoFar === null || refundedSoFar < refund.amountFen) return malformedAnswer('refund_fee is too little')
  const { refundNumber, amountFen } = refund
  return ok({ state: 'done', refundNumber, amountFen, doneAt: parseBeijing(answer.gmt_refund_pay) ?? now })
}

/** No status means not received or failed: the refund may be sent again under its number (alipay.md 7.10). */
export function readRefundQuery(asked: RefundAsked, answer: Json, now: Instant): Result<RefundState, ChannelError> {
  const status = textOf(answer.refund_status)
  if (status !== 'REFUND_SUCCESS') return ok({ state: 'pending', code: status ?? 'REFUND_NOT_FOUND' })
  // These two may be left out, but where they are given they are ours.
  const tradeNumber = textOf(answer.out_trade_no) ?? asked.tradeNumber
  const refundNumber = textOf(answer.out_request_no) ?? asked.refundNumber
  if (tradeNumber !== asked.tradeNumber || refundNumber !== asked.refundNumber)
    return malformedAnswer('the answer is about another refund')
  const amountFen = readYuan(answer.refund_amount)
  if (amountFen === null) return malformedAnswer('refund_amount is not yuan')
  return ok({ state: 'done', refundNumber, amountFen, doneAt: parseBeijing(answer.gmt_refund_pay) ?? now })
}

import { type Answer, answered, badField, numbers, refused } from './answer.ts'
import type { Order, Refund, RefundContent, RefundEnd } from './book.ts'
import { checkFields, type Fields, writeTime } from './fields.ts'
import { balanceOf, ownerOf } from './flows.ts'
import { canonical, checkMerchants, stateOf, type World } from './orders.ts'
import { refundFields } from './refund-fields.ts'
import { feeBackOf, isFrozen, restOf } from './rest.ts'
import { randomDigits } from './sealing.ts'

const yearMs = 365 * 86_400_000
export const mostRefundsPerOrder = 50

/** How a new refund will go: what was commanded beforehand, or plain success after the usual delay. */
export type RefundCourse = {
  readonly notEnough: boolean
  /** It is taken on, and the answer refuses it. */
  readonly saysNo: boolean
  readonly endsAs: RefundEnd
  readonly afterMs: number
}

/**
 * `POST /v3/refund/domestic/refunds` (wechat-pay.md 12). The same number with the same content is the same refund;
 * `course` is asked for only when a new one is really taken on.
 */
export function applyRefund(
  world: World,
  body: unknown,
  now: number,
  course: () => RefundCourse,
  manner: 'v2' | 'v3' = 'v3',
): Answer {
  const shape = checkFields(refundFields, body, 'body') ?? checkOwner(world, body as RefundContent)
  if (shape) return shape
  const content = body as RefundContent
  const { book } = world
  if ((content.transaction_id === undefined) === (content.out_trade_no === undefined)) {
    return badField('body', '/out_trade_no', content.out_trade_no, 'transaction_id和out_trade_no二选一')
  }
  const order =
    content.transaction_id === undefined
      ? book.get('order', content.out_trade_no!)
      : book.orderOfTransaction(content.transaction_id)
  if (!order || order.content.sub_mchid !== content.sub_mchid) {
    const number = order ? numbers.notThisSubMerchants : numbers.orderUnknown
    return refused('RESOURCE_NOT_EXISTS', '订单不存在', { number })
  }
  const known = book.get('refund', content.out_refund_no)
  if (known) {
    const same = known.tradeNumber === order.tradeNumber && sameRefund(known.content, content)
    if (!same) return refused('INVALID_REQUEST', '重入参数不一致', { number: numbers.otherContent })
    return answered(describeRefund(order, known))
  }
  const refusal = checkRefund(world, order, content, now)
  if (refusal) return refusal
  const { notEnough, saysNo, endsAs, afterMs } = course()
  if (notEnough) return refused('NOT_ENOUGH', '基本账户余额不足，请充值后重新发起')
  const refund: Refund = {
    refundNumber: content.out_refund_no,
    refundId: `503${writeTime(now).replace(/\D/g, '').slice(0, 8)}${randomDigits(17)}`,
    tradeNumber: order.tradeNumber,
    content,
    createdAt: now,
    endsAt: now + afterMs,
    endsAs,
    status: 'PROCESSING',
    ...(manner === 'v2' ? { manner } : {}),
  }
  book.put('refund', refund.refundNumber, refund)
  return saysNo ? refused('NO_AUTH', '商户号没有退款权限') : answered(describeRefund(order, refund))
}

// The order may be named by either of its numbers when a refund is repeated; money and reason may not differ.
const sameRefund = (known: RefundContent, given: RefundContent): boolean => {
  const { transaction_id: _1, out_trade_no: _2, ...a } = known
  const { transaction_id: _3, out_trade_no: _4, ...b } = given
  return canonical(a) === canonical(b)
}

/** Partner calls name a sub-merchant of ours, direct ones name none. */
export function checkOwner(world: World, content: { readonly sub_mchid?: string }): Answer | null {
  if (world.mode === 'partner') return checkMerchants(world, { sub_mchid: content.sub_mchid }, 'body')
  return content.sub_mchid === undefined
    ? null
    : badField('body', '/sub_mchid', content.sub_mchid, '直连商户不能传子商户号')
}

function checkRefund({ book }: World, order: Order, content: RefundContent, now: number): Answer | null {
  const state = stateOf(book, order, now)
  if (!order.paid || (state !== 'SUCCESS' && state !== 'REFUND')) {
    return refused('INVALID_REQUEST', '订单未支付，不支持退款')
  }
  if (now > order.paid.at + yearMs) return refused('TRADE_OVERDUE', '订单已经超过退款期限')
  const { total } = order.content.amount
  if (content.amount.total !== total)
    return refused('INVALID_REQUEST', '订单金额或退款金额与之前请求不一致，请核实后再试')
  const from = (content.amount as { from?: readonly { amount: number }[] }).from
  if (from && from.reduce((sum, { amount }) => sum + amount, 0) !== content.amount.refund) {
    return refused('INVALID_REQUEST', '出资金额之和与退款金额不一致')
  }
  const living = book.refundsOf(order.tradeNumber).filter(({ status }) => status !== 'CLOSED')
  const refunded = living.reduce((sum, { content: { amount } }) => sum + amount.refund, 0)
  if (refunded + content.amount.refund > total) return refused('INVALID_REQUEST', '申请退款金额超过订单可退金额')
  // Frozen money pays a refund up to what is not shared; beyond that it is released first (wechat-pay.md 12.2).
  const outFen = content.amount.refund - feeBackOf(order, content.amount.refund)
  if (isFrozen(book, order, now)) {
    if (outFen > restOf(book, order, now)) return refused('NOT_ENOUGH', '分账冻结金额不足，请先解冻剩余资金')
  } else if (outFen > balanceOf(book, ownerOf(order), now).availableFen)
    return refused('NOT_ENOUGH', '基本账户余额不足，请充值后重新发起')
  if (living.length >= mostRefundsPerOrder) return refused('INVALID_REQUEST', '单个订单部分退款次数超过限制')
  return null
}

/** `GET /v3/refund/domestic/refunds/{number}` */
export function queryRefund(world: World, number: string, query: Record<string, unknown>): Answer {
  const fields: Fields = world.mode === 'partner' ? { sub_mchid: { label: '子商户号', kind: 'text', max: 32 } } : {}
  const shape =
    checkFields(fields, query, 'query') ?? (world.mode === 'partner' ? checkMerchants(world, query, 'query') : null)
  if (shape) return shape
  const refund = world.book.get('refund', number)
  const order = refund && world.book.get('order', refund.tradeNumber)
  if (!refund || !order || order.content.sub_mchid !== query.sub_mchid) {
    return refused('RESOURCE_NOT_EXISTS', '退款单不存在', { number: numbers.orderUnknown })
  }
  return answered(describeRefund(order, refund))
}

/** Where the money goes: back the way it came, or after an abnormal end to a card that was named (12.6). */
const ways = {
  original: { channel: 'ORIGINAL', user_received_account: '支付用户零钱' },
  USER_BANK_CARD: { channel: 'OTHER_BANKCARD', user_received_account: '支付用户银行卡' },
  MERCHANT_BANK_CARD: { channel: 'OTHER_BANKCARD', user_received_account: '商户银行卡' },
} as const

/** The answer of apply and query (wechat-pay.md 12.1). */
export function describeRefund(order: Order, refund: Refund): Record<string, unknown> {
  const { amount } = refund.content
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.refundNumber,
    transaction_id: order.paid!.transactionId,
    out_trade_no: order.tradeNumber,
    ...ways[refund.toCard ?? 'original'],
    ...(refund.status === 'SUCCESS' ? { success_time: writeTime(refund.endedAt!) } : {}),
    create_time: writeTime(refund.createdAt),
    status: refund.status,
    funds_account: 'AVAILABLE',
    amount: {
      total: amount.total,
      refund: amount.refund,
      from: [],
      payer_total: amount.total,
      payer_refund: amount.refund,
      settlement_refund: amount.refund,
      settlement_total: amount.total,
      discount_refund: 0,
      currency: 'CNY',
      refund_fee: 0,
    },
    promotion_detail: [],
  }
}

/** The plaintext of a refund's notification: `refund_status`, not `status` (wechat-pay.md 12.4). */
export function describeRefundResult(order: Order, refund: Refund): Record<string, unknown> {
  const { mchid, sp_mchid, sub_mchid } = order.content
  const { amount } = refund.content
  return {
    ...(mchid === undefined ? { sp_mchid, sub_mchid } : { mchid }),
    out_trade_no: order.tradeNumber,
    transaction_id: order.paid!.transactionId,
    out_refund_no: refund.refundNumber,
    refund_id: refund.refundId,
    refund_status: refund.status,
    ...(refund.status === 'SUCCESS' ? { success_time: writeTime(refund.endedAt!) } : {}),
    user_received_account: ways[refund.toCard ?? 'original'].user_received_account,
    amount: {
      total: amount.total,
      refund: amount.refund,
      payer_total: amount.total,
      payer_refund: amount.refund,
    },
  }
}

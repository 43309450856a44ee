import { randomUUID } from 'node:crypto'
import type { Book, Order, Refund, Share, SharePart, Transfer } from './book.ts'
import { writeTime } from './fields.ts'
import { describeOrder } from './orders.ts'
import { describeRefundResult } from './refunds.ts'
import { seal } from './sealing.ts'

/** What a notification says, before it is sealed (wechat-pay.md 5.2). */
export type Notice = {
  readonly id: string
  readonly eventType: string
  readonly originalType: 'transaction' | 'refund' | 'profitsharing' | 'mch_payment'
  readonly summary: string
  readonly createdAt: number
  /** XML without a signature, instead of the envelope. */
  readonly manner?: 'v2'
  readonly plaintext: Readonly<Record<string, unknown>>
}

/** An order was paid (wechat-pay.md 10). The plaintext is the state at this moment, whatever is refunded later. */
export const paidNotice = (book: Book, order: Order, now: number): Notice => ({
  id: randomUUID(),
  eventType: 'TRANSACTION.SUCCESS',
  originalType: 'transaction',
  summary: '支付成功',
  createdAt: now,
  plaintext: describeOrder(book, order, now),
})

const refundSummaries = { SUCCESS: '退款成功', ABNORMAL: '退款异常', CLOSED: '退款关闭' } as const

/** A refund came to its end (wechat-pay.md 12.4). */
export const refundNotice = (order: Order, refund: Refund & { status: Refund['endsAs'] }, now: number): Notice => ({
  id: randomUUID(),
  eventType: `REFUND.${refund.status}`,
  originalType: 'refund',
  summary: refundSummaries[refund.status],
  createdAt: now,
  plaintext: describeRefundResult(order, refund),
  ...(refund.manner === undefined ? {} : { manner: refund.manner }),
})

/** The body as it goes over the wire: the envelope round the plaintext sealed under the APIv3 key. */
export function envelopeOf(notice: Notice, apiV3Key: string): { readonly body: string; readonly tampered: string } {
  const resource = seal(JSON.stringify(notice.plaintext), notice.originalType, apiV3Key)
  const write = (ciphertext: string) =>
    JSON.stringify({
      id: notice.id,
      create_time: writeTime(notice.createdAt),
      resource_type: 'encrypt-resource',
      event_type: notice.eventType,
      summary: notice.summary,
      resource: { original_type: notice.originalType, ...resource, ciphertext },
    })
  const { ciphertext } = resource
  const changed = `${ciphertext.startsWith('A') ? 'B' : 'A'}${ciphertext.slice(1)}`
  return { body: write(ciphertext), tampered: write(changed) }
}

/** A transfer came to its end (†: not in wechat-pay.md). */
export const transferNotice = ({ transferNumber, billNo, owner, content, createdAt, step }: Transfer): Notice => ({
  id: randomUUID(),
  eventType: 'MCHTRANSFER.BILL.FINISHED',
  originalType: 'mch_payment',
  summary: '商家转账单据终态通知',
  createdAt: step.at,
  plaintext: {
    out_bill_no: transferNumber,
    transfer_bill_no: billNo,
    state: step.state,
    mch_id: owner,
    transfer_amount: content.transfer_amount,
    openid: content.openid,
    ...(step.reason === undefined ? {} : { fail_reason: step.reason }),
    create_time: writeTime(createdAt),
    update_time: writeTime(step.at),
  },
})

const shareSummaries = { SUCCESS: '分账成功', RETURN: '分账回退成功' } as const

/** A receiver got a share, or gave it back (wechat-pay.md 14.7). */
export const shareNotice = (
  { content, paid }: Order,
  { orderId, shareNumber }: Share,
  { type, account, amount, description }: SharePart,
  way: 'SUCCESS' | 'RETURN',
  now: number,
): Notice => ({
  id: randomUUID(),
  eventType: `PROFITSHARING.${way}`,
  originalType: 'profitsharing',
  summary: shareSummaries[way],
  createdAt: now,
  plaintext: {
    ...(content.mchid === undefined
      ? { sp_mchid: content.sp_mchid, sub_mchid: content.sub_mchid }
      : { mchid: content.mchid }),
    transaction_id: paid!.transactionId,
    order_id: orderId,
    out_order_no: shareNumber,
    receiver: { type, account, amount, description },
    success_time: writeTime(now),
  },
})

import { type Answer, answered, badField, numbers, refused } from './answer.ts'
import type { Refund } from './book.ts'
import { checkFields } from './fields.ts'
import type { World } from './orders.ts'
import { abnormalRefundFields } from './refund-fields.ts'
import { checkOwner, describeRefund, type RefundCourse } from './refunds.ts'
import { readSensitive } from './sensitive.ts'

type Content = {
  readonly sub_mchid?: string
  readonly out_refund_no: string
  readonly type: NonNullable<Refund['toCard']>
  readonly bank_type?: string
  readonly bank_account?: string
  readonly real_name?: string
}

/**
 * `POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund` (wechat-pay.md 12.6): sends the money of a refund
 * that ended abnormally on to another account. The refund is in progress again under its old numbers.
 */
export function applyAbnormalRefund(
  world: World,
  asked: {
    readonly refundId: string
    readonly body: unknown
    readonly serial: string | undefined
    readonly now: number
    readonly course: () => RefundCourse
  },
): Answer {
  const { body, now } = asked
  const shape = checkFields(abnormalRefundFields, body, 'body') ?? checkOwner(world, body as Content)
  if (shape) return shape
  const content = body as Content
  const refund = world.book.get('refund', content.out_refund_no)
  const order = refund && world.book.get('order', refund.tradeNumber)
  if (!refund || !order || refund.refundId !== asked.refundId || order.content.sub_mchid !== content.sub_mchid)
    return refused('RESOURCE_NOT_EXISTS', '退款单不存在', { number: numbers.orderUnknown })
  const card = content.type === 'USER_BANK_CARD' ? checkCard(world, content, asked) : null
  if (card) return card
  if (refund.status !== 'ABNORMAL') return refused('INVALID_REQUEST', '退款单状态不是退款异常，不支持此操作')
  const { endedAt: _, ...before } = refund
  const { endsAs, afterMs } = asked.course()
  const again: Refund = { ...before, status: 'PROCESSING', endsAs, endsAt: now + afterMs, toCard: content.type }
  world.book.put('refund', refund.refundNumber, again)
  return answered(describeRefund(order, again))
}

/** A driver's card is named by its bank, and by number and holder that only WeChat Pay can read. */
function checkCard(
  world: World,
  content: Content,
  { serial, now }: { readonly serial: string | undefined; readonly now: number },
): Answer | null {
  for (const name of ['bank_type', 'bank_account', 'real_name'] as const) {
    const value = content[name]
    if (value === undefined) return badField('body', `/${name}`, '', '退款至用户银行卡时，此字段为必填项')
    if (name === 'bank_type') continue
    const read = readSensitive(world.account(), { serial, now, field: `/${name}`, value })
    if ('refusal' in read) return read.refusal
    if (name === 'bank_account' && !/^\d{8,32}$/.test(read.text))
      return badField('body', '/bank_account', value, '银行卡号格式不正确')
  }
  return null
}

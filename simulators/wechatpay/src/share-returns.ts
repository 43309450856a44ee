import { type Answer, answered, badField, numbers, refused } from './answer.ts'
import type { Asked } from './api.ts'
import type { ShareReturn } from './book.ts'
import { checkFields, writeTime } from './fields.ts'
import { canonical } from './orders.ts'
import { checkOwner } from './refunds.ts'
import { randomDigits } from './sealing.ts'
import { returnAskFields, returnFields } from './share-fields.ts'
import { tooOften } from './shares.ts'
import type { Works } from './works.ts'

/* Shares given back (wechat-pay.md 14.6). */

const day = 86_400_000
const usualMs = 2_000
const hour = 3_600_000
const returnableMs = 180 * day
const mostReturnsPerShare = 50
const returnsPerSecond = 100

type Content = {
  readonly sub_mchid?: string
  readonly order_id?: string
  readonly out_order_no?: string
  readonly out_return_no: string
  readonly return_mchid: string
  readonly amount: number
  readonly description: string
}

const unknown = (what: string) => refused('RESOURCE_NOT_EXISTS', what, { number: numbers.orderUnknown })

/** `POST /v3/profitsharing/return-orders` */
export function applyReturn(works: Works, { body, now }: Asked): Answer {
  const shape = checkFields(returnFields, body, 'body') ?? checkOwner(works, body as Content)
  if (shape) return shape
  if (!works.rates.allows('return', returnsPerSecond, now)) return tooOften
  const content = body as Content
  if ((content.order_id === undefined) === (content.out_order_no === undefined))
    return badField('body', '/out_order_no', content.out_order_no, 'order_id和out_order_no二选一')
  const { book } = works
  const share =
    content.out_order_no === undefined
      ? book.all('share').find(({ orderId }) => orderId === content.order_id)
      : book.get('share', content.out_order_no)
  const order = share && book.get('order', share.tradeNumber)
  if (!share || order?.content.sub_mchid !== content.sub_mchid) return unknown('分账单不存在')
  const known = book.get('share-return', content.out_return_no)
  if (known)
    return known.content === canonical(content)
      ? answered(describeReturn(works, known, content.sub_mchid))
      : refused('INVALID_REQUEST', '商户回退单号重复，且参数与首次请求不一致', { number: numbers.otherContent })
  const part = share.parts.find(({ type, account }) => type === 'MERCHANT_ID' && account === content.return_mchid)
  if (part?.result !== 'SUCCESS') return refused('INVALID_REQUEST', '回退方未收到该分账单的资金')
  if (now > share.endedAt! + returnableMs) return refused('INVALID_REQUEST', '分账单已超过可回退期限')
  const before = book
    .all('share-return')
    .filter((one) => one.shareNumber === share.shareNumber && one.result !== 'FAILED')
  if (before.length >= mostReturnsPerShare) return refused('RULE_LIMIT', '分账回退次数超过限制')
  const returned = before.filter(({ from }) => from === part.account).reduce((sum, { amount }) => sum + amount, 0)
  if (returned + content.amount > part.amount) return refused('NOT_ENOUGH', '回退金额超过已分账金额')
  const slow = works.faults.take('return-slow')
  const one: ShareReturn = {
    returnNumber: content.out_return_no,
    returnId: `31${randomDigits(26)}`,
    shareNumber: share.shareNumber,
    content: canonical(content),
    from: content.return_mchid,
    amount: content.amount,
    description: content.description,
    createdAt: now,
    endsAt: now + (slow ? (slow.ms ?? hour) : usualMs),
    endsBy: works.faults.take('return-fails') ? 'BALANCE_NOT_ENOUGH' : null,
    result: 'PROCESSING',
  }
  book.put('share-return', one.returnNumber, one)
  return answered(describeReturn(works, one, content.sub_mchid))
}

/** `GET /v3/profitsharing/return-orders/{out_return_no}` */
export function queryReturn(works: Works, { part, query }: Asked): Answer {
  const shape = checkFields(returnAskFields, query, 'query') ?? checkOwner(works, query)
  if (shape) return shape
  const one = works.book.get('share-return', part)
  const share = one && works.book.get('share', one.shareNumber)
  const order = share && works.book.get('order', share.tradeNumber)
  if (!one || one.shareNumber !== query.out_order_no || order?.content.sub_mchid !== query.sub_mchid)
    return unknown('回退单不存在')
  return answered(describeReturn(works, one, order?.content.sub_mchid))
}

const describeReturn = ({ book }: Works, one: ShareReturn, sub: string | undefined) => ({
  ...(sub === undefined ? {} : { sub_mchid: sub }),
  order_id: book.get('share', one.shareNumber)!.orderId,
  out_order_no: one.shareNumber,
  out_return_no: one.returnNumber,
  return_id: one.returnId,
  return_mchid: one.from,
  amount: one.amount,
  description: one.description,
  result: one.result,
  ...(one.result === 'FAILED' ? { fail_reason: one.endsBy } : {}),
  create_time: writeTime(one.createdAt),
  ...(one.endedAt === undefined ? {} : { finish_time: writeTime(one.endedAt) }),
})

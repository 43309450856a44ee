import { type Answer, answered, badField, numbers, refused } from './answer.ts'
import type { Asked } from './api.ts'
import type { Order, Share, SharePart, ShareReturn } from './book.ts'
import { checkFields, writeTime } from './fields.ts'
import { shareNotice } from './notices.ts'
import { canonical } from './orders.ts'
import { checkAppid, findReceiver, ownerIn } from './receivers.ts'
import { checkOwner } from './refunds.ts'
import { isFrozen, restOf, sharedOf } from './rest.ts'
import { randomDigits } from './sealing.ts'
import { readSensitive } from './sensitive.ts'
import { shareAskFields, shareFields, unfreezeFields } from './share-fields.ts'
import type { Works } from './works.ts'

/* Shares and releases (wechat-pay.md 14.3 to 14.5, 14.7). */

const minute = 60_000
const usualMs = 2_000
const hour = 3_600_000
export const mostSharesPerOrder = 50
export const sharesPerSecond = 300
export const usualShareLimit = 3_000

type Content = {
  readonly sub_mchid?: string
  readonly appid?: string
  readonly transaction_id: string
  readonly out_order_no: string
  readonly receivers: readonly (Pick<SharePart, 'type' | 'account' | 'amount' | 'description'> & {
    readonly name?: string
  })[]
  readonly unfreeze_unsplit: boolean
}

export const tooOften = refused('FREQUENCY_LIMITED', '频率超限，请降低请求频率后重试', { number: numbers.rateLimit })
const numberUsed = refused('INVALID_REQUEST', '商户分账单号重复，且参数与首次请求不一致', {
  number: numbers.otherContent,
})

/** `POST /v3/profitsharing/orders` */
export function applyShare(works: Works, { body, serial, now }: Asked): Answer {
  const shape = checkFields(shareFields, body, 'body') ?? checkOwner(works, body as Content)
  if (shape) return shape
  if (!works.rates.allows('share', sharesPerSecond, now)) return tooOften
  const given = body as Content
  const names: string[] = []
  for (const [index, { name }] of given.receivers.entries()) {
    if (name === undefined) continue
    const read = readSensitive(works.account(), { serial, field: `/receivers/${index}/name`, value: name, now })
    if ('refusal' in read) return read.refusal
    names[index] = read.text
  }
  // A name is sealed anew each time, so what was sealed is what a repeat is compared by.
  const content = canonical({
    ...given,
    receivers: given.receivers.map(({ name: _, ...rest }, index) => ({ ...rest, name: names[index] ?? '' })),
  })
  const known = works.book.get('share', given.out_order_no)
  if (known) return known.content === content ? answered(describeShare(works, known, given.sub_mchid)) : numberUsed
  const order = findPaid(works, given)
  if ('refusal' in order) return order.refusal
  const refusal = checkAppid(works, given) ?? checkShare(works, order.order, given, names, now)
  if (refusal) return refusal
  const course = courseOf(works)
  const share: Share = {
    shareNumber: given.out_order_no,
    orderId: `30${randomDigits(26)}`,
    tradeNumber: order.order.tradeNumber,
    content,
    finish: given.unfreeze_unsplit,
    createdAt: now,
    endsAt: now + course.afterMs,
    parts: given.receivers.map(({ type, account, amount, description }, index) => ({
      type,
      account,
      amount,
      description,
      detailId: `36${randomDigits(26)}`,
      result: 'PENDING',
      endsBy: course.failure(index),
    })),
  }
  works.book.put('share', share.shareNumber, share)
  return answered(describeShare(works, share, given.sub_mchid))
}

function courseOf({ faults }: Works): { readonly afterMs: number; readonly failure: (index: number) => string | null } {
  const slow = faults.take('share-slow')
  const closed = faults.take('share-closed') !== null
  const abnormal = !closed && faults.take('receiver-abnormal') !== null
  return {
    afterMs: slow ? (slow.ms ?? hour) : usualMs,
    failure: (index) => (closed ? 'PAYER_ACCOUNT_ABNORMAL' : abnormal && index === 0 ? 'ACCOUNT_ABNORMAL' : null),
  }
}

function findPaid(
  { book }: Works,
  content: Pick<Content, 'transaction_id' | 'sub_mchid'>,
): { readonly order: Order } | { readonly refusal: Answer } {
  const order = book.orderOfTransaction(content.transaction_id)
  return order && order.content.sub_mchid === content.sub_mchid
    ? { order }
    : { refusal: refused('RESOURCE_NOT_EXISTS', '订单不存在', { number: numbers.orderUnknown }) }
}

/** What holds for a share and for a release. */
function checkSharable({ book }: Works, order: Order, now: number): Answer | null {
  if (order.content.settle_info?.profit_sharing !== true || order.state !== 'SUCCESS')
    return refused('INVALID_REQUEST', '非分账订单不支持分账')
  if (now < order.paid!.at + minute) return refused('INVALID_REQUEST', '订单处理中，暂时无法分账，请稍后再试')
  if (book.sharesOf(order.tradeNumber).length >= mostSharesPerOrder)
    return refused('RULE_LIMIT', '单笔订单分账次数超过限制')
  return isFrozen(book, order, now) ? null : refused('NOT_ENOUGH', '剩余可分账金额为0')
}

function checkShare(
  works: Works,
  order: Order,
  content: Content,
  names: readonly string[],
  now: number,
): Answer | null {
  const sharable = checkSharable(works, order, now)
  if (sharable) return sharable
  const accounts = content.receivers.map(({ type, account }) => `${type}/${account}`)
  if (new Set(accounts).size < accounts.length) return refused('INVALID_REQUEST', '分账接收方重复')
  for (const [index, { type, account }] of content.receivers.entries()) {
    const known = findReceiver(works.book, { owner: ownerIn(works, content), type, account })
    if (!known) return refused('INVALID_REQUEST', '分账接收方不存在，请先添加分账接收方')
    const name = names[index]
    if (name !== undefined && known.name !== undefined && name !== known.name)
      return badField('body', `/receivers/${index}/name`, '', '分账接收方姓名与登记的不一致')
  }
  const sum = content.receivers.reduce((total, { amount }) => total + amount, 0)
  if (sum > restOf(works.book, order, now)) return refused('NOT_ENOUGH', '分账金额超过剩余可分账金额')
  const limit = works.account().shareLimit ?? usualShareLimit
  if ((sharedOf(works.book, order) + sum) * 10_000 > order.content.amount.total * limit)
    return refused('RULE_LIMIT', '分账金额超过最大分账比例')
  return null
}

/** `POST /v3/profitsharing/orders/unfreeze`. Under the number of a share it answers well, and releases nothing. */
export function unfreeze(works: Works, { body, now }: Asked): Answer {
  const shape = checkFields(unfreezeFields, body, 'body') ?? checkOwner(works, body as Content)
  if (shape) return shape
  const given = body as Content
  const found = findPaid(works, given)
  if ('refusal' in found) return found.refusal
  const known = works.book.get('share', given.out_order_no)
  if (known)
    return known.tradeNumber === found.order.tradeNumber
      ? answered(describeShare(works, known, given.sub_mchid))
      : numberUsed
  const refusal = checkSharable(works, found.order, now)
  if (refusal) return refusal
  const slow = works.faults.take('share-slow')
  const share: Share = {
    shareNumber: given.out_order_no,
    orderId: `30${randomDigits(26)}`,
    tradeNumber: found.order.tradeNumber,
    content: canonical(given),
    finish: true,
    createdAt: now,
    endsAt: now + (slow ? (slow.ms ?? hour) : usualMs),
    parts: [],
  }
  works.book.put('share', share.shareNumber, share)
  return answered(describeShare(works, share, given.sub_mchid))
}

/** `GET /v3/profitsharing/orders/{out_order_no}` */
export function queryShare(works: Works, { part, query }: Asked): Answer {
  const shape = checkFields(shareAskFields, query, 'query') ?? checkOwner(works, query)
  if (shape) return shape
  const share = works.book.get('share', part)
  const order = share && works.book.get('order', share.tradeNumber)
  if (!share || order?.paid?.transactionId !== query.transaction_id || order?.content.sub_mchid !== query.sub_mchid)
    return refused('RESOURCE_NOT_EXISTS', '分账单不存在', { number: numbers.orderUnknown })
  return answered(describeShare(works, share, order?.content.sub_mchid))
}

/** `GET /v3/profitsharing/transactions/{transaction_id}/amounts` */
export function queryRest(works: Works, { part, now }: Asked): Answer {
  const order = works.book.orderOfTransaction(part)
  if (!order) return refused('RESOURCE_NOT_EXISTS', '订单不存在', { number: numbers.orderUnknown })
  return answered({ transaction_id: part, unsplit_amount: restOf(works.book, order, now) })
}

/** `GET /v3/profitsharing/merchant-configs/{sub_mchid}` */
export function queryLimit(works: Works, { part }: Asked): Answer {
  const { subMerchants, shareLimit = usualShareLimit } = works.account()
  if (works.mode === 'direct' || !subMerchants.some(({ mchid }) => mchid === part))
    return refused('NO_AUTH', '商户号没有查询权限')
  return answered({ sub_mchid: part, max_ratio: shareLimit })
}

function describeShare({ book }: Works, share: Share, sub: string | undefined): Record<string, unknown> {
  const isOver = share.endedAt !== undefined
  return {
    ...(sub === undefined ? {} : { sub_mchid: sub }),
    transaction_id: book.get('order', share.tradeNumber)!.paid!.transactionId,
    out_order_no: share.shareNumber,
    order_id: share.orderId,
    state: isOver ? 'FINISHED' : 'PROCESSING',
    receivers: share.parts.map(({ amount, description, type, account, result, endsBy, detailId }) => ({
      amount,
      description,
      type,
      account,
      result,
      ...(result === 'CLOSED' ? { fail_reason: endsBy } : {}),
      detail_id: detailId,
      create_time: writeTime(share.createdAt),
      finish_time: writeTime(share.endedAt ?? share.endsAt),
    })),
  }
}

/** Shares whose time has come: each part for itself, and receivers hear of what they got. */
export function endDueShares(works: Works, now: number): void {
  for (const key of [...works.book.unfinished.share]) {
    const share = works.book.get('share', key)!
    if (share.endsAt > now) continue
    const parts = share.parts.map(
      (part): SharePart => ({ ...part, result: part.endsBy === null ? 'SUCCESS' : 'CLOSED' }),
    )
    const ended: Share = { ...share, parts, endedAt: share.endsAt }
    works.store.together(() => {
      works.book.put('share', share.shareNumber, ended)
      for (const part of parts) if (part.result === 'SUCCESS') tellReceiver(works, ended, part, 'SUCCESS')
    })
  }
}

/** Only one receiver has an address that we could tell: the account itself. */
function tellReceiver(works: Works, share: Share, part: SharePart, way: 'SUCCESS' | 'RETURN'): void {
  const { mchid, shareNotifyUrl: url } = works.account()
  if (url === undefined || part.type !== 'MERCHANT_ID' || part.account !== mchid) return
  const order = works.book.get('order', share.tradeNumber)!
  const notice = shareNotice(order, share, part, way, works.clock.now())
  works.notifier.enqueue({ tradeNumber: share.tradeNumber, url }, notice)
}

export function endDueReturns(works: Works, now: number): void {
  for (const key of [...works.book.unfinished['share-return']]) {
    const one = works.book.get('share-return', key)!
    if (one.endsAt > now) continue
    const result = one.endsBy === null ? 'SUCCESS' : 'FAILED'
    const ended: ShareReturn = { ...one, result, endedAt: one.endsAt }
    const share = works.book.get('share', one.shareNumber)!
    const part = share.parts.find(({ account }) => account === one.from)!
    works.store.together(() => {
      works.book.put('share-return', one.returnNumber, ended)
      if (result === 'SUCCESS') tellReceiver(works, share, { ...part, amount: one.amount }, 'RETURN')
    })
  }
}

import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from '../channel.ts'
import type { Receiver, ShareAsked, ShareOrder, ShareReturn } from '../shares.ts'
import type { Account } from './account.ts'
import type { ApiRequest } from './client.ts'
import type { Json } from './json.ts'
import type { RingKey } from './key-ring.ts'
import { encryptField } from './oaep.ts'
import { post } from './order.ts'
import { cleanText } from './text.ts'

/*
 * The requests of wechat-pay.md 14. The same order gives the same content; names are encrypted anew each time, which the
 * other side does not mind, because it compares what it decrypts.
 */

const root = '/v3/profitsharing'
const descriptionLimit = 80
const mostParts = 50

const refused = (code: string, message: string) => err({ kind: 'refused' as const, code, message, alarm: true })

const subOf = (account: Account): Json => (account.mode === 'partner' ? { sub_mchid: account.subMchid } : {})
const whose = (account: Account): Json => ({
  ...subOf(account),
  appid: account.mode === 'partner' ? account.spAppid : account.appid,
})
const typeOf = ({ kind }: Receiver) => (kind === 'merchant' ? 'MERCHANT_ID' : 'PERSONAL_OPENID')
const whoseQuery = (account: Account) => (account.mode === 'partner' ? `&sub_mchid=${account.subMchid}` : '')

/** Encrypts names; without one no key is needed and none is named. */
type Names = { readonly key: RingKey | undefined }

function nameOf({ name }: Receiver, { key }: Names): Result<Json, ChannelError> {
  if (name === undefined) return ok({})
  if (key === undefined) return refused('NO_KEY', 'no key of WeChat Pay is at hand to encrypt a name with')
  const sealed = encryptField(key.key, name)
  return sealed.ok ? ok({ name: sealed.value }) : refused('NAME_TOO_LONG', 'receiver.name: at most 214 bytes')
}

const sealedPost = (path: string, body: Json, isSealed: boolean, { key }: Names): ApiRequest => ({
  ...post(path, body),
  ...(isSealed && key ? { encryptedWith: key.serial } : {}),
})

/** 14.2. Receivers are per operator. The service provider itself has a relation of its own name. */
export function addReceiverRequest(
  account: Account,
  receiver: Receiver,
  names: Names,
): Result<ApiRequest, ChannelError> {
  if (receiver.kind === 'merchant' && !receiver.name)
    return refused('NAME_MISSING', 'receiver.name: required for a merchant')
  const name = nameOf(receiver, names)
  if (!name.ok) return name
  const isUs = account.mode === 'partner' && receiver.account === account.spMchid
  const body = {
    ...whose(account),
    type: typeOf(receiver),
    account: receiver.account,
    ...name.value,
    relation_type: isUs ? 'SERVICE_PROVIDER' : 'PARTNER',
  }
  return ok(sealedPost(`${root}/receivers/add`, body, receiver.name !== undefined, names))
}

export const removeReceiverRequest = (account: Account, receiver: Receiver): ApiRequest =>
  post(`${root}/receivers/delete`, { ...whose(account), type: typeOf(receiver), account: receiver.account })

/** 14.3. What breaks a rule that is known beforehand is refused here, and costs no call and no number. */
export function shareRequest(
  account: Account,
  order: ShareOrder,
  names: Names & { readonly largestBasisPoints: number },
): Result<ApiRequest, ChannelError> {
  const { parts } = order
  if (parts.length === 0 || parts.length > mostParts) return refused('PARTS', `parts: 1 to ${mostParts}`)
  if (new Set(parts.map(({ receiver }) => receiver.account)).size < parts.length)
    return refused('PARTS', 'parts: one a receiver')
  if (parts.some(({ amountFen }) => amountFen <= 0)) return refused('PARTS', 'parts: at least one fen each')
  const total = parts.reduce((sum, { amountFen }) => sum + amountFen, 0)
  if (BigInt(total) * 10_000n > BigInt(order.paymentFen) * BigInt(names.largestBasisPoints))
    return refused('OVER_LIMIT', `parts: at most ${names.largestBasisPoints}/10000 of the payment`)
  const receivers: Json[] = []
  for (const { receiver, amountFen, description } of parts) {
    const name = nameOf(receiver, names)
    if (!name.ok) return name
    receivers.push({
      type: typeOf(receiver),
      account: receiver.account,
      ...name.value,
      amount: amountFen,
      description: cleanText(description, descriptionLimit) || '分账',
    })
  }
  const body = {
    ...whose(account),
    transaction_id: order.channelTradeNo,
    out_order_no: order.shareNumber,
    receivers,
    unfreeze_unsplit: order.finish,
  }
  return ok(
    sealedPost(
      `${root}/orders`,
      body,
      parts.some(({ receiver }) => receiver.name !== undefined),
      names,
    ),
  )
}

/** 14.4; answers for a release too. */
export const shareQueryRequest = (account: Account, { shareNumber, channelTradeNo }: ShareAsked): ApiRequest => ({
  method: 'GET',
  path: `${root}/orders/${encodeURIComponent(shareNumber)}?transaction_id=${channelTradeNo}${whoseQuery(account)}`,
  body: '',
})

/** 14.5. */
export const releaseRequest = (account: Account, order: ShareAsked & { readonly description: string }): ApiRequest =>
  post(`${root}/orders/unfreeze`, {
    ...subOf(account),
    transaction_id: order.channelTradeNo,
    out_order_no: order.shareNumber,
    description: cleanText(order.description, descriptionLimit) || '解冻全部剩余资金',
  })

/** 14.7. */
export const restRequest = (channelTradeNo: string): ApiRequest => ({
  method: 'GET',
  path: `${root}/transactions/${encodeURIComponent(channelTradeNo)}/amounts`,
  body: '',
})

/** 14.1. */
export const limitRequest = (subMchid: string): ApiRequest => ({
  method: 'GET',
  path: `${root}/merchant-configs/${encodeURIComponent(subMchid)}`,
  body: '',
})

/** 14.6. Only merchants give back by a call. */
export function returnRequest(account: Account, order: ShareReturn): Result<ApiRequest, ChannelError> {
  if (order.from.kind !== 'merchant') return refused('NOT_A_MERCHANT', 'from: a person gives nothing back by a call')
  const body = {
    ...subOf(account),
    out_order_no: order.shareNumber,
    out_return_no: order.returnNumber,
    return_mchid: order.from.account,
    amount: order.amountFen,
    description: cleanText(order.description, descriptionLimit) || '分账回退',
  }
  return ok(post(`${root}/return-orders`, body))
}

export const returnQueryRequest = (
  account: Account,
  asked: { readonly returnNumber: string; readonly shareNumber: string },
): ApiRequest => ({
  method: 'GET',
  path: `${root}/return-orders/${encodeURIComponent(asked.returnNumber)}?out_order_no=${encodeURIComponent(asked.shareNumber)}${whoseQuery(account)}`,
  body: '',
})

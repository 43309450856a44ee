import { type Answer, answered, badField, numbers, refused } from './answer.ts'
import type { Asked } from './api.ts'
import type { Book, ShareReceiver } from './book.ts'
import { checkFields } from './fields.ts'
import { checkOwner } from './refunds.ts'
import { readSensitive } from './sensitive.ts'
import { addReceiverFields, deleteReceiverFields } from './share-fields.ts'
import type { Works } from './works.ts'

/* Who may get shares (wechat-pay.md 14.2). */

export type ReceiverContent = Pick<ShareReceiver, 'type' | 'account'> & {
  readonly sub_mchid?: string
  readonly appid?: string
  readonly name?: string
  readonly relation_type: string
  readonly custom_relation?: string
}

export const ownerIn = (works: Works, { sub_mchid }: { readonly sub_mchid?: string }): string =>
  sub_mchid ?? works.account().mchid

const keyOf = ({ owner, type, account }: ShareReceiver): string => `${owner}/${type}/${account}`
export const findReceiver = (book: Book, receiver: ShareReceiver): ShareReceiver | undefined =>
  book.get('receiver', keyOf(receiver))

export const checkAppid = (works: Works, { appid }: { readonly appid?: string }): Answer | null =>
  appid === undefined || appid === works.account().appid
    ? null
    : refused('APPID_MCHID_NOT_MATCH', '商户号和appid不匹配，请检查后再试', { number: numbers.appidNotBound })

/** `POST /v3/profitsharing/receivers/add`; adding twice is adding once, and overwrites nothing. */
export function addReceiver(works: Works, { body, serial, now }: Asked): Answer {
  const shape = checkFields(addReceiverFields, body, 'body') ?? checkOwner(works, body as ReceiverContent)
  if (shape) return shape
  const content = body as ReceiverContent
  const refusal = checkAppid(works, content) ?? checkReceiver(works, content)
  if (refusal) return refusal
  const { type, account } = content
  const read =
    content.name === undefined
      ? null
      : readSensitive(works.account(), { serial, field: '/name', value: content.name, now })
  if (read && 'refusal' in read) return read.refusal
  const receiver: ShareReceiver = {
    owner: ownerIn(works, content),
    type,
    account,
    ...(read ? { name: read.text } : {}),
  }
  if (!findReceiver(works.book, receiver)) works.book.put('receiver', keyOf(receiver), receiver)
  const { sub_mchid, name, relation_type, custom_relation } = content
  return answered({
    ...(sub_mchid === undefined ? {} : { sub_mchid }),
    type,
    account,
    ...(name === undefined ? {} : { name }),
    relation_type,
    ...(custom_relation === undefined ? {} : { custom_relation }),
  })
}

function checkReceiver(works: Works, content: ReceiverContent): Answer | null {
  const { type, account, name, relation_type, custom_relation } = content
  if (type === 'MERCHANT_ID' && name === undefined)
    return badField('body', '/name', '', '分账接收方类型为MERCHANT_ID时，此字段为必填项')
  if (type === 'MERCHANT_ID' && !/^\d{8,32}$/.test(account))
    return badField('body', '/account', account, '商户号格式不正确')
  if ((relation_type === 'CUSTOM') !== (custom_relation !== undefined))
    return badField('body', '/custom_relation', custom_relation, '与relation_type不一致')
  if (type === 'PERSONAL_OPENID' && works.book.get('openid', account)?.appid !== works.account().appid)
    return refused('INVALID_REQUEST', '无效的openid，请检查openid与appid是否匹配')
  return null
}

/** `POST /v3/profitsharing/receivers/delete` */
export function deleteReceiver(works: Works, { body }: Asked): Answer {
  const shape = checkFields(deleteReceiverFields, body, 'body') ?? checkOwner(works, body as ReceiverContent)
  if (shape) return shape
  const content = body as ReceiverContent
  const wrong = checkAppid(works, content)
  if (wrong) return wrong
  const { type, account, sub_mchid } = content
  works.book.remove('receiver', keyOf({ owner: ownerIn(works, content), type, account }))
  return answered({ ...(sub_mchid === undefined ? {} : { sub_mchid }), type, account })
}

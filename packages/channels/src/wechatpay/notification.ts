import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Heard, NotificationRefusal, NotificationReply, RawNotification } from '../channel.ts'
import { accountKeyIn } from './account.ts'
import { unseal } from './aes-gcm.ts'
import { isCashChangeEvent, readCashChangeNotice } from './cash-change.ts'
import { asObject, readObject, textOf } from './json.ts'
import { readPayment, readRefund, type Unreadable } from './meaning.ts'
import type { WechatPaySettings } from './settings.ts'
import { isShareEvent, readShareNotice } from './share-answers.ts'
import type { Headers } from './verify.ts'

export type OpenedNotification = { readonly id: string; readonly event: string; readonly plaintext: string }

/** Verifies first, decrypts second (wechat-pay.md 5.2). */
export async function openNotification(
  verify: (headers: Headers, body: Uint8Array) => Promise<Result<void, NotificationRefusal>>,
  apiV3Key: Uint8Array,
  raw: RawNotification,
): Promise<Result<OpenedNotification, NotificationRefusal>> {
  const verified = await verify(raw.headers, raw.body)
  if (!verified.ok) return verified
  const envelope = readObject(raw.body)
  const resource = asObject(envelope?.resource)
  const id = textOf(envelope?.id)
  const event = textOf(envelope?.event_type)
  const nonce = textOf(resource?.nonce)
  const ciphertext = textOf(resource?.ciphertext)
  if (!id || !event || !nonce || !ciphertext) return malformed('id, event_type or resource is missing')
  if (resource?.algorithm !== 'AEAD_AES_256_GCM') return malformed('resource.algorithm is not supported')
  const associatedData = textOf(resource.associated_data) ?? ''
  const plaintext = unseal(apiV3Key, { nonce, ciphertext, associatedData })
  return plaintext.ok
    ? ok({ id, event, plaintext: plaintext.value })
    : malformed('resource does not decrypt: is the APIv3 key right?')
}

type Ours = Pick<WechatPaySettings, 'mode' | 'mchid' | 'appid'>

/** What an opened notification says (wechat-pay.md 10, 12.4). Events of products we do not use are `other`. */
export function readHeard(ours: Ours, opened: OpenedNotification): Result<Heard, NotificationRefusal> {
  const { id: notificationId, event } = opened
  const kind = kindOf(event)
  if (isShareEvent(event)) return readShareHeard(ours, opened)
  if (isCashChangeEvent(event)) return readCashChangeHeard(ours, opened)
  if (kind === 'other') return ok({ kind, notificationId, event })
  const facts = readObject(opened.plaintext)
  if (facts === null) return malformed('the plaintext is no JSON object')
  // Deductions of the parking service share the event's name; they are another product (15.6).
  if (facts.trade_scene === 'PARKING') return ok({ kind: 'other', notificationId, event })
  if (kind === 'payment') {
    const payment = readPayment(ours, facts)
    return payment.ok ? ok({ kind, notificationId, ...payment.value }) : unbelieved(payment.error)
  }
  if (accountKeyIn(ours, facts) === null) return err({ kind: 'not-ours', detail: 'another merchant number' })
  const refund = readRefund(facts)
  return refund.ok ? ok({ kind, notificationId, ...refund.value }) : unbelieved(refund.error)
}

/** A notice that cannot be read, or is about another account, is still only a notice: nothing waits for it (14.7). */
function readShareHeard(ours: Ours, { id: notificationId, event, plaintext }: OpenedNotification) {
  const facts = readObject(plaintext)
  const isOurs = facts !== null && accountKeyIn(ours, facts) !== null
  const share = isOurs ? readShareNotice(event, facts) : null
  return ok({ kind: 'other' as const, notificationId, event, ...(share ? { share } : {}) })
}

/** Likewise of cash change, which is asked about before anything is believed. */
function readCashChangeHeard(ours: Ours, { id: notificationId, event, plaintext }: OpenedNotification) {
  const facts = readObject(plaintext)
  const cashChange = facts === null ? null : readCashChangeNotice(ours, facts)
  return ok({ kind: 'other' as const, notificationId, event, ...(cashChange ? { cashChange } : {}) })
}

function kindOf(event: string): Heard['kind'] {
  switch (event) {
    case 'TRANSACTION.SUCCESS':
      return 'payment'
    case 'REFUND.SUCCESS':
    case 'REFUND.ABNORMAL':
    case 'REFUND.CLOSED':
      return 'refund'
    default:
      return 'other'
  }
}

const malformed = (detail: string) => err({ kind: 'malformed' as const, detail })
const unbelieved = ({ kind, detail }: Unreadable) => err({ kind, detail })

/** Anything but 200 or 204 makes WeChat Pay send it again, which a probe and a passing fault of ours both need (5.2). */
export const replyTo = (outcome: 'accepted' | 'refused'): NotificationReply =>
  outcome === 'accepted'
    ? { status: 200, contentType: 'application/json', body: '{"code":"SUCCESS","message":"成功"}' }
    : { status: 400, contentType: 'application/json', body: '{"code":"FAIL","message":"验签或解密失败"}' }

import { createDecipheriv, createHash } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type {
  ChannelError,
  Heard,
  NotificationRefusal,
  NotificationReply,
  RawNotification,
  RefundOrder,
  RefundState,
} from '../channel.ts'
import type { Account } from './account.ts'
import { fromBase64 } from './base64.ts'
import { bareCode, refundErrorOf } from './errors.ts'
import { malformedAnswer } from './order.ts'
import { cleanText, reasonLimit } from './text.ts'
import type { V2Call, V2Settings } from './v2-client.ts'
import type { V2Fields } from './v2-sign.ts'
import { readV2Xml, writeV2Xml } from './v2-xml.ts'

/* Refunds of code payments by the interface that paid them, for accounts that may not cross to v3 (wechat-pay.md 12.5). */

export const v2RefundCall = (account: Account, refund: RefundOrder): V2Call => ({
  path: '/secapi/pay/refund',
  account,
  fields: {
    out_trade_no: refund.tradeNumber,
    out_refund_no: refund.refundNumber,
    total_fee: String(refund.paymentFen),
    refund_fee: String(refund.amountFen),
    refund_desc: cleanText(refund.reason, reasonLimit),
    notify_url: refund.notifyUrl,
  },
})

/** A yes means accepted, not done: what became of it is asked. */
export function readV2Refund(refund: RefundOrder, fields: V2Fields): Result<RefundState, ChannelError> {
  if (fields.result_code === 'SUCCESS')
    return fields.out_refund_no === refund.refundNumber && fields.out_trade_no === refund.tradeNumber
      ? ok({ state: 'pending' })
      : malformedAnswer('the answer is about another refund')
  const code = fields.err_code || null
  if (code !== null && bareCode(code) === 'NOTENOUGH') return ok({ state: 'pending', code: 'NOT_ENOUGH' })
  const message = fields.err_code_des?.slice(0, 200) ?? ''
  return err(refundErrorOf({ status: 400, code, message, requestNumber: null }))
}

/** The one notification that is XML. */
export const isV2Notification = ({ body }: RawNotification): boolean => body[0] === 0x3c

/**
 * Reads the XML notification of a refund. It is encrypted under the APIv2 key and not signed, and ECB lets anybody put
 * the pieces of two messages together: it says which refund is worth asking about, and never that one is done.
 */
export function readV2Notification(
  v2: V2Settings,
  ours: { readonly mchid: string },
  raw: RawNotification,
): Result<Heard, NotificationRefusal> {
  const envelope = readV2Xml(Buffer.from(raw.body).toString('utf8'))
  if (!envelope.ok) return malformed('no XML of this kind')
  if (envelope.value.mch_id !== ours.mchid) return err({ kind: 'not-ours', detail: 'another merchant number' })
  const plain = decrypted(v2.apiV2Key, envelope.value.req_info ?? '')
  const facts = plain === null ? null : readV2Xml(plain, 'root')
  if (!facts?.ok) return malformed('req_info does not decrypt: is the APIv2 key right?')
  const { out_trade_no: tradeNumber, out_refund_no: refundNumber, refund_id, refund_status } = facts.value
  if (!tradeNumber || !refundNumber) return malformed('a number is missing')
  const state: RefundState = { state: 'pending', code: 'UNSIGNED' }
  const notificationId = `v2-${refund_id ?? refundNumber}-${refund_status ?? ''}`
  return ok({ kind: 'refund', notificationId, tradeNumber, refundNumber, state })
}

const malformed = (detail: string) => err({ kind: 'malformed' as const, detail })

/** AES-256-ECB under the lower-case MD5 of the APIv2 key; `null` when it does not fit. */
function decrypted(apiV2Key: string, sealed: string): string | null {
  const bytes = fromBase64(sealed)
  if (bytes === null) return null
  const decipher = createDecipheriv('aes-256-ecb', createHash('md5').update(apiV2Key).digest('hex'), null)
  try {
    return Buffer.concat([decipher.update(bytes), decipher.final()]).toString('utf8')
  } catch {
    return null // `final` throws for exactly one reason: length or padding do not fit
  }
}

export const replyToV2 = (outcome: 'accepted' | 'refused'): NotificationReply => {
  const fields =
    outcome === 'accepted'
      ? { return_code: 'SUCCESS', return_msg: 'OK' }
      : { return_code: 'FAIL', return_msg: '解密失败' }
  return {
    status: outcome === 'accepted' ? 200 : 400,
    contentType: 'text/xml; charset=utf-8',
    body: writeV2Xml(fields),
  }
}

import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ApplicationNotice } from '../applications.ts'
import type { Heard, NotificationRefusal, NotificationReply } from '../channel.ts'
import { readObject, textOf } from './json.ts'
import type { Signed } from './key-ring.ts'
import { readTrade } from './meaning.ts'
import { type Params, signedText } from './sign.ts'

/**
 * What the signature may leave out, by family: trade notifications leave out `sign_type`, messages of the application
 * gateway do not; of `alipay_cert_sn` both are seen (alipay.md 8.2). Trying all is safe, since each needs Alipay's key.
 */
const families: readonly (readonly string[])[] = [
  ['sign', 'sign_type', 'alipay_cert_sn'],
  ['sign', 'sign_type'],
  ['sign', 'alipay_cert_sn'],
  ['sign'],
]

const malformed = (detail: string) => err({ kind: 'malformed' as const, detail })

/** Reads the form, decoding it exactly once. A name that comes twice has no one meaning and is refused. */
export function readForm(body: Uint8Array): Result<Params, NotificationRefusal> {
  const pairs = [...new URLSearchParams(Buffer.from(body).toString('utf8'))]
  const params: Params = Object.fromEntries(pairs)
  if (Object.keys(params).length !== pairs.length) return malformed('a field comes twice')
  // We ask for UTF-8 with every order, and that is what notifications about it come in (alipay.md 2.2).
  if (!/^utf-?8$/i.test(params.charset ?? 'utf-8')) return malformed('charset is not the one we ask for')
  return ok(params)
}

/** What of a notification is signed, and by whom. */
export function signedPart(params: Params): Result<Signed, NotificationRefusal> {
  const { sign, sign_type: type, alipay_cert_sn: certSn } = params
  if (!sign) return malformed('sign is missing')
  if (type !== 'RSA2')
    return err({ kind: 'bad-signature', detail: `signature type not configured: ${type?.slice(0, 40)}` })
  const texts = [...new Set(families.map((without) => signedText(params, without)))]
  return ok({ texts, sign, certSn: textOf(certSn) })
}

/**
 * What a verified notification says (alipay.md 8.3, 8.4). A refund comes as one more `TRADE_SUCCESS`, or as `TRADE_CLOSED`:
 * it is told by its own number or its time, and what it says of money is cumulative, so it is only a reason to ask.
 */
export function readHeard(ours: { readonly appId: string }, params: Params): Result<Heard, NotificationRefusal> {
  if (params.app_id !== ours.appId) return err({ kind: 'not-ours', detail: 'another application' })
  const notificationId = textOf(params.notify_id)
  if (notificationId === null) return malformed('notify_id is missing')
  if (params.notify_type !== 'trade_status_sync') {
    const event = textOf(params.msg_method) ?? textOf(params.notify_type) ?? 'unnamed'
    const application = applicationIn(event, params.biz_content)
    return ok({ kind: 'other', notificationId, event, ...(application ? { application } : {}) })
  }
  const refundNumber = textOf(params.out_biz_no)
  const tradeNumber = textOf(params.out_trade_no)
  if (refundNumber !== null && tradeNumber !== null)
    return ok({ kind: 'refund', notificationId, tradeNumber, refundNumber, state: { state: 'pending', code: 'ASK' } })
  // Given back by another hand than ours, e.g. in the merchant portal.
  if (textOf(params.gmt_refund) ?? textOf(params.refund_fee))
    return ok({ kind: 'other', notificationId, event: 'refund' })
  const sellerId = textOf(params.seller_id)
  if (sellerId === null) return malformed('seller_id is missing')
  const trade = readTrade(params, sellerId)
  return trade.ok ? ok({ kind: 'payment', notificationId, ...trade.value }) : malformed(trade.error)
}

/** Messages of the application gateway say which application they are about (alipay.md 13.1); its state is asked for. */
function applicationIn(event: string, biz: string | undefined): ApplicationNotice | null {
  if (!/^ant\.merchant\.expand\.indirect\.zft\.(?:passed|rejected)$/.test(event)) return null
  const applicationNumber = textOf(readObject(biz ?? '')?.external_id)
  return applicationNumber === null ? null : { applicationNumber }
}

/** Exactly this; anything but `success` makes Alipay send it again (alipay.md 8.1). */
export const replyTo = (outcome: 'accepted' | 'refused'): NotificationReply => ({
  status: outcome === 'accepted' ? 200 : 400,
  contentType: 'text/plain',
  body: outcome === 'accepted' ? 'success' : 'fail',
})

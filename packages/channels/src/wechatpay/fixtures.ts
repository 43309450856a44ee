import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Order, RawNotification, RefundOrder } from '../channel.ts'
import { seal } from './aes-gcm.ts'
import { type WechatPaySettings, wechatPayProduction } from './settings.ts'
import { secondsOf } from './time.ts'

/*
 * What the tests of this folder share: a merchant, WeChat Pay's side of the keys, and messages signed like WeChat Pay
 * signs them. Everything has a default, so whatever a test sets is what it is about.
 */

export const at = (text: string): Instant => Date.parse(text) as Instant
export const noon = at('2026-06-01T12:00:00+08:00')

export type Pair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
export const aKeyPair = (): Pair => generateKeyPairSync('rsa', { modulusLength: 2048 })
export const pemOf = (key: KeyObject): string =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString()

export const merchant = aKeyPair()
export const platform = aKeyPair()
export const publicKeyId = 'PUB_KEY_ID_0112345678902026060100000000000001'
export const apiV3Key = '0123456789abcdef0123456789abcdef'

export const someSettings = (told: Partial<WechatPaySettings> = {}): WechatPaySettings => ({
  ...wechatPayProduction,
  mode: 'direct',
  mchid: '1900000001',
  appid: 'wx1111111111111111',
  appSecret: 'an app secret',
  merchantPrivateKey: pemOf(merchant.privateKey),
  merchantSerial: '3775B6A45ACD588826D15E583A95F5DD00000001',
  apiV3Key,
  ...(told.certificates ? {} : { publicKey: { id: publicKeyId, pem: pemOf(platform.publicKey) } }),
  ...told,
})

export const anOrder = (told: Partial<Order> = {}): Order => ({
  tradeNumber: '10010000007000000000000000123456',
  amountFen: fen(1000),
  description: '停车费 阳光花园 粤B·1**45',
  payer: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  place: 'wallet',
  createdAt: noon,
  expiresAt: at('2026-06-01T12:10:00+08:00'),
  notifyUrl: 'https://pay.example.com/notify/wechatpay',
  ...told,
})

export const aRefund = (told: Partial<RefundOrder> = {}): RefundOrder => ({
  tradeNumber: '10010000007000000000000000123456',
  refundNumber: '20010000007000000000000000123457',
  amountFen: fen(400),
  paymentFen: fen(1000),
  reason: '重复支付退款',
  notifyUrl: 'https://pay.example.com/notify/wechatpay/refund',
  ...told,
})

/** Table 9.2 for `anOrder`, paid, direct mode. */
export const paidFacts = (told: Readonly<Record<string, unknown>> = {}) => ({
  appid: 'wx1111111111111111',
  mchid: '1900000001',
  out_trade_no: anOrder().tradeNumber,
  transaction_id: '4200002345202606011234567890',
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  success_time: '2026-06-01T12:00:30+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 1000, payer_total: 900, currency: 'CNY', payer_currency: 'CNY' },
  ...told,
})

export const refundFacts = (told: Readonly<Record<string, unknown>> = {}) => ({
  refund_id: '50000000382019052709732678859',
  out_refund_no: aRefund().refundNumber,
  transaction_id: '4200002345202606011234567890',
  out_trade_no: aRefund().tradeNumber,
  success_time: '2026-06-01T12:05:00+08:00',
  amount: { total: 1000, refund: 400, payer_total: 1000, payer_refund: 400, currency: 'CNY' },
  ...told,
})

export type SignedBy = { readonly key?: KeyObject; readonly serial?: string; readonly at?: Instant }

/** The headers WeChat Pay puts on an answer or a notification (5.1). */
export function signedHeaders(body: string, by: SignedBy = {}): Record<string, string> {
  const timestamp = secondsOf(by.at ?? noon)
  const nonce = 'c5ac7061fccab6bf3e254dcf98995b8c'
  const text = Buffer.from(`${timestamp}\n${nonce}\n${body}\n`)
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': by.serial ?? publicKeyId,
    'wechatpay-signature': sign('sha256', text, by.key ?? platform.privateKey).toString('base64'),
  }
}

export type SaidEvent = { readonly event?: string; readonly plaintext?: unknown; readonly key?: string }

/** The envelope of 5.2 round an encrypted plaintext. */
export function envelope({ event = 'TRANSACTION.SUCCESS', plaintext = paidFacts(), key = apiV3Key }: SaidEvent = {}) {
  const text = typeof plaintext === 'string' ? plaintext : JSON.stringify(plaintext)
  const { nonce, associatedData, ciphertext } = seal(Buffer.from(key), text, 'fdasflkja484', 'transaction')
  return JSON.stringify({
    id: 'EV-2018022511223320873',
    create_time: '2026-06-01T12:00:30+08:00',
    event_type: event,
    resource_type: 'encrypt-resource',
    summary: '支付成功',
    resource: {
      algorithm: 'AEAD_AES_256_GCM',
      original_type: 'transaction',
      associated_data: associatedData,
      nonce,
      ciphertext,
    },
  })
}

export function aNotification(said: SaidEvent = {}, by: SignedBy = {}): RawNotification {
  const body = envelope(said)
  return { headers: signedHeaders(body, by), body: Buffer.from(body) }
}

const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}
const sha256WithRsa = tlv(0x30, tlv(0x06, Buffer.from('2a864886f70d01010b', 'hex')), tlv(0x05))
const utcTime = (ms: Instant) =>
  tlv(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14)}Z`))

/** A platform certificate in the smallest X.509 there is, put together here because Node only reads them. */
export function aCertificate(told: {
  readonly pair: Pair
  readonly serial: string
  readonly from?: Instant
  readonly until?: Instant
  /** Whose it is; nobody's by default. */
  readonly name?: string
}): string {
  const validity = tlv(
    0x30,
    utcTime(told.from ?? at('2026-01-01T00:00:00Z')),
    utcTime(told.until ?? at('2031-01-01T00:00:00Z')),
  )
  const commonName = (name: string) =>
    tlv(0x31, tlv(0x30, tlv(0x06, Buffer.from('550403', 'hex')), tlv(0x0c, Buffer.from(name))))
  const name = told.name === undefined ? tlv(0x30) : tlv(0x30, commonName(told.name))
  const key = createPublicKey(createPrivateKey(pemOf(told.pair.privateKey))).export({ type: 'spki', format: 'der' })
  const body = tlv(0x30, tlv(0x02, Buffer.from(told.serial, 'hex')), sha256WithRsa, name, validity, name, key)
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', body, told.pair.privateKey))
  const der = tlv(0x30, body, sha256WithRsa, signature).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

/** The answer of `GET /v3/certificates` (5.3). */
export const certificateList = (
  certificates: readonly { readonly serial: string; readonly pem: string }[],
  key = apiV3Key,
): string =>
  JSON.stringify({
    data: certificates.map(({ serial, pem }) => {
      const { nonce, associatedData, ciphertext } = seal(Buffer.from(key), pem, '61f9c719728a', 'certificate')
      return {
        serial_no: serial,
        encrypt_certificate: { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data: associatedData, ciphertext },
      }
    }),
  })

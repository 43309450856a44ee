import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Order, RawNotification, RefundOrder } from '../channel.ts'
import type { CodeOrder } from '../pay-code.ts'
import { type AlipaySettings, alipayProduction } from './settings.ts'
import { type Params, signedText } from './sign.ts'

/*
 * What the tests of this folder share: an application, Alipay's side of the keys, and messages signed like Alipay signs
 * them. Everything has a default, so whatever a test sets is what it is about.
 */

export const at = (text: string): Instant => Date.parse(text) as Instant
export const noon = at('2026-06-01T12:00:00+08:00')

export type Pair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
export const aKeyPair = (): Pair => generateKeyPairSync('rsa', { modulusLength: 2048 })
/** One bare line, as the platform's tool shows keys. */
export const bare = (key: KeyObject): string =>
  key
    .export(key.type === 'private' ? { type: 'pkcs1', format: 'der' } : { type: 'spki', format: 'der' })
    .toString('base64')

export const application = aKeyPair()
export const alipay = aKeyPair()
export const stranger = aKeyPair()
export const appId = '2021000122671080'
export const sellerId = '2088000000000001'

export const someSettings = (told: Partial<AlipaySettings> = {}): AlipaySettings => ({
  ...alipayProduction,
  appId,
  sellerId,
  appPrivateKey: bare(application.privateKey),
  verify: { mode: 'public-key', alipayPublicKey: bare(alipay.publicKey) },
  identity: 'user_id',
  ...told,
})

export const anOrder = (told: Partial<Order> = {}): Order => ({
  tradeNumber: '10010000007000000000000000123456',
  amountFen: fen(1000),
  description: '停车费 阳光花园 粤B·1**45',
  payer: '2088102534368455',
  place: 'wallet',
  createdAt: noon,
  expiresAt: (noon + 5 * 60_000) as Instant,
  notifyUrl: 'https://pay.example.com/notify/alipay',
  ...told,
})

export const aRefund = (told: Partial<RefundOrder> = {}): RefundOrder => ({
  tradeNumber: '10010000007000000000000000123456',
  refundNumber: '20010000007000000000000000123457',
  amountFen: fen(400),
  paymentFen: fen(1000),
  reason: '停车费原路退回',
  notifyUrl: 'https://pay.example.com/notify/alipay',
  ...told,
})

/** What a query says of a paid order (alipay.md 7.8). */
export const paidAnswer = (told: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  code: '10000',
  msg: 'Success',
  trade_no: '2026060122001400000000000001',
  out_trade_no: '10010000007000000000000000123456',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '10.00',
  receipt_amount: '10.00',
  buyer_pay_amount: '9.00',
  buyer_user_id: '2088102534368455',
  send_pay_date: '2026-06-01 12:00:30',
  ...told,
})

/** What is told of a paid order, before it is signed (alipay.md 8.3). `undefined` leaves a field out. */
export function paidNotice(told: Readonly<Record<string, string | undefined>> = {}): Params {
  const fields = {
    notify_time: '2026-06-01 12:00:31',
    notify_type: 'trade_status_sync',
    notify_id: '2026060100222120031000000000000001',
    app_id: appId,
    auth_app_id: appId,
    charset: 'utf-8',
    version: '1.0',
    trade_no: '2026060122001400000000000001',
    out_trade_no: '10010000007000000000000000123456',
    buyer_id: '2088102534368455',
    seller_id: sellerId,
    trade_status: 'TRADE_SUCCESS',
    total_amount: '10.00',
    receipt_amount: '10.00',
    buyer_pay_amount: '9.00',
    gmt_create: '2026-06-01 12:00:00',
    gmt_payment: '2026-06-01 12:00:30',
    subject: '停车费 阳光花园 粤B·1**45 100% a+b',
    fund_bill_list: '[{"amount":"10.00","fundChannel":"ALIPAYACCOUNT"}]',
    ...told,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Params
}

export const rsa2 = (text: string, key: KeyObject = alipay.privateKey): string =>
  sign('sha256', Buffer.from(text), key).toString('base64')

/** Signs as Alipay signs what it tells of trades; `without` is the other family's rule (alipay.md 8.2). */
export const signNotice = (
  fields: Params,
  by: { readonly key?: KeyObject; readonly without?: readonly string[] } = {},
): Params => {
  const whole = { sign_type: 'RSA2', ...fields }
  return { ...whole, sign: rsa2(signedText(whole, by.without ?? ['sign', 'sign_type']), by.key) }
}

export const asNotification = (params: Params): RawNotification => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: Buffer.from(new URLSearchParams(params).toString()),
})

/** JSON as Alipay writes it (alipay.md 2.3). */
export const alipayJson = (value: unknown): string => JSON.stringify(value).replaceAll('/', '\\/')

/** An answer of the gateway, signed over exactly the text that stands in it. */
export function anAnswer(
  method: string,
  said: unknown,
  by: { readonly key?: KeyObject; readonly member?: string; readonly sign?: string | null } = {},
): string {
  const text = alipayJson(said)
  const sign = by.sign === undefined ? rsa2(text, by.key) : by.sign
  const member = by.member ?? `${method.replaceAll('.', '_')}_response`
  return `{"${member}":${text}${sign === null ? '' : `,"sign":"${sign}"`}}`
}

export const aCodeOrder = (told: Partial<CodeOrder> = {}): CodeOrder => ({
  tradeNumber: '10010000007000000000000000123456',
  amountFen: fen(1000),
  description: '停车费 阳光花园 粤B·1**45',
  code: '281234567890123456',
  createdAt: noon,
  expiresAt: (noon + 2 * 60_000) as Instant,
  clientIp: '203.0.113.7',
  lotCode: '7',
  laneCode: 'exit-1',
  ...told,
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import type { Merchant, Order } from '../channel.ts'
import { accountOf } from './account.ts'
import { anOrder, aRefund, at, noon, paidAnswer, sellerId, someSettings } from './fixtures.ts'
import { createRequest, readCancel, readCreate, readQuery } from './order.ts'
import { readRefund, readRefundQuery, refundQueryRequest, refundRequest } from './refund.ts'
import type { AlipaySettings } from './settings.ts'
import { cleanSubject } from './text.ts'

const operator: Merchant = { sellerId: '2088000000000002', appAuthToken: '202606BB0001' }
const accountFor = (merchant: Merchant = {}) => {
  const account = accountOf(someSettings(), merchant)
  assert.ok(account.ok)
  return account.value
}
const requestOf = (told: Partial<Order> = {}, settings: Partial<AlipaySettings> = {}, merchant: Merchant = {}) =>
  createRequest(someSettings(settings), accountFor(merchant), anOrder(told))

test('inside the wallet: a trade for this very driver, this account and this long', () => {
  assert.deepEqual(requestOf(), {
    ok: true,
    value: {
      method: 'alipay.trade.create',
      biz: {
        out_trade_no: '10010000007000000000000000123456',
        total_amount: '10.00',
        subject: '停车费 阳光花园 粤B·1**45',
        seller_id: sellerId,
        time_expire: '2026-06-01 12:05:00',
        product_code: 'FACE_TO_FACE_PAYMENT',
        buyer_id: '2088102534368455',
      },
      beside: { notify_url: 'https://pay.example.com/notify/alipay', app_auth_token: undefined },
    },
  })
})

test('in an ordinary browser: a page with a way back, for whoever logs in there', () => {
  const request = requestOf({ place: 'browser', returnUrl: 'https://pay.example.com/r?o=1' })
  assert.ok(request.ok)
  const { method, biz, beside } = request.value
  assert.equal(method, 'alipay.trade.wap.pay')
  assert.equal(biz?.product_code, 'QUICK_WAP_WAY')
  assert.equal(biz?.quit_url, 'https://pay.example.com/r?o=1')
  assert.equal(beside?.return_url, 'https://pay.example.com/r?o=1')
  assert.ok(biz && !('buyer_id' in biz))
})

const variants: readonly (readonly [
  why: string,
  settings: Partial<AlipaySettings>,
  merchant: Merchant,
  biz: Readonly<Record<string, unknown>>,
])[] = [
  ['an open_id goes in its own field', { identity: 'open_id' }, {}, { buyer_open_id: '2088102534368455' }],
  [
    'the JSAPI contract names its program',
    { opAppId: '2021000122671081' },
    {},
    { product_code: 'JSAPI_PAY', op_app_id: '2021000122671081' },
  ],
  [
    'a service provider names itself',
    { serviceProviderId: '2088000000000009' },
    operator,
    { extend_params: { sys_service_provider_id: '2088000000000009' }, seller_id: '2088000000000002' },
  ],
  [
    'an operator without a token of its own still receives',
    {},
    { sellerId: '2088000000000003' },
    { seller_id: '2088000000000003' },
  ],
]
for (const [why, settings, merchant, biz] of variants)
  test(`${why}: ${JSON.stringify(biz)}`, () => {
    const request = requestOf({}, settings, merchant)
    assert.ok(request.ok)
    assert.deepEqual({ ...request.value.biz, ...biz }, request.value.biz)
    assert.equal(request.value.beside?.app_auth_token, merchant.appAuthToken)
  })

const impossible: readonly (readonly [code: string, ...Parameters<typeof requestOf>])[] = [
  ['PAYER_MISSING', { payer: '' }],
  ['RETURN_URL_MISSING', { place: 'browser' }],
  ['OPEN_ID_OF_ANOTHER_APP', {}, { identity: 'open_id' }, operator],
]
for (const [code, ...asked] of impossible)
  test(`an order that cannot work is refused here and looked at: ${code}`, () => {
    const request = requestOf(...asked)
    assert.ok(!request.ok && request.error.kind === 'refused')
    assert.deepEqual([request.error.code, request.error.alarm], [code, true])
  })

test('a token without the PID it belongs to is refused: the money would go unrecognised', () => {
  const account = accountOf(someSettings(), { appAuthToken: '202606BB0001' })
  assert.equal(!account.ok && account.error.kind === 'refused' && account.error.code, 'SELLER_ID_MISSING')
})

test('the same order is the same content, so that it can be repeated', () =>
  assert.deepEqual(requestOf({ clientIp: '1.2.3.4' }), requestOf({ clientIp: '5.6.7.8' })))

test('an order dies in whole seconds and never later than it was told to', () => {
  const request = requestOf({ expiresAt: (noon + 1_999) as Instant })
  assert.equal(request.ok && request.value.biz?.time_expire, '2026-06-01 12:00:01')
})

test('whatever a lot is called, the subject is one that Alipay takes', () => {
  assert.equal(cleanSubject('停车费 A/B=C&D\n粤B'), '停车费 A／B＝C＆D 粤B')
  assert.equal(cleanSubject(' \u0000 '), '停车费')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
      const subject = cleanSubject(text)
      assert.ok(subject.length > 0 && Buffer.byteLength(subject) <= 256)
      assert.doesNotMatch(subject, /[/=&\p{Cc}\p{Cs}]/u)
    }),
  )
})

const codeOf = (read: { readonly ok: boolean; readonly value?: unknown; readonly error?: unknown }) =>
  read.ok ? read.value : (read.error as { kind: string }).kind
const number = anOrder().tradeNumber

test('a created order brings up its own trade and no other', () => {
  const created = { trade_no: '2026060122001400000000000001', out_trade_no: number }
  assert.deepEqual(codeOf(readCreate(number, created)), { kind: 'alipay-trade', tradeNo: created.trade_no })
  assert.equal(codeOf(readCreate(number, { ...created, out_trade_no: '2' })), 'unclear')
  assert.equal(codeOf(readCreate(number, { out_trade_no: number })), 'unclear')
})

test('an answer about another order decides nothing', () => {
  assert.deepEqual(codeOf(readQuery(accountFor(), number, paidAnswer({ trade_status: 'WAIT_BUYER_PAY' }))), {
    state: 'pending',
  })
  assert.equal(codeOf(readQuery(accountFor(), '2', paidAnswer())), 'unclear')
  assert.equal(codeOf(readQuery(accountFor(), number, paidAnswer({ total_amount: undefined }))), 'unclear')
})

const cancels: readonly (readonly [told: Readonly<Record<string, unknown>>, outcome: string])[] = [
  [{ retry_flag: 'N', action: 'close' }, 'closed'],
  [{ retry_flag: 'N', action: 'refund' }, 'refunded'],
  [{ retry_flag: 'Y', action: 'close' }, 'unclear'],
  [{ action: 'close' }, 'unclear'],
  [{ retry_flag: 'N' }, 'unclear'],
  [{ retry_flag: 'N', action: 'close', out_trade_no: '2' }, 'unclear'],
]
for (const [told, outcome] of cancels)
  test(`a cancel that answers ${JSON.stringify(told)} is ${outcome}`, () =>
    assert.equal(codeOf(readCancel(number, { out_trade_no: number, ...told })), outcome))

test('a refund names both numbers and its own amount, and has no address of its own', () => {
  assert.deepEqual(refundRequest(accountFor(operator), aRefund()), {
    method: 'alipay.trade.refund',
    biz: {
      out_trade_no: number,
      out_request_no: '20010000007000000000000000123457',
      refund_amount: '4.00',
      refund_reason: '停车费原路退回',
    },
    beside: { app_auth_token: '202606BB0001' },
  })
  assert.deepEqual(refundQueryRequest(accountFor(), aRefund()).biz?.query_options, ['gmt_refund_pay'])
})

const done = {
  state: 'done',
  refundNumber: aRefund().refundNumber,
  amountFen: 400,
  doneAt: at('2026-06-01T12:05:00+08:00'),
}
const refunded = { out_trade_no: number, fund_change: 'Y', refund_fee: '4.00', gmt_refund_pay: '2026-06-01 12:05:00' }
const refunds: readonly (readonly [told: Readonly<Record<string, unknown>>, read: unknown, why: string])[] = [
  [{}, done, 'this call moved the money'],
  [{ refund_fee: '9.00' }, done, 'what was given back before counts in'],
  [{ gmt_refund_pay: undefined }, { ...done, doneAt: noon }, 'no time: now'],
  [{ fund_change: 'N' }, 'ask', 'a repeat, or not yet'],
  [{ fund_change: undefined }, 'ask', 'nothing said'],
  [{ refund_fee: '3.99' }, 'unclear', 'less than we asked for'],
  [{ refund_fee: undefined }, 'unclear', 'no amount'],
  [{ out_trade_no: '2' }, 'unclear', 'about another order'],
]
for (const [told, read, why] of refunds)
  test(`a refund that answers ${JSON.stringify(told, (_, value) => value ?? null)}: ${why}`, () =>
    assert.deepEqual(codeOf(readRefund(aRefund(), { ...refunded, ...told }, noon)), read))

const found = { refund_status: 'REFUND_SUCCESS', refund_amount: '4.00', gmt_refund_pay: '2026-06-01 12:05:00' }
const asked: readonly (readonly [told: Readonly<Record<string, unknown>>, read: unknown, why: string])[] = [
  [{}, done, 'done, the numbers left out'],
  [{ out_trade_no: number, out_request_no: aRefund().refundNumber }, done, 'done, the numbers given'],
  [{ gmt_refund_pay: undefined }, { ...done, doneAt: noon }, 'no time: now'],
  [{ refund_status: undefined }, { state: 'pending', code: 'REFUND_NOT_FOUND' }, 'not received, or failed'],
  [{ refund_status: 'REFUND_PROCESSING' }, { state: 'pending', code: 'REFUND_PROCESSING' }, 'not a yes'],
  [{ refund_amount: undefined }, 'unclear', 'no amount'],
  [{ out_request_no: '2' }, 'unclear', 'about another refund'],
  [{ out_trade_no: '2' }, 'unclear', 'about another order'],
]
for (const [told, read, why] of asked)
  test(`a refund query that answers ${JSON.stringify(told, (_, value) => value ?? null)}: ${why}`, () =>
    assert.deepEqual(codeOf(readRefundQuery(aRefund(), { ...found, ...told }, noon)), read))

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { ownsCode, payFailureOf, payRequest, readPay } from './code-pay.ts'
import { aCodeOrder, anOrder, appId, paidAnswer, sellerId } from './fixtures.ts'
import type { Json } from './json.ts'
import { createRequest } from './order.ts'

const account = { sellerId, appAuthToken: undefined }

const codes: readonly (readonly [code: string, isOurs: boolean, why: string])[] = [
  ['281234567890123456', true, '18 digits from 28'],
  ['2512345678901234', true, '16 are the fewest'],
  ['301234567890123456789012', true, '24 are the most'],
  [`fp${'a'.repeat(33)}`, true, 'a face'],
  ['281234567890123', false, '15 are too few'],
  ['3012345678901234567890123', false, '25 are too many'],
  ['134567890123456789', false, "WeChat's"],
  ['311234567890123456', false, 'behind our range'],
  ['6212345678901234567', false, "UnionPay's"],
  ['28123456789012345x', false, 'a letter'],
  ['281234567890123456\n', false, "the reader's line end"],
  [`fp${'a'.repeat(32)}`, false, 'too short a face'],
]
for (const [code, isOurs, why] of codes)
  test(`${JSON.stringify(code)} ${isOurs ? 'is' : 'is not'} ours: ${why}`, () => assert.equal(ownsCode(code), isOurs))

test('the request is the order, whole, with the lot and the lane where the driver stood', () => {
  assert.deepEqual(payRequest({}, account, aCodeOrder()), {
    method: 'alipay.trade.pay',
    biz: {
      out_trade_no: '10010000007000000000000000123456',
      total_amount: '10.00',
      subject: '停车费 阳光花园 粤B·1**45',
      product_code: 'FACE_TO_FACE_PAYMENT',
      scene: 'bar_code',
      auth_code: '281234567890123456',
      seller_id: sellerId,
      store_id: '7',
      terminal_id: 'exit-1',
      time_expire: '2026-06-01 12:02:00',
      business_params: { mc_create_trade_ip: '203.0.113.7' },
    },
    beside: { app_auth_token: undefined },
  })
  assert.equal(payRequest({}, account, aCodeOrder({ code: `fp${'a'.repeat(33)}` })).biz?.scene, 'security_code')
})

test('a receipt that is to be shared is frozen, however it is paid', () => {
  const ours = { appId, identity: 'user_id', serviceProviderId: '2088000000000009' } as const
  const extend = { sys_service_provider_id: '2088000000000009', royalty_freeze: 'true' }
  assert.deepEqual(payRequest(ours, account, aCodeOrder({ toShare: true })).biz?.extend_params, extend)
  const created = createRequest(ours, account, anOrder({ toShare: true }))
  assert.ok(created.ok)
  assert.deepEqual(created.value.biz?.extend_params, extend)
  const plain = createRequest({ appId, identity: 'user_id' }, account, anOrder())
  assert.ok(plain.ok && !('extend_params' in (plain.value.biz ?? {})))
})

const { trade_status: _, send_pay_date: __, ...common } = paidAnswer()
const answer: Json = { ...common, gmt_payment: '2026-06-01 12:00:30' }
const number = '10010000007000000000000000123456'

test('a success says what was paid, of which order, and when', () => {
  const read = readPay(account, number, answer)
  assert.ok(read.ok && read.value.state === 'paid')
  const { amountFen, accountKey, channelTradeNo, paidAt } = read.value.paid
  assert.deepEqual(
    [amountFen, accountKey, channelTradeNo, paidAt],
    [fen(1000), sellerId, answer.trade_no, Date.parse('2026-06-01T12:00:30+08:00')],
  )
})
for (const [what, change] of [
  ['another order', { out_trade_no: '10010000007000000000000000999999' }],
  ['no order', { out_trade_no: undefined }],
  ['no time', { gmt_payment: undefined }],
  ['no amount', { total_amount: undefined }],
  ['no trade', { trade_no: undefined }],
] as const)
  test(`a success that names ${what} is none`, () => {
    const read = readPay(account, number, { ...answer, ...change })
    assert.ok(!read.ok && read.error.kind === 'unclear')
  })

const failures: readonly (readonly [code: string, reason: string, meaning: string, why: string])[] = [
  ['10003', '', 'pending', 'the driver types the password'],
  ['20000', 'isp.unknow-error', 'unclear', 'it may be paid'],
  ['40004', 'ACQ.SYSTEM_ERROR', 'unclear', 'it may be paid'],
  ['40004', 'ACQ.PAYMENT_AUTH_CODE_INVALID', 'declined stale-code', 'once more, with a fresh code'],
  ['40004', 'ACQ.BUYER_BALANCE_NOT_ENOUGH', 'declined short-of-money', 'another card'],
  ['40004', 'ACQ.BEYOND_PAY_RESTRICTION', 'declined card-not-accepted', "the driver's limit"],
  ['40004', 'ACQ.BUYER_SELLER_EQUAL', 'declined other-payer', 'nobody pays themselves'],
  ['40004', 'ACQ.PAYMENT_FAIL', 'declined refused', 'another wallet'],
  ['40004', 'ACQ.TRADE_HAS_SUCCESS', 'already-paid', 'query it'],
  ['40004', 'ACQ.TRADE_HAS_CLOSE', 'number-used', 'a new number'],
  ['40004', 'ACQ.CONTEXT_INCONSISTENT', 'number-used', 'tried with another code'],
  ['40004', 'ACQ.ACCESS_FORBIDDEN', 'refused!', 'the operator lacks the product'],
  ['40004', 'ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION', 'refused!', "the operator's limit"],
  ['40004', 'ACQ.ADDED_NEXT_YEAR', 'unclear', 'money may have moved: never a no'],
  ['40002', 'isv.invalid-signature', 'refused!', 'configuration'],
]
for (const [code, subCode, meaning, why] of failures)
  test(`${code} ${subCode} is ${meaning}: ${why}`, () => {
    const said = payFailureOf({ code, subCode, message: '' })
    const word =
      'error' in said
        ? `${said.error.kind}${said.error.kind === 'refused' && said.error.alarm ? '!' : ''}`
        : [said.state, 'because' in said ? said.because : ''].filter(Boolean).join(' ')
    assert.equal(word, meaning)
  })

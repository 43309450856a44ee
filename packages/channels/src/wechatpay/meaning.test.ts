import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paidFacts, refundFacts, someSettings } from './fixtures.ts'
import { meaningOf, readPayment, readRefund } from './meaning.ts'

const states: readonly (readonly [tradeState: unknown, meaning: string, why: string])[] = [
  ['SUCCESS', 'paid', 'an explicit yes'],
  ['REFUND', 'paid', 'a refund was a payment first'],
  ['CLOSED', 'closed', 'an explicit no'],
  ['REVOKED', 'closed', 'a reversed code payment'],
  ['PAYERROR', 'closed', 'a failed code payment'],
  ['NOTPAY', 'pending', 'waiting'],
  ['USERPAYING', 'pending', 'the driver types a password'],
  ['ACCEPTED', 'pending', 'taken over, not taken'],
  ['success', 'pending', 'not the word agreed on'],
  ['ADDED_NEXT_YEAR', 'pending', 'unsure stays pending'],
  ['', 'pending', 'nothing said'],
  [undefined, 'pending', 'nothing said'],
]
for (const [tradeState, meaning, why] of states)
  test(`trade_state ${tradeState} is ${meaning}: ${why}`, () => assert.equal(meaningOf(tradeState), meaning))

const direct = someSettings()
const partner = someSettings({ mode: 'partner' })
const partnerFacts = (told = {}) =>
  paidFacts({
    appid: undefined,
    mchid: undefined,
    sp_appid: 'wx1111111111111111',
    sp_mchid: '1900000001',
    sub_mchid: '1900000109',
    payer: { sp_openid: 'o-driver', sub_openid: '' },
    ...told,
  })

test('a paid fact carries total and not what the driver paid after a coupon', () => {
  const read = readPayment(direct, paidFacts())
  assert.deepEqual(read, {
    ok: true,
    value: {
      tradeNumber: '10010000007000000000000000123456',
      state: {
        state: 'paid',
        paid: {
          tradeNumber: '10010000007000000000000000123456',
          accountKey: '1900000001',
          amountFen: 1000,
          currency: 'CNY',
          channelTradeNo: '4200002345202606011234567890',
          paidAt: Date.parse('2026-06-01T12:00:30+08:00'),
          payer: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
        },
      },
    },
  })
})

test('in partner mode the account is both numbers, from the plaintext', () => {
  const read = readPayment(partner, partnerFacts())
  assert.ok(read.ok && read.value.state.state === 'paid')
  assert.equal(read.value.state.paid.accountKey, '1900000001/1900000109')
  assert.equal(read.value.state.paid.payer, 'o-driver')
})

const unread: readonly (readonly [told: Readonly<Record<string, unknown>>, kind: string, why: string])[] = [
  [{ mchid: '1900000002' }, 'not-ours', 'another merchant'],
  [{ mchid: undefined, sp_mchid: '1900000001', sub_mchid: '1' }, 'not-ours', 'a partner order to a direct merchant'],
  [{ appid: 'wx2222222222222222' }, 'not-ours', 'another appid'],
  [{ appid: undefined }, 'not-ours', 'no appid'],
  [{ out_trade_no: '' }, 'malformed', 'no order number'],
  [{ amount: { total: '1000', currency: 'CNY' } }, 'malformed', 'money is a number on this wire'],
  [{ amount: { total: 1000.5, currency: 'CNY' } }, 'malformed', 'there is no half fen'],
  [{ amount: { total: -1, currency: 'CNY' } }, 'malformed', 'nobody pays less than nothing'],
  [{ amount: { payer_total: 1000, currency: 'CNY' } }, 'malformed', 'payer_total does not stand in for total'],
  [{ amount: { total: 1000, currency: '' } }, 'malformed', 'a currency that says nothing'],
  [{ amount: undefined }, 'malformed', 'no amount'],
  [{ transaction_id: undefined }, 'malformed', 'no number of the payment'],
  [{ success_time: 'yesterday' }, 'malformed', 'no time'],
]
for (const [told, kind, why] of unread)
  test(`a paid order with ${JSON.stringify(told)} is ${kind}: ${why}`, () => {
    const read = readPayment(direct, paidFacts(told))
    assert.equal(!read.ok && read.error.kind, kind)
  })

test('a partner order without a sub-merchant is not ours', () => {
  const read = readPayment(partner, partnerFacts({ sub_mchid: '' }))
  assert.equal(!read.ok && read.error.kind, 'not-ours')
})

test('another currency is reported as it is, for the comparison with our own row', () => {
  const read = readPayment(direct, paidFacts({ amount: { total: 1000, currency: 'HKD' } }))
  assert.ok(read.ok && read.value.state.state === 'paid')
  assert.equal(read.value.state.paid.currency, 'HKD')
})

test('an open order needs neither amount nor time', () => {
  const read = readPayment(direct, paidFacts({ trade_state: 'NOTPAY', amount: undefined, success_time: undefined }))
  assert.deepEqual(read.ok && read.value.state, { state: 'pending' })
})

const refunds: readonly (readonly [told: Readonly<Record<string, unknown>>, state: unknown])[] = [
  [{ status: 'PROCESSING' }, { state: 'pending' }],
  [{ status: 'ADDED_NEXT_YEAR' }, { state: 'pending', code: 'ADDED_NEXT_YEAR' }],
  [{}, { state: 'pending', code: 'STATUS_MISSING' }],
  [{ status: 'CLOSED' }, { state: 'failed', code: 'CLOSED', message: '退款关闭' }],
  [{ refund_status: 'ABNORMAL' }, { state: 'failed', code: 'ABNORMAL', message: '退款异常：用户的卡已作废或冻结' }],
  ...[{ status: 'SUCCESS' }, { refund_status: 'SUCCESS' }].map(
    (told) =>
      [
        told,
        {
          state: 'done',
          refundNumber: '20010000007000000000000000123457',
          amountFen: 400,
          doneAt: Date.parse('2026-06-01T12:05:00+08:00'),
        },
      ] as const,
  ),
]
for (const [told, state] of refunds)
  test(`a refund with ${JSON.stringify(told)} is ${(state as { state: string }).state}`, () => {
    const read = readRefund(refundFacts(told))
    assert.deepEqual(read.ok && read.value.state, state)
  })

test('a refund said to be done without amount or time is not believed', () => {
  assert.ok(!readRefund(refundFacts({ status: 'SUCCESS', amount: { total: 1000 } })).ok)
  assert.ok(!readRefund(refundFacts({ status: 'SUCCESS', success_time: undefined })).ok)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { at, paidAnswer, paidNotice, sellerId } from './fixtures.ts'
import { meaningOf, readTrade, readYuan } from './meaning.ts'

type Facts = Readonly<Record<string, unknown>>

const states: readonly (readonly [facts: Facts, meaning: string, why: string])[] = [
  [{ trade_status: 'TRADE_SUCCESS' }, 'paid', 'an explicit yes'],
  [{ trade_status: 'TRADE_FINISHED' }, 'paid', 'paid, and past the time for refunds'],
  [{ trade_status: 'TRADE_CLOSED' }, 'closed', 'an explicit no'],
  [{ trade_status: 'TRADE_CLOSED', receipt_amount: '0.00', buyer_pay_amount: '0.00' }, 'closed', 'no money moved'],
  [{ trade_status: 'TRADE_CLOSED', send_pay_date: '2026-06-01 12:00:30' }, 'paid', 'given back, but paid first'],
  [{ trade_status: 'TRADE_CLOSED', gmt_payment: '2026-06-01 12:00:30' }, 'paid', 'given back, but paid first'],
  [{ trade_status: 'TRADE_CLOSED', receipt_amount: '0.01' }, 'paid', 'somebody received money'],
  [{ trade_status: 'TRADE_CLOSED', buyer_pay_amount: '10.00' }, 'paid', 'somebody paid money'],
  [{ trade_status: 'TRADE_CLOSED', refund_fee: '10.00' }, 'paid', 'what is given back was paid'],
  [{ trade_status: 'WAIT_BUYER_PAY' }, 'pending', 'waiting'],
  [{ trade_status: 'trade_success' }, 'pending', 'not the word agreed on'],
  [{ trade_status: 'ADDED_NEXT_YEAR' }, 'pending', 'unsure stays pending'],
  [{ trade_status: '' }, 'pending', 'nothing said'],
  [{}, 'pending', 'nothing said'],
]
for (const [facts, meaning, why] of states)
  test(`${JSON.stringify(facts)} is ${meaning}: ${why}`, () => assert.equal(meaningOf(facts), meaning))

const expected = {
  tradeNumber: '10010000007000000000000000123456',
  state: {
    state: 'paid',
    paid: {
      tradeNumber: '10010000007000000000000000123456',
      accountKey: sellerId,
      amountFen: 1000,
      currency: 'CNY',
      channelTradeNo: '2026060122001400000000000001',
      paidAt: at('2026-06-01T12:00:30+08:00'),
      payer: '2088102534368455',
    },
  },
}
test('an answer and a notification about the same payment are the same facts: the total, not what a coupon left of it', () => {
  assert.deepEqual(readTrade(paidAnswer(), sellerId), { ok: true, value: expected })
  assert.deepEqual(readTrade(paidNotice(), sellerId), { ok: true, value: expected })
})

test('the payer is whichever id the application is given, and nobody when it is given none', () => {
  const payerOf = (facts: Facts) => {
    const read = readTrade(paidAnswer({ buyer_user_id: undefined, ...facts }), sellerId)
    return read.ok && read.value.state.state === 'paid' ? read.value.state.paid.payer : 'unread'
  }
  assert.equal(
    payerOf({ buyer_open_id: '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5' }),
    '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5',
  )
  assert.equal(payerOf({ buyer_user_id: '2088102534368455' }), '2088102534368455')
  assert.equal(payerOf({ buyer_user_id: '' }), null)
})

const unread: readonly (readonly [told: Facts, why: string])[] = [
  [{ out_trade_no: '' }, 'no number'],
  [{ total_amount: 10 }, 'money is text on this wire'],
  [{ total_amount: '10.005' }, 'there is no half fen'],
  [{ total_amount: '-10.00' }, 'nobody pays less than nothing'],
  [{ total_amount: '1e3' }, 'not a spelling of money'],
  [{ total_amount: undefined }, 'receipt_amount does not stand in for it'],
  [{ trade_no: undefined }, 'no number of the payment'],
  [{ send_pay_date: undefined }, 'no time'],
  [{ send_pay_date: '2026-06-01T12:00:30+08:00' }, 'no spelling of theirs'],
  [{ send_pay_date: '2026-02-30 12:00:30' }, 'no such day'],
]
for (const [told, why] of unread)
  test(`a paid trade with ${JSON.stringify(told, (_, value) => value ?? null)} is not believed: ${why}`, () =>
    assert.ok(!readTrade(paidAnswer(told), sellerId).ok))

test('an open trade needs neither amount nor time', () => {
  const read = readTrade({ out_trade_no: '1', trade_status: 'WAIT_BUYER_PAY' }, sellerId)
  assert.deepEqual(read, { ok: true, value: { tradeNumber: '1', state: { state: 'pending' } } })
})

test('every amount survives its way over the wire, fen for fen', () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (whole) => {
      assert.equal(readYuan(toYuan(whole as Fen)), whole)
    }),
  ))

test('only yuan with at most two decimals is money', () =>
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.anything()), (value) => {
      const isYuan = typeof value === 'string' && /^\d{1,12}(\.\d{1,2})?$/.test(value)
      assert.equal(readYuan(value) !== null, isYuan)
    }),
  ))

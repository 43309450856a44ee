import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, type FaultKind, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import type { CodeOrder } from '../pay-code.ts'
import { type AlipayChannel, alipayChannel } from './channel.ts'
import { aCodeOrder, noon } from './fixtures.ts'

/* The attendant scans: the adapter against the simulator. The clock moves when it is pushed. */

const second = 1_000
let now = noon
const clock = { now: () => now }
let alipay: AlipaySimulator
let channel: AlipayChannel
let numbers = 700_000

before(async () => {
  alipay = await startAlipaySimulator({ dir: '', durable: false, port: 0, clock })
  channel = alipayChannel(alipay.settings, { clock })
})
after(() => alipay.close())
afterEach(() => {
  alipay.control.clearFaults()
  now = noon
})

const order = (told: Partial<CodeOrder> = {}) =>
  aCodeOrder({
    tradeNumber: `10010000007000000000000000${++numbers}`,
    code: alipay.control.payCodeOf('driver-1'),
    ...told,
  })
const fault = (kind: FaultKind, more: { ms?: number; method?: string } = {}) =>
  alipay.control.fault({ kind, times: 1, ...more })
const pay = (one: CodeOrder) => channel.payCode.pay({}, one)
const query = (one: CodeOrder) => channel.payCode.query({}, one.tradeNumber)
const reverse = (one: CodeOrder) => channel.payCode.reverse({}, one.tradeNumber)

function word(result: { readonly ok: boolean; readonly value?: unknown; readonly error?: unknown }): string {
  const said = (result.ok ? result.value : result.error) as Readonly<Record<string, unknown>>
  const how = said.because ?? (said.refunded === undefined ? said.code : said.refunded ? 'refunded' : 'unpaid')
  return [said.state ?? said.kind, how].filter(Boolean).join(' ')
}

test('is paid at once, and asked about it is the same payment', async () => {
  const one = order()
  const paid = await pay(one)
  assert.ok(paid.ok && paid.value.state === 'paid')
  const { amountFen, accountKey, tradeNumber, payer } = paid.value.paid
  assert.deepEqual(
    [amountFen, accountKey, tradeNumber, payer],
    [fen(1000), alipay.settings.sellerId, one.tradeNumber, alipay.control.identityOf('driver-1')],
  )
  assert.deepEqual(await query(one), paid)
  assert.equal(word(await pay(one)), 'already-paid')
  assert.equal(word(await pay(order({ code: one.code }))), 'declined stale-code')
})

test('on behalf of an operator it is the operator who is paid', async () => {
  const { appAuthToken, sellerId } = alipay.control.operator
  const paid = await channel.payCode.pay({ appAuthToken, sellerId }, order())
  assert.ok(paid.ok && paid.value.state === 'paid')
  assert.equal(paid.value.paid.accountKey, sellerId)
})

test("another channel's code goes nowhere", async () => {
  const one = order({ code: '134567890123456789' })
  assert.equal(word(await pay(one)), 'declined bad-code')
  assert.equal(word(await query(one)), 'unknown-order')
})

test('waits for the password, then is paid', async () => {
  fault('pay-waits-then-paid', { ms: 8 * second })
  const one = order()
  assert.equal(word(await pay(one)), 'pending')
  now = (now + 5 * second) as Instant
  assert.equal(word(await query(one)), 'pending')
  now = (now + 5 * second) as Instant
  assert.equal(word(await query(one)), 'paid')
  assert.equal(word(await reverse(one)), 'reversed refunded')
})

test('waits for the password, then fails', async () => {
  fault('pay-waits-then-fails', { ms: 8 * second })
  const one = order()
  assert.equal(word(await pay(one)), 'pending')
  now = (now + 8 * second) as Instant
  assert.equal(word(await query(one)), 'closed')
  assert.equal(word(await reverse(one)), 'reversed unpaid')
  assert.equal(word(await pay(one)), 'number-used ACQ.TRADE_HAS_CLOSE')
})

test('waits for a password that never comes: reversed, on the second try where the first does nothing', async () => {
  fault('pay-waits')
  fault('cancel-again')
  const one = order()
  assert.equal(word(await pay(one)), 'pending')
  now = (now + 45 * second) as Instant
  assert.equal(word(await query(one)), 'pending')
  assert.equal(word(await reverse(one)), 'not-yet RETRY_FLAG')
  assert.equal(word(await reverse(one)), 'reversed unpaid')
  assert.equal(word(await query(one)), 'closed')
})

const lost: readonly (readonly [fault: FaultKind, said: string])[] = [
  ['answer-20000', 'unclear isp.unknow-error'],
  ['answer-cut', 'unclear NO_ANSWER'],
  ['answer-wrong-signature', 'unclear UNVERIFIED_ANSWER'],
  ['answer-second-root', 'unclear MALFORMED_ANSWER'],
]
for (const [kind, said] of lost)
  test(`${kind}: paid and nobody says so, the query does`, async () => {
    fault(kind, { method: 'alipay.trade.pay' })
    const one = order()
    assert.equal(word(await pay(one)), said)
    assert.equal(word(await query(one)), 'paid')
  })

test('what never arrived is not reversed, and says so', async () => {
  fault('answer-5xx', { method: 'alipay.trade.pay' })
  const one = order()
  assert.equal(word(await pay(one)), 'unclear HTTP_502')
  assert.equal(word(await query(one)), 'unknown-order')
  assert.equal(word(await reverse(one)), 'not-yet ACQ.TRADE_NOT_EXIST')
  assert.equal(word(await pay(one)), 'paid')
})

test('a reversal that the seller cannot pay for waits; one past its day is refused', async () => {
  const one = order()
  await pay(one)
  fault('refund-no-balance')
  assert.equal(word(await reverse(one)), 'not-yet ACQ.SELLER_BALANCE_NOT_ENOUGH')
  now = (now + 24 * 3_600 * second) as Instant
  assert.equal(word(await reverse(one)), 'refused ACQ.TRADE_CANCEL_TIME_OUT')
})

test('a driver without money is told so', async () => {
  fault('pay-no-money')
  const one = order()
  assert.equal(word(await pay(one)), 'declined short-of-money')
  assert.equal(word(await query(one)), 'unknown-order')
})

test('the same number with another code is not tried twice', async () => {
  fault('pay-waits')
  const one = order()
  await pay(one)
  const other = { ...one, code: alipay.control.payCodeOf('driver-2') }
  assert.equal(word(await pay(other)), 'number-used ACQ.CONTEXT_INCONSISTENT')
})

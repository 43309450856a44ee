import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, type FaultKind, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import type { BillKind, BillLine } from '../bills.ts'
import { type AlipayChannel, alipayChannel } from './channel.ts'
import { anOrder, aRefund, noon } from './fixtures.ts'

/*
 * Bills that the simulator makes from its own books, read by the adapter: what was paid and given back is in them, fen for
 * fen, and a bill that is spoilt in any way is not believed. The clock moves when it is pushed.
 */

const hour = 3_600_000
const day = 24 * hour
let now = noon
const clock = { now: () => now }
const aDay = '2026-06-01'

let alipay: AlipaySimulator
let channel: AlipayChannel
let numbers = 500_000
const newNumber = (kind: 1 | 2) => `${kind}0010000007000000000000000${++numbers}`

after(() => alipay.close())
afterEach(() => alipay.control.clearFaults())

async function pay(amountFen: number, merchant = {}) {
  const order = anOrder({
    tradeNumber: newNumber(1),
    amountFen: fen(amountFen),
    payer: alipay.control.identityOf('driver-1'),
    createdAt: now,
    expiresAt: (now + 5 * 60_000) as Instant,
  })
  const sheet = await channel.create(merchant, order)
  assert.ok(sheet.ok && sheet.value.kind === 'alipay-trade')
  alipay.control.pay(order.tradeNumber)
  return { ...order, channelTradeNo: sheet.value.tradeNo }
}
async function refund(tradeNumber: string, amountFen: number, merchant = {}) {
  const asked = aRefund({ tradeNumber, refundNumber: newNumber(2), amountFen: fen(amountFen) })
  const done = await channel.refund(merchant, asked)
  assert.ok(done.ok && done.value.state === 'done')
  return asked
}
async function bill(kind: BillKind, of = aDay, merchant = {}) {
  const lines: BillLine[] = []
  const read = await channel.bills.read(merchant, { kind, day: of }, (some) => void lines.push(...some))
  return { read, lines }
}
const word = ({ read }: Awaited<ReturnType<typeof bill>>) =>
  read.ok
    ? 'read'
    : 'fault' in read.error
      ? `damaged ${read.error.fault}`
      : `${read.error.kind} ${read.error.kind === 'already-paid' ? '' : read.error.code}`

let paid: Awaited<ReturnType<typeof pay>>
let back: Awaited<ReturnType<typeof refund>>
before(async () => {
  alipay = await startAlipaySimulator({ dir: '', durable: false, port: 0, clock })
  channel = alipayChannel(alipay.settings, { clock })
  paid = await pay(1000)
  back = await refund(paid.tradeNumber, 400)
  await pay(1250)
  await pay(800, { appAuthToken: alipay.control.operator.appAuthToken, sellerId: alipay.control.operator.sellerId })
})

test('today has no bill, and before nine tomorrow there is none of today', async () => {
  assert.equal(word(await bill('trade')), 'refused INVAILID_ARGUMENTS')
  now = (noon + 20 * hour) as Instant
  assert.equal(word(await bill('trade')), 'no-bill BILL_NOT_EXIST')
  now = (noon + day) as Instant
  assert.equal(word(await bill('trade')), 'read')
})

test("what was paid and given back is in the bill, with its fee, and nobody else's is", async () => {
  const { read, lines } = await bill('trade')
  assert.deepEqual(read, { ok: true, value: { lines: 3, payments: 2, refunds: 1 } })
  const { sellerId } = alipay.settings
  const common = { tradeNumber: paid.tradeNumber, channelTradeNo: paid.channelTradeNo, accountKey: sellerId, note: '' }
  const at = noon
  const product = lines[0]?.kind === 'payment' ? lines[0].product : ''
  assert.match(product, /停车费/)
  assert.deepEqual(lines.slice(0, 2), [
    { ...common, kind: 'payment', amountFen: 1000, settledFen: 1000, feeMilliFen: 6000, at, product },
    {
      ...common,
      kind: 'refund',
      refundNumber: back.refundNumber,
      channelRefundNo: null,
      state: 'done',
      amountFen: 400,
      settledFen: 400,
      feeMilliFen: -2000,
      at,
      product,
    },
  ])
})

test("an operator's bill is the operator's", async () => {
  const { appAuthToken, sellerId } = alipay.control.operator
  const { lines } = await bill('trade', aDay, { appAuthToken, sellerId })
  assert.deepEqual(
    lines.map((line) => line.amountFen),
    [800],
  )
})

test('every movement is in the bill of the account, and its sums are the balance', async () => {
  const { read, lines } = await bill('fund-flow')
  assert.ok(read.ok)
  let balance = 0
  for (const line of lines) {
    assert.ok(line.kind === 'flow')
    balance += line.way === 'in' ? line.amountFen : -line.amountFen
    assert.equal(line.balanceFen, balance)
  }
  assert.equal(balance, alipay.control.balance(alipay.settings.sellerId).availableFen)
  assert.deepEqual(
    lines.map((line) => line.kind === 'flow' && [line.business, line.way, line.amountFen, line.of === 'refunds']),
    [
      ['在线支付', 'in', 1000, false],
      ['收费', 'out', 6, false],
      ['交易退款', 'out', 400, true],
      ['退费', 'in', 2, true],
      ['在线支付', 'in', 1250, false],
      ['收费', 'out', 8, false],
    ],
  )
})

test('a day on which nobody paid has a bill without lines', async () => {
  now = (noon + 2 * day) as Instant
  assert.deepEqual((await bill('trade', '2026-06-02')).read, { ok: true, value: { lines: 0, payments: 0, refunds: 0 } })
  assert.equal(word(await bill('fund-flow', '2026-06-02')), 'read')
})

describe('not believed', () => {
  const faults: readonly (readonly [kind: FaultKind, said: string])[] = [
    ['bill-not-ready', 'no-bill BILL_NOT_EXIST'],
    ['bill-cut', 'damaged cut'],
    ['bill-end-lost', 'damaged cut'],
    ['bill-row-lost', 'damaged wrong-summary'],
    ['bill-mangled', 'damaged mangled-number'],
    ['bill-of-another', 'damaged other-account'],
    ['bill-of-another-day', 'damaged other-day'],
    ['bill-new-column', 'damaged unknown-columns'],
    ['answer-20000', 'unclear isp.unknow-error'],
    ['answer-wrong-signature', 'unclear UNVERIFIED_ANSWER'],
  ]
  for (const kind of ['trade', 'fund-flow'] as const)
    for (const [fault, said] of faults)
      test(`${kind}: ${fault} is ${said}, and the next one is read`, async () => {
        alipay.control.fault({ kind: fault, times: 1 })
        assert.equal(word(await bill(kind)), said)
        assert.equal(word(await bill(kind)), 'read')
      })

  test('an address that is used after half a minute gives nothing', async () => {
    alipay.control.fault({ kind: 'answer-slow', times: 1, ms: 200 })
    const read = bill('trade')
    const before = now
    setTimeout(() => {
      now = (now + 31_000) as Instant
    }, 100)
    assert.equal(word(await read), 'unclear HTTP_403')
    now = before
  })
})

test('what is thrown where lines are taken is thrown', async () => {
  const boom = channel.bills.read({}, { kind: 'trade', day: aDay }, () => {
    throw new Error('no room')
  })
  await assert.rejects(boom, /no room/)
})

test('a bill of many lines comes some hundred at a time, and is the same bill', async () => {
  const start = Math.floor(now / day) * day
  now = (start + 3 * day) as Instant
  const of = new Date(now + 8 * hour).toISOString().slice(0, 10)
  const amounts = Array.from({ length: 520 }, (_, index) => 100 + index)
  for (const amount of amounts) await pay(amount)
  now = (now + 2 * day) as Instant
  const sizes: number[] = []
  const lines: BillLine[] = []
  const read = await channel.bills.read({}, { kind: 'trade', day: of }, async (some) => {
    sizes.push(some.length)
    await Promise.resolve()
    lines.push(...some)
  })
  assert.deepEqual(read, { ok: true, value: { lines: 520, payments: 520, refunds: 0 } })
  assert.deepEqual(sizes, [500, 20])
  assert.deepEqual(
    lines.map(({ amountFen }) => amountFen),
    amounts,
  )
})

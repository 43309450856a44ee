import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, type FaultKind, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import type { Receiver, ShareOrder } from '../shares.ts'
import { type AlipayChannel, alipayChannel } from './channel.ts'
import { aCodeOrder, aRefund, noon } from './fixtures.ts'

/* Shares: the adapter against the simulator, which keeps the money. The clock moves when it is pushed. */

const second = 1_000
let now = noon
const clock = { now: () => now }
const later = (ms: number) => {
  now = (now + ms) as Instant
}
let alipay: AlipaySimulator
let channel: AlipayChannel
let partner: Receiver
let numbers = 800_000
const newNumber = (kind: 1 | 2) => `${kind}0010000007000000000000000${++numbers}`

before(async () => {
  alipay = await startAlipaySimulator({ dir: '', durable: false, port: 0, clock })
  channel = alipayChannel(alipay.settings, { clock })
  const { userId } = alipay.control.personOf({ loginName: 'partner@example.com', name: '张三' })
  partner = { kind: 'merchant', account: userId, name: '张三' }
  assert.equal(word(await channel.shares.addReceiver({}, partner, newNumber(2))), 'added')
})
after(() => alipay.close())
afterEach(() => alipay.control.clearFaults())

async function aPayment(amountFen = 10_000) {
  const order = aCodeOrder({
    tradeNumber: newNumber(1),
    amountFen: fen(amountFen),
    code: alipay.control.payCodeOf('driver-1'),
    expiresAt: (now + 60 * second) as Instant,
    toShare: true,
  })
  const paid = await channel.payCode.pay({}, order)
  assert.ok(paid.ok && paid.value.state === 'paid')
  return { tradeNumber: order.tradeNumber, channelTradeNo: paid.value.paid.channelTradeNo, paymentFen: order.amountFen }
}
type Payment = Awaited<ReturnType<typeof aPayment>>
const sharing = (payment: Payment, amountFen: number, told: Partial<ShareOrder> = {}): ShareOrder => ({
  ...payment,
  shareNumber: newNumber(2),
  parts: [{ receiver: partner, amountFen: fen(amountFen), description: '分润' }],
  finish: false,
  ...told,
})
const share = (order: ShareOrder) => channel.shares.share({}, order)
const query = (order: ShareOrder) => channel.shares.query({}, order)
const rest = ({ channelTradeNo }: Payment) => channel.shares.rest({}, channelTradeNo)
const fault = (kind: FaultKind, more: { ms?: number; method?: string } = {}) =>
  alipay.control.fault({ kind, times: 1, ...more })

function word(result: { readonly ok: boolean; readonly value?: unknown; readonly error?: unknown }): string {
  const said = (result.ok ? result.value : result.error) as Readonly<Record<string, unknown>>
  if (typeof said === 'string') return said
  const parts = (said.parts ?? []) as readonly { state: string; code?: string }[]
  return [
    said.state ?? said.kind,
    said.code,
    ...parts.map(({ state, code }) => [state, code].filter(Boolean).join(' ')),
  ]
    .filter(Boolean)
    .join(' ')
}

test('is taken on, in process, then there; sent again it is the same one', async () => {
  const payment = await aPayment()
  const order = sharing(payment, 3_000)
  assert.equal(word(await query(order)), 'unknown')
  const first = await share(order)
  assert.equal(word(first), 'pending pending')
  assert.equal(word(await query(order)), 'pending pending')
  later(2 * second)
  const done = await query(order)
  assert.equal(word(done), 'finished done')
  assert.ok(done.ok && done.value.state === 'finished')
  assert.deepEqual(done.value.parts, [{ account: partner.account, amountFen: 3_000, state: 'done', doneAt: now }])
  assert.deepEqual(await share(order), first)
  assert.equal(word(await share({ ...order, finish: true })), 'refused ACQ.DISCORDANT_REPEAT_REQUEST')
})

test('no more than the limit, and what is left is told', async () => {
  assert.deepEqual(await channel.shares.limit({}, newNumber(2)), { ok: true, value: 3000 })
  const payment = await aPayment()
  assert.deepEqual(await rest(payment), { ok: true, value: 3_000 })
  assert.equal(word(await share(sharing(payment, 3_001))), 'refused ACQ.ALLOC_AMOUNT_VALIDATE_ERROR')
  await share(sharing(payment, 1_000))
  assert.deepEqual(await rest(payment), { ok: true, value: 2_000 })
})

test('settle-then-fails: in process, then failed by name, and shared again under a new number', async () => {
  fault('settle-then-fails', { ms: 5 * second })
  const payment = await aPayment()
  const order = sharing(payment, 3_000)
  assert.equal(word(await share(order)), 'pending pending')
  later(5 * second)
  assert.equal(word(await query(order)), 'finished failed ROYALTY_RECEIVER_ACCOUNT_NOT_CERTIFY')
  assert.equal(word(await share(sharing(payment, 3_000))), 'pending pending')
})

const lost: readonly (readonly [fault: FaultKind, said: string])[] = [
  ['error-after-settle', 'unclear ACQ.SYSTEM_ERROR'],
  ['answer-20000', 'unclear isp.unknow-error'],
  ['answer-cut', 'unclear NO_ANSWER'],
  ['answer-wrong-signature', 'unclear UNVERIFIED_ANSWER'],
]
for (const [kind, said] of lost)
  test(`${kind}: shared and nobody says so, the query does, and a repeat moves nothing more`, async () => {
    fault(kind, kind.startsWith('answer') ? { method: 'alipay.trade.order.settle' } : {})
    const payment = await aPayment()
    const order = sharing(payment, 3_000)
    assert.equal(word(await share(order)), said)
    later(2 * second)
    assert.equal(word(await query(order)), 'finished done')
    assert.ok((await share(order)).ok)
    assert.deepEqual(await rest(payment), { ok: true, value: 0 })
  })

test('what never arrived is unknown, and sent again', async () => {
  fault('answer-5xx', { method: 'alipay.trade.order.settle' })
  const order = sharing(await aPayment(), 100)
  assert.equal(word(await share(order)), 'unclear HTTP_502')
  assert.equal(word(await query(order)), 'unknown')
  assert.equal(word(await share(order)), 'pending pending')
})

test('the receipt is frozen until it is released, by the last share or for itself, and once released it is', async () => {
  const frozen = () => alipay.control.balance(alipay.settings.sellerId).frozenFen
  const before = frozen()
  const payment = await aPayment()
  assert.equal(frozen() - before, 9_940)
  const releasing = { ...payment, shareNumber: newNumber(2), description: '完结' }
  const release = () => channel.shares.release({}, releasing)
  assert.equal(word(await release()), 'finished')
  assert.equal(frozen(), before)
  assert.equal(word(await release()), 'finished')
  assert.equal(word(await channel.shares.release({}, { ...releasing, shareNumber: newNumber(2) })), 'finished')
  assert.equal(word(await share(sharing(payment, 100))), 'refused ACQ.ALREADY_FINISH_ALLOC')
  const last = await aPayment()
  await share(sharing(last, 100, { finish: true }))
  assert.equal(frozen(), before)
})

test('a refund takes back what it names, or by itself in proportion', async () => {
  const payment = await aPayment()
  const order = sharing(payment, 3_000)
  await share(order)
  later(2 * second)
  const has = () => {
    const { availableFen, frozenFen } = alipay.control.balance(alipay.settings.sellerId)
    return availableFen + frozenFen
  }
  const before = has()
  const refund = (amountFen: number, takeBack?: { from: Receiver; amountFen: typeof payment.paymentFen }[]) =>
    channel.refund(
      {},
      aRefund({
        ...payment,
        refundNumber: newNumber(2),
        amountFen: fen(amountFen),
        ...(takeBack ? { takeBack } : {}),
      }),
    )
  assert.equal(
    word(await refund(5_000, [{ from: partner, amountFen: fen(3_001) }])),
    'refused ACQ.ALLOC_AMOUNT_VALIDATE_ERROR',
  )
  assert.equal(word(await refund(5_000, [{ from: partner, amountFen: fen(2_000) }])), 'done')
  assert.equal(has() - before, -5_000 + 2_000 + 30)
  later(3 * second)
  assert.equal(word(await refund(5_000)), 'done')
  assert.equal(has() - before, -10_000 + 3_000 + 60)
})

test('whom nobody bound gets nothing, and whom Alipay does not know is not bound', async () => {
  const stranger: Receiver = { kind: 'merchant', account: '2088000000000999' }
  assert.equal(word(await channel.shares.addReceiver({}, stranger, newNumber(2))), 'refused USER_NOT_EXIST')
  const parts = [{ receiver: stranger, amountFen: fen(100), description: '' }]
  assert.equal(word(await share(sharing(await aPayment(), 100, { parts }))), 'refused ACQ.ROYALTY_RECEIVER_INVALID')
  const other = alipay.control.personOf({ loginName: 'other@example.com', name: '李四' })
  const bound: Receiver = { kind: 'merchant', account: 'other@example.com', name: other.name }
  assert.equal(word(await channel.shares.addReceiver({}, bound, newNumber(2))), 'added')
  assert.equal(word(await channel.shares.removeReceiver({}, bound, newNumber(2))), 'removed')
})

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, type FaultKind, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import type { WithdrawalOrder, Withdrawals } from '../withdrawals.ts'
import { alipayChannel } from './channel.ts'
import { noon, someSettings } from './fixtures.ts'

/* Payouts: the adapter against the simulator, which keeps the money. The clock moves when it is pushed. */

const second = 1_000
const day = 86_400 * second
let now = noon
const clock = { now: () => now }
let alipay: AlipaySimulator
let withdrawals: Withdrawals
let numbers = 900_000

before(async () => {
  alipay = await startAlipaySimulator({ dir: '', durable: false, port: 0, clock, verify: 'certificate' })
  const channel = alipayChannel(alipay.settings, { clock })
  assert.ok(channel.withdrawals)
  withdrawals = channel.withdrawals
  alipay.control.personOf({ loginName: 'owner@example.com', name: '张三' })
  alipay.control.deposit(alipay.settings.sellerId, fen(1_000_00))
})
after(() => alipay.close())
afterEach(() => alipay.control.clearFaults())

const toCard = {
  kind: 'bank-card',
  cardNumber: '6222021234567890128',
  name: '张三',
  owner: 'person',
  bank: '工商银行',
} as const
const order = (told: Partial<WithdrawalOrder> = {}): WithdrawalOrder => ({
  withdrawalNumber: `20010000007000000000000000${++numbers}`,
  amountFen: fen(1000),
  remark: '6月1日',
  bankMemo: '停车费结算',
  payee: { kind: 'account', identity: 'owner@example.com', name: '张三' },
  ...told,
})
const withdraw = (one: WithdrawalOrder) => withdrawals.withdraw({}, one)
const query = (one: WithdrawalOrder) => withdrawals.query({}, one.withdrawalNumber)
const available = async () => {
  const balance = await withdrawals.balance({})
  assert.ok(balance.ok)
  return balance.value.availableFen
}
const fault = (kind: FaultKind, more: { ms?: number; method?: string } = {}) =>
  alipay.control.fault({ kind, times: 1, ...more })

function word(result: { readonly ok: boolean; readonly value?: unknown; readonly error?: unknown }): string {
  const said = (result.ok ? result.value : result.error) as Readonly<Record<string, unknown>>
  return [said.state ?? said.kind, said.code].filter(Boolean).join(' ')
}

test('to an account it is paid at once, once, and found by its number', async () => {
  const before = await available()
  const one = order()
  assert.equal(word(await query(one)), 'unknown')
  const paid = await withdraw(one)
  assert.equal(word(paid), 'paid')
  assert.deepEqual(await withdraw(one), paid)
  assert.equal(word(await query(one)), 'paid')
  assert.equal((await available()) - before, -1000)
})

test('to a card it is in process until the bank has it', async () => {
  const one = order({ payee: toCard })
  assert.equal(word(await withdraw(one)), 'pending')
  assert.equal(word(await query(one)), 'pending')
  now = (now + 5 * second) as Instant
  const paid = await query(one)
  assert.ok(paid.ok && paid.value.state === 'paid')
  assert.equal(paid.value.amountFen, 1000)
})

test('a bank sends it back two days later, and it is in the balance again', async () => {
  fault('transfer-returned')
  const before = await available()
  const one = order({ payee: toCard })
  await withdraw(one)
  now = (now + 5 * second) as Instant
  assert.equal(word(await query(one)), 'paid')
  now = (now + 2 * day) as Instant
  assert.equal(word(await query(one)), 'returned PAYEE_CARD_INFO_ERROR')
  assert.equal(await available(), before)
})

test('in process, then failed with a reason', async () => {
  fault('transfer-fails', { ms: 3 * second })
  const one = order({ payee: toCard })
  assert.equal(word(await withdraw(one)), 'pending')
  now = (now + 3 * second) as Instant
  assert.equal(word(await query(one)), 'failed PAYEE_CARD_INFO_ERROR')
})

const lost: readonly (readonly [fault: FaultKind, said: string])[] = [
  ['error-after-transfer', 'unclear SYSTEM_ERROR'],
  ['answer-20000', 'unclear isp.unknow-error'],
  ['answer-cut', 'unclear NO_ANSWER'],
  ['answer-wrong-signature', 'unclear UNVERIFIED_ANSWER'],
]
for (const [kind, said] of lost)
  test(`${kind}: paid and nobody says so, the query does, and a repeat pays nothing more`, async () => {
    fault(kind, kind.startsWith('answer') ? { method: 'alipay.fund.trans.uni.transfer' } : {})
    const before = await available()
    const one = order()
    assert.equal(word(await withdraw(one)), said)
    assert.equal(word(await query(one)), 'paid')
    assert.equal(word(await withdraw(one)), 'paid')
    assert.equal((await available()) - before, -1000)
  })

test('what never arrived is unknown, and sent again', async () => {
  fault('answer-5xx', { method: 'alipay.fund.trans.uni.transfer' })
  const one = order()
  assert.equal(word(await withdraw(one)), 'unclear HTTP_502')
  assert.equal(word(await query(one)), 'unknown')
  assert.equal(word(await withdraw(one)), 'paid')
})

test('an answer lost between the two questions is no word about the payout', async () => {
  fault('answer-20000', { method: 'alipay.fund.trans.common.query' })
  assert.equal(word(await query(order())), 'unclear isp.unknow-error')
})

test('what is refused says why, and other content under a number is refused', async () => {
  const one = order()
  await withdraw(one)
  assert.equal(word(await withdraw({ ...one, amountFen: fen(1001) })), 'refused PAYMENT_INFO_INCONSISTENCY')
  const nobody = { kind: 'account', identity: 'none@example.com', name: '张三' } as const
  assert.equal(word(await withdraw(order({ payee: nobody }))), 'refused PAYEE_NOT_EXIST')
  assert.equal(word(await withdraw(order({ amountFen: fen(9_999_999) }))), 'unclear PAYER_BALANCE_NOT_ENOUGH')
})

test("an operator's balance is the operator's", async () => {
  const { appAuthToken, sellerId } = alipay.control.operator
  alipay.control.deposit(sellerId, fen(77))
  const balance = await withdrawals.balance({ appAuthToken, sellerId })
  assert.deepEqual(balance, { ok: true, value: { availableFen: 77, pendingFen: 0 } })
})

test('an application without certificates has no such ability', () => {
  assert.equal(alipayChannel(someSettings(), { clock }).withdrawals, undefined)
})

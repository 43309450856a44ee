import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type BankSimulator, firstCards, startBankSimulator } from '@lanepay/simulator-bank/simulator.ts'
import type { WithdrawalOrder, Withdrawals } from '../withdrawals.ts'
import { bankPayouts } from './payouts.ts'

/* The adapter against the simulated bank: what each of the bank's words means to us, whatever goes wrong on the way. */

let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = { now: () => now }
const pass = (ms: number) => {
  now = (now + ms) as Instant
}
const [good, company, closed] = firstCards
let bank: BankSimulator
let payouts: Withdrawals
let last = 0

before(async () => {
  bank = await startBankSimulator({ dir: '', port: 0, clock, durable: false })
  payouts = bankPayouts(bank.settings, { clock })
})
after(() => bank.close())
afterEach(() => bank.control.clearFaults())

const anOrder = (told: Partial<WithdrawalOrder> = {}): WithdrawalOrder => ({
  ...{ withdrawalNumber: `4${String(++last).padStart(31, '0')}`, amountFen: fen(9_700) },
  ...{ remark: '停车费提现', bankMemo: '停车费', payee: cardOf(good) },
  ...told,
})
const cardOf = ({ number, name }: { readonly number: string; readonly name: string }) =>
  ({ kind: 'bank-card', cardNumber: number, name, owner: 'person', bank: '工商银行' }) as const
const said = async (order: WithdrawalOrder) => {
  const answer = await payouts.withdraw({}, order)
  return answer.ok ? answer.value.state : answer.error.kind
}
const asked = async ({ withdrawalNumber }: WithdrawalOrder) => {
  const answer = await payouts.query({}, withdrawalNumber)
  return answer.ok ? answer.value : answer.error
}
const paidFen = (order: WithdrawalOrder) =>
  bank.control
    .orders()
    .filter(({ orderNumber }) => orderNumber === order.withdrawalNumber)
    .map(({ amountFen, bankNumbers }) => amountFen * bankNumbers.length)

test('accepted, then paid, by the number that was asked with; a repeat is the same order', async () => {
  const order = anOrder()
  const before = await payouts.balance({})
  assert.equal(await said(order), 'pending')
  assert.equal(await said(order), 'pending')
  pass(3_000)
  const paid = await asked(order)
  assert.ok('state' in paid && paid.state === 'paid', JSON.stringify(paid))
  assert.deepEqual([paid.amountFen, typeof paid.paidAt], [9_700, 'number'])
  const after = await payouts.balance({})
  assert.ok(before.ok && after.ok)
  assert.equal(before.value.availableFen - after.value.availableFen, 9_700)
})
test('a number that was never taken is unknown', async () =>
  assert.deepEqual(await asked(anOrder()), { state: 'unknown' }))
test('a number comes back with another amount: it is used, and the order stays what it was', async () => {
  const order = anOrder()
  await said(order)
  assert.equal(await said({ ...order, amountFen: fen(9_701) }), 'number-used')
  assert.deepEqual(paidFen(order), [9_700])
})

describe('who cannot be paid', () => {
  const cases: [string, WithdrawalOrder['payee'], string][] = [
    ['a card that no bank knows', cardOf({ number: '6222021234567890129', name: '张三' }), 'CARD_UNKNOWN'],
    ['a card of somebody else', cardOf({ ...good, name: '王五' }), 'NAME_DIFFERS'],
    ['a closed account', cardOf(closed), 'CARD_CLOSED'],
  ]
  for (const [what, payee, code] of cases)
    test(`${what}: failed, and says so again when asked`, async () => {
      const order = anOrder({ payee: payee! })
      const answer = await payouts.withdraw({}, order)
      assert.ok(answer.ok && answer.value.state === 'failed' && answer.value.code === code, JSON.stringify(answer))
      assert.deepEqual(await asked(order), answer.value)
    })
  test('more than the account has', async () => {
    const answer = await payouts.withdraw({}, anOrder({ amountFen: fen(100_000_000) }))
    assert.ok(answer.ok && answer.value.state === 'failed' && answer.value.code === 'NO_MONEY', JSON.stringify(answer))
  })
  test('an account at Alipay is no bank card, and the bank is not asked', async () => {
    const order = anOrder({ payee: { kind: 'account', identity: 'zhang@example.com', name: '张三' } })
    assert.equal(await said(order), 'refused')
    assert.deepEqual(await asked(order), { state: 'unknown' })
  })
  test('a company, with its branch', async () => {
    const payee = { ...cardOf(company), owner: 'company', branch: '深圳科技园支行' } as const
    assert.equal(await said(anOrder({ payee })), 'pending')
  })
})

describe('what goes wrong at the bank', () => {
  const fault = (kind: Parameters<typeof bank.control.fault>[0]['kind'], more: object = {}) =>
    bank.control.fault({ kind, times: 1, ...more })

  for (const kind of ['answer-lost', 'answer-wrong-signature'] as const)
    test(`${kind}: unclear, and the order is there under its number`, async () => {
      const order = anOrder()
      fault(kind)
      assert.equal(await said(order), 'unclear')
      assert.deepEqual(paidFen(order), [9_700])
      assert.deepEqual(await asked(order), { state: 'pending' })
    })
  test('answer-5xx: unclear, and nothing was done', async () => {
    const order = anOrder()
    fault('answer-5xx')
    assert.equal(await said(order), 'unclear')
    assert.deepEqual(await asked(order), { state: 'unknown' })
  })
  test('pay-late: it is accepted until it is paid', async () => {
    const order = anOrder()
    fault('pay-late', { ms: 3_600_000 })
    await said(order)
    pass(3_000_000)
    assert.deepEqual(await asked(order), { state: 'pending' })
    pass(600_000)
    const paid = await asked(order)
    assert.equal('state' in paid && paid.state, 'paid')
  })
  test('pay-doubled: the sum is said, which is not what was asked for', async () => {
    const order = anOrder()
    fault('pay-doubled')
    await said(order)
    pass(3_000)
    const paid = await asked(order)
    assert.ok('state' in paid && paid.state === 'paid')
    assert.equal(paid.amountFen, 19_400)
  })
  test('answer-amount: the amount is the one that the bank names', async () => {
    const order = anOrder()
    await said(order)
    pass(3_000)
    fault('answer-amount')
    const paid = await asked(order)
    assert.ok('state' in paid && paid.state === 'paid')
    assert.equal(paid.amountFen, 9_701)
  })
  for (const [kind, times] of [
    ['pay-returned', 1],
    ['pay-returned-twice', 2],
  ] as const)
    test(`${kind}: paid, and returned after five days, ${times} in the bank's books`, async () => {
      const order = anOrder()
      fault(kind, { ms: 5 * 86_400_000 })
      const before = bank.control.balanceFen()
      await said(order)
      pass(3_000)
      const paid = await asked(order)
      assert.equal('state' in paid && paid.state, 'paid')
      pass(5 * 86_400_000 + 2 * 3_600_000)
      const returned = await asked(order)
      assert.ok('state' in returned && returned.state === 'returned', JSON.stringify(returned))
      assert.equal(returned.code, 'RETURNED')
      assert.equal(bank.control.balanceFen(), before - 9_700 + times * 9_700)
    })
  test('a bank that nobody runs: unclear', async () => {
    const gone = await startBankSimulator({ dir: '', port: 0, clock, durable: false })
    const adapter = bankPayouts(gone.settings, { clock })
    await gone.close()
    const answer = await adapter.query({}, anOrder().withdrawalNumber)
    assert.ok(!answer.ok && answer.error.kind === 'unclear')
  })
})

import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { WithdrawalOrder } from '@lanepay/channels/withdrawals.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Result } from '@lanepay/domain/result.ts'
import { callsOf, folder, type Json, newNumber, type Said, StillClock } from './fixtures.ts'
import { type FaultKind, startWechatPaySimulator, type WechatPaySimulator } from './simulator.ts'

/* An operator's balance and its way to the bank, as the adapter and a caller by hand see it. */

const second = 1_000
const day = 86_400 * second
const clock = new StillClock()
const value = <T>(result: Result<T, unknown>): T => {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}
const refusal = ({ status, body }: Said) => `${status}${body.code ? ` ${body.code}` : ''}`

let simulator: WechatPaySimulator
before(async () => {
  simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'partner' })
})
after(() => simulator.close())
afterEach(() => simulator.control.clearFaults())

async function earn(yuan: number, at = simulator): Promise<void> {
  const number = newNumber()
  const said = await callsOf(at, clock).create({ out_trade_no: number, amount: { total: yuan * 100, currency: 'CNY' } })
  assert.equal(said.status, 200, said.text)
  at.control.pay(number)
}
const lanepay = (at = simulator) => {
  const { withdrawals } = wechatPayChannel(at.settings, { clock })
  assert.ok(withdrawals)
  return { withdrawals, who: { subMchid: at.subMchid ?? '' } }
}
const order = (changes: Partial<WithdrawalOrder> = {}): WithdrawalOrder => ({
  withdrawalNumber: newNumber(),
  amountFen: fen(500),
  remark: '即时提现',
  bankMemo: '停车费',
  ...changes,
})
const balance = async () => {
  const { withdrawals, who } = lanepay()
  return value(await withdrawals.balance(who)).availableFen
}

const courses: [kind: FaultKind | null, steps: [afterMs: number, state: string, isBack: boolean][]][] = [
  [
    null,
    [
      [0, 'pending', false],
      [10 * second, 'paid', false],
      [30 * day, 'paid', false],
    ],
  ],
  [
    'withdraw-fails',
    [
      [0, 'pending', false],
      [10 * second, 'failed', true],
    ],
  ],
  [
    'withdraw-slow',
    [
      [10 * second, 'pending', false],
      [day, 'paid', false],
    ],
  ],
  [
    'withdraw-returned',
    [
      [10 * second, 'paid', false],
      [2 * day, 'returned', true],
    ],
  ],
]
for (const [kind, steps] of courses)
  test(`${kind ?? 'a withdrawal'}: ${steps.map(([, state]) => state).join(', then ')}`, async () => {
    await earn(10)
    const before = await balance()
    if (kind) simulator.control.fault({ kind, times: 1 })
    const { withdrawals, who } = lanepay()
    const one = order()
    assert.equal(value(await withdrawals.withdraw(who, one)).state, 'pending')
    for (const [afterMs, state, isBack] of steps) {
      clock.advance(afterMs)
      assert.equal(value(await withdrawals.query(who, one.withdrawalNumber)).state, state)
      assert.equal(await balance(), before - (isBack ? 0 : 500))
    }
  })

const unclear: [kind: FaultKind, state: string][] = [
  ['error-after-withdraw', 'pending'],
  ['answer-cut', 'pending'],
  ['answer-wrong-signature', 'pending'],
  ['answer-5xx', 'unknown'],
  ['system-error', 'unknown'],
]
for (const [kind, state] of unclear)
  test(`${kind}: unclear, asked: ${state}, and the same number is paid out once`, async () => {
    await earn(10)
    const before = await balance()
    const { withdrawals, who } = lanepay()
    const one = order()
    simulator.control.fault({ kind, times: 1 })
    const said = await withdrawals.withdraw(who, one)
    assert.equal(!said.ok && said.error.kind, 'unclear')
    assert.equal(value(await withdrawals.query(who, one.withdrawalNumber)).state, state)
    value(await withdrawals.withdraw(who, one))
    assert.equal(await balance(), before - 500)
  })

test('nobody gets more than there is', async () => {
  await earn(10)
  const { withdrawals, who } = lanepay()
  const all = await balance()
  const more = await withdrawals.withdraw(who, order({ amountFen: fen(all + 1) }))
  assert.equal(!more.ok && more.error.kind === 'refused' && more.error.code, 'NOT_ENOUGH')
  value(await withdrawals.withdraw(who, order({ amountFen: all })))
  assert.equal(await balance(), 0)
})

describe('what is refused', () => {
  const post = (changes: Json) =>
    callsOf(simulator, clock).post('/v3/ecommerce/fund/withdraw', {
      sub_mchid: simulator.subMchid,
      out_request_no: newNumber(),
      amount: 100,
      ...changes,
    })
  before(() => earn(100))
  const rows: [what: string, changes: Json, answer: string][] = [
    ['nothing', {}, '200'],
    ['a number with a dash', { out_request_no: '12-34' }, '400 PARAM_ERROR'],
    ['a number of 33 characters', { out_request_no: '1'.repeat(33) }, '400 PARAM_ERROR'],
    ['an amount of nothing', { amount: 0 }, '400 PARAM_ERROR'],
    ['another operator', { sub_mchid: '1900000000' }, '400 INVALID_REQUEST'],
    ['a remark of 57 characters', { remark: 'x'.repeat(57) }, '400 PARAM_ERROR'],
    ['a memo of 33 characters', { bank_memo: 'x'.repeat(33) }, '400 PARAM_ERROR'],
    ['an account nobody has', { account_type: 'SAVINGS' }, '400 PARAM_ERROR'],
    ['a field nobody knows', { bank: '1' }, '400 PARAM_ERROR'],
  ]
  for (const [what, changes, answer] of rows)
    test(`${what}: ${answer}`, async () => assert.equal(refusal(await post(changes)), answer))

  test('the same number with another amount', async () => {
    const out_request_no = newNumber()
    assert.equal(refusal(await post({ out_request_no })), '200')
    assert.equal(refusal(await post({ out_request_no, amount: 101 })), '400 INVALID_REQUEST')
  })
  test('a direct merchant has no such product', async () => {
    const direct = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
    const calls = callsOf(direct, clock)
    assert.equal(refusal(await calls.get('/v3/ecommerce/fund/balance/1900000000')), '403 NO_AUTH')
    assert.equal(wechatPayChannel(direct.settings, { clock }).withdrawals, undefined)
    await direct.close()
  })
})

test('what is on its way arrives while nobody runs', async (t) => {
  const dir = folder(t)
  const start = () => startWechatPaySimulator({ dir, port: 0, clock, mode: 'partner' as const })
  const first = await start()
  await earn(10, first)
  const one = order()
  first.control.fault({ kind: 'withdraw-returned', times: 1 })
  value(await lanepay(first).withdrawals.withdraw(lanepay(first).who, one))
  await first.close()
  clock.advance(3 * day)
  const later = await start()
  t.after(() => later.close())
  const { withdrawals, who } = lanepay(later)
  assert.equal(value(await withdrawals.query(who, one.withdrawalNumber)).state, 'returned')
  assert.equal(value(await withdrawals.balance(who)).availableFen, 994)
})

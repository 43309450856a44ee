import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { dayAfter, readyAt } from './day.ts'
import { day, type House, lineOf, openHouse, type Paid } from './reconciliation.testing.ts'
import { resultsOf } from './results.ts'
import { settleDiscrepancy } from './settle.ts'

/* How a person ends a discrepancy, and what people read. */

let house: House
let one: Paid
let waiting: Paid
before(async () => {
  house = await openHouse()
  one = await house.aPayment(await house.aLot())
  waiting = await house.aPayment(await house.aLot(), { state: 'closed' })
  house.answers.set(`trade ${day}`, [lineOf(one, { amountFen: fen(1), settledFen: fen(1) }), lineOf(waiting)])
  house.setNow(readyAt(day))
  await house.make().round()
})
after(() => house.close())
const settle = (item: string, word: { who?: string; why?: string } = {}) =>
  settleDiscrepancy(
    house.database,
    { day, proof: 'trade', item },
    { ...{ who: '李会计', why: '已补收', now: house.clock.now() }, ...word },
  )

test('people read what is open, and of which bill', async () => {
  const { bills, open, first } = await resultsOf(house.database, { since: day, most: 1 })
  assert.deepEqual(
    bills.map((bill) => [bill.kind, bill.state, bill.lines]),
    [
      ['trade', 'closed', 2],
      ['fund-flow', 'due', null],
    ],
  )
  assert.deepEqual([open, first.map((row) => row.item)], [1, [`payment:${one.id}`]])
})
test('refused without a name, without a reason, what there is not, and what has explained itself', async () => {
  const item = `payment:${one.id}`
  assert.deepEqual(await settle(item, { who: ' ' }), { ok: false, error: 'no-name' })
  assert.deepEqual(await settle(item, { why: '' }), { ok: false, error: 'no-reason' })
  assert.deepEqual(await settle('payment:1'), { ok: false, error: 'not-found' })
  assert.deepEqual(await settle(`payment:${waiting.id}`), { ok: false, error: 'not-with-a-person' })
  assert.equal((await house.steps(item)).length, 2)
})
test('settled once, with who, when and why, on the day on which it is done', async () => {
  const item = `payment:${one.id}`
  house.setNow(readyAt(dayAfter(day, 3)))
  const outcomes = await Promise.all(
    [settle(item), settle(item, { who: '另一人' })].map((each) => each.catch(() => 'lost')),
  )
  assert.equal(outcomes.filter((each) => typeof each === 'object' && each.ok).length, 1)
  const steps = await house.steps(item)
  assert.deepEqual(
    steps.map((step) => step.state),
    ['found', 'with-a-person', 'settled'],
  )
  assert.deepEqual([steps[2]!.why, steps[2]!.on_day], ['已补收', dayAfter(day, 4)])
})

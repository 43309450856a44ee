import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { dayAfter, readyAt } from './day.ts'
import { at, day, type House, lineOf, openHouse, type Paid } from './reconciliation.testing.ts'
import { resultsOf } from './results.ts'
import { historyOf, settleDiscrepancies, settleDiscrepancy } from './settle.ts'

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

describe('what else a person does', () => {
  let on = dayAfter(day, 9)
  let made: readonly Paid[] = []
  before(async () => {
    on = dayAfter(day, 10)
    const lot = await house.aLot()
    made = await Promise.all([1, 2, 3].map((minute) => house.aPayment(lot, { paidAt: at(`12:0${minute}`, on) })))
    house.answers.set(
      `trade ${on}`,
      made.map((each) => lineOf(each, { amountFen: fen(1), settledFen: fen(1) })),
    )
    house.setNow(readyAt(on))
    await house.make().round()
  })
  const word = (why = '', who = '李会计') => ({ who, why, now: house.clock.now() })
  const ofPayment = (index: number) => ({ day: on, proof: 'trade', item: `payment:${made[index]!.id}` })
  const owners = async () =>
    (await house.discrepancies(on)).filter((row) => row.class === 'amount').map((row) => [row.owner, row.state])

  test('takes it: it has an owner by name from then on, and may be handed on', async () => {
    for (const who of ['李会计', '王经理'])
      assert.ok((await settleDiscrepancy(house.database, ofPayment(0), word('', who), { act: 'take' })).ok)
    const steps = await historyOf(house.database, ofPayment(0))
    assert.deepEqual(
      steps.slice(2).map((step) => [step.step, step.state, step.who, step.why]),
      [
        [3, 'with-a-person', '李会计', 'taken by 李会计'],
        [4, 'with-a-person', '王经理', 'taken by 王经理'],
      ],
    )
    assert.deepEqual((await owners()).map(([owner]) => owner).sort(), ['platform', 'platform', '王经理'])
  })
  const explanations: [by: string, why: string, outcome: string][] = [
    ['', '同一笔', 'no-explanation'],
    ['payment 1', '同一笔', 'no-explanation'],
    ['payment:1', '同一笔', 'explanation-not-found'],
    ['OURS', '', 'no-reason'],
    ['UNKNOWN', '同一笔', 'explanation-not-found'],
    ['OURS', '同一笔', 'explained'],
  ]
  for (const [by, why, outcome] of explanations)
    test(`explains it by "${by}", because "${why}": ${outcome}`, async () => {
      const lot = made[0]!.lot
      const number = by === 'OURS' ? made[1]!.number : by === 'UNKNOWN' ? numberOf('refund', lot, '77' as Id) : by
      const explained = await settleDiscrepancy(house.database, ofPayment(0), word(why), { act: 'explain', by: number })
      assert.equal(explained.ok ? 'explained' : explained.error, outcome)
      if (!explained.ok) return
      const last = (await historyOf(house.database, ofPayment(0))).at(-1)
      assert.deepEqual([last?.state, last?.who, last?.why], ['settled', '李会计', `explained by ${number}: ${why}`])
    })
  test('all of a class and day at once, each with its own step; what has ended is left', async () => {
    const which = { day: on, class: 'amount' } as const
    const taken = await settleDiscrepancies(house.database, which, word(), { act: 'take' })
    assert.equal(taken.ok && taken.value.length, 2)
    const settled = await settleDiscrepancies(house.database, which, word('已逐笔核对'), { act: 'settle' })
    assert.equal(settled.ok && settled.value.length, 2)
    assert.deepEqual(
      (await owners()).map(([, state]) => state),
      ['settled', 'settled', 'settled'],
    )
    for (const index of [1, 2])
      assert.deepEqual(
        (await historyOf(house.database, ofPayment(index))).map((step) => step.state),
        ['found', 'with-a-person', 'with-a-person', 'settled'],
      )
    const again = await settleDiscrepancies(house.database, which, word('再一次'), { act: 'settle' })
    assert.deepEqual(again, { ok: false, error: 'not-found' })
  })
})

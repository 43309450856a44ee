import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BillError } from '@lanepay/channels/bills.ts'
import { type Day, dayAfter, dayOf, daysToPlan, isDay, lastAskAt, readyAt, startOf } from './day.ts'
import { afterClearing, afterError, classes, discrepancyClasses } from './decide.ts'
import { balanceFinding, closingOf, followsFrom, gapIn } from './flow-decide.ts'

const instant = (beijing: string) => Date.parse(`${beijing.replace(' ', 'T')}+08:00`)
const of = (day: string) => day as Day

test('a day is one in Beijing', () => {
  assert.equal(dayOf(instant('2026-06-02 00:00:00')), '2026-06-02')
  assert.equal(dayOf(instant('2026-06-02 00:00:00') - 1), '2026-06-01')
  assert.equal(startOf(of('2026-06-02')), instant('2026-06-02 00:00:00'))
  assert.equal(dayAfter(of('2026-02-28')), '2026-03-01')
  assert.equal(dayAfter(of('2026-01-01'), -1), '2025-12-31')
})
for (const [text, is] of [
  ['2026-06-02', true],
  ['2026-02-29', false],
  ['2026-6-2', false],
  ['', false],
] as const)
  test(`"${text}" is ${is ? 'a' : 'no'} day`, () => assert.equal(isDay(text), is))

const plans: [newest: string | null, now: string, days: string[]][] = [
  [null, '2026-06-03 09:59:59', ['2026-06-01']],
  [null, '2026-06-03 10:00:00', ['2026-06-02']],
  ['2026-06-01', '2026-06-03 09:59:59', []],
  ['2026-06-01', '2026-06-03 10:00:00', ['2026-06-02']],
  ['2026-05-30', '2026-06-03 10:00:00', ['2026-05-31', '2026-06-01', '2026-06-02']],
  ['2026-06-02', '2026-06-03 23:00:00', []],
]
for (const [newest, now, days] of plans)
  test(`planned to ${newest}, at ${now}: ${days.join(', ') || 'nothing'}`, () =>
    assert.deepEqual(daysToPlan(newest === null ? null : of(newest), instant(now)), days))
test('after a long stop no more than channels keep', () => {
  const days = daysToPlan(of('2025-01-01'), instant('2026-06-03 12:00:00'))
  assert.equal(days.length, 90)
  assert.equal(days.at(-1), '2026-06-02')
})

const day = of('2026-06-02')
const errors: [what: string, error: BillError, asks: number, now: number, then: string][] = [
  ['still being made', { kind: 'not-ready', code: 'X' }, 1, readyAt(day), 'again in 30'],
  ['none, and it may still come', { kind: 'no-bill', code: 'X' }, 1, lastAskAt(day) - 1, 'again in 60'],
  ['none in the evening', { kind: 'no-bill', code: 'X' }, 9, lastAskAt(day), 'empty'],
  ['damaged', { kind: 'damaged', fault: 'cut', line: null, detail: 'x' }, 50, lastAskAt(day), 'again in 10'],
  ['unclear', { kind: 'unclear', code: 'X', message: '' }, 1, readyAt(day), 'again in 1'],
  ['unclear for the third time', { kind: 'unclear', code: 'X', message: '' }, 3, readyAt(day), 'again in 15'],
  ['unclear for ever', { kind: 'unclear', code: 'X', message: '' }, 99, lastAskAt(day), 'again in 60'],
  ['refused', { kind: 'refused', code: 'NO_AUTH', message: 'no', alarm: true }, 1, readyAt(day), 'give-up'],
]
for (const [what, error, asks, now, then] of errors)
  test(`${what}: ${then}`, () => {
    const next = afterError(error, { day, asks, now })
    assert.equal(next.act === 'again' ? `again in ${next.inMs / 60_000}` : next.act, then)
  })

for (const [outcome, state] of [
  ['applied', 'explained-by-itself'],
  ['unapplied', 'explained-by-itself'],
  ['known', 'explained-by-itself'],
  ['other-amount', 'with-a-person'],
  ['not-found', 'with-a-person'],
] as const)
  test(`clearing says ${outcome}: ${state}`, () => assert.equal(afterClearing(outcome).state, state))

test('every class says whose it is, what it means and what to do', () => {
  assert.deepEqual(Object.keys(classes).sort(), [...discrepancyClasses].sort())
  for (const { says, todo } of Object.values(classes)) assert.ok(says.length > 10 && todo.length > 10)
  assert.deepEqual(
    discrepancyClasses.filter((one) => classes[one].waits),
    ['unheard', 'day-boundary', 'flow-unheard', 'flow-balance'],
    'only these may explain themselves',
  )
})

const end = (balanceFen: number, amountFen: number) => ({ balanceFen, amountFen })
test('a balance follows from movements, oldest or newest first', () => {
  const rising = { movedFen: 30, first: end(110, 10), last: end(130, 20) }
  const falling = { movedFen: 30, first: end(130, 20), last: end(110, 10) }
  assert.equal(gapIn(rising), null)
  assert.equal(gapIn(falling), null)
  assert.equal(gapIn({ ...rising, movedFen: 31 })?.expectedFen, 131)
  assert.equal(followsFrom(rising, { movedFen: 5, first: end(135, 5), last: end(135, 5) }), null)
  assert.deepEqual(followsFrom(falling, { movedFen: 5, first: end(136, 5), last: end(136, 5) }), {
    ...{ expectedFen: 130, foundFen: 131 },
    about: 'it does not begin where the bill before it ended',
  })
})

test('what an account had at the end is its last balance by time, whichever end of the file that is', () => {
  const rising = { movedFen: 30, first: end(110, 10), last: end(130, 20) }
  assert.equal(closingOf(rising), 130)
  assert.equal(closingOf({ movedFen: 30, first: end(130, 20), last: end(110, 10) }), 130)
  assert.equal(closingOf({ ...rising, movedFen: 31 }), null)
})

const balance = (theirsFen: number, oursFen: number, on = '2026-06-03') => ({ day: on, theirsFen, oursFen })
const balances: [what: string, before: [number, number], now: [number, number], finding: string][] = [
  ['as at the start', [150, 100], [250, 200], 'agrees'],
  ['as at the start again', [150, 90], [250, 200], 'agrees'],
  [
    'off since today',
    [150, 100],
    [240, 200],
    'by -10: the account has ¥-0.10 more than the ledger says, since 2026-06-03',
  ],
  ['off as yesterday', [140, 100], [240, 200], 'same-difference'],
  [
    'off by more than yesterday',
    [140, 100],
    [235, 200],
    'by -15: the account has ¥-0.15 more than the ledger says, changed by ¥-0.05 on 2026-06-03',
  ],
]
for (const [what, before, now, expected] of balances)
  test(`an account that had ¥0.50 which the books never knew, ${what}: ${expected.split(':')[0]}`, () => {
    const found = balanceFinding(balance(50, 0, '2026-06-01'), balance(...before, '2026-06-02'), balance(...now))
    assert.equal(found.is === 'differs' ? `by ${found.byFen}: ${found.about}` : found.is, expected)
  })

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CheckName, checkLot, checks, isReady, type Outcome, type Seen } from './decide.ts'

const now = 1_800_000_000_000
const minute = 60_000
const payment: NonNullable<Seen['payment']> = {
  ...{ amountFen: 1, isPaid: true },
  lotSays: 'took',
  refund: { state: 'done', because: null, amountFen: 1 },
}
const well: Seen = {
  ...{ heardAt: now - minute, isCalled: false, aheadMs: -2_000, quote: { at: now, owedFen: 1 }, payment },
  ...{
    opening: { state: 'opened', because: null },
    canOpen: true,
    tellsEntries: true,
    lanes: { said: { unknown: [] } },
  },
}
const outcomeOf = (seen: Partial<Seen>, name: CheckName): Outcome =>
  checkLot({ ...well, ...seen }, now).find(({ check }) => check === name)!.outcome
const refunded = (state: string) => ({ ...payment, refund: { state, because: '余额不足', amountFen: 1 } })

describe('the list for the day a lot moves over', () => {
  const table: readonly [what: string, seen: Partial<Seen>, check: CheckName, outcome: Outcome][] = [
    ['never logged in', { heardAt: null }, 'heard', 'fail'],
    ['heard of within the hour and a quarter', { heardAt: now - 75 * minute }, 'heard', 'pass'],
    ['heard of before that', { heardAt: now - 76 * minute }, 'heard', 'fail'],
    ['software that we call does not log in', { heardAt: null, isCalled: true }, 'heard', 'not-possible'],
    ['no vehicle came in', { aheadMs: null }, 'clock', 'not-yet'],
    ['a system that tells of no entries', { aheadMs: null, tellsEntries: false }, 'clock', 'not-possible'],
    ['a clock a minute ahead', { aheadMs: minute }, 'clock', 'pass'],
    ['more than a minute ahead', { aheadMs: minute + 1 }, 'clock', 'fail'],
    ['eight hours behind', { aheadMs: -480 * minute }, 'clock', 'fail'],
    ['nobody asked for its lanes', { lanes: { said: null } }, 'lanes', 'not-yet'],
    ['it did not say its lanes', { lanes: { said: { because: 'no answer' } } }, 'lanes', 'fail'],
    ['a lane of the plan that it does not know', { lanes: { said: { unknown: ['B1'] } } }, 'lanes', 'fail'],
    ['nobody asked for a price', { quote: null }, 'quote', 'not-yet'],
    ['nobody paid', { payment: null }, 'payment', 'not-yet'],
    ['somebody began to pay', { payment: { ...payment, isPaid: false } }, 'payment', 'not-yet'],
    ['the lot has not answered', { payment: { ...payment, lotSays: 'wait' } }, 'payment', 'not-yet'],
    ['the lot refused the payment', { payment: { ...payment, lotSays: 'refused' } }, 'payment', 'fail'],
    ['nothing was given back', { payment: { ...payment, refund: null } }, 'refund', 'not-yet'],
    ['the channel has not answered', { payment: refunded('sent') }, 'refund', 'not-yet'],
    ['the channel would not give it back', { payment: refunded('failed') }, 'refund', 'fail'],
    ['no gate was opened from afar', { opening: null }, 'opening', 'not-yet'],
    ['the order waits', { opening: { state: 'sent', because: null } }, 'opening', 'not-yet'],
    ['the lot did not answer it', { opening: { state: 'expired', because: null } }, 'opening', 'fail'],
    ['a system that opens no gate', { opening: null, canOpen: false }, 'opening', 'not-possible'],
  ]
  for (const [aheadMs, says] of [
    [-300, 'its clock is off by 0 s'],
    [300, 'its clock is off by 0 s'],
    [-2_400, 'its clock is off by -2 s'],
    [61_000, 'its clock is off by +61 s'],
  ] as const)
    test(`${aheadMs} ms: ${says}`, () =>
      assert.equal(checkLot({ ...well, aheadMs }, now).find(({ check }) => check === 'clock')!.says.en, says))
  for (const [what, seen, check, outcome] of table)
    test(`${what}: ${check} ${outcome}, and everything else as it was`, () => {
      assert.equal(outcomeOf(seen, check), outcome)
      for (const { check: other, says, toDo, outcome: its } of checkLot({ ...well, ...seen }, now)) {
        assert.doesNotMatch(says['zh-CN'], /[a-z]{3}/, 'in Chinese to the end')
        assert.equal(
          toDo === null,
          its === 'pass' || its === 'not-possible',
          `${other}: what to do is said where it is needed`,
        )
        if (other !== check && !(check === 'payment' && other === 'refund')) assert.equal(its, 'pass', other)
      }
      assert.equal(isReady(checkLot({ ...well, ...seen }, now)), outcome === 'pass' || outcome === 'not-possible')
    })

  test('a lot that was just opened has everything before it', () => {
    const nothing = { lanes: { said: null }, heardAt: null, aheadMs: null, quote: null, payment: null, opening: null }
    const checked = checkLot({ ...well, ...nothing }, now)
    assert.deepEqual(
      checked.map(({ check }) => check),
      [...checks],
    )
    assert.ok(checked.every(({ outcome }) => outcome === 'fail' || outcome === 'not-yet'))
  })

  test('software that lists no lanes is not asked for them', () => {
    const list = checkLot({ ...well, lanes: null }, now).map(({ check }) => check)
    assert.deepEqual(
      checks.filter((check) => !list.includes(check)),
      ['lanes'],
    )
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Change, type ChangeState, refusalToTake, shownTo } from './decide.ts'

const until = 1_000
const change = (state: ChangeState, payee: string | null): Change => ({ state, payee, expiresAt: until })

describe('who may take change, and what a driver sees of it', () => {
  // the change, who asks, when -> what he sees, and whether he may take it
  const cases: [ChangeState, string | null, string, number, ReturnType<typeof shownTo>, 'over' | 'anothers' | null][] =
    [
      ['offered', null, 'one', 999, 'open', null],
      ['offered', null, 'one', 1_000, 'over', 'over'],
      ['giving', 'one', 'one', 999, 'sending', null],
      ['giving', 'one', 'one', 5_000, 'sending', null],
      ['sent', 'one', 'one', 999, 'waiting', null],
      ['sent', 'one', 'one', 5_000, 'waiting', null],
      ['sent', 'one', 'two', 999, 'anothers', 'anothers'],
      ['taken', 'one', 'one', 999, 'taken', 'over'],
      ['taken', 'one', 'two', 999, 'anothers', 'anothers'],
      ['returned', null, 'one', 5_000, 'over', 'over'],
      ['returned', 'one', 'one', 5_000, 'over', 'over'],
      ['failed', 'one', 'one', 999, 'over', 'over'],
      ['failed', 'one', 'two', 999, 'anothers', 'anothers'],
    ]
  for (const [state, payee, who, now, sees, refusal] of cases)
    test(`${state}${payee === null ? '' : ` of ${payee}`}, ${who} asks ${now < until ? 'in time' : 'too late'}: ${sees}`, () => {
      assert.equal(shownTo(change(state, payee), who, now), sees)
      assert.equal(refusalToTake(change(state, payee), who, now), refusal)
    })
  test('who has not said who he is sees whether anybody may take it', () => {
    assert.equal(shownTo(change('offered', null), null, 0), 'open')
    assert.equal(shownTo(change('sent', 'one'), null, 0), 'anothers')
  })
})

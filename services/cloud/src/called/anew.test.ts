import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Anew, type Fate, fateOf, tookLong } from './anew.ts'

const minute = 60_000

/* Paid were ¥5 by a price at which the software said that ¥2 had been paid before. */
describe('a payment whose price stands no more, by the price anew', () => {
  const bill = 'B2'
  const cases: readonly (readonly [what: string, anew: Anew | null, isUncertain: boolean, fate: Fate])[] = [
    ['the same is owed: it is told', { owedFen: 500, paidFen: 200, bill }, false, 'tell'],
    ['less is owed: it is told', { owedFen: 300, paidFen: 200, bill }, false, 'tell'],
    ['more is owed: the difference is the driver’s', { owedFen: 501, paidFen: 200, bill }, false, 'short'],
    [
      'more is owed on a record without bills: told as what it covers',
      { owedFen: 800, paidFen: 200, bill: null },
      false,
      'tell',
    ],
    ['nothing is owed, and it did not take it', { owedFen: 0, paidFen: 200, bill }, false, 'nothing-owed'],
    ['nothing is owed, for it was paid to others', { owedFen: 0, paidFen: 700, bill }, false, 'nothing-owed'],
    ['it has left', null, false, 'nothing-owed'],
    [
      'never answered, and nothing was paid since: it was not taken',
      { owedFen: 500, paidFen: 200, bill },
      true,
      'tell',
    ],
    ['never answered, not taken, and more is owed', { owedFen: 800, paidFen: 200, bill }, true, 'short'],
    ['never answered, not taken, and nothing is owed', { owedFen: 0, paidFen: 200, bill }, true, 'nothing-owed'],
    ['never answered, and so much more was paid since', { owedFen: 0, paidFen: 700, bill }, true, 'taken'],
    ['never answered, taken, and stayed on', { owedFen: 300, paidFen: 700, bill }, true, 'taken'],
    [
      'never answered, nothing owed, and it does not say what was paid',
      { owedFen: 0, paidFen: null, bill },
      true,
      'taken',
    ],
    ['never answered, owed, and it does not say what was paid', { owedFen: 500, paidFen: null, bill }, true, 'unclear'],
    ['never answered, and it has left', null, true, 'unclear'],
  ]
  for (const [what, anew, isUncertain, fate] of cases)
    test(`${what}: ${fate}`, () =>
      assert.equal(fateOf(anew, { amountFen: 500, paidBeforeFen: 200, isUncertain }), fate))

  test('what was paid before is not known of an older price: it may have been taken', () =>
    assert.equal(
      fateOf({ owedFen: 500, paidFen: 500, bill }, { amountFen: 500, paidBeforeFen: null, isUncertain: true }),
      'unclear',
    ))
})

test('a price that took longer than five minutes to be paid is asked for anew', () => {
  assert.equal(tookLong({ quotedAt: 0, paidAt: 5 * minute }), false)
  assert.equal(tookLong({ quotedAt: 0, paidAt: 5 * minute + 1 }), true)
})

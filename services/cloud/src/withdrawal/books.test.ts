import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { entriesOf, type Move } from './books.ts'

/** What a part's moves come to, account by account; what is nothing is left out. */
function after(moves: readonly Move[], amountFen: number, feeFen: number): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const move of moves) {
    const entries = entriesOf(move, { operatorId: '7', channel: 'alipay', amountFen, feeFen })
    assert.equal(
      entries.reduce((sum, entry) => sum + entry.amountFen, 0),
      0,
    )
    assert.ok(entries.length >= 2 && entries.every((entry) => entry.amountFen !== 0))
    for (const { kind, amountFen: fen } of entries) sums[kind] = (sums[kind] ?? 0) + fen
  }
  return Object.fromEntries(Object.entries(sums).filter(([, fen]) => fen !== 0))
}
const withoutNothing = (sums: Record<string, number>) =>
  Object.fromEntries(Object.entries(sums).filter(([, fen]) => fen !== 0))

describe('the books of a part, whatever of it is fee', () => {
  const anyPart = fc
    .integer({ min: 1, max: 1_000_000 })
    .chain((amountFen) => fc.tuple(fc.constant(amountFen), fc.integer({ min: 0, max: amountFen })))
  const cases: [string, readonly Move[], (amountFen: number, feeFen: number) => Record<string, number>][] = [
    ['asked', ['withdrawal-asked'], (amount) => ({ 'operator-payable': -amount, 'withdrawal-in-flight': amount })],
    ['refused: as if it had never been', ['withdrawal-asked', 'withdrawal-failed'], () => ({})],
    [
      'paid: the fee is the platform’s, the rest is no longer at the channel',
      ['withdrawal-asked', 'withdrawal-done'],
      (amount, fee) => ({ 'operator-payable': -amount, 'channel-clearing': amount - fee, 'platform-fee': fee }),
    ],
    [
      'returned: as if it had never been, fee and all',
      ['withdrawal-asked', 'withdrawal-done', 'withdrawal-returned'],
      () => ({}),
    ],
  ]
  for (const [what, moves, comesTo] of cases)
    test(what, () =>
      fc.assert(
        fc.property(anyPart, ([amountFen, feeFen]) =>
          assert.deepEqual(after(moves, amountFen, feeFen), withoutNothing(comesTo(amountFen, feeFen))),
        ),
      ),
    )
})

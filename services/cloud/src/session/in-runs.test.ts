import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { inRuns } from './in-runs.ts'

const runs = (seqs: readonly number[]) =>
  inRuns(seqs.map((seq) => ({ event: { seq }, text: '' }))).map(({ event: { seq }, run }) => [seq, run])

describe('the runs of a piece', () => {
  const pieces: [string, number[], [number, number][]][] = [
    [
      'without a hole it is one',
      [4, 5, 6],
      [
        [4, 4],
        [5, 4],
        [6, 4],
      ],
    ],
    [
      'a hole begins another',
      [1, 2, 4, 5, 9],
      [
        [1, 1],
        [2, 1],
        [4, 4],
        [5, 4],
        [9, 9],
      ],
    ],
    [
      'out of order, and twice',
      [3, 1, 2, 3, 2],
      [
        [1, 1],
        [2, 1],
        [3, 1],
      ],
    ],
    ['a number that is not whole any more is of no log', [7, 2 ** 53, 1e300], [[7, 7]]],
  ]
  for (const [what, seqs, read] of pieces) test(what, () => assert.deepEqual(runs(seqs), read))

  test('law: those that follow a number are those that come next, one after the other, until one is missing', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 })), fc.nat(20), (seqs, committed) => {
        const follow = runs(seqs).flatMap(([seq, run]) => (seq! > committed && run! <= committed + 1 ? [seq] : []))
        const next: number[] = []
        while (seqs.includes(committed + next.length + 1)) next.push(committed + next.length + 1)
        assert.deepEqual(follow, next)
      }),
    ))
})

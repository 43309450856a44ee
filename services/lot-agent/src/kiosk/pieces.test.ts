import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { takenNext } from './pieces.ts'
import type { Till } from './wire.ts'

/* What a kiosk takes, so that nobody is ever short of change: amounts in fen. */
const notes = [100, 500, 1000, 2000, 5000]
const till = (one: number, half = 0, takes: readonly number[] = notes): Till => ({
  hoppers: [
    { fen: 100, count: one },
    { fen: 50, count: half },
  ],
  takes: [...takes],
})

describe('what is taken next', () => {
  for (const [what, of, owedFen, insertedFen, takes] of [
    ['with coins enough, everything', till(50), 1000, 0, notes],
    ['without coins, what can still come to the fee exactly', till(0), 1000, 0, [100, 500, 1000]],
    ['what leaves more change than there is, not', till(10), 1000, 0, [100, 500, 1000, 2000]],
    ['after a note, what is missing is looked at', till(0), 1000, 500, [100, 500]],
    ['when the fee is in, nothing', till(50), 1000, 1000, []],
    ['a fee that no coin comes to, nothing at all', till(50), 1037, 0, []],
    ['half a yuan, where there are halves', till(0, 1), 950, 0, [100, 500, 1000]],
    ['half a yuan without halves, nothing', till(50), 950, 0, []],
    ['only notes of ten for six yuan, and four coins: one', till(4, 0, [1000]), 600, 0, [1000]],
    ['and three coins: none', till(3, 0, [1000]), 600, 0, []],
    [
      'coins that come out only by the right choice of hoppers',
      {
        hoppers: [
          { fen: 500, count: 1 },
          { fen: 200, count: 4 },
        ],
        takes: [1000],
      },
      200,
      0,
      [1000],
    ],
    ['a fee of more than ten thousand yuan, nothing: no notes are for that', till(50), 1_000_100, 0, []],
    ['an acceptor that knows nothing', till(50, 0, []), 1000, 0, []],
  ] as const)
    test(what, () => assert.deepEqual(takenNext(of as Till, owedFen, insertedFen), takes))
})

/** Every way to pay an amount, tried out: slow and simple. */
function canPay(hoppers: Till['hoppers'], fen: number): boolean {
  if (fen === 0) return true
  const [first, ...rest] = hoppers
  if (!first) return false
  for (let n = 0; n <= first.count && n * first.fen <= fen; n++) if (canPay(rest, fen - n * first.fen)) return true
  return false
}

test('law: whatever of it is put in, the fee is reached and the change is there; and where nothing is taken, no way leads there', () => {
  const anyTill = fc.record({
    hoppers: fc.uniqueArray(fc.record({ fen: fc.constantFrom(10, 50, 100, 200, 500), count: fc.nat(4) }), {
      maxLength: 3,
      selector: ({ fen }) => fen,
    }),
    takes: fc.uniqueArray(fc.constantFrom(50, 100, 500, 1000, 2000), { maxLength: 4 }),
  })
  fc.assert(
    fc.property(
      anyTill,
      fc.integer({ min: 1, max: 60 }).map((tens) => tens * 50),
      fc.infiniteStream(fc.nat(100)),
      (of, owedFen, choices) => {
        let insertedFen = 0
        while (insertedFen < owedFen) {
          const next = takenNext(of, owedFen, insertedFen)
          if (next.length === 0) break
          insertedFen += next[choices.next().value! % next.length]!
        }
        if (insertedFen > 0) {
          assert.ok(insertedFen >= owedFen, 'nobody is left half way')
          assert.ok(canPay(of.hoppers, insertedFen - owedFen), 'the change is there')
          return
        }
        // Nothing is taken: no sum of pieces, up to one too many, ends well.
        const sums = new Set([0])
        for (const sum of sums) {
          if (sum >= owedFen) assert.ok(!canPay(of.hoppers, sum - owedFen), `${sum} would do`)
          else for (const piece of of.takes) sums.add(sum + piece)
        }
      },
    ),
    { numRuns: 300 },
  )
})

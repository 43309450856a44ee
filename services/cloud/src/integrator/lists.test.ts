import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { stateOf, toldBeforeMs } from './certificates.ts'
import { gramsOf, rangesOf } from './lists.ts'

const digits = fc.integer({ min: 1, max: 9_999_999 })

test('numbers that begin with digits are exactly those of the ranges', () =>
  fc.assert(
    fc.property(digits, digits, (number, beginning) => {
      const { low, high } = rangesOf(String(beginning), 7)
      const within = low.some((from, at) => number >= Number(from) && number <= Number(high[at]))
      assert.equal(within, String(number).startsWith(String(beginning)))
    }),
    { numRuns: 2_000 },
  ))

test('more digits than any number has are no number', () =>
  assert.deepEqual(rangesOf('12345678', 7), { low: [], high: [] }))

test('letters of a part are letters of the whole', () =>
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (part, before, after) => {
      const whole = [...(before + part + after)]
      const all = new Set([...whole, ...whole.slice(1).map((letter, at) => `${whole[at]}${letter}`)])
      fc.pre([...before, ...part, ...after].join('') === whole.join('') && [...part].length > 0)
      for (const gram of gramsOf(part)) assert.ok(all.has(gram), gram)
    }),
  ))

describe('a certificate', () => {
  const until = 100 * toldBeforeMs
  const cases: readonly (readonly [now: number, state: string])[] = [
    [until - toldBeforeMs - 1, 'good'],
    [until - toldBeforeMs, 'ends-soon'],
    [until - 1, 'ends-soon'],
    [until, 'ended'],
  ]
  for (const [now, state] of cases)
    test(`${until - now} ms before its end: ${state}`, () => assert.equal(stateOf(until, now), state))
})

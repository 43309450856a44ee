import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { numberOf, parseNumber } from './numbers.ts'
import type { Id } from './types.ts'

const houseNumber = fc.record({
  bucket: fc.integer({ min: 0, max: 255 }),
  lotId: fc.integer({ min: 0, max: 9_999_999 }),
  id: fc.oneof(fc.bigInt(0n, 2n ** 63n - 1n), fc.bigInt(0n, 1_000n), fc.constant(2n ** 63n - 1n)),
})
const written = ({ bucket, lotId, id }: { bucket: number; lotId: number; id: bigint }) =>
  numberOf('trade', { bucket, lotId }, String(id) as Id)

describe('numbers that leave the house', () => {
  test('are written as they always were', () => {
    const lot = { bucket: 7, lotId: 42 }
    assert.equal(numberOf('trade', lot, '385354123186188288' as Id), '10070000042038535412318618828820')
    assert.equal(
      numberOf('refund', { bucket: 255, lotId: 9_999_999 }, '9223372036854775807' as Id).slice(0, 30),
      '225599999999223372036854775807',
    )
  })

  test('are read back whole, their check digits those of one long division by 97', () => {
    fc.assert(
      fc.property(houseNumber, (it) => {
        const number = written(it)
        assert.equal(number.length, 32)
        assert.equal(BigInt(number) % 97n, 1n)
        assert.deepEqual(parseNumber('trade', number), {
          ok: true,
          value: { kind: 'trade', bucket: it.bucket, lotId: it.lotId, id: String(it.id) },
        })
      }),
    )
  })

  test('with one wrong digit, or two that changed places, are none of ours', () => {
    fc.assert(
      fc.property(houseNumber, fc.nat(31), fc.integer({ min: 1, max: 9 }), (it, at, by) => {
        const number = written(it)
        const wrong = number.slice(0, at) + ((Number(number[at]) + by) % 10) + number.slice(at + 1)
        assert.equal(parseNumber('trade', wrong).ok, false)
        const swapped =
          number.slice(0, at) +
          number
            .slice(at, at + 2)
            .split('')
            .reverse()
            .join('') +
          number.slice(at + 2)
        assert.equal(parseNumber('trade', swapped).ok, swapped === number)
      }),
    )
  })

  for (const [what, number] of [
    ['an id beyond 63 bits', '1007000004292233720368547758081'],
    ['a bucket that there is not', '1256000004203853541231861882881'],
  ] as const)
    test(`${what} is none of ours, whatever its check digits`, () => {
      for (let check = 0; check < 100; check++) {
        const body = number.slice(0, 30)
        assert.equal(parseNumber('trade', body + String(check).padStart(2, '0')).ok, false)
      }
    })

  test('of another kind, another length or with letters are none', () => {
    const number = written({ bucket: 1, lotId: 2, id: 3n })
    for (const wrong of [number.slice(1), `${number}0`, `${number.slice(0, 31)}x`, '', `２${number.slice(1)}`])
      assert.equal(parseNumber('trade', wrong).ok, false, wrong)
    assert.equal(parseNumber('refund', number).ok, false)
  })
})

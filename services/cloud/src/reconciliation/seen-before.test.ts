import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { seenBefore } from './seen-before.ts'

describe('which numbers may have come before', () => {
  test('one that came before is always named', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 2n ** 63n - 1n), { maxLength: 50 }), (ids) => {
        const seen = seenBefore()
        for (const id of ids) seen(String(id))
        for (const id of ids) assert.ok(seen(String(id)), String(id))
      }),
      { numRuns: 40 },
    )
  })

  test('of a million numbers that did not, as ids are made, fewer than one in a thousand is', () => {
    const seen = seenBefore()
    let named = 0
    for (let n = 0n; n < 1_000_000n; n++) if (seen(String(384_372_729_446_400_000n + n * 4n))) named += 1
    assert.ok(named < 1_000, String(named))
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Held } from './held.ts'

test('law: what was added and not dropped is held, in its order', () => {
  const anyStep = fc.oneof(
    fc.record({ add: fc.uint8Array({ maxLength: 40 }) }),
    fc.record({ drop: fc.double({ min: 0, max: 1, noNaN: true }) }),
  )
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const held = new Held()
      let expected = Buffer.alloc(0)
      for (const step of steps) {
        if ('add' in step) {
          held.add(step.add)
          expected = Buffer.concat([expected, step.add])
        } else {
          const count = Math.floor(step.drop * expected.length)
          held.drop(count)
          expected = expected.subarray(count)
        }
        assert.deepEqual(held.all, expected)
        assert.equal(held.length, expected.length)
      }
    }),
  )
})

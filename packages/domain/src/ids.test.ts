import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { firstIdAt, idEpochMs, idMaker, instantOfId } from './ids.ts'
import type { Id } from './types.ts'

const t0 = Date.UTC(2026, 5, 1, 2)
const hour = 3_600_000
const ascending = (ids: readonly Id[]) =>
  ids.every((id, at) => at === 0 || BigInt(id) > BigInt(ids[at - 1]!)) && new Set(ids).size === ids.length

describe('ids', () => {
  test('an id says when it was made, and sorts after everything before', () => {
    let now = t0
    const newId = idMaker(() => now, 7)
    const first = newId()
    assert.equal(instantOfId(first), t0)
    now += 1
    assert.ok(BigInt(newId()) > BigInt(first))
    assert.ok(BigInt(first) >= BigInt(firstIdAt(t0)) && BigInt(first) < BigInt(firstIdAt(t0 + 1)))
  })
  test('10,000 in one millisecond are unique and ordered: they borrow from the next', () => {
    const newId = idMaker(() => t0, 1023)
    assert.ok(ascending(Array.from({ length: 10_000 }, newId)))
  })
  for (const [what, back] of [
    ['an hour', hour],
    ['8 hours', 8 * hour],
    ['to before ids began', t0 - idEpochMs + hour],
  ] as const) {
    test(`a clock set back by ${what} while running is not followed`, () => {
      let now = t0
      const newId = idMaker(() => now, 0)
      const before = [newId(), newId()]
      now -= back
      assert.ok(ascending([...before, newId(), newId()]))
    })
    test(`a clock set back by ${what} between runs is not followed once the newest id is told`, () => {
      const before = idMaker(() => t0, 1023)()
      const newId = idMaker(() => t0 - back, 0)
      newId.after(before)
      assert.ok(ascending([before, newId(), newId()]))
    })
  }
  test('an older id changes nothing; the newest is known', () => {
    const newId = idMaker(() => t0, 0)
    assert.equal(newId.newest(), null)
    const made = newId()
    newId.after(firstIdAt(t0 - hour))
    assert.equal(newId.newest(), made)
    assert.equal(instantOfId(newId()), t0)
  })
  test('whatever the clock does and however often it starts anew, ids only rise', () => {
    const step = fc.record({
      moves: fc.integer({ min: -9 * hour, max: 9 * hour }),
      restart: fc.boolean(),
      node: fc.integer({ min: 0, max: 1023 }),
      makes: fc.integer({ min: 1, max: 20 }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        let now = t0
        let newId = idMaker(() => now, 0)
        const made: Id[] = []
        for (const { moves, restart, node, makes } of steps) {
          now += moves
          if (restart) {
            newId = idMaker(() => now, node)
            const newest = made.at(-1)
            if (newest) newId.after(newest)
          }
          for (let n = 0; n < makes; n++) made.push(newId())
        }
        assert.ok(ascending(made))
      }),
    )
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { notBefore } from './not-before.ts'
import { clockWatch } from './watch.ts'

const t0 = Date.UTC(2026, 5, 1, 2)
const minute = 60_000
const hour = 60 * minute

/** A box whose clock can be set while time goes on. */
function aBox(newestAt: number | null = null) {
  let now = t0
  let elapsed = 5_000
  const watch = clockWatch({
    clock: { now: () => now as Instant },
    elapsedMs: () => elapsed,
    newestAt: newestAt as Instant | null,
  })
  return {
    look: () =>
      watch.look().map((event) => {
        assert.ok(event.kind === 'device' && event.device === 'clock')
        return [event.state, event.driftMs ?? null, event.because]
      }),
    pass: (ms: number) => {
      now += ms
      elapsed += ms
    },
    set: (ms: number) => {
      now += ms
    },
  }
}

describe('the clock of the box', () => {
  for (const [set, says] of [
    [-hour, 'set back by 1 h 0 min'],
    [-8 * hour, 'set back by 8 h 0 min'],
    [8 * hour, 'set forward by 8 h 0 min'],
    [-61_000, 'set back by 1 min'],
  ] as const)
    test(`${says} while it runs is told once, and again that it runs evenly`, () => {
      const box = aBox()
      assert.deepEqual(box.look(), [])
      box.pass(1_000)
      box.set(set)
      assert.deepEqual(box.look(), [['ill', set, `the clock of this box was ${says}`]])
      for (let second = 0; second < 599; second++) {
        box.pass(1_000)
        assert.deepEqual(box.look(), [])
      }
      box.pass(1_000)
      assert.deepEqual(box.look(), [['well', null, 'the clock of this box runs evenly again']])
      box.pass(1_000)
      assert.deepEqual(box.look(), [])
    })
  test('a minute and less, and what a network clock corrects, is nothing', () => {
    const box = aBox()
    box.look()
    for (const set of [60_000, -60_000, 500, -1]) {
      box.pass(1_000)
      box.set(set)
      assert.deepEqual(box.look(), [])
    }
  })
  test('set back while it was off is told by what is on disk', () => {
    const box = aBox(t0 + 8 * hour)
    assert.deepEqual(box.look(), [
      ['ill', -8 * hour, 'the clock of this box was set back by 8 h 0 min while it was off'],
    ])
    box.pass(1_000)
    assert.deepEqual(box.look(), [])
  })
  test('a long time off is not a jump', () => {
    assert.deepEqual(aBox(t0 - 100 * hour).look(), [])
  })
  test('that nobody looked for an hour is not a jump either', () => {
    const box = aBox()
    box.look()
    box.pass(hour)
    assert.deepEqual(box.look(), [])
  })
})

test('no stay is shorter than nothing, and a right clock is left alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 * t0 }), fc.integer({ min: 0, max: 2 * t0 }), (from, now) => {
      const end = notBefore(from as Instant, now as Instant)
      assert.ok(end >= from)
      assert.equal(end, Math.max(now, from))
    }),
  )
})

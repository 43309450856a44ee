import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { windowOf } from './window.ts'

/* Which transfers a round reads; in minutes. */

const minute = 60_000
const cases: readonly [
  what: string,
  cursor: readonly [read: number, sure: number],
  now: number,
  window: readonly [from: number, until: number | null, read: number, sure: number],
][] = [
  ['a round goes back a minute', [600, 500], 601, [599, null, 601, 500]],
  ['an hour after the last that did, it goes back to what is certain', [619, 500], 620, [500, null, 620, 560]],
  ['a minute before that it does not', [618, 500], 619, [617, null, 619, 500]],
  ['an hour behind is not far', [600, 541], 660, [599, null, 660, 541]],
  ['who is behind goes on by an hour, from what is certain', [600, 541], 661, [541, 660, 660, 601]],
  ['and who is days behind, from where he was', [600, 600], 9000, [600, 660, 660, 660]],
  ['a clock that went back a little reads back as far', [600, 541], 595, [594, null, 595, 541]],
  ['one that went back for long begins anew an hour before', [600, 541], 300, [240, null, 300, 240]],
]
for (const [what, [readUntil, sureUntil], now, [from, until, read, sure]] of cases)
  test(what, () => {
    const window = windowOf({ readUntil: readUntil * minute, sureUntil: sureUntil * minute }, now * minute)
    const said = [window.from, window.until, window.next.readUntil, window.next.sureUntil]
    assert.deepEqual(
      said.map((at) => (at === null ? null : at / minute)),
      [from, until, read, sure],
    )
  })

test('whatever is committed within the hour after it was posted is read', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 60 }),
      fc.nat({ max: 5000 }),
      fc.integer({ min: 0, max: 59 }),
      (pauses, postedMinute, lateMinutes) => {
        const postedAt = postedMinute * minute
        let cursor = { readUntil: 0, sureUntil: 0 }
        let now = 0
        let read = false
        for (const pause of [...pauses, 6000, ...Array.from({ length: 200 }, () => 1), 121]) {
          now += pause * minute
          const window = windowOf(cursor, now)
          const committed = now >= postedAt + lateMinutes * minute
          if (committed && postedAt >= window.from && (window.until === null || postedAt < window.until)) read = true
          cursor = window.next
        }
        assert.equal(read, true)
      },
    ),
  ))

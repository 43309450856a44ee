import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { kiosksHeard, lostAfterMs } from './heard.ts'

const t0 = Date.UTC(2026, 5, 1, 2) as Instant
const till = { hoppers: [{ fen: 100, count: 50 }], takes: [100] }
/** One kiosk, and time by hand; what is answered is what the log is told. */
function watched() {
  let passed = 0
  const heard = kiosksHeard(() => passed)
  const now = () => (t0 + passed) as Instant
  const news = (events: ReturnType<typeof heard.round>) => events.map(({ state, because }) => [state, because])
  return {
    pass: (ms: number) => {
      passed += ms
    },
    says: (over: { fault?: string; offMs?: number } = {}) =>
      news(heard.said(9, { at: now() + (over.offMs ?? 0), till, ...(over.fault ? { fault: over.fault } : {}) }, now())),
    speaks: () => news(heard.spoke(9, now())),
    round: () => news(heard.round(now())),
    is: () => heard.of(9),
  }
}

describe('a kiosk', () => {
  test('that was never heard is no news, nor is its first well word', () => {
    const one = watched()
    one.pass(10 * lostAfterMs)
    assert.deepEqual([one.round(), one.is().state], [[], 'unheard'])
    assert.deepEqual([one.says(), one.is().state, one.is().till], [[], 'well', till])
  })
  test('is ill by what it says of itself, once, and well again', () => {
    const one = watched()
    assert.deepEqual(one.says({ fault: 'jam' }), [['ill', 'it says: jam']])
    assert.deepEqual(one.says({ fault: 'jam' }), [])
    assert.deepEqual(one.says(), [['well', 'heard again']])
  })
  for (const [offMs, because] of [
    [60_000, null],
    [60_001, 'its clock is wrong: 60 s fast; set a time server on it'],
    [-120_000, 'its clock is wrong: 120 s slow; set a time server on it'],
  ] as const)
    test(`whose clock is off by ${offMs} ms is ${because === null ? 'well' : 'ill'}`, () => {
      const one = watched()
      one.says({ offMs })
      assert.equal(one.is().because, because)
    })
  test('that says nothing for a minute is lost, once; any word brings it back', () => {
    const one = watched()
    one.says()
    one.pass(lostAfterMs)
    assert.deepEqual(one.round(), [])
    one.pass(1)
    assert.deepEqual(one.round(), [['lost', 'not heard for a minute']])
    assert.deepEqual(one.round(), [])
    assert.deepEqual(one.speaks(), [['well', 'heard again']])
  })
  test('that speaks of a purchase is not lost', () => {
    const one = watched()
    one.says()
    one.pass(lostAfterMs)
    one.speaks()
    one.pass(lostAfterMs)
    assert.deepEqual(one.round(), [])
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { equipmentHealth, type HealthTiming } from './health.ts'

const timing: HealthTiming = { lostAfterMs: 60_000, downAfterMs: 10_000, silentAfterMs: 1_800_000, silentReads: 3 }
const minute = 60_000
const t0 = Date.UTC(2026, 5, 1) as Instant

function watched() {
  let elapsed = 0
  const health = equipmentHealth(
    [
      { device: 'posting', lane: 1, kind: 'camera', posts: true },
      { device: 'connected', lane: 2, kind: 'camera', posts: false },
      { device: 'gate-2', lane: 2, kind: 'gate', posts: false },
    ],
    () => elapsed,
    timing,
  )
  const now = () => (t0 + elapsed) as Instant
  const said = (events: readonly unknown[]) =>
    events.map((event) => {
      const { device, state, because, driftMs } = event as Record<string, unknown>
      return [device, state, because, ...(driftMs === undefined ? [] : [driftMs])].join(' | ')
    })
  return {
    health,
    now,
    pass: (ms: number) => {
      elapsed += ms
    },
    round: () => {
      const { events, reopen } = health.round(now())
      return { said: said(events), reopen: reopen.map(({ device }) => device) }
    },
    reads: (device: string, offMs: number | null = 0, stored = false) =>
      said(health.read(device, { takenAt: offMs === null ? null : ((now() + offMs) as Instant), stored }, now())),
    heard: (device: string) => said(health.heard(device, now())),
    said,
    of: (device: string) => health.report().find((one) => one.device === device)!,
  }
}

describe('whether it is there', () => {
  test('a camera that posts is lost after a minute without a word, and well with the next; each told once', () => {
    const { pass, round, heard } = watched()
    pass(minute)
    assert.deepEqual(round().said, [])
    pass(1)
    assert.deepEqual(round().said, ['posting | lost | not heard for a minute'])
    assert.deepEqual(round().said, [])
    assert.deepEqual(heard('posting'), ['posting | well | heard again'])
    assert.deepEqual(heard('posting'), [])
  })
  test('a line may be down for a moment; when it stays so it is lost, with the reason', () => {
    const { health, pass, round, now, said } = watched()
    health.down('connected', 'ECONNREFUSED')
    pass(9_000)
    health.up('connected', now())
    pass(2_000)
    assert.deepEqual(round().said, [])
    health.down('connected', 'ECONNREFUSED')
    health.downBecause('connected', 'it is not reached')
    pass(10_000)
    assert.deepEqual(round().said, ['connected | lost | it is not reached'])
    assert.deepEqual(said(health.up('connected', now())), ['connected | well | heard again'])
  })
  test('what cannot mend itself is told at once', () => {
    const { health, now, said, round } = watched()
    health.down('connected', 'refused')
    assert.deepEqual(said(health.lostBecause('connected', 'it refuses the login', now())), [
      'connected | lost | it refuses the login',
    ])
    assert.deepEqual(round().said, [])
  })
})

describe('its clock', () => {
  const wrong = /^connected \| ill \| its clock is wrong/
  test('off by a minute is right, by more is wrong: told once, and once when it is right again', () => {
    const { reads, of } = watched()
    assert.deepEqual(reads('connected', 60_000), [])
    assert.deepEqual(reads('connected', 300_000).length, 1)
    assert.deepEqual(reads('connected', 300_000), [])
    assert.equal(of('connected').clockOffMs, 300_000)
    // Slower by minutes it may have been held up: the middle of three says so.
    assert.deepEqual(reads('connected', 0), [])
    reads('connected', 0)
    assert.deepEqual(reads('connected', 0), ['connected | well | its clock is right | 0'])
  })
  test('hours off looks like another time zone, and is told by the first read, either way', () => {
    for (const hours of [8, -8]) {
      const { reads } = watched()
      for (let i = 0; i < 5; i += 1) reads('connected', 0)
      const [told] = reads('connected', hours * 3_600_000)
      assert.match(told!, wrong)
      assert.match(told!, /8 h (fast|slow), which looks like another time zone/)
      assert.match(reads('connected', 0)[0]!, /^connected \| well \| its clock is right/)
    }
  })
  test('one read that was held up on its way says nothing of the clock', () => {
    const { reads, of } = watched()
    for (let i = 0; i < 5; i += 1) reads('connected', 100 * i)
    assert.deepEqual(reads('connected', -90_000), [])
    assert.equal(of('connected').clockOffMs, 200)
  })
  test('stored records, and cameras without a clock, say nothing of it', () => {
    const { reads, of } = watched()
    assert.deepEqual(reads('connected', -999_999, true), [])
    assert.deepEqual(reads('connected', null), [])
    assert.equal(of('connected').clockOffMs, null)
  })
})

describe('silent death', () => {
  test('connected, and nothing read for long while others see traffic: opened anew and told; well when it reads', () => {
    const { health, now, pass, round, reads, heard } = watched()
    health.up('connected', now())
    for (let i = 0; i < 3; i += 1) reads('posting')
    pass(timing.silentAfterMs)
    heard('posting')
    const { said, reopen } = round()
    assert.deepEqual(reopen, ['connected'])
    assert.match(
      said[0]!,
      /^connected \| ill \| it is connected and has read nothing for 30 minutes while other lanes read 3 vehicles/,
    )
    assert.deepEqual(round(), { said: [], reopen: [] })
    assert.deepEqual(reads('connected'), ['connected | well | it reads again'])
  })
  test('it is opened again after as long a silence, and told once', () => {
    const { pass, round, reads, heard } = watched()
    for (let times = 0; times < 3; times += 1) {
      for (let i = 0; i < 3; i += 1) reads('posting')
      pass(timing.silentAfterMs)
      heard('posting')
      const { said, reopen } = round()
      assert.deepEqual(reopen, ['connected'])
      assert.equal(said.length, times === 0 ? 1 : 0)
    }
  })
  for (const [what, neighbours, ms] of [
    ['nobody else sees traffic', 2, timing.silentAfterMs],
    ['it has not been long', 30, timing.silentAfterMs - 1],
  ] as const)
    test(`a quiet lane is no death: ${what}`, () => {
      const { pass, round, reads, heard } = watched()
      for (let i = 0; i < neighbours; i += 1) reads('posting')
      pass(ms)
      heard('posting')
      assert.deepEqual(round(), { said: [], reopen: [] })
    })
  test('a line that is down is not opened anew: it is tried all the time', () => {
    const { health, pass, round, reads, heard } = watched()
    for (let i = 0; i < 3; i += 1) reads('posting')
    health.down('connected', 'cable')
    pass(timing.silentAfterMs)
    heard('posting')
    assert.deepEqual(round(), { said: ['connected | lost | cable'], reopen: [] })
  })
})

test('reasons begin and end by themselves; while there is one it is ill', () => {
  const { health, now, said, reads } = watched()
  assert.equal(said(health.ill('gate-2', 'gate', 'it never moved', now()))[0], 'gate-2 | ill | it never moved')
  assert.deepEqual(said(health.ill('gate-2', 'gate', 'it never moved', now())), [])
  assert.deepEqual(said(health.over('gate-2', 'gate', 'it opens again', now())), ['gate-2 | well | it opens again'])
  assert.deepEqual(said(health.over('gate-2', 'gate', 'it opens again', now())), [])
  reads('connected', 120_000)
  assert.match(
    said(health.ill('connected', 'stranger', 'another camera', now()))[0]!,
    /ill \| its clock is wrong.*; another camera/,
  )
  assert.match(said(health.over('connected', 'stranger', 'gone', now()))[0]!, /ill \| its clock is wrong/)
})

test('faults are counted, and a device that nobody planned says nothing', () => {
  const { health, now, of } = watched()
  health.fault('posting')
  health.fault('posting')
  assert.equal(of('posting').faults, 2)
  assert.deepEqual(health.heard('nobody', now()), [])
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseSchedule, type ScheduleDocument, simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { fromText, inForce, stateOf, withoutVersion, withVersion } from './decide.ts'

const at = (text: string): Instant => Date.parse(`${text}+08:00`) as Instant
const now = at('2026-11-29T10:00:00')
const costs = (hourFen: number) => simpleTariff({ hourFen })
const added = (hourFen: number, from: Instant | null = null, carsInside: 'old' | 'new' = 'old') => ({
  ...{ tariff: costs(hourFen), from, carsInside },
})
const hourOf = (tariff: unknown): number =>
  (tariff as ReturnType<typeof simpleTariff>).plans.all!.bands[0]!.steps!.at(-1)!.fen
function publish(kept: ScheduleDocument | null, ...asked: Parameters<typeof added>) {
  const made = withVersion(kept, added(...asked), now)
  assert.ok(made.ok, JSON.stringify(made))
  return made.value.schedule
}
const told = ({ versions }: ScheduleDocument) => versions.map(({ from, tariff }) => [from, hourOf(tariff)])

describe('a price list is published', () => {
  const first = publish(null, 500)
  test('from now on, where none was kept', () => assert.deepEqual(told(first), [['2026-11-29T10:00:00+08:00', 500]]))
  test('from an instant that comes: the one before goes on until then', () =>
    assert.deepEqual(told(publish(first, 600, at('2026-12-01T00:00:00'))), [
      ['2026-11-29T10:00:00+08:00', 500],
      ['2026-12-01T00:00:00+08:00', 600],
    ]))
  test('before one that was announced: that one stays announced', () => {
    const announced = publish(first, 600, at('2026-12-01T00:00:00'))
    assert.deepEqual(
      told(publish(announced, 550, at('2026-11-30T00:00:00'))).map(([, fen]) => fen),
      [500, 550, 600],
    )
  })
  test('for the instant of one that was announced: in its place', () => {
    const announced = publish(first, 600, at('2026-12-01T00:00:00'))
    assert.deepEqual(
      told(publish(announced, 700, at('2026-12-01T00:00:00'))).map(([, fen]) => fen),
      [500, 700],
    )
  })
  test('for the past: only the first of all, which prices whoever is inside', () => {
    assert.equal(told(publish(null, 500, at('2026-01-01T00:00:00'))).length, 1)
    assert.deepEqual(withVersion(first, added(600, at('2026-11-28T00:00:00')), now), {
      ok: false,
      error: { kind: 'in-the-past' },
    })
  })
  test('with a mistake: refused, and the place is one of the list itself', () => {
    const tariff = { ...costs(500), choose: [{ plan: 'none' }] }
    assert.deepEqual(withVersion(first, { ...added(1), tariff }, now), {
      ok: false,
      error: { kind: 'tariff-faulty', faults: [{ path: '/choose/0/plan', rule: 'no-such-plan' }] },
    })
  })
})

describe('a version is taken back', () => {
  const announced = publish(publish(null, 500), 600, at('2026-12-01T00:00:00'))
  test('that is not in force yet', () => {
    const left = withoutVersion(announced, at('2026-12-01T00:00:00'), now)
    assert.deepEqual(left.ok && told(left.value).map(([, fen]) => fen), [500])
  })
  const refused: [string, Instant, string][] = [
    ['one in force', now, 'already-in-force'],
    ['one that there is not', at('2026-12-02T00:00:00'), 'version-unknown'],
  ]
  for (const [what, from, kind] of refused)
    test(`not ${what}`, () => assert.deepEqual(withoutVersion(announced, from, now), { ok: false, error: { kind } }))
  test('not the only one there is', () => {
    const only = publish(null, 500, at('2026-12-01T00:00:00'))
    assert.equal(withoutVersion(only, at('2026-12-01T00:00:00'), now).ok, false)
  })
})

test('law: whatever is published when, the versions rise, each instant has one, and what is in force is the last that has begun', () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ hourFen: fc.nat(1000), minutes: fc.nat(500) }), { minLength: 1, maxLength: 12 }),
      (asked) => {
        const latest = new Map<number, number>()
        let kept: ScheduleDocument | null = null
        for (const { hourFen, minutes } of asked) {
          const from = (now + minutes * 60_000) as Instant
          kept = publish(kept, hourFen, from)
          latest.set(from, hourFen)
        }
        const parsed = parseSchedule(kept)
        assert.ok(parsed.ok)
        assert.deepEqual(
          parsed.value.map(({ from, tariff }) => [from, hourOf(tariff.document)]),
          [...latest].sort(([a], [b]) => a - b),
        )
        const then = (now + 250 * 60_000) as Instant
        const states = parsed.value.map((_, place) => stateOf(parsed.value, place, then))
        assert.deepEqual(
          states.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)),
          states,
        )
        assert.equal(states.filter((state) => state === 'in-force').length, 1)
        assert.equal(inForce(parsed.value, then), parsed.value[states.indexOf('in-force')])
      },
    ),
  ))
const order = ['past', 'in-force', 'to-come']

test('an instant is written at Beijing, to the second', () =>
  assert.equal(fromText(now + 999), '2026-11-29T10:00:00+08:00'))

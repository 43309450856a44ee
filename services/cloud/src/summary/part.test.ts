import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Day } from '../reconciliation/day.ts'
import { type Change, changesOf, keptOf, type Part } from './part.ts'
import { dimensions, type Figure } from './row.ts'

/* What rows change by when something is counted otherwise than it was. */

const aPart = (told: Partial<Part> = {}): Part => ({
  ...{ of: '7', kind: 'entry', id: '7', day: '2026-11-02' as Day },
  members: { lane: '1', channel: '', attendant: '', product: 'parking' },
  figures: { entries: 1 },
  ...told,
})
const said = (changes: readonly Change[]) =>
  changes.flatMap(({ dimension, day, member, figures }) =>
    Object.entries(figures).map(
      ([figure, { by, because }]) => `${dimension} ${day} ${member} ${figure} ${by} by ${because}`,
    ),
  )

test('what is new is added to the lot and to each of its members', () =>
  assert.deepEqual(said(changesOf([], [aPart()])), [
    'attendant 2026-11-02  entries 1 by entry:7',
    'channel 2026-11-02  entries 1 by entry:7',
    'lane 2026-11-02 1 entries 1 by entry:7',
    'lot 2026-11-02  entries 1 by entry:7',
    'product 2026-11-02 parking entries 1 by entry:7',
  ]))
test('what is of another product now moves there, and nowhere else', () => {
  const large = aPart({ members: { ...aPart().members, product: 'parking:large' } })
  assert.deepEqual(said(changesOf([aPart()], [large])), [
    'product 2026-11-02 parking entries -1 by entry:7',
    'product 2026-11-02 parking:large entries 1 by entry:7',
  ])
})
test('what is of another day is taken out of the one and added to the other', () =>
  assert.deepEqual(
    said(changesOf([aPart()], [aPart({ day: '2026-11-01' as Day })])).filter((line) => line.startsWith('lot')),
    ['lot 2026-11-01  entries 1 by entry:7', 'lot 2026-11-02  entries -1 by entry:7'],
  ))
test('two that make up for each other have changed nothing', () =>
  assert.deepEqual(changesOf([aPart()], [aPart({ of: '8', id: '8' })]), []))

const anyPart: fc.Arbitrary<Part> = fc.record({
  of: fc.constantFrom('7', '8'),
  kind: fc.constantFrom('entry', 'exit'),
  id: fc.constantFrom('1', '2'),
  day: fc.constantFrom('2026-11-01', '2026-11-02') as fc.Arbitrary<Day>,
  members: fc.record({
    lane: fc.constantFrom('', '1'),
    channel: fc.constantFrom('', 'cash'),
    attendant: fc.constantFrom('', '张师傅'),
    product: fc.constantFrom('', 'parking'),
  }),
  figures: fc.dictionary(fc.constantFrom('entries', 'netFen'), fc.constantFrom(-5, 1, 9)) as fc.Arbitrary<
    Part['figures']
  >,
})
const keys = (part: Part) => `${part.of}/${part.kind}/${part.id}`
const someParts = fc.uniqueArray(anyPart, { selector: keys, maxLength: 6 })
const sum = (changes: readonly Change[], dimension: string, figure: Figure) =>
  changes
    .filter((one) => one.dimension === dimension)
    .reduce((total, { figures }) => total + (figures[figure]?.by ?? 0), 0)

test('kept and counted: what was there with what changed is what is there, and again is nothing', () =>
  fc.assert(
    fc.property(someParts, someParts, (kept, after) => {
      const before = kept.filter(({ figures }) => Object.keys(figures).length > 0)
      const { put, gone } = keptOf(before, after)
      const changed = new Set([...put, ...gone].map(keys))
      const now = [...before.filter((part) => !changed.has(keys(part))), ...put]
      const changes = changesOf(
        before.filter((part) => changed.has(keys(part))),
        put,
      )
      for (const figure of ['entries', 'netFen'] as const) {
        const total = (parts: readonly Part[]) => parts.reduce((all, part) => all + (part.figures[figure] ?? 0), 0)
        for (const dimension of dimensions) assert.equal(total(before) + sum(changes, dimension, figure), total(now))
        assert.equal(total(now), total(after))
      }
      assert.deepEqual(keptOf(now, after), { put: [], gone: [] })
    }),
  ))

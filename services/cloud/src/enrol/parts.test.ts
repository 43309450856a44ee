import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AreaEvent, type Part, partsIn } from './parts.ts'

const on = { session: '1', area: '地库', lane: 3 }
const into = (at: number, more: object = {}): AreaEvent => ({
  ...on,
  kind: 'area-entered',
  seq: at,
  at,
  enteredAt: at,
  ...more,
})
const out = (at: number, enteredAt: number | null, more: object = {}): AreaEvent => ({
  ...on,
  kind: 'area-left',
  seq: at,
  at,
  enteredAt,
  ...more,
})
const part = (enteredAt: number, leftAt: number | null, area = '地库'): Part => ({ area, enteredAt, leftAt })

const cases: [string, readonly AreaEvent[], readonly Part[]][] = [
  ['nothing', [], []],
  ['in there', [into(1)], [part(1, null)]],
  ['out again', [into(1), out(5, 1)], [part(1, 5)]],
  ['twice', [into(1), out(5, 1), into(7)], [part(1, 5), part(7, null)]],
  ['backed off on its way in', [into(1), out(2, 1, { back: true })], []],
  ['backed off on its way out', [into(1), out(5, 1), into(6, { enteredAt: 1, back: true })], [part(1, null)]],
  ['came out without having been seen going in', [out(5, null)], []],
  ['from one area into another', [into(1), out(5, 1), into(5, { area: '二层' })], [part(1, 5), part(5, null, '二层')]],
  ['out and in within an instant', [into(1), out(1, 1), into(1)], [part(1, 1), part(1, null)]],
  ['told again by a log that was damaged', [into(1), out(5, 1), into(1), out(5, 1)], [part(1, 5)]],
]
for (const [what, events, expected] of cases)
  test(`where a session was: ${what}`, () => assert.deepEqual(partsIn(events), expected))

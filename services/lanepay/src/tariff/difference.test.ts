import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differencesOf, differenceText } from '@lanepay/domain/tariff/told/difference.ts'
import { entrancesOf } from '@lanepay/domain/tariff/told/grid.ts'
import { careful, hoursAt, tariffOf } from './kit.fixtures.ts'

const hour = 3600
const list = (...steps: readonly (readonly [number, number | null])[]) => steps.map(([toS, fen]) => ({ toS, fen }))

test('two lists part where their steps say different things, to the second', () => {
  const before = list([0, 0], [900, 100], [3600, 200])
  assert.deepEqual(differencesOf(before, before), [])
  assert.deepEqual(differencesOf(before, list([0, 0], [600, 100], [3600, 200])), [
    { overS: 600, toS: 900, before: 100, after: 200 },
  ])
  assert.deepEqual(differencesOf(before, list([0, 50], [3600, null])), [
    { overS: -1, toS: 0, before: 0, after: 50 },
    { overS: 0, toS: 900, before: 100, after: null },
    { overS: 900, toS: 3600, before: 200, after: null },
  ])
})

test('entries that change alike are told together, and what does not change is not told', () => {
  assert.deepEqual(
    differenceText(tariffOf(careful), tariffOf(hoursAt(400)), 3 * hour, 'en')
      .split('\n')
      .slice(0, 4),
    [
      'Stays that change price:',
      '  small, workday, entering 00:00-24:00',
      '      over 1 h, up to 2 h: ¥8.00 -> ¥9.00',
      '      over 2 h, up to 3 h: ¥11.00 -> ¥13.00',
    ],
  )
  assert.deepEqual(differenceText(tariffOf(careful), tariffOf(careful), 3 * hour, 'zh-CN').split('\n'), [
    '没有任何停车改变价格。',
    '比较范围：每个整点入场，停车不超过 3 小时',
  ])
})

test('a change for one class on one kind of day by night is found there and nowhere else', () => {
  const night = { days: ['saturday'], from: '22:00', to: '06:00', steps: [{ to: null, every: 60, fen: 100 }] }
  const changed = structuredClone(careful) as Record<string, unknown> & typeof careful
  const p = changed.plans.p
  const after = {
    ...changed,
    choose: [{ when: { vehicle: 'nev' }, plan: 'n' }, { plan: 'p' }],
    plans: { p, n: { ...p, bands: [night, ...p.bands] } },
  }
  const told = differenceText(tariffOf(careful), tariffOf(after), 2 * hour, 'en').split('\n')
  const heads = told.filter((line) => line.includes('entering'))
  assert.ok(heads.length > 0 && heads.every((line) => line.startsWith('  nev, ')), heads.join('\n'))
  assert.ok(heads.some((line) => line.startsWith('  nev, Saturday, entering 22:00')))
  assert.ok(heads.every((line) => !line.includes('nev, workday')))
  // A Saturday's night reaches into Sunday.
  assert.ok(heads.some((line) => line.startsWith('  nev, Sunday, entering 00:00')))
})

test('entrances are all that two lists tell apart: classes, occupancies, kinds of days, dates on which they differ', () => {
  const one = tariffOf({
    ...careful,
    calendar: { '2026-10-01': 'holiday', '2026-10-10': 'workday' },
    choose: [
      { when: { vehicle: ['large', 'nev'] }, plan: 'p' },
      { when: { occupancyAtLeast: 80 }, plan: 'p' },
      { plan: 'p' },
    ],
  })
  const other = tariffOf({ ...careful, calendar: { '2026-10-01': 'holiday', '2026-10-02': 'holiday' } })
  const entrances = entrancesOf([one, other])
  const distinct = (values: readonly unknown[]): unknown[] => [...new Set(values)]
  assert.deepEqual(distinct(entrances.map(({ vehicle }) => vehicle)), ['small', 'large', 'nev'])
  assert.deepEqual(distinct(entrances.map(({ occupancy }) => occupancy)), [0, 80])
  assert.deepEqual(distinct(entrances.map(({ dayKind }) => dayKind)), [
    'workday',
    'saturday',
    'sunday',
    'holiday',
    '2026-10-02 -/holiday',
    '2026-10-10 workday/-',
  ])
  assert.equal(entrances.length, 3 * 2 * 6 * 24)
})

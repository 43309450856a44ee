import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyEntry, anyZone, at, day, hour, later, onePlan, priceOf, tariffFor } from './generators.fixtures.ts'
import { coveredBy, type DailyPass } from './tariff.ts'

/* 2025: Friday 7 March to Monday 10 March; Saturday 8 March is made up for as a workday here. */
const plan = { bands: [{ steps: [{ to: null, every: 60, fen: 500 }] }] }
const shanghai = tariffFor(onePlan(plan, { calendar: { '2025-03-08': 'workday', '2025-03-12': 'holiday' } }))
const night: DailyPass = { windows: [{ from: '18:00', to: '08:00' }] }
const office: DailyPass = { windows: [{ days: ['workday'], from: '08:00', to: '18:00' }] }

const table: readonly (readonly [why: string, pass: DailyPass, from: string, to: string, covered: string])[] = [
  ['a night over midnight', night, '03-05 12:00', '03-06 12:00', '05 18:00-06 08:00'],
  ['cut to the stay', night, '03-05 20:00', '03-05 22:00', '05 20:00-05 22:00'],
  ['a window that began the day before', night, '03-06 07:00', '03-06 12:00', '06 07:00-06 08:00'],
  ['nothing at noon', night, '03-06 08:00', '03-06 18:00', ''],
  ['every night of a stay', night, '03-05 12:00', '03-07 12:00', '05 18:00-06 08:00, 06 18:00-07 08:00'],
  ['a make-up workday', office, '03-08 07:00', '03-09 20:00', '08 08:00-08 18:00'],
  ['no Sunday and no holiday', office, '03-11 12:00', '03-13 09:00', '11 12:00-11 18:00, 13 08:00-13 09:00'],
  [
    'windows that touch are one',
    { windows: [...night.windows, { from: '08:00', to: '18:00' }] },
    '03-05 12:00',
    '03-06 12:00',
    '05 12:00-06 12:00',
  ],
  ['a whole day', { windows: [{ from: '00:00', to: '24:00' }] }, '03-05 12:00', '03-07 12:00', '05 12:00-07 12:00'],
  [
    'from the first date to the last, its night included',
    { ...night, firstDate: '2025-03-06', lastDate: '2025-03-06' },
    '03-05 00:00',
    '03-09 00:00',
    '06 18:00-07 08:00',
  ],
]
const local = (text: string) => at(`2025-${text.replace(' ', 'T')}+08:00`)
const shown = (instant: number): string =>
  new Date(instant + 8 * hour * 1000).toISOString().slice(8, 16).replace('T', ' ')
for (const [why, pass, from, to, covered] of table)
  test(`a pass covers: ${why}`, () =>
    assert.equal(
      coveredBy(shanghai, pass, local(from), local(to))
        .map((one) => `${shown(one.from)}-${shown(one.to)}`)
        .join(', '),
      covered,
    ))

test('a date that is none is a mistake of whoever wrote the pass', () =>
  assert.throws(
    () => coveredBy(shanghai, { ...night, lastDate: '2025-02-30' }, local('03-05 00:00'), local('03-06 00:00')),
    RangeError,
  ))

test('a holder of a night pass pays for the day alone', () => {
  const [from, to] = [local('03-05 17:00'), local('03-06 09:30')]
  const covered = coveredBy(shanghai, night, from, to)
  // An hour before the night and an hour and a half after it.
  assert.equal(priceOf(shanghai, from, (to - from) / 1000, { covered }), 1500)
})

const anyTime = fc
  .integer({ min: 0, max: 47 })
  .map((half) => `${String(Math.floor(half / 2)).padStart(2, '0')}:${half % 2 ? '30' : '00'}`)

test('in every zone, an instant is covered where the clock on the wall shows a time within a window', () =>
  fc.assert(
    fc.property(
      anyZone,
      anyTime,
      anyTime,
      anyEntry,
      fc.nat(3 * day),
      fc.nat(3 * day),
      (timeZone, opens, closes, from, length, at) => {
        fc.pre(opens !== closes)
        const tariff = tariffFor(onePlan(plan, { timeZone }))
        const asked = later(from, Math.min(at, length))
        const covered = coveredBy(tariff, { windows: [{ from: opens, to: closes }] }, from, later(from, length + 1))
        const wall = Temporal.Instant.fromEpochMilliseconds(Math.floor(asked / 1000) * 1000).toZonedDateTimeISO(
          timeZone,
        )
        const time = wall.toPlainTime().toString().slice(0, 8)
        const inside = opens < closes ? time >= opens && time < `${closes}:00` : time >= opens || time < `${closes}:00`
        // On the day of a change the wall shows times twice or not at all.
        fc.pre([-2, -1, 0, 1].every((days) => wall.startOfDay().add({ days }).hoursInDay === 24))
        const s = Math.floor(asked / 1000) * 1000
        assert.equal(
          covered.some((one) => one.from <= s && s < one.to),
          inside,
        )
      },
    ),
    { numRuns: 300 },
  ))

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { knownHolidays } from './holidays.ts'
import {
  calendarOf,
  dayInChina,
  installationDue,
  isWorkingDay,
  missingYear,
  reviewDue,
  workingDaysAfter,
} from './working-days.ts'

const calendar = calendarOf(knownHolidays)
const at = (text: string) => Date.parse(`${text}+08:00`) as Instant

describe('working days in China', () => {
  const table: [string, number, string, string][] = [
    ['2026-11-23', 3, '2026-11-26', 'Monday to Thursday'],
    ['2026-11-26', 3, '2026-12-01', 'over a weekend'],
    ['2026-09-30', 1, '2026-10-08', 'over the national day'],
    ['2026-09-30', 2, '2026-10-09', ''],
    ['2026-09-30', 3, '2026-10-10', 'a Saturday that is worked'],
    ['2026-02-13', 1, '2026-02-14', 'a Saturday that is worked before the spring festival'],
    ['2026-02-14', 1, '2026-02-24', 'over the spring festival'],
    ['2026-11-28', 1, '2026-11-30', 'handed in on a Saturday'],
    ['2025-12-31', 1, '2026-01-04', 'over the year, to a Sunday that is worked'],
  ]
  for (const [day, count, expected, because] of table)
    test(`${count} after ${day} is ${expected}: ${because}`, () =>
      assert.deepEqual(workingDaysAfter(calendar, day, count), { ok: true, value: expected }))

  test('a year of which nobody has told us is said, and not guessed', () => {
    assert.deepEqual(workingDaysAfter(calendar, '2026-12-30', 5), {
      ok: false,
      error: { kind: 'year-unknown', year: 2027 },
    })
    assert.deepEqual(reviewDue(calendar, at('2026-12-28T10:00:00')), {
      least: { day: '2026-12-31' },
      most: { unknownYear: 2027 },
    })
  })
  test('a year that is added is known, and one that is replaced is the later one', () => {
    const year = { year: 2027, source: 'a test', off: ['2027-01-01/2027-01-03'], worked: [] }
    assert.deepEqual(workingDaysAfter(calendarOf([...knownHolidays, year]), '2026-12-31', 1), {
      ok: true,
      value: '2027-01-04',
    })
    const longer = { ...year, off: ['2027-01-01/2027-01-05'] }
    assert.deepEqual(workingDaysAfter(calendarOf([year, longer, ...knownHolidays]), '2026-12-31', 1), {
      ok: true,
      value: '2027-01-06',
    })
  })
  test('the day is that of China: late in the evening there is still the day before in London', () => {
    assert.equal(dayInChina(Date.parse('2026-11-26T16:00:00Z')), '2026-11-27')
    assert.equal(dayInChina(Date.parse('2026-11-26T15:59:59Z')), '2026-11-26')
  })
  test('what was handed in on a Thursday evening is looked at by Tuesday to Thursday, and installed a day after the approval', () => {
    assert.deepEqual(reviewDue(calendar, at('2026-11-26T23:30:00')), {
      least: { day: '2026-12-01' },
      most: { day: '2026-12-03' },
    })
    assert.deepEqual(installationDue(calendar, at('2026-12-04T17:00:00')), { day: '2026-12-07' })
  })
})

describe('which year somebody should put', () => {
  const table: [string, number | null, string][] = [
    ['2026-10-31', null, 'those of the next year are not announced yet'],
    ['2026-11-01', 2027, 'from November on they are'],
    ['2025-12-31', null, 'both are known'],
    ['2027-01-01', 2027, 'the running one'],
  ]
  for (const [today, year, because] of table)
    test(`on ${today}: ${year}, ${because}`, () => assert.equal(missingYear(calendar, today), year))
})

describe('laws of working days', () => {
  const day = fc
    .date({ min: new Date('2025-01-01'), max: new Date('2026-11-30'), noInvalidDate: true })
    .map((one) => one.toISOString().slice(0, 10))
  test('one more day is a later day, and it is one that is worked', () =>
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 15 }), (from, count) => {
        const [less, more] = [workingDaysAfter(calendar, from, count), workingDaysAfter(calendar, from, count + 1)]
        assert.ok(less.ok && more.ok)
        assert.ok(from < less.value && less.value < more.value)
        assert.deepEqual(isWorkingDay(calendar, more.value), { ok: true, value: true })
      }),
    ))
  test('in each announcement a day that is worked is of a weekend, and none is off as well', () => {
    for (const { off, worked, source } of knownHolidays) {
      assert.match(source, /国办发明电/)
      for (const one of worked) {
        assert.ok([0, 6].includes(new Date(`${one}T00:00:00Z`).getUTCDay()), one)
        assert.ok(!off.some((stretch) => stretch.split('/')[0]! <= one && one <= stretch.split('/').at(-1)!), one)
      }
    }
  })
})

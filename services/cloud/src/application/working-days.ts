import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { HolidayYear } from './holidays.ts'

/*
 * By when an application is looked at, and a lot installed: in working days, as they are in China. Days are `2026-11-29`.
 */

/** Review takes three to five working days after the day on which it was handed in; the installation one after the approval. */
export const reviewDays = { least: 3, most: 5 } as const
export const installationDays = 1

const dayMs = 86_400_000
/** China has one zone, and no summer time. */
const zoneMs = 8 * 3_600_000

/** The day on which an instant falls in China. */
export const dayInChina = (at: number): string => new Date(at + zoneMs).toISOString().slice(0, 10)
export const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10)

export type Calendar = {
  readonly of: (year: number) => { readonly off: ReadonlySet<string>; readonly worked: ReadonlySet<string> } | null
}

/**
 * The year whose holidays somebody should put by now: the running one, or from November on, when they are announced, the next; null where both
 * are known.
 */
export function missingYear(calendar: Calendar, today: string): number | null {
  const year = Number(today.slice(0, 4))
  if (calendar.of(year) === null) return year
  return today.slice(5, 7) >= '11' && calendar.of(year + 1) === null ? year + 1 : null
}

/** A calendar of these years; of a year that is there twice the later one counts. */
export function calendarOf(years: readonly HolidayYear[]): Calendar {
  const known = new Map(
    years.map(({ year, off, worked }) => {
      const days = new Set<string>()
      for (const stretch of off) {
        const [first = '', last = first] = stretch.split('/')
        for (let day = first; day <= last; day = dayAfter(day)) days.add(day)
      }
      return [year, { off: days, worked: new Set(worked) }]
    }),
  )
  return { of: (year) => known.get(year) ?? null }
}

/** Nobody has told us yet which days of this year are off. */
export type YearUnknown = { readonly kind: 'year-unknown'; readonly year: number }

/** Whether people work on a day. A year that is not known is said, and not guessed from its weekdays. */
export function isWorkingDay(calendar: Calendar, day: string): Result<boolean, YearUnknown> {
  const year = Number(day.slice(0, 4))
  const known = calendar.of(year)
  if (known === null) return err({ kind: 'year-unknown', year })
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return ok(known.worked.has(day) || (weekday !== 0 && weekday !== 6 && !known.off.has(day)))
}

/** The day that is so many working days after another one, which does not count itself. */
export function workingDaysAfter(calendar: Calendar, day: string, count: number): Result<string, YearUnknown> {
  let at = day
  for (let left = count; left > 0; ) {
    at = dayAfter(at)
    const works = isWorkingDay(calendar, at)
    if (!works.ok) return works
    if (works.value) left--
  }
  return ok(at)
}

/** By when: a day, or the year of whose holidays nobody has told us. */
export type Due = { readonly day: string } | { readonly unknownYear: number }
const due = (result: Result<string, YearUnknown>): Due =>
  result.ok ? { day: result.value } : { unknownYear: result.error.year }

export const reviewDue = (calendar: Calendar, submittedAt: Instant): { readonly least: Due; readonly most: Due } => ({
  least: due(workingDaysAfter(calendar, dayInChina(submittedAt), reviewDays.least)),
  most: due(workingDaysAfter(calendar, dayInChina(submittedAt), reviewDays.most)),
})
export const installationDue = (calendar: Calendar, approvedAt: Instant): Due =>
  due(workingDaysAfter(calendar, dayInChina(approvedAt), installationDays))

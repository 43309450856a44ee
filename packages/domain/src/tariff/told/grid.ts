import type { Instant } from '../../types.ts'
import type { Stay, Tariff } from '../tariff.ts'

/** A way of coming in that a price list may tell apart from others. */
export type Entrance = {
  readonly vehicle: string
  /** How full the lot is, where that makes a difference. */
  readonly occupancy: number | null
  readonly dayKind: string
  /** Full hour of the local day. */
  readonly hour: number
  readonly stay: Omit<Stay, 'at'>
}

/** Every class of vehicle, occupancy, kind of day and full hour of entry that these lists tell apart. */
export function entrancesOf(tariffs: readonly Tariff[]): Entrance[] {
  const { timeZone } = tariffs[0]!.document
  return classesIn(tariffs).flatMap((vehicle) =>
    occupanciesIn(tariffs).flatMap((occupancy) =>
      daysIn(tariffs).flatMap(({ dayKind, date }) =>
        Array.from({ length: 24 }, (_, hour) => ({
          vehicle,
          occupancy,
          dayKind,
          hour,
          stay: {
            enteredAt: instantOf(date, hour, timeZone),
            vehicleClass: vehicle,
            ...(occupancy === null ? {} : { occupancyPercent: occupancy }),
          },
        })),
      ),
    ),
  )
}

const instantOf = (date: string, hour: number, timeZone: string): Instant =>
  Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from({ hour }) })
    .epochMilliseconds as Instant

const conditionsIn = (tariffs: readonly Tariff[]) =>
  tariffs.flatMap(({ document }) => [...document.choose, ...(document.allowances ?? [])].map(({ when = {} }) => when))

/** Small cars first: they are most. */
const classesIn = (tariffs: readonly Tariff[]): string[] => [
  ...new Set(['small', ...conditionsIn(tariffs).flatMap(({ vehicle = [] }) => vehicle)]),
]

/** At each edge of what a list distinguishes the lot is as full as that. */
function occupanciesIn(tariffs: readonly Tariff[]): (number | null)[] {
  const edges = conditionsIn(tariffs).flatMap(({ occupancyAtLeast, occupancyBelow }) =>
    [occupancyAtLeast, occupancyBelow].filter((edge) => edge !== undefined),
  )
  return edges.length === 0 ? [null] : [...new Set([0, ...edges])].sort((a, b) => a - b)
}

/** A date of every kind: plain days of one week, the first of each kind in a calendar, and where calendars differ. */
function daysIn(tariffs: readonly Tariff[]): { readonly dayKind: string; readonly date: string }[] {
  const calendars = tariffs.map(({ document }) => document.calendar ?? {})
  const dated = [...new Set(calendars.flatMap((calendar) => Object.keys(calendar)))].sort()
  const days = new Map<string, string>()
  for (const [dayKind, weekday] of [
    ['workday', 3],
    ['saturday', 6],
    ['sunday', 7],
  ] as const)
    days.set(dayKind, plainDate(weekday, dated))
  for (const date of dated) {
    const kinds = [...new Set(calendars.map((calendar) => calendar[date] ?? '-'))]
    const dayKind = kinds.length === 1 ? kinds[0]! : `${date} ${kinds.join('/')}`
    if (!days.has(dayKind)) days.set(dayKind, date)
  }
  return [...days].map(([dayKind, date]) => ({ dayKind, date }))
}

const aMonday = '2025-03-03'
/** The first such day of the week, from March 2025 on, that neither itself nor its neighbours are out of line. */
function plainDate(weekday: number, dated: readonly string[]): string {
  let date = Temporal.PlainDate.from(aMonday).add({ days: weekday - 1 })
  while ([-1, 0, 1, 2].some((days) => dated.includes(date.add({ days }).toString()))) date = date.add({ days: 7 })
  return date.toString()
}

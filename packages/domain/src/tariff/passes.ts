import type { Instant } from '../types.ts'
import type { Tariff } from './compiled.ts'
import { unionOf } from './cuts.ts'
import type { Covered } from './stay.ts'
import { dayNumber, timeOfDayS } from './zone.ts'

/**
 * A pass by time of day (tariffs.md 2.7, 6.6): a night pass, a pass for working hours, a month card for all day. Which
 * plates have it is not the tariff's business; the holder's stays are priced with the times it covers.
 */
export type DailyPass = {
  /** First and last local date, both inclusive, on which a window may begin; without them it is always valid. */
  readonly firstDate?: string
  readonly lastDate?: string
  /** At least one; as the bands of a tariff: half-open, over midnight where `to` is not after `from`. */
  readonly windows: readonly {
    /** Kinds of the date on which the window begins; without them every day. */
    readonly days?: readonly string[]
    readonly from: string
    readonly to: string
  }[]
}

/**
 * The times between two instants that a pass covers, for `Stay.covered`: in order, without overlaps, found on the tariff's
 * own wall clock and calendar. Ask beyond the instant of a quote where it should say until when it holds.
 * @throws RangeError when a date of the pass is none.
 */
export function coveredBy({ program }: Tariff, pass: DailyPass, from: Instant, to: Instant): Covered[] {
  const { zone, kinds } = program
  const [fromS, toS] = [Math.floor(from / 1000), Math.floor(to / 1000)]
  // A window that began yesterday may reach into the first day.
  const firstDay = Math.max(zone.dayOf(fromS) - 1, dateOf(pass.firstDate, Number.NEGATIVE_INFINITY))
  const lastDay = Math.min(zone.dayOf(toS), dateOf(pass.lastDate, Number.POSITIVE_INFINITY))
  const covered = []
  for (let day = firstDay; day <= lastDay; day++)
    for (const { days, from: opens, to: closes } of pass.windows) {
      if (days && !kinds.holds(days, day)) continue
      const [opensS, closesS] = [timeOfDayS(opens), timeOfDayS(closes)]
      covered.push({
        fromS: Math.max(fromS, zone.instantOf(day, opensS)),
        toS: Math.min(toS, closesS > opensS ? zone.instantOf(day, closesS) : zone.instantOf(day + 1, closesS)),
      })
    }
  return unionOf(covered).map((one) => ({ from: (one.fromS * 1000) as Instant, to: (one.toS * 1000) as Instant }))
}

function dateOf(date: string | undefined, otherwise: number): number {
  if (date === undefined) return otherwise
  const day = dayNumber(date)
  if (day === null) throw new RangeError(`${date} is no date`)
  return day
}

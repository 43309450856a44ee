import type { TariffDocument } from './document.ts'
import { dayNumber, weekdayOf } from './zone.ts'

/** Which kind a local day is: a dated calendar goes before the weekday (tariffs.md 5.1). */
export class DayKinds {
  readonly #dated: ReadonlyMap<number, string>
  readonly #days: readonly number[]

  constructor(calendar: NonNullable<TariffDocument['calendar']>) {
    this.#dated = new Map(Object.entries(calendar).map(([date, kind]) => [dayNumber(date) ?? Number.NaN, kind]))
    this.#days = [...this.#dated.keys()].sort((a, b) => a - b)
  }

  of(day: number): string {
    const dated = this.#dated.get(day)
    if (dated !== undefined) return dated
    const weekday = weekdayOf(day)
    return weekday === 6 ? 'sunday' : weekday === 5 ? 'saturday' : 'workday'
  }

  /** Whether every day from one to the other is what its weekday says. */
  plain(from: number, to: number): boolean {
    for (const day of this.#days) {
      if (day > to) return true
      if (day >= from) return false
    }
    return true
  }

  /** `nonworkday` in a list matches every kind but `workday`. */
  holds(days: readonly string[], day: number): boolean {
    const kind = this.of(day)
    return days.includes(kind) || (kind !== 'workday' && days.includes('nonworkday'))
  }
}

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

  /** The first day from this one on that is not what its weekday says; Infinity: none. */
  nextDated(from: number): number {
    const days = this.#days
    let low = 0
    let high = days.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (days[middle]! < from) low = middle + 1
      else high = middle
    }
    return days[low] ?? Number.POSITIVE_INFINITY
  }

  /** `nonworkday` in a list matches every kind but `workday`. */
  holds(days: readonly string[], day: number): boolean {
    const kind = this.of(day)
    return days.includes(kind) || (kind !== 'workday' && days.includes('nonworkday'))
  }
}

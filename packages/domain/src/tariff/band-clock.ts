import type { DayKinds } from './day-kinds.ts'
import type { Band } from './document.ts'
import { daySeconds, timeOfDayS, type Zone } from './zone.ts'

/**
 * Which band is in force when: stretch i is [starts[i], starts[i + 1]) and belongs to band bands[i]; neighbours differ, so
 * a stretch is an occurrence. Worked out from the first stay that asks, kept for the next, and as far as stays reach.
 */
export class BandClock {
  readonly #windows: readonly { days: readonly string[] | null; fromS: number; toS: number; always: boolean }[]
  readonly #zone: Zone
  readonly #kinds: DayKinds
  #fromDay = 0
  /** The first day that is not worked out. */
  #toDay = 0
  starts: number[] = [0]
  bands: number[] = []

  constructor(rules: readonly Band[], zone: Zone, kinds: DayKinds) {
    this.#zone = zone
    this.#kinds = kinds
    this.#windows = rules.map(({ days, from, to }) => ({
      days: days ?? null,
      fromS: timeOfDayS(from ?? '00:00'),
      toS: timeOfDayS(to ?? '24:00'),
      always: !days && from === undefined && to === undefined,
    }))
  }

  /** Makes sure that the stretches reach from one instant to beyond the other. */
  cover(fromS: number, toS: number): void {
    if (this.bands.length > 0 && fromS >= this.starts[0]! && toS < this.starts[this.starts.length - 1]!) return
    let from = this.#zone.dayOf(fromS) - spareDays
    let to = this.#zone.dayOf(toS) + spareDays
    const together = Math.max(to, this.#toDay) - Math.min(from, this.#fromDay)
    if (this.bands.length > 0 && together <= keptDays) {
      from = Math.min(from, this.#fromDay)
      to = Math.max(to, this.#toDay)
    }
    const goesOn = this.bands.length > 0 && from === this.#fromDay && to >= this.#toDay
    if (!goesOn) {
      this.starts = [this.#zone.instantOf(from, 0)]
      this.bands = []
      this.#fromDay = from
      this.#toDay = from
    }
    this.#workOut(to)
  }

  #workOut(toDay: number): void {
    for (let day = this.#toDay; day < toDay; day++) this.#append(day)
    this.#toDay = toDay
    const last = this.starts.length - 1
    if (this.starts[last - 1]! > this.#zone.instantOf(toDay - 8, 0)) return
    // What has not changed for a week changes on a dated day or never.
    const dated = this.#kinds.nextDated(toDay - 8)
    if (dated < Number.POSITIVE_INFINITY) this.#workOut(dated + 9)
    else this.starts[last] = Number.POSITIVE_INFINITY
  }

  /** The stretch that holds this instant, which `cover` has covered. */
  indexAt(atS: number): number {
    const { starts } = this
    let low = 0
    let high = starts.length - 1
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= atS) low = middle
      else high = middle
    }
    return low
  }

  #append(day: number): void {
    const startS = this.#zone.instantOf(day, 0)
    const endS = this.#zone.instantOf(day + 1, 0)
    const open = this.#windows.flatMap((_, band) =>
      [this.#window(band, day - 1), this.#window(band, day)].flatMap((window) => (window ? [{ band, ...window }] : [])),
    )
    const edges = new Set([startS, endS])
    for (const { fromS, toS } of open) for (const at of [fromS, toS]) if (at > startS && at < endS) edges.add(at)
    const sorted = [...edges].sort((a, b) => a - b)
    for (let i = 0; i + 1 < sorted.length; i++) {
      const at = sorted[i]!
      const band = open.find(({ fromS, toS }) => fromS <= at && at < toS)?.band ?? this.#windows.length - 1
      if (this.bands.at(-1) === band) this.starts.pop()
      else this.bands.push(band)
      this.starts.push(sorted[i + 1]!)
    }
  }

  /** A band's window that begins on this day; the day kind is that of the date on which it begins. */
  #window(band: number, day: number): { fromS: number; toS: number } | null {
    const { days, fromS, toS, always } = this.#windows[band]!
    if (always || (days && !this.#kinds.holds(days, day))) return null
    // 24:00 is the next day's midnight, whatever the clock does there.
    const overMidnight = toS <= fromS || toS === daySeconds
    return {
      fromS: this.#zone.instantOf(day, fromS),
      toS: this.#zone.instantOf(overMidnight ? day + 1 : day, toS === daySeconds ? 0 : toS),
    }
  }
}

const spareDays = 10
/** Four years in one piece; stays farther apart than that make the clock start anew. */
const keptDays = 1_500

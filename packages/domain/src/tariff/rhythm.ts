import type { DayKinds } from './day-kinds.ts'
import { daySeconds, type Zone } from './zone.ts'

/**
 * How the wall clock's part in a price repeats itself: daily, or weekly where days are of different kinds; until the clock
 * is changed or a date is not what its weekday says. Lets long stays be multiplied where they would be walked.
 */
export class Rhythm {
  readonly seconds: number
  readonly #zone: Zone | null
  readonly #kinds: DayKinds | null

  /** Without a zone nothing breaks the rhythm. */
  constructor(seconds: number, zone: Zone | null, kinds: DayKinds | null) {
    this.seconds = seconds
    this.#zone = zone
    this.#kinds = kinds
  }

  /** From this instant on the rhythm goes on so long; the instant itself, where it is broken just now. */
  until(atS: number): number {
    if (!this.#zone) return Number.POSITIVE_INFINITY
    const { fromS, toS, offsetS } = this.#zone.stretchAt(atS)
    // A window that was open when the clock changed, or on the dated day, may reach into the next day.
    if (atS - daySeconds < fromS) return atS
    const steadyToS = Math.max(atS, toS - daySeconds)
    if (!this.#kinds) return steadyToS
    const day = Math.floor((atS + offsetS) / daySeconds)
    const dated = this.#kinds.nextDated(day - 1)
    return dated <= day ? atS : Math.min(steadyToS, dated * daySeconds - offsetS)
  }

  /** What the wall clock is ahead of UTC: in another stretch the same rhythm beats at other instants. */
  offsetAt(atS: number): number {
    return this.#zone ? this.#zone.offsetAt(atS) : 0
  }
}

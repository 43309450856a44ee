/*
 * Local time for the engine, which counts whole seconds since 1970 UTC and asks here only where a local day or a band's
 * edge lies. A zone is a row of stretches with one offset each; `Temporal` names their ends once, after that it is
 * arithmetic. A day is its number since 1970-01-01 in local reckoning.
 */
/** A time without a jump of the wall clock. */
export type Steady = { readonly fromS: number; readonly toS: number; readonly offsetS: number }

export const daySeconds = 86_400
/** More than any zone is away from UTC, with a day to spare. */
const farS = 2 * daySeconds

export class Zone {
  readonly #name: string
  readonly #known: Steady[] = []
  #last: Steady

  /** @throws RangeError when there is no such zone. */
  constructor(name: string) {
    this.#name = name
    this.#last = this.#learn(0)
  }

  /** Seconds to add to UTC to get local time. */
  offsetAt(atS: number): number {
    return this.stretchAt(atS).offsetS
  }

  dayOf(atS: number): number {
    return Math.floor((atS + this.stretchAt(atS).offsetS) / daySeconds)
  }

  /** Seconds since local midnight, as the clock on the wall shows them. */
  timeOfDay(atS: number): number {
    const localS = atS + this.stretchAt(atS).offsetS
    return localS - Math.floor(localS / daySeconds) * daySeconds
  }

  /**
   * The instant at which the wall clock shows this time on this day. A time that does not exist becomes the first
   * instant after the gap; one that exists twice, its first occurrence (tariffs.md 5.3).
   */
  instantOf(day: number, timeS: number): number {
    const localS = day * daySeconds + timeS
    for (let stretch = this.stretchAt(localS - farS); ; stretch = this.stretchAt(stretch.toS)) {
      const atS = localS - stretch.offsetS
      if (atS < stretch.fromS) return stretch.fromS
      if (atS < stretch.toS) return atS
    }
  }

  /** The time without a jump that this instant lies in. */
  stretchAt(atS: number): Steady {
    if (atS >= this.#last.fromS && atS < this.#last.toS) return this.#last
    this.#last = this.#known.find(({ fromS, toS }) => atS >= fromS && atS < toS) ?? this.#learn(atS)
    return this.#last
  }

  #learn(atS: number): Steady {
    const local = Temporal.Instant.fromEpochMilliseconds(atS * 1000).toZonedDateTimeISO(this.#name)
    // `previous` looks strictly before; a change at this very instant is the one that counts.
    const before = local.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
    const after = local.getTimeZoneTransition('next')
    const stretch: Steady = {
      fromS: before ? before.epochMilliseconds / 1000 : Number.NEGATIVE_INFINITY,
      toS: after ? after.epochMilliseconds / 1000 : Number.POSITIVE_INFINITY,
      offsetS: local.offsetNanoseconds / 1e9,
    }
    this.#known.push(stretch)
    return stretch
  }
}

const zones = new Map<string, Zone>()

/** @throws RangeError when there is no such zone. */
export function zoneNamed(name: string): Zone {
  let zone = zones.get(name)
  if (!zone) {
    zone = new Zone(name)
    zones.set(name, zone)
  }
  return zone
}

/** 0 Monday ... 6 Sunday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7

/** "2025-03-05" -> its day number; null when there is no such date. */
export function dayNumber(date: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null
  const ms = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date) return null
  return ms / 1000 / daySeconds
}

/** "07:30" -> 27,000; "24:00" -> 86,400. */
export const timeOfDayS = (time: string): number => Number(time.slice(0, 2)) * 3600 + Number(time.slice(3)) * 60

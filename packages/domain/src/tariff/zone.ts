/*
 * Local time without a date library in the loop: the engine counts epoch seconds, and asks here only where a local day or
 * a band edge lies. `Intl` answers once for each zone and UTC day; after that it is a table. Instants here are whole
 * seconds since 1970 UTC; a day is its number since 1970-01-01 in local reckoning.
 */
export type Zone = {
  /** Seconds to add to UTC to get local time. */
  offsetAt(instantS: number): number
  dayOf(instantS: number): number
  /** Seconds since local midnight, as the clock on the wall shows them. */
  timeOfDay(instantS: number): number
  /**
   * The instant at which the wall clock shows this time on this day. A time that does not exist becomes the first instant
   * after the gap; one that exists twice, its first occurrence (tariffs.md 5.3).
   */
  instantOf(day: number, timeS: number): number
}

export const daySeconds = 86_400
const keptDays = 50_000
const zones = new Map<string, Zone>()

/** @throws RangeError when there is no such zone. */
export function zoneNamed(name: string): Zone {
  const known = zones.get(name)
  if (known) return known
  const zone = makeZone(name)
  zones.set(name, zone)
  return zone
}

function makeZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  const read = (instantS: number): number => {
    const text = format.formatToParts(instantS * 1000).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const parts = /^GMT(?:([+\-−])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text)
    if (!parts) throw new Error(`the zone ${name} answers "${text}" for an offset`)
    if (!parts[1]) return 0
    const size = Number(parts[2]) * 3600 + Number(parts[3]) * 60 + Number(parts[4] ?? 0)
    return parts[1] === '+' ? size : -size
  }
  const atDay = new Map<number, number>()
  const atStartOf = (utcDay: number): number => {
    let offset = atDay.get(utcDay)
    if (offset === undefined) {
      if (atDay.size >= keptDays) atDay.clear()
      offset = read(utcDay * daySeconds)
      atDay.set(utcDay, offset)
    }
    return offset
  }
  const changes = new Map<number, number>()
  /** The instant within a UTC day at which its offset changes. */
  const changeIn = (utcDay: number): number => {
    let at = changes.get(utcDay)
    if (at === undefined) {
      let before = utcDay * daySeconds
      let after = before + daySeconds
      const old = atStartOf(utcDay)
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2)
        if (read(middle) === old) before = middle
        else after = middle
      }
      at = after
      changes.set(utcDay, at)
    }
    return at
  }
  // No zone changes twice within one UTC day, so equal offsets at both ends mean none in between.
  const offsetAt = (instantS: number): number => {
    const utcDay = Math.floor(instantS / daySeconds)
    const before = atStartOf(utcDay)
    const after = atStartOf(utcDay + 1)
    return before === after || instantS < changeIn(utcDay) ? before : after
  }
  return {
    offsetAt,
    dayOf: (instantS) => Math.floor((instantS + offsetAt(instantS)) / daySeconds),
    timeOfDay: (instantS) => {
      const local = instantS + offsetAt(instantS)
      return local - Math.floor(local / daySeconds) * daySeconds
    },
    instantOf: (day, timeS) => {
      const local = day * daySeconds + timeS
      const before = offsetAt(local - daySeconds)
      const after = offsetAt(local + daySeconds)
      const early = local - before
      if (before === after) return early
      if (offsetAt(early) === before) return early
      const late = local - after
      if (offsetAt(late) === after) return late
      // In the gap: both readings miss, one on either side of the change.
      for (let utcDay = Math.floor(Math.min(early, late) / daySeconds); ; utcDay++) {
        if (atStartOf(utcDay) !== atStartOf(utcDay + 1)) return changeIn(utcDay)
      }
    },
  }
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

/** "07:30" -> 27,000; "24:00" -> 86,400; null when it is no time of day. */
export function timeOfDayS(time: string): number | null {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time)
  if (parts) return Number(parts[1]) * 3600 + Number(parts[2]) * 60
  return time === '24:00' ? daySeconds : null
}

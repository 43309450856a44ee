import type { Cuts } from './cuts.ts'
import type { Zone } from './zone.ts'

/** Caps over windows of one length (tariffs.md 5.4): a grid beside that of the cycle. */
export type WindowProgram = {
  readonly lengthS: number
  /** A local time at which a window ends early; null: none does. */
  readonly untilS: number | null
  /** Cap of window 1, 2 ...; the last entry is that of all later windows. */
  readonly caps: readonly number[]
}

/** Stretches of elapsed time, one after the other, each with its cap. */
export type Stretches = { end(index: number): number; cap(index: number): number }

/** Windows one after the other from a start; each ends after its length, or at the time of day that ends it early. */
export function windowsFrom(window: WindowProgram, zone: Zone, startS: number, cuts: Cuts | null): Stretches {
  const { lengthS, untilS, caps } = window
  const ends: number[] = []
  const end = (index: number): number => {
    for (let at = ends.length; at <= index; at++) {
      const fromS = at === 0 ? startS : ends[at - 1]!
      ends.push(untilS === null ? fromS + lengthS : Math.min(fromS + lengthS, nextAt(zone, untilS, fromS, cuts)))
    }
    return ends[index]!
  }
  return { end, cap: (index) => caps[Math.min(index, caps.length - 1)]! }
}

/** The first instant after this one at which the wall clock shows this time, in elapsed seconds. */
function nextAt(zone: Zone, timeS: number, afterS: number, cuts: Cuts | null): number {
  const wallS = cuts ? cuts.wall(afterS) : afterS
  let day = zone.dayOf(wallS) - 1
  while (zone.instantOf(day, timeS) <= wallS) day++
  const atS = zone.instantOf(day, timeS)
  return cuts ? cuts.elapsed(atS) : atS
}

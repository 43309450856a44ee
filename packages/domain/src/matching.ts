import { oneError, plateDistance } from './confusable.ts'
import { tidyPlate } from './plate.ts'
import type { PlateColour } from './types.ts'
import { isPass } from './unplated.ts'

/** What a camera read at the exit: a plate, or text that is none (a lost province, an I in the serial). */
export type ExitRead = { readonly plate: string; readonly colour: PlateColour }

/** A vehicle inside, with its plate as it was read at the entry. */
export type OpenStay = {
  readonly plate: string
  readonly colour: PlateColour
  /** A payment for it is under way. */
  readonly beingPaid: boolean
}

/**
 * - `exact`: this vehicle's own stay.
 * - `offer`: the one stay that a single known error of a reader explains. Ask a person; only a person's yes makes it the
 *   vehicle's stay.
 * - `several`: more than one fits; at most three, the nearest first, for a person to choose from by picture.
 * - `none`: nothing fits.
 */
export type Match<Stay> =
  | { readonly kind: 'exact'; readonly stay: Stay }
  | { readonly kind: 'offer'; readonly stay: Stay }
  | { readonly kind: 'several'; readonly nearest: readonly Stay[] }
  | { readonly kind: 'none' }

/**
 * The stay of a vehicle that was read at an exit, where one of its two reads may be wrong (lot-devices.md 9.5, domain.md 4).
 * Only equal plates are the same vehicle by themselves, and not even they where two colours are known and differ. A stay that
 * is being paid is never put forward for another plate, but it is still a vehicle inside: where it fits too, nobody knows
 * which of the two stands there, and nothing is offered. Unplated passes are no plates: no camera reads or misreads them.
 */
export function matchMisread<Stay extends OpenStay>(read: ExitRead, inside: readonly Stay[]): Match<Stay> {
  const plate = tidyPlate(read.plate)
  const open = inside.filter((stay) => !isPass(stay.plate))
  const own = open.filter((stay) => stay.plate === plate && sameColour(stay.colour, read.colour))
  if (own.length === 1) return { kind: 'exact', stay: own[0]! }
  const fitting = own.length > 1 ? own : open.filter((stay) => explains({ ...read, plate }, stay))
  const free = own.length > 1 ? own : fitting.filter((stay) => !stay.beingPaid)
  if (free.length === 0) return { kind: 'none' }
  return fitting.length === 1 ? { kind: 'offer', stay: free[0]! } : { kind: 'several', nearest: nearest(plate, free) }
}

/**
 * Plates inside that are one known error of a reader away from one that was typed and is not: at most three, the nearest first, for its driver to
 * say which is his. What is being paid is offered to nobody else.
 */
export function similarPlates(typed: string, inside: readonly OpenStay[]): readonly string[] {
  const others = [...new Map(inside.map((stay) => [stay.plate, stay])).values()]
  const match = matchMisread({ plate: typed, colour: 'unknown' }, others)
  if (match.kind === 'several') return match.nearest.map(({ plate }) => plate)
  return match.kind === 'offer' ? [match.stay.plate] : []
}

/** One known error explains that this stay's vehicle was read so. */
function explains(read: ExitRead, stay: OpenStay): boolean {
  const distance = plateDistance(read.plate, stay.plate)
  if (distance === 0 || distance > oneError || !sameColour(stay.colour, read.colour)) return false
  if (read.plate.length === stay.plate.length) return true
  // Seven characters on blue are a whole plate: nothing was lost from it (9.2, 9.3).
  const shorter = read.plate.length < stay.plate.length ? read : stay
  return shorter.plate.length < 7 || shorter.colour !== 'blue'
}

const sameColour = (one: PlateColour, other: PlateColour): boolean =>
  one === 'unknown' || other === 'unknown' || one === other

const nearest = <Stay extends OpenStay>(plate: string, stays: readonly Stay[]): Stay[] =>
  stays
    .map((stay) => ({ stay, distance: plateDistance(plate, stay.plate) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ stay }) => stay)

import type { VehicleClass } from './document.ts'
import type { ChoiceProgram, Condition, Program } from './program.ts'
import type { EarlierVisit, Stay } from './stay.ts'
import { daySeconds } from './zone.ts'

/**
 * What plates say of vehicles where a tariff says nothing, for price lists that know small, large and new energy
 * (lot-devices.md 2.1: yellow plates belong to large vehicles, green ones to new-energy cars, yellow-green ones to large
 * new-energy vehicles). Where the camera could not tell the colour, the form of the plate does. A vehicle of two classes
 * takes whatever the tariff's own order of choices names first. Unknown is taken for small.
 */
export const usualClasses: readonly VehicleClass[] = [
  { colours: ['yellow'], as: ['large'] },
  { colours: ['green'], as: ['nev', 'small'] },
  { colours: ['yellow-green'], as: ['nev', 'large'] },
  { colours: ['unknown'], kinds: ['new-energy-small'], as: ['nev', 'small'] },
  { colours: ['unknown'], kinds: ['new-energy-large'], as: ['nev', 'large'] },
  { colours: ['unknown'], kinds: ['trailer'], as: ['large'] },
  { as: ['small'] },
]

/** The classes a vehicle belongs to: the one it was given, or those its plate stands for; none where no rule fits. */
export function classesOf({ classes }: Program, stay: Stay): readonly string[] {
  const { vehicleClass, plateColour = 'unknown', plateKind } = stay
  if (vehicleClass !== undefined) return [vehicleClass]
  for (const { colours, kinds, as } of classes) {
    if (colours && !colours.includes(plateColour)) continue
    if (kinds && !(plateKind !== undefined && kinds.includes(plateKind))) continue
    return as
  }
  return []
}

/** Who comes in, for conditions on the entry. */
export type Entrant = {
  readonly classes: readonly string[]
  /** When this stay really began, whatever its price is reckoned from. */
  readonly enteredS: number
  /** Earlier visits that this stay does not continue. */
  readonly earlier: readonly EarlierVisit[]
  /** As noted at the entry; null: it was not. */
  readonly occupancyPercent: number | null
}

/** The first choice whose condition holds for an entry at this instant (tariffs.md 5.1). */
export function chooseFor(program: Program, entrant: Entrant, entryS: number): ChoiceProgram | null {
  for (const choice of program.choices) if (!choice.when || holds(program, choice.when, entrant, entryS)) return choice
  return null
}

export function holds(program: Program, when: Condition, entrant: Entrant, entryS: number): boolean {
  const { vehicle, days, fromS, toS, visitAtLeast, occupancy } = when
  if (vehicle && !entrant.classes.some((name) => vehicle.includes(name))) return false
  if (days && !program.kinds.holds(days, program.zone.dayOf(entryS))) return false
  if (fromS > 0 || toS < daySeconds) {
    const timeS = program.zone.timeOfDay(entryS)
    if (fromS < toS ? timeS < fromS || timeS >= toS : timeS < fromS && timeS >= toS) return false
  }
  if (occupancy) {
    const { occupancyPercent } = entrant
    if (occupancyPercent === null || occupancyPercent < occupancy.atLeast || occupancyPercent >= occupancy.below)
      return false
  }
  return visitAtLeast <= 1 || visitNumber(program, entrant, program.visitWindow) >= visitAtLeast
}

/** Which visit of its window this one is: entries count when they happen, also free ones (6.4). */
export function visitNumber({ zone }: Program, { enteredS, earlier }: Entrant, window: 'day' | '24h'): number {
  const day = zone.dayOf(enteredS)
  let number = 1
  for (const { enteredAt } of earlier) {
    const atS = Math.floor(enteredAt / 1000)
    if (atS > enteredS) continue
    if (window === 'day' ? zone.dayOf(atS) === day : enteredS - atS < daySeconds) number++
  }
  return number
}

import type { PlateColour } from '@lanepay/domain/types.ts'

/*
 * How cars move on the street: one in front of the other, never through an arm that is down. Pure: time comes in, and what
 * the lanes are to be told comes out. Physical time in ms, not the simulated clock: a car does not jump when that does.
 */

/** Where a car is. `slot` 0 is the front loop of the lane, 1, 2, ... the places behind. */
export type Place =
  | { readonly at: 'entry'; readonly slot: number; readonly from: number | 'road'; readonly seen: boolean }
  | { readonly at: 'entering' }
  | { readonly at: 'bay' }
  | { readonly at: 'exit'; readonly slot: number; readonly from: number | 'bay'; readonly seen: boolean }
  | { readonly at: 'leaving' }
  | { readonly at: 'turning-away'; readonly slot: number }
  | { readonly at: 'backing'; readonly slot: number }

export type Car = {
  readonly id: number
  /** What is on the plate; null for a car without one. */
  readonly plate: string | null
  readonly colour: PlateColour
  /** A number from which the screen picks shape and paint. */
  readonly look: number
  /** Its own place in the lot, from 0, taken when it comes and kept until it has gone. */
  readonly bay: number
  readonly place: Place
  /** When it set out for `place`, and how long the way is. */
  readonly since: number
  readonly takesMs: number
}

export type LaneSide = 'entry' | 'exit'
type Lane = {
  /** Since when the arm is all the way up. */
  readonly upSince: number | null
  /** When the last car had passed the arm. */
  readonly clearSince: number
}
export type Traffic = {
  readonly cars: readonly Car[]
  readonly nextId: number
  readonly lanes: Readonly<Record<LaneSide, Lane>>
}

export type TrafficEvent =
  | {
      readonly kind: 'send'
      readonly plate: string | null
      readonly colour: PlateColour
      readonly look: number
      readonly bay: number
    }
  | { readonly kind: 'drive-out'; readonly car: number }
  | { readonly kind: 'turn-back'; readonly car: number }
  | { readonly kind: 'arm'; readonly lane: LaneSide; readonly up: boolean }
  | { readonly kind: 'tick' }

/** What a lane is to be told, in this order. */
export type LaneEffect =
  | {
      readonly lane: LaneSide
      readonly tell: 'arrives'
      readonly plate: string | null
      readonly colour: PlateColour
    }
  | { readonly lane: LaneSide; readonly tell: 'turns-back' }
  | { readonly lane: LaneSide; readonly tell: 'drives-through' }

export type Timing = {
  readonly fromRoadMs: number
  readonly slotMs: number
  readonly enteringMs: number
  readonly toExitMs: number
  readonly leavingMs: number
  readonly turningAwayMs: number
  readonly backingMs: number
  /** From setting out under the arm until the whole car is past it. */
  readonly passesArmMs: number
  /** A driver sees the arm up and sets out. */
  readonly reactsMs: number
  /** So long a driver waits for an arm that stays up behind the car before, then comes on all the same. */
  readonly patienceMs: number
}
export const usualTiming: Timing = {
  fromRoadMs: 2600,
  slotMs: 900,
  enteringMs: 4600,
  toExitMs: 4200,
  leavingMs: 3200,
  turningAwayMs: 2400,
  backingMs: 4200,
  passesArmMs: 1500,
  reactsMs: 700,
  patienceMs: 8000,
}
/** The same road, so many times faster. */
export const paced = (timing: Timing, pace: number): Timing =>
  Object.fromEntries(Object.entries(timing).map(([name, ms]) => [name, Math.round(ms / pace)])) as Timing

export const emptyRoad: Traffic = {
  cars: [],
  nextId: 1,
  lanes: { entry: { upSince: null, clearSince: 0 }, exit: { upSince: null, clearSince: 0 } },
}

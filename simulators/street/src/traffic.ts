import { err, ok, type Result } from '@lanepay/domain/result.ts'
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
  /** Up means all the way up. */
  readonly arm: { readonly up: boolean; readonly since: number }
  /** When the last car has passed the arm, or got out of the lane. */
  readonly clearAt: number
}
export type Traffic = {
  readonly cars: readonly Car[]
  readonly nextId: number
  readonly lanes: Readonly<Record<LaneSide, Lane>>
  /** When anything last changed: nothing that follows from it can be earlier. */
  readonly changedAt: number
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
  enteringMs: 5200,
  toExitMs: 4200,
  leavingMs: 3800,
  turningAwayMs: 2400,
  backingMs: 4200,
  passesArmMs: 2200,
  reactsMs: 700,
  patienceMs: 8000,
}
/** The same road, so many times faster. */
export const paced = (timing: Timing, pace: number): Timing =>
  Object.fromEntries(Object.entries(timing).map(([name, ms]) => [name, Math.round(ms / pace)])) as Timing

/** Places in a lane that cars can wait in, the front loop among them. */
export const slots = 3

const quiet: Lane = { arm: { up: false, since: 0 }, clearAt: 0 }
export const emptyRoad: Traffic = { cars: [], nextId: 1, lanes: { entry: quiet, exit: quiet }, changedAt: 0 }

export type Refusal = 'bay-taken' | 'lane-full' | 'car-unknown' | 'not-from-here'
export type Moved = { readonly traffic: Traffic; readonly effects: readonly LaneEffect[] }

/** The bays nobody has taken, nobody on the way to one included. */
export const freeBays = ({ cars }: Traffic, bays: number): number[] =>
  Array.from({ length: bays }, (_, bay) => bay).filter((bay) => !cars.some((car) => car.bay === bay))

/**
 * Lets time pass until `now`, then one thing happen. What is refused leaves everything as it was. A tick that comes late
 * gives what ticks in time would have given.
 */
export function move(
  before: Traffic,
  event: TrafficEvent,
  now: number,
  timing: Timing = usualTiming,
): Result<Moved, Refusal> {
  const settled = settle(before, now, timing)
  if (event.kind === 'tick') return ok(settled)
  const done = happen(settled.traffic, event, now, timing)
  if (!done.ok) return done
  const after = settle({ ...done.value.traffic, changedAt: now }, now, timing)
  return ok({
    traffic: after.traffic,
    effects: [...settled.effects, ...done.value.effects, ...after.effects],
  })
}

/** When the next tick is due, or null while nothing moves by itself. */
export const nextTick = (traffic: Traffic, timing: Timing = usualTiming): number | null =>
  nextStep(traffic, timing)?.at ?? null

/**
 * As found again after the machine was off: who was past an arm has arrived, who stood before one drives up to it anew,
 * and is seen anew.
 */
export function resume({ cars, nextId }: Traffic, now: number, timing: Timing = usualTiming): Traffic {
  const still = cars.flatMap((car): Car[] => {
    const { place } = car
    switch (place.at) {
      case 'entry':
        return [{ ...car, place: { ...place, from: 'road', seen: false }, since: now, takesMs: timing.fromRoadMs }]
      case 'exit':
        return [{ ...car, place: { ...place, from: 'bay', seen: false }, since: now, takesMs: timing.toExitMs }]
      case 'leaving':
      case 'turning-away':
        return []
      default:
        return [{ ...car, place: { at: 'bay' }, since: now, takesMs: 0 }]
    }
  })
  const lane: Lane = { arm: { up: false, since: now }, clearAt: now }
  return { cars: still, nextId, lanes: { entry: lane, exit: lane }, changedAt: now }
}

function happen(
  traffic: Traffic,
  event: Exclude<TrafficEvent, { kind: 'tick' }>,
  now: number,
  timing: Timing,
): Result<Moved, Refusal> {
  if (event.kind === 'arm') {
    const lane = { ...traffic.lanes[event.lane], arm: { up: event.up, since: now } }
    return ok({ traffic: { ...traffic, lanes: { ...traffic.lanes, [event.lane]: lane } }, effects: [] })
  }
  if (event.kind === 'send') {
    const { plate, colour, look, bay } = event
    if (traffic.cars.some((car) => car.bay === bay)) return err('bay-taken')
    const slot = lastPlace(traffic, 'entry', now)
    if (slot >= slots) return err('lane-full')
    const place: Place = { at: 'entry', slot, from: 'road', seen: false }
    const car: Car = { id: traffic.nextId, plate, colour, look, bay, place, since: now, takesMs: timing.fromRoadMs }
    return ok({ traffic: { ...traffic, cars: [...traffic.cars, car], nextId: car.id + 1 }, effects: [] })
  }
  const car = traffic.cars.find(({ id }) => id === event.car)
  if (!car) return err('car-unknown')
  const go = (place: Place, takesMs: number): Traffic => withCar(traffic, { ...car, place, since: now, takesMs })
  if (event.kind === 'drive-out') {
    if (car.place.at !== 'bay') return err('not-from-here')
    const slot = lastPlace(traffic, 'exit', now)
    if (slot >= slots) return err('lane-full')
    return ok({ traffic: go({ at: 'exit', slot, from: 'bay', seen: false }, timing.toExitMs), effects: [] })
  }
  const { place } = car
  if ((place.at !== 'entry' && place.at !== 'exit') || now < car.since + car.takesMs) return err('not-from-here')
  const away: Traffic =
    place.at === 'entry'
      ? go({ at: 'turning-away', slot: place.slot }, timing.turningAwayMs)
      : go({ at: 'backing', slot: place.slot }, timing.backingMs)
  if (!place.seen) return ok({ traffic: away, effects: [] })
  const side = place.at
  const lanes = { ...away.lanes, [side]: { ...away.lanes[side], clearAt: now + timing.passesArmMs } }
  return ok({ traffic: { ...away, lanes }, effects: [{ lane: side, tell: 'turns-back' }] })
}

const withCar = (traffic: Traffic, changed: Car): Traffic => ({
  ...traffic,
  cars: traffic.cars.map((car) => (car.id === changed.id ? changed : car)),
})

/** The slot behind everybody in this lane; behind the car under the arm when there is nobody else. */
function lastPlace({ cars, lanes }: Traffic, side: LaneSide, now: number): number {
  const taken = cars.flatMap(({ place }) => (place.at === side ? [place.slot] : []))
  return taken.length > 0 ? Math.max(...taken) + 1 : now >= lanes[side].clearAt && !lanes[side].arm.up ? 0 : 1
}

type Step = { readonly at: number; readonly take: () => Moved }

/** Takes every step that is due, the earliest first. */
function settle(before: Traffic, now: number, timing: Timing): Moved {
  let traffic = before
  const effects: LaneEffect[] = []
  for (;;) {
    const step = nextStep(traffic, timing)
    if (!step || step.at > now) return { traffic, effects }
    const moved = step.take()
    traffic = { ...moved.traffic, changedAt: step.at }
    effects.push(...moved.effects)
  }
}

function nextStep(traffic: Traffic, timing: Timing): Step | null {
  let first: Step | null = null
  for (const car of traffic.cars) {
    const step = stepOf(traffic, car, timing)
    if (step && (!first || step.at < first.at)) first = step
  }
  return first
}

function stepOf(traffic: Traffic, car: Car, timing: Timing): Step | null {
  const arrived = car.since + car.takesMs
  const { place } = car
  const change = (place: Place, since: number, takesMs: number, effects: readonly LaneEffect[] = []): Moved => ({
    traffic: withCar(traffic, { ...car, place, since, takesMs }),
    effects,
  })
  switch (place.at) {
    case 'bay':
      return null
    case 'entering':
    case 'backing':
      return { at: arrived, take: () => change({ at: 'bay' }, arrived, 0) }
    case 'leaving':
    case 'turning-away':
      return {
        at: arrived,
        take: () => ({ traffic: { ...traffic, cars: traffic.cars.filter(({ id }) => id !== car.id) }, effects: [] }),
      }
    case 'entry':
    case 'exit': {
      const side = place.at
      const lane = traffic.lanes[side]
      if (place.slot > 0) {
        const ahead = traffic.cars.some((other) => other.place.at === side && other.place.slot === place.slot - 1)
        if (ahead) return null
        const ready = place.slot > 1 ? 0 : lane.arm.up ? lane.clearAt + timing.patienceMs : lane.clearAt
        const at = Math.max(arrived, ready, traffic.changedAt)
        return {
          at,
          take: () => change({ at: side, slot: place.slot - 1, from: place.slot, seen: false }, at, timing.slotMs),
        }
      }
      if (!place.seen) {
        const seen: LaneEffect = { lane: side, tell: 'arrives', plate: car.plate, colour: car.colour }
        return { at: arrived, take: () => change({ ...place, seen: true }, car.since, car.takesMs, [seen]) }
      }
      if (!lane.arm.up) return null
      const at = Math.max(arrived, lane.arm.since) + timing.reactsMs
      return {
        at,
        take: () => {
          const [going, takesMs]: [Place, number] =
            side === 'entry' ? [{ at: 'entering' }, timing.enteringMs] : [{ at: 'leaving' }, timing.leavingMs]
          const { traffic: gone } = change(going, at, takesMs)
          const lanes = { ...gone.lanes, [side]: { ...lane, clearAt: at + timing.passesArmMs } }
          return { traffic: { ...gone, lanes }, effects: [{ lane: side, tell: 'drives-through' }] }
        },
      }
    }
  }
}

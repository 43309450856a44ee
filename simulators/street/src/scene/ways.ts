import type { Car } from '../traffic.ts'
import { joined, type Path, PathPen, type Point, type Pose, part, poseAt, reversed } from './path.ts'

/*
 * The drawing: 1000 by 760, the street above, the lot below. Traffic keeps right: a car comes from the left on the near
 * side, turns right into the entry, goes out at the exit and turns right again.
 */
export const width = 1000
export const height = 760
export const carLength = 112
export const carWidth = 54
export const entryX = 285
export const exitX = 715
export const laneWidth = 104
export const streetY = 92
export const armY = 312
export const aisleY = 504
export const bayTop = 588
export const bayY = 662
/** Where the middle of a car is that stands on the front loop. */
export const entryStopY = 232
export const exitStopY = 392
const outside = 90
const slotLength = carLength + 18
const turn = 84

const bayMargin = 36
export const bayWidth = (bays: number): number => (width - 2 * bayMargin) / bays
export const bayX = (bay: number, bays: number): number => bayMargin + bayWidth(bays) * (bay + 0.5)

const fromStreet = new PathPen({ x: -outside, y: streetY })
  .line({ x: entryX - turn, y: streetY })
  .curve({ x: entryX - 20, y: streetY }, { x: entryX, y: streetY + 20 }, { x: entryX, y: streetY + turn })
  .line({ x: entryX, y: entryStopY })
  .end()

const toBay = (x: number): Path => {
  const side = Math.sign(x - entryX)
  const far = Math.abs(x - entryX) > 2 * turn
  const pen = new PathPen({ x: entryX, y: entryStopY }).line({ x: entryX, y: aisleY - turn })
  const into: Point = { x, y: aisleY + turn }
  if (far)
    pen
      .curve(
        { x: entryX, y: aisleY - 20 },
        { x: entryX + side * 20, y: aisleY },
        { x: entryX + side * turn, y: aisleY },
      )
      .line({ x: x - side * turn, y: aisleY })
      .curve({ x: x - side * 20, y: aisleY }, { x, y: aisleY + 20 }, into)
  else pen.curve({ x: entryX, y: aisleY }, { x, y: aisleY }, into)
  return pen.line({ x, y: bayY }).end()
}

/** Backs out of the bay, tail away from the exit, then goes to the exit's front loop. */
const toExit = (x: number): Path => {
  const side = x <= exitX ? 1 : -1
  const back = x - side * turn
  return new PathPen({ x, y: bayY })
    .reverse(true)
    .line({ x, y: aisleY + turn })
    .curve({ x, y: aisleY + 20 }, { x: x - side * 20, y: aisleY }, { x: back, y: aisleY })
    .reverse(false)
    .curve(
      { x: back + side * 40, y: aisleY },
      { x: exitX - side * turn, y: aisleY },
      { x: exitX - side * turn, y: aisleY },
    )
    .curve({ x: exitX - side * 20, y: aisleY }, { x: exitX, y: aisleY - 20 }, { x: exitX, y: aisleY - turn })
    .line({ x: exitX, y: exitStopY })
    .end()
}

const toStreet = new PathPen({ x: exitX, y: exitStopY })
  .line({ x: exitX, y: streetY + turn })
  .curve({ x: exitX, y: streetY + 20 }, { x: exitX + 20, y: streetY }, { x: exitX + turn, y: streetY })
  .line({ x: width + outside, y: streetY })
  .end()

/** The way a car is on, and the last of it. */
export function wayOf(car: Pick<Car, 'place' | 'bay'>, bays: number): Path {
  const { place } = car
  const x = bayX(car.bay, bays)
  switch (place.at) {
    case 'entry': {
      const end = fromStreet.length - place.slot * slotLength
      return part(fromStreet, place.from === 'road' ? 0 : end - slotLength * (place.from - place.slot), end)
    }
    case 'entering':
      return toBay(x)
    case 'bay':
      return part(toBay(x), toBay(x).length - 1, toBay(x).length)
    case 'exit': {
      const way = toExit(x)
      const end = way.length - place.slot * slotLength
      return part(way, place.from === 'bay' ? 0 : end - slotLength * (place.from - place.slot), end)
    }
    case 'leaving':
      return toStreet
    case 'turning-away': {
      // Backs out to where it can go straight on, past the lot.
      const stands = fromStreet.length - place.slot * slotLength
      const clear = Math.min(entryX - turn + outside - 40, stands)
      const onward = new PathPen(poseAt(fromStreet, clear)).line({ x: width + outside, y: streetY }).end()
      return clear < stands ? joined(reversed(part(fromStreet, clear, stands)), onward) : onward
    }
    case 'backing': {
      const way = toExit(x)
      return reversed(part(way, 0, way.length - place.slot * slotLength))
    }
  }
}

/** Where a car is at `now` on the machine's clock: sets out gently, comes to rest gently. */
export function carPose(car: Car, bays: number, now: number, way: Path = wayOf(car, bays)): Pose {
  const gone = car.takesMs <= 0 ? 1 : Math.min(Math.max((now - car.since) / car.takesMs, 0), 1)
  return poseAt(way, gone * gone * (3 - 2 * gone) * way.length)
}

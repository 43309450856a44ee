/* Ways over the lot, as points with the length so far. Units of the drawing. */

export type Point = { readonly x: number; readonly y: number }
/** Where a car is and which way its nose points: 0 is right, clockwise, in degrees. */
export type Pose = Point & { readonly heading: number }

type Sample = Point & { readonly length: number; readonly backwards: boolean }
export type Path = { readonly samples: readonly Sample[]; readonly length: number }

const stepsInCurve = 24

/** Draws a way piece by piece. In reverse the nose points against the direction of travel. */
export class PathPen {
  readonly #samples: Sample[]
  #backwards = false

  constructor(start: Point) {
    this.#samples = [{ ...start, length: 0, backwards: false }]
  }
  reverse(on: boolean): this {
    this.#backwards = on
    return this
  }
  line(to: Point): this {
    this.#add(to)
    return this
  }
  /** A cubic curve: leaves towards `a`, arrives from `b`. */
  curve(a: Point, b: Point, to: Point): this {
    const from = this.#samples.at(-1)!
    for (let step = 1; step <= stepsInCurve; step++) {
      const t = step / stepsInCurve
      const u = 1 - t
      const mix = (p: number, q: number, r: number, s: number) =>
        u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s
      this.#add({ x: mix(from.x, a.x, b.x, to.x), y: mix(from.y, a.y, b.y, to.y) })
    }
    return this
  }
  end(): Path {
    return { samples: this.#samples, length: this.#samples.at(-1)!.length }
  }
  #add({ x, y }: Point): void {
    const from = this.#samples.at(-1)!
    const length = from.length + Math.hypot(x - from.x, y - from.y)
    if (length > from.length) this.#samples.push({ x, y, length, backwards: this.#backwards })
  }
}

/** The pose after so much of the way; before its beginning and after its end it stands there. */
export function poseAt({ samples, length }: Path, at: number): Pose {
  const gone = Math.min(Math.max(at, 0), length)
  let index = samples.findIndex((sample) => sample.length >= gone)
  if (index <= 0) index = 1
  const from = samples[index - 1]!
  const to = samples[index]!
  const part = (gone - from.length) / (to.length - from.length)
  const heading = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI + (to.backwards ? 180 : 0)
  return {
    x: from.x + (to.x - from.x) * part,
    y: from.y + (to.y - from.y) * part,
    heading: ((heading % 360) + 360) % 360,
  }
}

/** The same way driven in reverse, nose as it was. */
export function reversed({ samples, length }: Path): Path {
  const back = samples.toReversed()
  return {
    length,
    samples: back.map((sample, index) => ({
      x: sample.x,
      y: sample.y,
      length: length - sample.length,
      backwards: index === 0 ? false : !back[index - 1]!.backwards,
    })),
  }
}

/** The part of a way from one length to another. */
export function part({ samples, length }: Path, from: number, to: number): Path {
  const start = Math.min(Math.max(from, 0), length)
  const end = Math.min(Math.max(to, start), length)
  const edge = (at: number): Sample => {
    const next = samples.find((sample) => sample.length >= at) ?? samples.at(-1)!
    const before = samples.findLast((sample) => sample.length <= at) ?? samples[0]!
    const t = next.length === before.length ? 0 : (at - before.length) / (next.length - before.length)
    return {
      x: before.x + (next.x - before.x) * t,
      y: before.y + (next.y - before.y) * t,
      length: at - start,
      backwards: next.backwards,
    }
  }
  const inner = samples
    .filter((sample) => sample.length > start && sample.length < end)
    .map((sample) => ({ ...sample, length: sample.length - start }))
  return { samples: [edge(start), ...inner, edge(end)], length: end - start }
}

/** One way after the other; the second begins where the first ends. */
export function joined(first: Path, second: Path): Path {
  const rest = second.samples.slice(1).map((sample) => ({ ...sample, length: sample.length + first.length }))
  return { samples: [...first.samples, ...rest], length: first.length + second.length }
}

/*
 * A stay with pieces cut out of it (an inner lot, the hours of a pass): the ladder's clock stands still there, while bands
 * keep their wall clock (tariffs.md 6.6). The engine walks *elapsed* seconds: the wall's less all that was cut before.
 */
export type Interval = { readonly fromS: number; readonly toS: number }

export class Cuts {
  readonly #cuts: readonly Interval[]

  constructor(intervals: readonly Interval[]) {
    this.#cuts = unionOf(intervals)
  }

  elapsed(wallS: number): number {
    let cutS = 0
    for (const { fromS, toS } of this.#cuts) {
      if (wallS <= fromS) break
      cutS += Math.min(wallS, toS) - fromS
    }
    return wallS - cutS
  }

  /** Where a cut lies at this elapsed second: its end. */
  wall(elapsedS: number): number {
    let wallS = elapsedS
    for (const { fromS, toS } of this.#cuts) {
      if (wallS < fromS) break
      wallS += toS - fromS
    }
    return wallS
  }

  /** What is left of a stretch of the wall clock. */
  remainders(fromS: number, toS: number): Interval[] {
    const left: Interval[] = []
    let atS = fromS
    for (const cut of this.#cuts) {
      if (cut.fromS > atS) left.push({ fromS: atS, toS: Math.min(cut.fromS, toS) })
      atS = Math.max(atS, cut.toS)
      if (atS >= toS) break
    }
    if (atS < toS) left.push({ fromS: atS, toS })
    return left.filter((interval) => interval.toS > interval.fromS)
  }
}

/** Sorted, without overlaps; empty ones are dropped. */
export function unionOf(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(({ fromS, toS }) => toS > fromS).sort((a, b) => a.fromS - b.fromS)
  const union: Interval[] = []
  for (const next of sorted) {
    const last = union.at(-1)
    if (last && next.fromS <= last.toS)
      union[union.length - 1] = { fromS: last.fromS, toS: Math.max(last.toS, next.toS) }
    else union.push(next)
  }
  return union
}

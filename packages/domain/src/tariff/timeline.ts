/*
 * A stay with pieces cut out of it (an inner lot, the hours of a pass): the ladder's clock stands still there, while bands
 * keep their wall clock (tariffs.md 6.6). The engine walks *elapsed* instants: the wall instant less all time cut before
 * it. Without cuts both are the same number.
 */
export type Interval = { readonly fromS: number; readonly toS: number }
export type Timeline = {
  readonly cuts: readonly Interval[]
  toElapsed(wallS: number): number
  /** Where a cut lies at this elapsed instant: its end. */
  toWall(elapsedS: number): number
}

const identity: Timeline = { cuts: [], toElapsed: (s) => s, toWall: (s) => s }

export function timelineWithout(intervals: readonly Interval[]): Timeline {
  const cuts = unionOf(intervals)
  if (cuts.length === 0) return identity
  return {
    cuts,
    toElapsed: (wallS) => {
      let cut = 0
      for (const { fromS, toS } of cuts) {
        if (wallS <= fromS) break
        cut += Math.min(wallS, toS) - fromS
      }
      return wallS - cut
    },
    toWall: (elapsedS) => {
      let wallS = elapsedS
      for (const { fromS, toS } of cuts) {
        if (wallS < fromS) break
        wallS += toS - fromS
      }
      return wallS
    },
  }
}

/** Sorted, without overlaps; touching and empty intervals are merged or dropped. */
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

import type { Id } from './types.ts'

/** Ids count milliseconds from here: 2024-01-01T00:00:00Z. 41 bits last until 2093. */
export const idEpochMs = 1_704_067_200_000

const nodeBits = 10n
const counterBits = 12n
const msBits = nodeBits + counterBits

/** Makes ids; knows the newest it made or was told of. */
export type IdMaker = {
  (): Id
  /** The newest id so far; null before the first. */
  newest(): Id | null
  /** Every id from now on is greater than this one: what is on disk bounds what comes after a restart. */
  after(id: Id): void
}

/**
 * Makes 63-bit ids ordered in time: 41 bits of milliseconds, 10 bits of node, 12 bits of counter (scale.md 5.4).
 * More than 4,096 in one millisecond borrow from the next; a clock that went backwards is not followed, neither while
 * running nor, with `after`, from one run to the next.
 */
export function idMaker(now: () => number, node: number): IdMaker {
  let lastMs = 0
  let counter = 0
  let newest: Id | null = null
  const nodePart = BigInt(node & 1023) << counterBits
  const make = () => {
    const ms = now() - idEpochMs
    if (ms > lastMs) {
      lastMs = ms
      counter = 0
    } else if (++counter > 4095) {
      lastMs += 1
      counter = 0
    }
    newest = ((BigInt(lastMs) << msBits) | nodePart | BigInt(counter)).toString() as Id
    return newest
  }
  return Object.assign(make, {
    newest: () => newest,
    after(id: Id): void {
      if (newest !== null && BigInt(id) <= BigInt(newest)) return
      newest = id
      const ms = Number(BigInt(id) >> msBits)
      // Of another node it is as well, so the counter alone would not bring us past it.
      if (ms >= lastMs) {
        lastMs = ms
        counter = 4095
      }
    },
  })
}

/** When an id was made, by the clock of whoever made it; later than that where that clock went back. */
export const instantOfId = (id: Id): number => Number(BigInt(id) >> msBits) + idEpochMs

/** The smallest id an instant can have: the edge of a partition, or of a page. */
export const firstIdAt = (ms: number): Id => (BigInt(Math.max(0, ms - idEpochMs)) << msBits).toString() as Id

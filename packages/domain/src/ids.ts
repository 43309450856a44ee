import type { Id } from './types.ts'

/** Ids count milliseconds from here: 2024-01-01T00:00:00Z. 41 bits last until 2093. */
export const idEpochMs = 1_704_067_200_000

const nodeBits = 10n
const counterBits = 12n

/**
 * Makes 63-bit ids ordered in time: 41 bits of milliseconds, 10 bits of node, 12 bits of counter (scale.md 5.4).
 * More than 4,096 in one millisecond borrow from the next; a clock that went backwards is not followed.
 */
export function idMaker(now: () => number, node: number): () => Id {
  let lastMs = 0
  let counter = 0
  const nodePart = BigInt(node & 1023) << counterBits
  return () => {
    const ms = now() - idEpochMs
    if (ms > lastMs) {
      lastMs = ms
      counter = 0
    } else if (++counter > 4095) {
      lastMs += 1
      counter = 0
    }
    return ((BigInt(lastMs) << (nodeBits + counterBits)) | nodePart | BigInt(counter)).toString() as Id
  }
}

/** The smallest id an instant can have: the edge of a partition, or of a page. */
export const firstIdAt = (ms: number): Id =>
  (BigInt(Math.max(0, ms - idEpochMs)) << (nodeBits + counterBits)).toString() as Id

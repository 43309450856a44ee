/*
 * Which numbers may have come before: a sieve that holds no number (a Bloom filter), so that a bill of any length takes the same 16 MB.
 * It never misses one that came before; of those that did not it names two in ten thousand in a bill of a million lines.
 */

const bits = 27

/** Answers of each number, of decimal digits, whether it may have come before, and keeps it. */
export function seenBefore(): (digits: string) => boolean {
  const words = new Uint32Array(2 ** (bits - 5))
  const keep = (hash: number): boolean => {
    const bit = hash >>> (32 - bits)
    const mask = 1 << (bit & 31)
    const was = (words[bit >>> 5]! & mask) !== 0
    words[bit >>> 5]! |= mask
    return was
  }
  return (digits) => {
    const low = Number(digits.slice(-9))
    const high = Number(digits.slice(0, -9))
    const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b)
    const first = keep(mixed ^ (mixed >>> 15))
    const second = keep(Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35))
    return first && second
  }
}

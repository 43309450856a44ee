import { digitsAt } from '@lanepay/domain/numbers.ts'

/*
 * Which numbers may have come before: a sieve that holds no number (a Bloom filter), so that a bill of any length takes the same 16 MB.
 * It never misses one that came before; of those that did not it names two in ten thousand in a bill of a million lines.
 */

const words = 2 ** 22
/** What a processor fetches at once: both bits of a number lie in it, which halves what the sieve costs. */
const wordsOfLine = 16

/** Answers of each number, of decimal digits, whether it may have come before, and keeps it. */
export function seenBefore(): (digits: string) => boolean {
  const sieve = new Uint32Array(words)
  const keep = (word: number, bit: number): boolean => {
    const mask = 1 << bit
    const was = (sieve[word]! & mask) !== 0
    sieve[word]! |= mask
    return was
  }
  return (digits) => {
    const middle = digits.length - 9
    const low = digitsAt(digits, Math.max(0, middle), digits.length)
    const high = digitsAt(digits, 0, middle)
    const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b)
    const where = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    const bits = Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2f)
    const line = (where >>> 14) * wordsOfLine
    const first = keep(line + (bits >>> 28), (bits >>> 23) & 31)
    const second = keep(line + ((bits >>> 19) & 15), (bits >>> 14) & 31)
    return first && second
  }
}

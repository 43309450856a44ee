import { timingSafeEqual } from 'node:crypto'

/** Whether a signature that was sent is the one expected, letter case aside; in the same time wherever they begin to differ. */
export function isSameSign(expected: string, given: unknown): boolean {
  if (typeof given !== 'string') return false
  const claimed = Buffer.from(given.toUpperCase())
  const own = Buffer.from(expected.toUpperCase())
  return claimed.length === own.length && timingSafeEqual(own, claimed)
}

import { createHash, timingSafeEqual } from 'node:crypto'
import { compacted } from '../raw.ts'

/** The signature over the text of `data` as it stands in the body (bolink-protocol.md 2.2): 32 upper-case hex digits. */
export const signOf = (rawData: string, key: string): string =>
  createHash('md5').update(`${rawData}key=${key}`).digest('hex').toUpperCase()

/**
 * Whether this text was signed with this key. Some print `data` anew before they hash it, so what does not fit as received is tried
 * without the blanks outside of texts.
 */
export const isSigned = (rawData: string, key: string, sign: string): boolean =>
  same(signOf(rawData, key), sign) || same(signOf(compacted(rawData), key), sign)

/** Letter case aside; in the same time wherever they begin to differ. */
function same(expected: string, given: string): boolean {
  const claimed = Buffer.from(given.toUpperCase())
  const own = Buffer.from(expected)
  return claimed.length === own.length && timingSafeEqual(own, claimed)
}

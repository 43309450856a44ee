import { createHash } from 'node:crypto'
import { compacted } from '../raw.ts'
import { isSameSign } from '../same-sign.ts'

/** The signature over the text of `data` as it stands in the body (bolink-protocol.md 2.2): 32 upper-case hex digits. */
export const signOf = (rawData: string, key: string): string =>
  createHash('md5').update(`${rawData}key=${key}`).digest('hex').toUpperCase()

/**
 * Whether this text was signed with this key. Some print `data` anew before they hash it, so what does not fit as received is tried
 * without the blanks outside of texts.
 */
export const isSigned = (rawData: string, key: string, sign: string): boolean =>
  isSameSign(signOf(rawData, key), sign) || isSameSign(signOf(compacted(rawData), key), sign)

import { err, ok, type Result } from '../result.ts'

/** The spelling of a telephone number: digits, without the country's 86. */
export const tidyPhone = (unchecked: string): string =>
  unchecked
    .normalize('NFKC')
    .replace(/[\s-]/g, '')
    .replace(/^(?:\+|00)86(?=1\d{10}$)/, '')

/** A mobile number of the mainland: eleven digits, 13 to 19 first (the numbering plan has no 10, 11 and 12 for persons). */
export function parseMobile(unchecked: string): Result<string, 'not-a-mobile'> {
  const phone = tidyPhone(unchecked)
  return /^1[3-9]\d{9}$/.test(phone) ? ok(phone) : err('not-a-mobile')
}

/** Any telephone that somebody can be reached by: a mobile, or a fixed one with its area, or 400. */
export function parsePhone(unchecked: string): Result<string, 'not-a-phone'> {
  const phone = tidyPhone(unchecked)
  return /^(?:1[3-9]\d{9}|0\d{9,11}|400\d{7})$/.test(phone) ? ok(phone) : err('not-a-phone')
}

import { createHmac } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Brand } from '@lanepay/domain/types.ts'

/** A one-time code by which a box becomes the agent of a lot: 12 characters, without dashes. */
export type EnrolCode = Brand<string, 'EnrolCode'>

// Read out over a telephone and typed in by hand: without what is mistaken for one another by eye or ear (0 O Q, 1 I L,
// 2 Z, 5 S, 8 B). Twelve of 24 are 55 bits, and a code lives for a day.
export const codeCharacters = '34679ACDEFGHJKMNPRTUVWXY'
const form = new RegExp(`^[${codeCharacters}]{12}$`)

/** A new code; `random` gives whole numbers from 0 to below its argument, as nobody can foretell. */
export const makeCode = (random: (below: number) => number): EnrolCode =>
  Array.from({ length: 12 }, () => codeCharacters[random(codeCharacters.length)]).join('') as EnrolCode

/** As a person reads it: `7KM3-XTRA-94HC`. */
export const grouped = (code: EnrolCode): string => code.replace(/(.{4})(?=.)/g, '$1-')

/** However it was typed: dashes, spaces and small letters mean nothing. */
export function parseCode(unchecked: string): Result<EnrolCode, 'not-a-code'> {
  const tidy = unchecked
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\u2010-\u2015\u2212-]/g, '')
  return form.test(tidy) ? ok(tidy as EnrolCode) : err('not-a-code')
}

/** What is kept of a code: without the house key nobody finds the code from it, or makes one for a lot. */
export const codeHash = (code: EnrolCode, houseKey: Buffer): string =>
  createHmac('sha256', houseKey).update(`enrol ${code}`).digest('hex')

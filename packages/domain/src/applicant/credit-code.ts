import { err, ok, type Result } from '../result.ts'
import { provinceDigits } from './cities.ts'

/*
 * The unified social credit code on a licence (GB 32100-2015): who registered it and what it is, six digits of a region, the nine
 * characters of the organisation code with a check character of their own (GB 11714), and a check character over all.
 */
export type CreditCodeMistake = 'not-18' | 'region' | 'organisation-check' | 'check-character'

/** Without I, O, S, V and Z, which look like digits or like each other. */
const characters = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const weights = Array.from({ length: 17 }, (_, at) => 3 ** at % 31)
/** In an organisation code letters count as 10 to 35, all of them. */
const organisationCharacters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]

const weighed = (text: string, alphabet: string, by: readonly number[]): number =>
  by.reduce((total, weight, at) => total + weight * alphabet.indexOf(text[at]!), 0)

/** The last character that a code's first 17 have. */
export const creditCheckCharacter = (first17: string): string =>
  characters[(31 - (weighed(first17, characters, weights) % 31)) % 31]!

/** The ninth character that the first eight of an organisation code have: X for 10, 0 for 11. */
export const organisationCheckCharacter = (first8: string): string => {
  const rest = 11 - (weighed(first8, organisationCharacters, organisationWeights) % 11)
  return rest === 10 ? 'X' : rest === 11 ? '0' : String(rest)
}

/** Reads what was typed, small letters and spaces included. A mistake names the first part that cannot be. */
export function parseCreditCode(unchecked: string): Result<string, CreditCodeMistake> {
  const code = unchecked.normalize('NFKC').replace(/\s/g, '').toUpperCase()
  if (code.length !== 18 || ![...code].every((one) => characters.includes(one))) return err('not-18')
  // The region stands at three to eight; `10` is what is registered for the whole country.
  if (!/^\d{6}$/.test(code.slice(2, 8)) || !(provinceDigits.has(code.slice(2, 4)) || code.startsWith('10', 2)))
    return err('region')
  if (organisationCheckCharacter(code.slice(8, 16)) !== code[16]) return err('organisation-check')
  return creditCheckCharacter(code) === code[17] ? ok(code) : err('check-character')
}

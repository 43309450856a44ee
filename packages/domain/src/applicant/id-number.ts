import { err, ok, type Result } from '../result.ts'
import { provinceDigits } from './cities.ts'

/*
 * The number of a resident identity card (GB 11643-1999): six digits of a region, eight of the birth date, three in order, and a check
 * character over them (ISO 7064 MOD 11-2, X for 10).
 */
export type IdNumber = { readonly number: string; readonly birthDate: string }
export type IdNumberMistake = 'not-18' | 'region' | 'birth-date' | 'check-character'

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checkCharacters = '10X98765432'

/** The last character that a number's first 17 digits have. */
export function idCheckCharacter(first17: string): string {
  const sum = weights.reduce((total, weight, at) => total + weight * Number(first17[at]), 0)
  return checkCharacters[sum % 11]!
}

/** Whether a day, like `1990-02-28`, is in the calendar. */
export function isDay(day: string): boolean {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? []
  if (year === undefined) return false
  const at = new Date(0)
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(date))
  return at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(date)
}

/**
 * Reads what was typed, spaces and a small x included. A mistake names the first part that cannot be; the 15 digits of cards before 1999
 * are over and refused.
 * @param today a day; nobody is born after it, or before 1900
 */
export function parseIdNumber(unchecked: string, today: string): Result<IdNumber, IdNumberMistake> {
  const number = unchecked.normalize('NFKC').replace(/\s/g, '').toUpperCase()
  if (!/^\d{17}[\dX]$/.test(number)) return err('not-18')
  if (!provinceDigits.has(number.slice(0, 2))) return err('region')
  const birthDate = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`
  if (!isDay(birthDate) || birthDate < '1900-01-01' || birthDate > today) return err('birth-date')
  return idCheckCharacter(number) === number[17] ? ok({ number, birthDate }) : err('check-character')
}

import { err, ok, type Result } from '../result.ts'
import { type CardBank, cardBankOf } from './card-prefixes.ts'

/* Bank cards and accounts as a person types them. */

/** Luhn (ISO/IEC 7812-1 annex B): every second digit from the right is doubled, and the sum of all digits ends in 0. */
export function lastDigitHolds(number: string): boolean {
  const sum = [...number].toReversed().reduce((total, digit, at) => {
    const weighed = at % 2 === 0 ? Number(digit) : Number(digit) * 2
    return total + (weighed > 9 ? weighed - 9 : weighed)
  }, 0)
  return sum % 10 === 0
}

/** The spelling of a card or an account: no spaces, no dashes. */
export const tidyCard = (unchecked: string): string => unchecked.normalize('NFKC').replace(/[\s-]/g, '')

export type CardMistake = 'not-a-card' | 'check-digit' | 'credit-card' | 'not-an-account'

/**
 * A person's bank card: 16 to 19 digits, the last of them right, and no credit card as far as its prefix tells, for no channel settles to
 * one. `bank` is null where we do not know the prefix; that is no mistake.
 */
export function parseCard(
  unchecked: string,
): Result<{ readonly number: string; readonly bank: CardBank | null }, CardMistake> {
  const number = tidyCard(unchecked)
  if (!/^\d{16,19}$/.test(number)) return err('not-a-card')
  if (!lastDigitHolds(number)) return err('check-digit')
  const bank = cardBankOf(number)
  return bank?.credit === true ? err('credit-card') : ok({ number, bank })
}

/** The account of a business at its bank: each bank numbers them as it likes. */
export function parseAccount(unchecked: string): Result<string, CardMistake> {
  const number = tidyCard(unchecked)
  return /^\d{8,30}$/.test(number) ? ok(number) : err('not-an-account')
}

/*
 * What becomes of a payment whose price stands no more, or took long to be paid, once the software was asked for the price of the same stay
 * anew (lot-devices.md 6.4, 6.5).
 */

/** The price anew. `bill` null: a payment there is money on the record, whatever it came to. */
export type Anew = { readonly owedFen: number; readonly paidFen: number | null; readonly bill: string | null }
/** What was paid by the price that was shown, and what the software said then was paid before. */
export type PaidByPrice = {
  readonly amountFen: number
  readonly paidBeforeFen: number | null
  /** It was told before, and that telling was not answered: the software may have it. */
  readonly isUncertain: boolean
}

/**
 * `tell`: by the price anew. `taken`: the software has it. `short`: it costs more by now; the difference is the driver's. `nothing-owed`: it was not
 * taken, and nobody wants it any more. `unclear`: it may have been taken; a person looks, and nothing goes back by itself.
 */
export type Fate = 'tell' | 'taken' | 'short' | 'nothing-owed' | 'unclear'

/** `anew` null: nobody is there under that stay any more. */
export function fateOf(anew: Anew | null, told: PaidByPrice): Fate {
  if (anew === null) return told.isUncertain ? 'unclear' : 'nothing-owed'
  const isThere =
    anew.paidFen === null || told.paidBeforeFen === null ? null : anew.paidFen - told.paidBeforeFen >= told.amountFen
  if (told.isUncertain && isThere !== false) return isThere || anew.owedFen === 0 ? 'taken' : 'unclear'
  if (anew.owedFen === 0) return 'nothing-owed'
  return anew.owedFen <= told.amountFen || anew.bill === null ? 'tell' : 'short'
}

/** A price that took longer than this to be paid is asked for anew before the payment is told. */
const paidWithinMs = 5 * 60_000
export const tookLong = ({ quotedAt, paidAt }: { readonly quotedAt: number; readonly paidAt: number }): boolean =>
  paidAt - quotedAt > paidWithinMs

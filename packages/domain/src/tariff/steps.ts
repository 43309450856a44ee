import type { Instant } from '../types.ts'
import type { Tariff } from './compiled.ts'
import { NotPriceable, quoteStay } from './quote.ts'
import type { Stay } from './stay.ts'

/** Up to and including so many seconds a stay costs this; null: the list has no price for it. */
export type PriceStep = { readonly toS: number; readonly fen: number | null }

/**
 * The price of a stay by its length, as the steps it really has: a price changes only where they end (tariffs.md 7, no. 5).
 * The last step ends at `longestS`, whether or not the price does.
 */
export function priceSteps(tariff: Tariff, from: Omit<Stay, 'at' | 'payments'>, longestS: number): PriceStep[] {
  const steps: PriceStep[] = []
  const startS = Math.floor(from.enteredAt / 1000)
  for (let lengthS = 0; lengthS <= longestS; ) {
    const quote = quoteAfter(tariff, from, lengthS)
    const toS = quote ? Math.min(quote.holdsUntil / 1000 - startS, longestS) : longestS
    const fen = quote ? quote.priceFen : null
    // What changes nothing in the price (31 days have passed) is no step.
    if (steps.at(-1)?.fen === fen) steps.pop()
    steps.push({ toS, fen })
    lengthS = toS + 1
  }
  return steps
}

function quoteAfter(tariff: Tariff, from: Omit<Stay, 'at'>, lengthS: number) {
  try {
    return quoteStay(tariff, { ...from, at: (from.enteredAt + lengthS * 1000) as Instant }, { explained: false })
  } catch (error) {
    if (error instanceof NotPriceable) return null
    throw error
  }
}

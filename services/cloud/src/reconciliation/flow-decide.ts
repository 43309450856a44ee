import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'

/*
 * An account's balance as its own movements tell it: files begin with the oldest or with the newest.
 */

export type FlowEnd = { readonly balanceFen: number; readonly amountFen: number }
/** The first and last movement of a bill as it writes them, and what all of them sum to. */
export type FlowEnds = { readonly movedFen: number; readonly first: FlowEnd; readonly last: FlowEnd }
export type Gap = { readonly expectedFen: number; readonly foundFen: number; readonly about: string }

type Span = { readonly openingFen: number; readonly closingFen: number }
const spans = ({ first, last }: FlowEnds): readonly Span[] => [
  { openingFen: first.balanceFen - first.amountFen, closingFen: last.balanceFen },
  { openingFen: last.balanceFen - last.amountFen, closingFen: first.balanceFen },
]
const spanOf = (ends: FlowEnds): Span | null =>
  spans(ends).find(({ openingFen, closingFen }) => openingFen + ends.movedFen === closingFen) ?? null

/** What the account had at the end of a bill; null where its movements do not say so. */
export const closingOf = (ends: FlowEnds): number | null => spanOf(ends)?.closingFen ?? null

/** The last balance of a bill is its first and all that moved. */
export function gapIn(ends: FlowEnds): Gap | null {
  if (spanOf(ends) !== null) return null
  const [{ openingFen, closingFen }] = spans(ends) as [Span, Span]
  return {
    expectedFen: openingFen + ends.movedFen,
    foundFen: closingFen,
    about: 'its movements do not lead to its balance',
  }
}

/** A bill begins where the one before it ended. */
export function followsFrom(before: FlowEnds, after: FlowEnds): Gap | null {
  const closed = spanOf(before)
  const opened = spanOf(after)
  if (closed === null || opened === null || closed.closingFen === opened.openingFen) return null
  return {
    expectedFen: closed.closingFen,
    foundFen: opened.openingFen,
    about: 'it does not begin where the bill before it ended',
  }
}

/** An account's balance at the end of a day by its bill, and what the ledger says that the channel holds of what bills show. */
export type Balance = { readonly day: string; readonly theirsFen: number; readonly oursFen: number }
export type BalanceFinding =
  /** As at the start, whatever was between. */
  | { readonly is: 'agrees' }
  /** As on the day before, which has it already. */
  | { readonly is: 'same-difference' }
  | { readonly is: 'differs'; readonly byFen: number; readonly about: string }

const difference = ({ theirsFen, oursFen }: Balance): number => theirsFen - oursFen
const yuan = (fen: number): string => `¥${toYuan(fen as Fen)}`

/** What the books never knew stands in the start, and every later day has to differ by just that. */
export function balanceFinding(start: Balance, before: Balance, now: Balance): BalanceFinding {
  const byFen = difference(now) - difference(start)
  if (byFen === 0) return { is: 'agrees' }
  const changedFen = difference(now) - difference(before)
  if (changedFen === 0) return { is: 'same-difference' }
  const wasFen = byFen - changedFen
  const since = wasFen === 0 ? `since ${now.day}` : `changed by ${yuan(changedFen)} on ${now.day}`
  return { is: 'differs', byFen, about: `the account has ${yuan(byFen)} more than the ledger says, ${since}` }
}

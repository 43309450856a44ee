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

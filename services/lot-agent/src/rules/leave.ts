import type { Id } from '@lanepay/domain/types.ts'
import type { GateCause } from '@lanepay/lot-link/messages.ts'
import type { Known } from './lists.ts'

/** All that decides what becomes of a vehicle that was read at an exit. */
export type ExitFacts = {
  readonly known: Known
  /** Null: nobody knows when it came in. */
  readonly session: {
    readonly owedFen: number
    readonly clearedBy: Id | null
    /** What its card or list covered of the stay was all of it. */
    readonly wholeCovered: boolean
  } | null
}
export type ExitDecision =
  | { readonly act: 'open'; readonly cause: GateCause }
  | { readonly act: 'ask-to-pay' }
  | { readonly act: 'call-a-person'; readonly because: 'no-entry' }

/** Opens for a clearance, for whoever is on a list, for nothing owed; asks for the rest; never guesses an entry. */
export function decideExit({ known, session }: ExitFacts): ExitDecision {
  const listed: GateCause | null = known.free
    ? { kind: 'listed', list: 'free' }
    : known.guest
      ? { kind: 'listed', list: 'guest' }
      : known.card
        ? { kind: 'month-card', card: known.card.card }
        : null
  if (session === null) return listed ? { act: 'open', cause: listed } : { act: 'call-a-person', because: 'no-entry' }
  if (session.owedFen > 0) return { act: 'ask-to-pay' }
  if (session.clearedBy !== null) return { act: 'open', cause: { kind: 'clearance', clearance: session.clearedBy } }
  return { act: 'open', cause: session.wholeCovered && listed ? listed : { kind: 'nothing-owed' } }
}

/** How a stay ended that went out through an exit: what opened for it says so (domain.md 7). */
export function howItLeft(
  cause: GateCause | null,
  owedFen: number,
): { readonly how: 'left' | 'released-owing' | 'escaped'; readonly owedFen: number } {
  if (cause === null) return { how: 'escaped', owedFen }
  if ((cause.kind === 'command' || cause.kind === 'attendant') && owedFen > 0) return { how: 'released-owing', owedFen }
  return { how: 'left', owedFen: 0 }
}

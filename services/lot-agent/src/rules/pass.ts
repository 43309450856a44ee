import type { Standing } from '@lanepay/lot-link/messages.ts'
import type { Known } from './lists.ts'

/** All that decides whether a vehicle goes from the lot into an area inside it. */
export type PassFacts = {
  readonly known: Known
  /** As what it is in the lot; null: nobody knows its entry. */
  readonly standing: Standing | null
  readonly inside: number
  /** Null: nobody counts. */
  readonly capacity: number | null
}
export type PassDecision =
  | { readonly act: 'open' }
  | { readonly act: 'refuse'; readonly because: 'blocked' | 'full' }
  | { readonly act: 'call-a-person' }

/**
 * Who goes in. As at the lot's own entry, blocked beats every list, and a full area still takes those who have a place of their
 * own. Whose entry nobody saw is for a person: its time in there would be nobody's. The way out is open to all.
 */
export function decidePass({ known, standing, inside, capacity }: PassFacts): PassDecision {
  if (known.blocked) return { act: 'refuse', because: 'blocked' }
  if (known.free || known.guest || standing === 'month-card') return { act: 'open' }
  if (standing === null) return known.card ? { act: 'open' } : { act: 'call-a-person' }
  return capacity !== null && inside >= capacity ? { act: 'refuse', because: 'full' } : { act: 'open' }
}

import type { Standing } from '@lanepay/lot-link/messages.ts'
import type { Known } from './lists.ts'

/** All that decides whether a vehicle that was read at an entry is let in. */
export type EntryFacts = {
  readonly known: Known
  /** A space of its month card that no other vehicle of the card holds. */
  readonly cardSpaceLeft: boolean
  readonly inside: number
  /** Null: nobody counts. */
  readonly capacity: number | null
}
export type EntryDecision =
  | { readonly act: 'admit'; readonly as: Exclude<Standing, 'unadmitted'> }
  | { readonly act: 'refuse'; readonly because: 'blocked' | 'full' }

/**
 * Who comes in, and as what. Blocked beats every list. A full lot still takes those who have a place of their own: a month
 * card with a space left, the free list, an announced guest. A second car of a one-space card is a visitor (月转临).
 */
export function decideEntry({ known, cardSpaceLeft, inside, capacity }: EntryFacts): EntryDecision {
  if (known.blocked) return { act: 'refuse', because: 'blocked' }
  if (known.free) return { act: 'admit', as: 'free' }
  if (known.card && cardSpaceLeft) return { act: 'admit', as: 'month-card' }
  if (known.guest) return { act: 'admit', as: 'guest' }
  if (capacity !== null && inside >= capacity) return { act: 'refuse', because: 'full' }
  return { act: 'admit', as: 'visitor' }
}

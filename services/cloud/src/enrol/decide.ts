/** How long a code can be used: the operator reads it out today, the installer types it in tomorrow at the latest. */
export const codeLastsMs = 24 * 3_600_000

/** A code that was made for a lot. */
export type Offer = {
  /** Whoever made it said that the lot's agent, if it has one, gives way. */
  readonly takeOver: boolean
  readonly expiresAt: number
  readonly usedAt: number | null
}
export type EnrolRefusal = 'code-unknown' | 'code-used' | 'code-expired' | 'agent-exists'

/** Whether a code may be made: a lot that has an agent is not given another one in passing. */
export const mayOffer = (lot: { readonly hasAgent: boolean }, takeOver: boolean): 'offer' | 'agent-exists' =>
  lot.hasAgent && !takeOver ? 'agent-exists' : 'offer'

/**
 * What a code does for the box that shows it. `repeat`: this very box has used it and is the lot's agent; the answer was
 * lost, and comes again with nothing done twice. An agent that another one has replaced is not let back by its old code.
 */
export function decideEnrolment(
  offer: Offer | null,
  about: {
    readonly now: number
    readonly hasAgent: boolean
    /** The key it shows is the key of the lot's agent. */
    readonly isAgent: boolean
  },
): 'enrol' | 'repeat' | EnrolRefusal {
  if (offer === null) return 'code-unknown'
  if (offer.usedAt !== null) return about.isAgent ? 'repeat' : 'code-used'
  if (about.now >= offer.expiresAt) return 'code-expired'
  // There was none when the code was made; one has come since.
  if (about.hasAgent && !offer.takeOver) return 'agent-exists'
  return 'enrol'
}

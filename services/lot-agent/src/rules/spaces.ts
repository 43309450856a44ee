import type { Id, Instant } from '@lanepay/domain/types.ts'

/** A vehicle of a month card that is inside, and since when it holds one of the card's spaces. */
export type CardStay = { readonly session: Id; readonly enteredAt: Instant; readonly holdsSince: Instant | null }

/**
 * Who else gets a space now. Whoever holds one keeps it until it leaves; free ones go to those who came first. So the second
 * car of a one-space card counts as the card from the moment the first is gone, and pays for the time before.
 */
export function nextHolders(inside: readonly CardStay[], spaces: number): Id[] {
  const free = spaces - inside.filter(({ holdsSince }) => holdsSince !== null).length
  return [...inside]
    .filter(({ holdsSince }) => holdsSince === null)
    .sort((a, b) => a.enteredAt - b.enteredAt || (BigInt(a.session) < BigInt(b.session) ? -1 : 1))
    .slice(0, Math.max(0, free))
    .map(({ session }) => session)
}

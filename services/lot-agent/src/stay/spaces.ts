import type { Id, Instant, Plate } from '@lanepay/domain/types.ts'
import type { Lot } from '../lot.ts'
import { nextHolders } from '../rules/spaces.ts'

/** Gives the spaces of a card that are free to whoever of it is inside and waits. Runs inside a turn. */
export function allotSpaces({ store }: Lot, cardName: string, now: Instant): void {
  const card = store.book().lists.cards.find(({ card }) => card === cardName)
  if (!card) return
  const since = new Map(store.holders(cardName).map((one) => [one.session, one.since]))
  const inside = card.plates
    .flatMap((plate) => store.openSessions(plate as Plate))
    .map(({ id, enteredAt }) => ({ session: id, enteredAt, holdsSince: since.get(id) ?? null }))
  for (const session of nextHolders(inside, card.spaces)) store.hold(session, cardName, now)
}

/** A stay is over: its spaces are for the others of its cards. Runs inside a turn. */
export function endStay(lot: Lot, session: Id, now: Instant): void {
  lot.store.endSession(session, now)
  for (const card of lot.store.giveBack(session, now)) allotSpaces(lot, card, now)
}

/** The lists changed: whoever is inside on a card that has a space gets it. Runs inside a turn. */
export function allotAll(lot: Lot, now: Instant): void {
  const inside = new Set<string>(lot.store.allOpen().map(({ plate }) => plate))
  for (const { card, plates } of lot.store.book().lists.cards)
    if (plates.some((plate) => inside.has(plate))) allotSpaces(lot, card, now)
}

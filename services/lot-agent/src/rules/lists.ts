import type { Instant, Plate } from '@lanepay/domain/types.ts'
import type { Listed, Lists, MonthCard } from '@lanepay/lot-link/messages.ts'

export const emptyLists: Lists = { version: 0, cards: [], free: [], guests: [], blocked: [], capacity: null }

/** What the lists say of one plate at one instant. */
export type Known = {
  readonly card: MonthCard | null
  readonly free: Listed | null
  readonly guest: Listed | null
  readonly blocked: Listed | null
}

/** Lists made ready to be asked for one plate at a time. */
export type ListBook = { readonly lists: Lists; known(plate: Plate, now: Instant): Known }

export function listBook(lists: Lists): ListBook {
  const cards = byPlate(lists.cards.flatMap((card) => card.plates.map((plate) => [plate, card] as const)))
  const [free, guests, blocked] = [lists.free, lists.guests, lists.blocked].map((list) =>
    byPlate(list.map((one) => [one.plate, one] as const)),
  ) as [Book<Listed>, Book<Listed>, Book<Listed>]
  const valid = <T extends { readonly from?: number; readonly until?: number }>(found: readonly T[], now: Instant) =>
    found.find(({ from = 0, until = Number.POSITIVE_INFINITY }) => now >= from && now <= until) ?? null
  return {
    lists,
    known: (plate, now) => ({
      card: valid(cards.get(plate) ?? [], now),
      free: valid(free.get(plate) ?? [], now),
      guest: valid(guests.get(plate) ?? [], now),
      blocked: valid(blocked.get(plate) ?? [], now),
    }),
  }
}

type Book<T> = ReadonlyMap<string, readonly T[]>
function byPlate<T>(entries: readonly (readonly [string, T])[]): Book<T> {
  const book = new Map<string, T[]>()
  for (const [plate, one] of entries) book.set(plate, [...(book.get(plate) ?? []), one])
  return book
}

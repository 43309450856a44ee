import type { Lists, MonthCard } from './messages.ts'

/**
 * Faults that no schema sees: a card twice, a plate on two cards of which nobody could say which counts, a card that ends
 * before it begins, a plate both free and blocked.
 */
export function faultsOf(lists: Lists): { readonly field: string; readonly rule: string }[] {
  const faults: { field: string; rule: string }[] = []
  const seenCards = new Set<string>()
  const cardOf = new Map<string, MonthCard>()
  for (const [index, card] of lists.cards.entries()) {
    const at = `/cards/${index}`
    if (seenCards.has(card.card)) faults.push({ field: `${at}/card`, rule: `card ${card.card} is there twice` })
    seenCards.add(card.card)
    if (card.until <= card.from) faults.push({ field: `${at}/until`, rule: 'a card ends after it begins' })
    for (const [place, plate] of card.plates.entries()) {
      const other = cardOf.get(plate)
      if (other && other.from < card.until && card.from < other.until)
        faults.push({
          field: `${at}/plates/${place}`,
          rule: `on card ${other.card} at the same time: one plate has one card`,
        })
      cardOf.set(plate, card)
    }
  }
  const blocked = new Set(lists.blocked.map(({ plate }) => plate))
  for (const [index, { plate }] of lists.free.entries())
    if (blocked.has(plate)) faults.push({ field: `/free/${index}/plate`, rule: 'is blocked as well' })
  return faults
}

import type { Instant } from '@lanepay/domain/types.ts'
import type { Listed, MonthCard } from '@lanepay/lot-link/messages.ts'

/** A stretch of a stay that costs nothing; with `windows` only those parts of each day. */
export type Cover = { readonly from: Instant; readonly to: Instant; readonly windows?: MonthCard['windows'] }

/** When a vehicle held a space of its card; `to` null: it still does. */
export type Hold = { readonly card: string; readonly from: Instant; readonly to: Instant | null }

/** What lists and card spare a stay between its entry and an instant, clipped to the time for which each is valid. */
export function coverOf(stay: {
  readonly enteredAt: Instant
  readonly at: Instant
  readonly listed: readonly Listed[]
  readonly cards: readonly MonthCard[]
  readonly holds: readonly Hold[]
}): Cover[] {
  const { enteredAt, at, listed, cards, holds } = stay
  const within = (from: number, to: number): { from: Instant; to: Instant } | null => {
    const [begin, end] = [Math.max(from, enteredAt), Math.min(to, at)]
    return begin < end ? { from: begin as Instant, to: end as Instant } : null
  }
  const spared = listed.flatMap(({ from = 0, until = Number.POSITIVE_INFINITY }) => within(from, until) ?? [])
  const held = holds.flatMap((hold) =>
    cards
      .filter(({ card }) => card === hold.card)
      .flatMap((card): Cover[] => {
        const span = within(Math.max(hold.from, card.from), Math.min(hold.to ?? Number.POSITIVE_INFINITY, card.until))
        return span ? [{ ...span, ...(card.windows ? { windows: card.windows } : {}) }] : []
      }),
  )
  return [...spared, ...held]
}

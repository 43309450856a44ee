import type { Instant } from '@lanepay/domain/types.ts'
import type { Session } from '../disk/store.ts'
import type { Lot } from '../lot.ts'
import { owedBy } from '../stay/owed.ts'
import type { SessionStory, SessionView } from './api.ts'

/** A stay as the page shows it. */
export const sessionView = ({ store }: Lot, session: Session): SessionView => ({
  ...session,
  lane: store.occupancyOf(session.id)?.lane ?? null,
})

/** What a stay owes, or null where the price list has no price for it: then a person has to decide, and the page stays up. */
export function owedView(lot: Lot, session: Session, now: Instant): SessionStory['owed'] {
  const owed = owedBy(lot, session, now)
  if (!owed) return null
  const { priceFen, paidFen, owedFen, lines, clearedBy, leaveBy } = owed
  return { priceFen, paidFen, owedFen, lines, clearedUntil: clearedBy === null ? null : leaveBy }
}

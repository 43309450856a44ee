import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { QuoteLine } from '@lanepay/lot-link/messages.ts'
import type { Cleared, Session } from '../disk/store.ts'
import type { PriceStay } from '../lot.ts'

export type Owed = {
  readonly priceFen: number
  readonly paidFen: number
  readonly owedFen: number
  readonly lines: readonly QuoteLine[]
  readonly leaveMinutes: number
  readonly leaveBy: Instant | null
  /** The clearance that lets it leave now, if one does. */
  readonly clearedBy: Id | null
}

/** What a session owes at an instant: its price less what was paid; nothing while a clearance stands. */
export function owedBy(session: Session, cleared: Cleared, price: PriceStay, now: Instant): Owed {
  const { priceFen, lines, leaveMinutes } = price({ enteredAt: session.enteredAt, at: now, colour: session.colour })
  const { paidFen, best } = cleared
  const clearedBy = best !== null && now <= best.leaveBy ? best.id : null
  return {
    priceFen,
    paidFen,
    owedFen: clearedBy === null ? Math.max(0, priceFen - paidFen) : 0,
    lines,
    leaveMinutes,
    leaveBy: best?.leaveBy ?? null,
    clearedBy,
  }
}

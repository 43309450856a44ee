import type { Session } from '../disk/store.ts'
import type { Lot } from '../lot.ts'
import { priceWith } from '../stay/owed.ts'

/**
 * What the log says of the coupons that a stay has used, when it ends: their names, and by how much each lowered the price when it was
 * used, those used before it counted first. So they add up to what all of them lowered it by. Nothing where it has used none.
 */
export function couponsTold(
  lot: Lot,
  session: Session,
): { readonly coupons?: string[]; readonly couponFen?: number[] } {
  const used = lot.store.usedCoupons(session.id)
  if (used.length === 0) return {}
  const priceAt = (at: (typeof used)[number]['usedAt'], coupons: typeof used): number =>
    priceWith(lot, session, at, coupons)?.priceFen ?? 0
  const couponFen = used.map(({ usedAt }, n) =>
    Math.max(0, priceAt(usedAt, used.slice(0, n)) - priceAt(usedAt, used.slice(0, n + 1))),
  )
  return { coupons: used.map(({ id }) => id), couponFen }
}

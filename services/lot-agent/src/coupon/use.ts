import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Session } from '../disk/store.ts'
import type { Lot } from '../lot.ts'
import { priceWith } from '../stay/owed.ts'
import { couponsOf } from './of-stay.ts'

/*
 * A coupon lowers what every quote of its stay says, and is used when that is made use of: by a payment, by cash, or by an opening
 * for nothing owed (tariffs.md 6.3). From then on it belongs to that stay: it goes on lowering its price, and no other's.
 */

/**
 * Has a stay use the coupons that it needs, and answers which: those without which it would owe more than was paid, or more than it
 * owes with them. Of several that would do, those that end last stay unused. `graceMs`: one that ended no longer before counts.
 * Runs inside a turn, after the payment is kept.
 */
export function useCoupons(
  lot: Lot,
  session: Session,
  { clearance, at, graceMs = 0 }: { readonly clearance: Id | null; readonly at: Instant; readonly graceMs?: number },
): readonly string[] {
  const { store } = lot
  const all = couponsOf(lot, session, at, graceMs)
  if (all.every(({ usedBy }) => usedBy !== null)) return []
  const { paidFen } = store.cleared(session.id)
  let kept = all
  const owedWith = (coupons: typeof all): number | null => {
    const priced = priceWith(lot, session, at, coupons)
    return priced && Math.max(0, priced.priceFen - paidFen)
  }
  const owed = owedWith(all)
  for (const coupon of all.toReversed()) {
    if (coupon.usedBy !== null) continue
    const others = kept.filter((one) => one !== coupon)
    const without = owedWith(others)
    if (without !== null && owed !== null && without <= owed) kept = others
  }
  return kept
    .filter(({ usedBy, id }) => usedBy === null && store.useCoupon(id, session.id, clearance, at))
    .map(({ id }) => id)
}

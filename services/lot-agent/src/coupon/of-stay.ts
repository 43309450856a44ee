import type { Instant } from '@lanepay/domain/types.ts'
import type { Coupon, Session } from '../disk/store.ts'
import type { Lot } from '../lot.ts'

/** The coupons that a stay may be quoted with at an instant, those it has used included. `graceMs`: expired no longer ago. */
export const couponsOf = (
  { store }: Pick<Lot, 'store'>,
  { id, plate }: Pick<Session, 'id' | 'plate'>,
  at: Instant,
  graceMs = 0,
): readonly Coupon[] =>
  store.couponsFor(id, plate).filter(({ usedBy, validUntil }) => usedBy !== null || at <= validUntil + graceMs)

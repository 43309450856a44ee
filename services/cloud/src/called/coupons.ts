import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Fen, LotKey } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import type { Coupons } from '@lanepay/lot-systems/called.ts'
import { plateOf } from '../bolink/words.ts'
import { idIn } from '../coupon/give.ts'
import { useCoupon } from '../coupon/store.ts'
import {
  type CouponRow,
  holdCoupon,
  keepCoupon,
  letCouponGo,
  pendCoupon,
  selectOpenCoupon,
  spendCoupon,
} from './store.ts'

/** How a lot's software takes this coupon; null: it has no word for it, or for coupons. */
export const waysOf = (
  coupons: Coupons<object> | undefined,
  { worth, for: whom }: Pick<Extract<Command, { kind: 'coupon' }>, 'worth' | 'for'>,
): Coupons<object> | null => (coupons?.takes(worth) && 'plate' in whom ? coupons : null)

/** Longer than a lot may take to answer (call.ts). */
const heldMs = 20_000

/** Coupons of software that is told of them with each price, and keeps none: each lowers prices until one of those is done with. */
export function keptCoupons({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
  return {
    /** Under the same name it is the same coupon. */
    async keep(lot: LotKey, { coupon, for: whom, worth, validUntil }: Extract<Command, { kind: 'coupon' }>) {
      const { plate } = whom as { readonly plate: string }
      await database
        .of(lot.bucket)
        .query(keepCoupon, [lot.bucket, lot.lotId, coupon, plateOf(plate), worth, instantOut(validUntil)])
    },
    /** What the next price of this plate is lowered by; null: nothing. */
    async ofPlate(lot: LotKey, plate: string): Promise<CouponRow | null> {
      const [row] = await database
        .of(lot.bucket)
        .query<CouponRow>(selectOpenCoupon, [lot.bucket, lot.lotId, plateOf(plate), instantOut(clock.now())])
      return row ?? null
    },
    /** Whether it is this caller's to use up: nobody else's, for as long as a lot may take to answer. */
    async hold({ bucket, lotId }: LotKey, coupon: string): Promise<boolean> {
      const [now, until] = [instantOut(clock.now()), instantOut(clock.now() + heldMs)]
      return (await database.of(bucket).query(holdCoupon, [bucket, lotId, coupon, now, until])).length > 0
    },
    /** Whether the software used it up is not known: it is that stay's, and lowers no other price, until that is. */
    async pend(tx: Tx, { bucket, lotId }: LotKey, coupon: string): Promise<void> {
      await tx.query(pendCoupon, [bucket, lotId, coupon])
    },
    async letGo({ bucket, lotId }: LotKey, coupon: string): Promise<void> {
      await database.of(bucket).query(letCouponGo, [bucket, lotId, coupon])
    },
    /** The software has heard of a price that this one lowered: used for that stay, once. */
    async spend(
      tx: Tx,
      { bucket, lotId }: LotKey,
      used: { readonly coupon: string; readonly session: string; readonly loweredFen: Fen | null },
    ): Promise<void> {
      const at = instantOut(clock.now())
      if ((await tx.query(spendCoupon, [bucket, lotId, used.coupon, at])).length === 0) return
      const shops = idIn(used.coupon)
      if (shops !== null) await tx.query(useCoupon, [bucket, lotId, shops, used.session, at, used.loweredFen])
    },
  }
}
export type KeptCoupons = ReturnType<typeof keptCoupons>

import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { parsePlate } from '@lanepay/domain/plate.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { queueOrder } from '../lot-order/order.ts'
import { dayOf } from '../reconciliation/day.ts'
import type { GivenView } from './api.ts'
import { monthOf } from './month.ts'
import {
  type CouponRow,
  countOne,
  deleteCoupon,
  insertCoupon,
  type ShopRow,
  selectCoupon,
  selectGiven,
} from './store.ts'

export type GiveRefusal =
  | 'plate-malformed'
  | 'kind-unknown'
  | 'day-full'
  | 'month-full'
  | 'another-coupon'
  | 'shop-ended'
export type Giving = {
  /** Of the intention: the same one is one coupon, however often it is sent. */
  readonly id: Id
  readonly plate: string
  readonly kind: string
  readonly takenBy: 'shop' | 'driver'
}
/** Why a coupon that the lot has taken lowers nothing yet: its vehicle was not inside, and it waits there. */
export const notInside = 'not-inside'
/** What the lot calls it. */
export const nameOf = (id: string): string => `c${id}`
/** Whether a name of a coupon is one of a shop's; null: somebody ordered it by hand. */
export const idIn = (name: string): string | null => /^c([1-9]\d{0,18})$/.exec(name)?.[1] ?? null

/** A shop gives a coupon: counted against its limits, kept and ordered from the lot in one transaction. */
export function givingCoupons(deps: { readonly database: Database; readonly clock: Clock; readonly newId: () => Id }) {
  const { database, clock } = deps
  return async (shop: ShopRow, asked: Giving): Promise<Result<GivenView, GiveRefusal>> => {
    const plate = parsePlate(asked.plate, { overseas: true })
    if (!plate.ok) return err('plate-malformed')
    const kind = shop.kinds.find(({ name }) => name === asked.kind)
    if (shop.ended_at !== null) return err('shop-ended')
    const lot = { bucket: shop.bucket, lotId: shop.lot_id }
    const key = [lot.bucket, lot.lotId]
    return twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        const now = clock.now()
        const validUntil = now + shop.hours * 3_600_000
        const command = deps.newId()
        // Whoever sends the same at once waits here until the first is committed, and finds its coupon.
        const made = await tx.query(insertCoupon, [
          ...[...key, asked.id, shop.shop_id, plate.value, asked.kind, kind?.worth ?? {}, instantOut(now)],
          ...[instantOut(validUntil), asked.takenBy, command],
        ])
        if (made.length === 0) {
          const [known] = await tx.query<CouponRow>(selectCoupon, [...key, asked.id])
          const same =
            [known!.shop_id, known!.plate, known!.kind].join() === [shop.shop_id, plate.value, asked.kind].join()
          return same ? ok(givenView(known!)) : err('another-coupon')
        }
        const refused = kind === undefined ? 'kind-unknown' : await countedOrFull(tx, shop, now)
        if (kind === undefined || refused !== null) {
          await tx.query(deleteCoupon, [...key, asked.id])
          return err(refused ?? 'kind-unknown')
        }
        const { worth } = kind
        const order = {
          kind: 'coupon',
          coupon: nameOf(asked.id),
          for: { plate: plate.value },
          worth,
          validUntil,
        } as const
        await queueOrder(tx, { clock, newId: () => command }, lot, order)
        return ok({ kind: kind.name, worth, plate: plate.value, validUntil })
      }),
    )
  }
}

/** Counts one more; which limit is reached, where one is. */
async function countedOrFull(tx: Tx, shop: ShopRow, now: Instant): Promise<'day-full' | 'month-full' | null> {
  const day = dayOf(now)
  const { first, next } = monthOf(day.slice(0, 7))
  const key = [shop.bucket, shop.lot_id]
  const counted = await tx.query(countOne, [...key, shop.shop_id, day, shop.per_day, shop.per_month, first, next])
  if (counted.length > 0) return null
  const given = await tx.query<{ shop_id: string; today: number }>(selectGiven, [...key, day, first, next])
  const today = given.find(({ shop_id }) => shop_id === shop.shop_id)?.today ?? 0
  return today >= shop.per_day ? 'day-full' : 'month-full'
}

const givenView = ({ kind, worth, plate, valid_until }: CouponRow): GivenView => ({
  ...{ kind, worth, plate, validUntil: valid_until },
})

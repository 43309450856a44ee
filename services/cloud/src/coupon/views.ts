import type { Database } from '@lanepay/database/database.ts'
import { instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { dayOf } from '../reconciliation/day.ts'
import type { CouponPage, CouponState, CouponsQuery, CouponView, SettlementView, ShopsView } from './api.ts'
import { notInside } from './give.ts'
import { monthOf } from './month.ts'
import {
  type CouponRow,
  type SettledRow,
  type ShopRow,
  selectCoupons,
  selectCouponsOldestFirst,
  selectGiven,
  selectSettlement,
  selectShopsOfLot,
} from './store.ts'

/** What a screen sees of a lot's shops and coupons. */
export function couponViews({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
  return { shopsOf, couponsOf, settlementOf, givenOf }

  /** How many each shop has given today and this month. */
  async function givenOf({ bucket, lotId }: LotKey) {
    const day = dayOf(clock.now())
    const { first, next } = monthOf(day.slice(0, 7))
    const rows = await database
      .of(bucket)
      .query<{ shop_id: string; today: number; month: number }>(selectGiven, [bucket, lotId, day, first, next])
    return new Map(rows.map((row) => [row.shop_id, row]))
  }

  async function shopsOf(lot: LotKey): Promise<ShopsView> {
    const rows = await database.reference.query<ShopRow>(selectShopsOfLot, [lot.bucket, lot.lotId])
    const given = await givenOf(lot)
    return {
      now: clock.now(),
      shops: rows.map((row) => ({
        ...{ shop: row.shop_id, name: row.name, account: row.account, kinds: row.kinds, hours: row.hours },
        ...{
          perDay: row.per_day,
          perMonth: row.per_month,
          isReady: row.password !== null,
          ended: row.ended_at !== null,
        },
        givenToday: given.get(row.shop_id)?.today ?? 0,
        givenThisMonth: given.get(row.shop_id)?.month ?? 0,
      })),
    }
  }

  async function couponsOf(lot: LotKey, asked: CouponsQuery): Promise<CouponPage> {
    const { shop, state, text, order, after, limit = '50' } = asked
    const now = clock.now()
    const plate = text?.trim() ? tidyPlate(text) : null
    const rows = await database
      .of(lot.bucket)
      .query<CouponRow>(order === 'asc' ? selectCouponsOldestFirst : selectCoupons, [
        ...[lot.bucket, lot.lotId, shop ?? null, state ?? null, instantOut(now), after ?? null, Number(limit) + 1],
        plate,
      ])
    const names = await namesOf(lot)
    const shown = rows.slice(0, Number(limit))
    return {
      now,
      coupons: shown.map((row) => couponView(row, names, now)),
      next: rows.length > shown.length ? shown.at(-1)!.id : null,
    }
  }

  async function settlementOf(lot: LotKey, month: string): Promise<SettlementView> {
    const { from, until } = monthOf(month)
    const rows = await database
      .of(lot.bucket)
      .query<SettledRow>(selectSettlement, [lot.bucket, lot.lotId, instantOut(from), instantOut(until)])
    const names = await namesOf(lot)
    return {
      ...{ now: clock.now(), month },
      shops: rows
        .map(({ shop_id, lowered_fen, ...row }) => ({
          ...{ shop: shop_id, name: names.get(shop_id) ?? '', loweredFen: Number(lowered_fen), ...row },
        }))
        .sort((a, b) => b.loweredFen - a.loweredFen || (a.name < b.name ? -1 : 1)),
    }
  }

  async function namesOf({ bucket, lotId }: LotKey): Promise<ReadonlyMap<string, string>> {
    const rows = await database.reference.query<ShopRow>(selectShopsOfLot, [bucket, lotId])
    return new Map(rows.map(({ shop_id, name }) => [shop_id, name]))
  }
}

export function stateOf({ used_at, order_state, valid_until }: CouponRow, now: number): CouponState {
  if (used_at !== null) return 'used'
  if (order_state === 'refused' || order_state === 'expired') return 'refused'
  return valid_until < now ? 'over' : 'open'
}

export const couponView = (row: CouponRow, names: ReadonlyMap<string, string>, now: number): CouponView => {
  const state = stateOf(row, now)
  return {
    ...{ coupon: row.id, shop: row.shop_id, shopName: names.get(row.shop_id) ?? '', plate: row.plate, kind: row.kind },
    ...{ worth: row.worth, givenAt: row.given_at, validUntil: row.valid_until, takenBy: row.taken_by },
    ...{ state, because: state === 'refused' ? row.because : null, usedAt: row.used_at, loweredFen: row.lowered_fen },
    waits: state === 'open' && row.because === notInside,
  }
}

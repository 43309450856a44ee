import type { Statement } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { CouponWorth } from '@lanepay/lot-link/messages.ts'
import { isOver } from '../bolink/store.ts'

/** The lot's settings, and which system it is that they are for. */
export type CalledLotRow = { system: string; settings: Record<string, unknown>; sealed: string }
export const selectCalledLot: Statement = {
  name: 'select-called-lot',
  text: `
  select l.system, c.settings, c.sealed
    from called_lot c
    join lot l on l.bucket = c.bucket and l.lot_id = c.lot_id
   where c.bucket = $1 and c.lot_id = $2`,
}
export const upsertCalledLot: Statement = {
  name: 'upsert-called-lot',
  text: `
  insert into called_lot (bucket, lot_id, settings, sealed) values ($1, $2, $3, $4)
  on conflict (bucket, lot_id) do update set settings = excluded.settings, sealed = excluded.sealed`,
}

/** Lots that are owed something now, of those that are called. */
export const selectLotsToTell: Statement = {
  name: 'select-called-lots-to-tell',
  text: `
  select distinct m.bucket, m.lot_id
    from called_lot c
    join bolink_message m on m.bucket = c.bucket and m.lot_id = c.lot_id
   where c.bucket = any ($1::int4[]) and m.send_at <= $2`,
}

export const insertBill: Statement = {
  name: 'insert-called-bill',
  text: `
  insert into called_bill (bucket, lot_id, session_id, quoted_at, bill, coupon, lowered_fen) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (bucket, lot_id, session_id, quoted_at) do nothing`,
}
export type PaidRow = {
  channel: ChannelName
  amount_fen: number
  plate: string
  paid_at: number
  bill: string | null
  coupon: string | null
  lowered_fen: number | null
  worth: CouponWorth | null
  senseless: boolean
  is_over: boolean
}
/** A payment as its lot is told it: with the bill of the price that was paid, what that was lowered by, and whether its driver did anything. */
export const selectPaidBill: Statement = {
  name: 'select-paid-for-called-lot',
  text: `
  select p.channel, p.amount_fen, p.plate, p.paid_at, b.bill, b.coupon, b.lowered_fen, c.worth,
         exists (select from wallet_payment w
                  where w.bucket = p.bucket and w.lot_id = p.lot_id and w.payment_id = p.id and w.kind = 'senseless') as senseless,
         ${isOver} as is_over
    from payment p
    left join quote q on q.bucket = p.bucket and q.lot_id = p.lot_id and q.id = p.quote_id
    left join called_bill b on b.bucket = q.bucket and b.lot_id = q.lot_id and b.session_id = q.session_id and b.quoted_at = q.quoted_at
    left join called_coupon c on c.bucket = b.bucket and c.lot_id = b.lot_id and c.coupon = b.coupon
   where p.bucket = $1 and p.lot_id = $2 and p.id = $3`,
}
export type HeardRow = { is_answered: boolean; is_at_work: boolean }
/** How far a payment's clearance is: answered, or heard by the lot since then and not answered yet. */
export const selectHeard: Statement = {
  name: 'select-heard-of-called-payment',
  text: `
  select answered_at is not null as is_answered, coalesce(told_at > $4, false) as is_at_work
    from clearance where bucket = $1 and lot_id = $2 and id = $3`,
}
export const dropOldBills: Statement = {
  name: 'drop-old-called-bills',
  text: 'delete from called_bill where bucket = any ($1::int4[]) and quoted_at < $2',
}
export const selectPlateOfSession: Statement = {
  name: 'select-plate-for-called-lot',
  text: 'select plate from session where bucket = $1 and lot_id = $2 and id = $3',
}

export const keepCoupon: Statement = {
  name: 'keep-called-coupon',
  text: `
  insert into called_coupon (bucket, lot_id, coupon, plate, worth, valid_until) values ($1, $2, $3, $4, $5, $6)
  on conflict (bucket, lot_id, coupon) do nothing`,
}
export type CouponRow = { coupon: string; worth: CouponWorth }
/** The coupon that the next price of a plate is lowered by: the one that is good the shortest. None of which nobody knows whether it is used. */
export const selectOpenCoupon: Statement = {
  name: 'select-open-called-coupon',
  text: `
  select coupon, worth from called_coupon
   where bucket = $1 and lot_id = $2 and plate = $3 and used_at is null and valid_until > $4
     and held_until is distinct from 'infinity'
   order by valid_until, coupon
   limit 1`,
}
/** Held by one alone, for a while. */
export const holdCoupon: Statement = {
  name: 'hold-called-coupon',
  text: `
  update called_coupon set held_until = $5
   where bucket = $1 and lot_id = $2 and coupon = $3 and used_at is null and (held_until is null or held_until <= $4)
  returning coupon`,
}
export const pendCoupon: Statement = {
  name: 'pend-called-coupon',
  text: `
  update called_coupon set held_until = 'infinity' where bucket = $1 and lot_id = $2 and coupon = $3 and used_at is null`,
}
export const letCouponGo: Statement = {
  name: 'let-called-coupon-go',
  text: 'update called_coupon set held_until = null where bucket = $1 and lot_id = $2 and coupon = $3',
}
/** Used once, whichever price of it is heard of first. */
export const spendCoupon: Statement = {
  name: 'spend-called-coupon',
  text: `
  update called_coupon set used_at = $4
   where bucket = $1 and lot_id = $2 and coupon = $3 and used_at is null
  returning coupon`,
}
export const dropOldCoupons: Statement = {
  name: 'drop-old-called-coupons',
  text: 'delete from called_coupon where bucket = any ($1::int4[]) and valid_until < $2',
}

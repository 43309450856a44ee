import type { Statement } from '@lanepay/database/database.ts'
import type { ChannelName, Fen } from '@lanepay/domain/types.ts'
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
  insert into called_lot (bucket, lot_id, settings, sealed, untold) values ($1, $2, $3, $4, $5)
  on conflict (bucket, lot_id) do update set settings = excluded.settings, sealed = excluded.sealed, untold = excluded.untold`,
}
export const selectUntoldRule: Statement = {
  name: 'select-untold-rule-of-called-lot',
  text: 'select untold from called_lot where bucket = $1 and lot_id = $2',
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
  insert into called_bill (bucket, lot_id, session_id, quoted_at, bill, coupon, lowered_fen, paid_fen)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
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
/** Whether all of a payment `p` goes back, or has. */
const goesBack = `
  (select coalesce(sum(r.amount_fen), 0) >= p.amount_fen from refund r
    where r.bucket = p.bucket and r.lot_id = p.lot_id and r.payment_id = p.id and r.state <> 'failed')`
export const selectGoesBack: Statement = {
  name: 'select-does-called-payment-go-back',
  text: `
  select ${goesBack} as goes_back,
         coalesce((select m.sends from bolink_message m where m.bucket = p.bucket and m.lot_id = p.lot_id and m.id = p.id), 0) as sends
    from payment p where p.bucket = $1 and p.lot_id = $2 and p.id = $3`,
}
export type HeardRow = {
  is_answered: boolean
  is_refused: boolean
  is_at_work: boolean
  /** The lot has it, though that may not be answered here yet. */
  is_told: boolean
  goes_back: boolean
  sends: number
  /** By a person, after it was told in vain: `sends` counts those since. */
  is_told_again: boolean
  session_id: string
  quoted_at: number | null
  /** Of the stay, when the price was asked for. */
  paid_before_fen: number | null
  /** By the software's own word then. */
  bill_paid_fen: number | null
}
/**
 * How far a payment's clearance is: answered, by a no that is sure, or heard by the lot since then and not answered yet; how often it was told,
 * and what is known of the price that was paid.
 */
export const selectHeard: Statement = {
  name: 'select-heard-of-called-payment',
  text: `
  select c.answered_at is not null as is_answered,
         (c.answered_at is not null and c.state = 'refused' and c.told_at is null and c.because is distinct from 'uncertain') as is_refused,
         coalesce(c.told_at > $4, false) as is_at_work, c.told_at is not null as is_told,
         ${goesBack} as goes_back,
         coalesce(m.sends, 1) as sends, m.told_again_at is not null as is_told_again, c.session_id, q.quoted_at, q.paid_before_fen, b.paid_fen as bill_paid_fen
    from clearance c
    join payment p on p.bucket = c.bucket and p.lot_id = c.lot_id and p.id = c.id
    left join quote q on q.bucket = p.bucket and q.lot_id = p.lot_id and q.id = p.quote_id
    left join called_bill b on b.bucket = q.bucket and b.lot_id = q.lot_id and b.session_id = q.session_id and b.quoted_at = q.quoted_at
    left join bolink_message m on m.bucket = c.bucket and m.lot_id = c.lot_id and m.id = c.id
   where c.bucket = $1 and c.lot_id = $2 and c.id = $3 and p.id = $3`,
}
/** The same message by another price, or with what is known of its tellings. */
export const putInOtherWords: Statement = {
  name: 'put-called-payment-in-other-words',
  text: 'update bolink_message set body = $4 where bucket = $1 and lot_id = $2 and id = $3',
}
/** Payments of a stay, before this one, that its lot has refused for good. */
const refusedBefore = `
  c.bucket = $1 and c.lot_id = $2 and c.session_id = $3 and c.id > $3 and c.id < $4
   and c.state = 'refused' and c.told_at is null and c.because is distinct from 'uncertain'`
/** What goes back by rule goes back later. */
export const putOffRefunds: Statement = {
  name: 'put-off-refunds-of-called-stay',
  text: `
  update bolink_message m set until = greatest(m.until, $5)
    from clearance c
   where m.bucket = c.bucket and m.lot_id = c.lot_id and m.id = c.id and m.until is not null and ${refusedBefore}`,
}
export type UntoldRow = { id: string; amount_fen: Fen }
/** Those of which nothing has gone back. */
export const selectUntold: Statement = {
  name: 'select-untold-of-called-stay',
  text: `
  select c.id, p.amount_fen
    from clearance c
    join payment p on p.bucket = c.bucket and p.lot_id = c.lot_id and p.id = c.id
   where ${refusedBefore} and p.state = 'paid'
     and not exists (select from refund r where r.bucket = c.bucket and r.lot_id = c.lot_id and r.payment_id = c.id and r.state <> 'failed')
   order by c.id`,
}
/** The lot has heard of it after all: together with a later one, or as a person had it told again. */
export const noteToldAfterAll: Statement = {
  name: 'note-told-after-all',
  text: `update clearance set state = 'done', because = null where bucket = $1 and lot_id = $2 and id = $3 and state = 'refused'`,
}
/** Of a payment that does not cover its stay no time to leave is given. */
export const dropLeaveBy: Statement = {
  name: 'drop-leave-by-of-short-payment',
  text: `
  update session s set leave_by = null
    from clearance c
   where c.bucket = $1 and c.lot_id = $2 and c.id = $3
     and s.bucket = c.bucket and s.lot_id = c.lot_id and s.id = c.session_id and s.leave_by = c.leave_by`,
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

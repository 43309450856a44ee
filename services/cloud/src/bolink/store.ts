import type { Statement } from '@lanepay/database/database.ts'

export type ParkRow = {
  bucket: number
  lot_id: number
  union_id: string
  park_id: string
  ukey: string | null
  sealed_key: string | null
  settings: unknown
  call_url: string | null
}
const park = 'select bucket, lot_id, union_id, park_id, ukey, sealed_key, settings, call_url from bolink_park'
export const selectPark: Statement = {
  name: 'select-bolink-park',
  text: `${park} where union_id = $1 and park_id = $2`,
}
export const selectParkOfLot: Statement = {
  name: 'select-bolink-park-of-lot',
  text: `${park} where bucket = $1 and lot_id = $2`,
}
export const selectParksOfVendor: Statement = {
  name: 'select-bolink-parks-of-vendor',
  text: `${park} where union_id = $1 order by park_id limit $2`,
}
export const selectCalledParks: Statement = {
  name: 'select-called-bolink-parks',
  text: 'select bucket, lot_id from bolink_park where call_url is not null',
}
export const selectOpenParks: Statement = {
  name: 'select-open-bolink-parks',
  text: `${park} where ukey is not null`,
}
/** A key that was changed meanwhile is left for the next round. */
export const sealPark: Statement = {
  name: 'seal-bolink-park',
  text: 'update bolink_park set sealed_key = $3, ukey = null where union_id = $1 and park_id = $2 and ukey = $4',
}

/** What an entry or exit says is free; one that is told late says nothing of now. */
export const noteFree: Statement = {
  name: 'note-bolink-free',
  text: `
  insert into bolink_free as f (bucket, lot_id, spaces, said_at) values ($1, $2, $3, $4)
  on conflict (bucket, lot_id) do update set spaces = $3, said_at = $4 where f.said_at <= $4`,
}

/** A new login replaces the old one of this computer. */
export const upsertComputer: Statement = {
  name: 'upsert-bolink-computer',
  text: `
  insert into bolink_computer (bucket, lot_id, local_id, token_hash, seen_at, declines) values ($1, $2, $3, $4, $5, $6)
  on conflict (bucket, lot_id, local_id) do update
     set token_hash = excluded.token_hash, seen_at = excluded.seen_at, declines = excluded.declines`,
}
/** Of a lot's computers, who has not been seen for so long before the last one was is there no more; each is noted every ten minutes. */
export const recent = `interval '15 minutes'`
/** Whether every computer of a lot declines a wish (wishes.ts); null: it has none. */
export const declines = (wish: string, bucket: string, lotId: string) => `
  (select bool_and(coalesce(${wish} = any (c.declines), false))
     from (select declines, seen_at, max(seen_at) over () as newest from bolink_computer where bucket = ${bucket} and lot_id = ${lotId}) c
    where c.seen_at >= c.newest - ${recent})`
/** Of these wishes those that every computer of a lot declines. */
export const selectDeclined: Statement = {
  name: 'select-declined-of-bolink-lot',
  text: `select w.wish from unnest($3::text[]) as w (wish) where ${declines('w.wish', '$1', '$2')}`,
}
/** Who has each of these tokens, with the lot: what every upload and every poll asks first. */
export const selectShown: Statement = {
  name: 'select-bolink-shown-tokens',
  text: `
  select c.token_hash, c.local_id, c.seen_at, p.bucket, p.lot_id, p.union_id, p.park_id, p.ukey, p.sealed_key, p.settings, p.call_url
    from unnest($1::int4[], $2::int4[], $3::text[]) as t (bucket, lot_id, token_hash)
    join bolink_computer c on c.bucket = t.bucket and c.lot_id = t.lot_id and c.token_hash = t.token_hash
    join bolink_park p on p.bucket = c.bucket and p.lot_id = c.lot_id`,
}
export const seeComputer: Statement = {
  name: 'see-bolink-computer',
  text: 'update bolink_computer set seen_at = $4 where bucket = $1 and lot_id = $2 and local_id = $3 and seen_at < $4',
}
export const deleteComputer: Statement = {
  name: 'delete-bolink-computer',
  text: 'delete from bolink_computer where bucket = $1 and lot_id = $2 and local_id = $3',
}
export const selectComputers: Statement = {
  name: 'select-bolink-computers',
  text: `
  select local_id, seen_at >= max(seen_at) over () - ${recent} as is_recent from bolink_computer
   where bucket = $1 and lot_id = $2 order by seen_at desc`,
}

/** The session of a parking record: made once, whoever speaks of the record first. */
export const claimOrder: Statement = {
  name: 'claim-bolink-order',
  text: `
  insert into bolink_order (bucket, lot_id, order_id, session_id, local_id) values ($1, $2, $3, $4, $5)
  on conflict (bucket, lot_id, order_id) do nothing`,
}
export type OrderRow = {
  order_id: string
  session_id: string
  local_id: string
  told_fen: number
  debt_of: string | null
  /** By which the lot knows its last price; null: it has said none. */
  price_no: string | null
  price_at: string | null
}
export const selectOrder: Statement = {
  name: 'select-bolink-order',
  text: 'select order_id, session_id, local_id, told_fen, debt_of, price_no, price_at from bolink_order where bucket = $1 and lot_id = $2 and order_id = $3',
}
export const selectOrderOfSession: Statement = {
  name: 'select-bolink-order-of-session',
  text: 'select order_id, session_id, local_id, told_fen, debt_of, price_no, price_at from bolink_order where bucket = $1 and lot_id = $2 and session_id = $3',
}
/** What one who escaped owes is a record of its own. */
export const claimDebtOrder: Statement = {
  name: 'claim-bolink-debt-order',
  text: `
  insert into bolink_order (bucket, lot_id, order_id, session_id, local_id, debt_of) values ($1, $2, 'debt:' || $3, $4, '', $3)
  on conflict (bucket, lot_id, order_id) do nothing`,
}
/** The open records of a plate, the newest entry first: after an outage they may be told the other way round. */
export const selectOrdersOfPlate: Statement = {
  name: 'select-bolink-orders-of-plate',
  text: `
  select o.order_id, o.session_id, o.local_id, o.told_fen, o.debt_of, o.price_no, o.price_at, s.entered_at
    from session s
    join bolink_order o on o.bucket = s.bucket and o.lot_id = s.lot_id and o.session_id = s.id
   where s.bucket = $1 and s.lot_id = $2 and s.plate = $3 and s.state in ('inside', 'leaving')
     and o.debt_of is null
   order by s.entered_at desc, s.id desc`,
}
/** Of the first time alone that the lot has heard of a payment. */
export const noteHeard: Statement = {
  name: 'note-clearance-heard',
  text: 'update clearance set told_at = $4 where bucket = $1 and lot_id = $2 and id = $3 and told_at is null returning id',
}
export const addTold: Statement = {
  name: 'add-told-to-bolink-order',
  text: 'update bolink_order set told_fen = told_fen + $4 where bucket = $1 and lot_id = $2 and order_id = $3',
}
/** What a record came to, by its last word. */
export const noteExit: Statement = {
  name: 'note-exit-of-bolink-order',
  text: `
  update bolink_order set exit_how = $4, receivable_fen = $5, cash_fen = $6, reduced_fen = $7, exit_person = $8, exit_at = $9
   where bucket = $1 and lot_id = $2 and order_id = $3`,
}
/**
 * The last payment by phone of a stay that has more of it than its lot knows of, and with what its lot took more than it cost. What has gone
 * back, or goes back, is the driver's own.
 */
export const selectPaidTwice: Statement = {
  name: 'select-paid-twice-at-bolink-lot',
  text: `
  select m.id, m.paid_fen
    from bolink_order o,
         lateral (select max(k.id) as id, sum(k.fen)::int4 as paid_fen
                    from (select p.id, p.amount_fen - coalesce(
                                 (select sum(r.amount_fen) from refund r
                                   where r.bucket = p.bucket and r.lot_id = p.lot_id and r.payment_id = p.id and r.state <> 'failed'), 0) as fen
                            from payment p
                           where p.bucket = o.bucket and p.lot_id = o.lot_id and p.session_id = o.session_id and p.id >= o.session_id
                             and p.state in ('paid', 'partly-refunded')) k
                   where k.fen > 0) m
   where o.bucket = $1 and o.lot_id = $2 and o.order_id = $3 and m.paid_fen > $4::int4 and m.paid_fen + $5::int4 > $6::int4`,
}
/** By which the lot knows its last price. */
export const notePrice: Statement = {
  name: 'note-price-of-bolink-order',
  text: `
  update bolink_order set price_no = $4, price_at = $5
   where bucket = $1 and lot_id = $2 and order_id = $3 and (price_no, price_at) is distinct from ($4, $5)`,
}

export const selectChannelOfLane: Statement = {
  name: 'select-channel-of-lane',
  text: 'select coalesce(channel, name) as channel, name from lane where bucket = $1 and lot_id = $2 and lane_id = $3',
}
export const selectLaneOfChannel: Statement = {
  name: 'select-lane-of-channel',
  text: 'select lane_id, direction from lane where bucket = $1 and lot_id = $2 and coalesce(channel, name) = $3',
}
/** Whether a payment `p` went back whole before its lot had heard of it, which is told no more. */
export const isOver = `
  (p.state = 'refunded' and exists (
     select from bolink_message m where m.bucket = p.bucket and m.lot_id = p.lot_id and m.id = p.id and m.send_at is null))`
export const selectPaid: Statement = {
  name: 'select-paid-for-bolink',
  text: `
  select p.channel, p.amount_fen, p.channel_fee_fen, p.plate, p.paid_at, p.driver, p.lane_id, ${isOver} as is_over
    from payment p
   where p.bucket = $1 and p.lot_id = $2 and p.id = $3`,
}

/** Whether something was paid for a stay at an exit. */
export const selectPaidAtExit: Statement = {
  name: 'select-paid-at-exit-for-bolink',
  text: `
  select id from payment
   where bucket = $1 and lot_id = $2 and session_id = $3 and lane_id is not null and paid_at is not null limit 1`,
}

export const selectShopOfCoupon: Statement = {
  name: 'select-shop-of-coupon-for-bolink',
  text: `select s.name from coupon c join shop s on s.shop_id = c.shop_id where c.bucket = $1 and c.lot_id = $2 and c.id = $3`,
}

export const selectAmount: Statement = {
  name: 'select-amount-for-bolink',
  text: 'select amount_fen from payment where bucket = $1 and lot_id = $2 and id = $3',
}

export const selectSession: Statement = {
  name: 'select-session-of-bolink-order',
  text: 'select plate, entered_at from session where bucket = $1 and lot_id = $2 and id = $3',
}

/** Payments by the lot's own name for what they are of: what one who escaped paid is of the record that it had left. */
const paidRows = `
  select p.id, coalesce(o.debt_of, o.order_id) as order_id, o.debt_of is not null as owed, p.plate, p.channel, p.driver,
         p.amount_fen, p.refunded_fen, p.lane_id, p.paid_at, s.entered_at, s.left_at,
         exists (select from wallet_payment w
                  where w.bucket = p.bucket and w.lot_id = p.lot_id and w.payment_id = p.id and w.kind = 'senseless') as senseless,
         exists (select from refund r
                  where r.bucket = p.bucket and r.lot_id = p.lot_id and r.payment_id = p.id and r.state in ('asked', 'sent')) as refunding
    from payment p
    join bolink_order o on o.bucket = p.bucket and o.lot_id = p.lot_id and o.session_id = p.session_id
    join session s on s.bucket = p.bucket and s.lot_id = p.lot_id and s.id = p.session_id
   where p.bucket = $1 and p.lot_id = $2 and p.paid_at is not null`
export const selectPaidOfOrder: Statement = {
  name: 'select-paid-of-bolink-order',
  text: `${paidRows} and o.order_id in ($3, 'debt:' || $3) and p.id >= s.id order by p.id`,
}
export const selectPaidBetween: Statement = {
  name: 'select-paid-of-bolink-lot',
  text: `${paidRows} and p.id >= $3 and p.paid_at >= $4 and p.paid_at < $5 order by p.id`,
}

// ---- what is owed by those who left without paying (debts.ts)

export type DebtRow = {
  order_id: string
  plate: string
  owed_fen: number
  entered_at: number
  left_at: number
  payment_id: string | null
}
export const addDebt: Statement = {
  name: 'add-bolink-debt',
  text: `
  insert into bolink_debt (bucket, lot_id, order_id, plate, owed_fen, entered_at, left_at) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (bucket, lot_id, order_id) do update set owed_fen = excluded.owed_fen where bolink_debt.payment_id is null`,
}
/** Its lot has settled it by itself after all: no payment of ours, and nobody is asked for it any more. */
export const dropDebt: Statement = {
  name: 'drop-bolink-debt',
  text: `
  update bolink_debt set payment_id = 0 where bucket = $1 and lot_id = $2 and order_id = $3 and payment_id is null`,
}
const debt = 'select order_id, plate, owed_fen, entered_at, left_at, payment_id from bolink_debt'
export const selectDebt: Statement = {
  name: 'select-bolink-debt',
  text: `${debt} where bucket = $1 and lot_id = $2 and order_id = $3`,
}
export const selectDebtsOfPlate: Statement = {
  name: 'select-bolink-debts-of-plate',
  text: `${debt} where bucket = $1 and lot_id = $2 and plate = $3 and payment_id is null order by left_at`,
}
export const payDebt: Statement = {
  name: 'pay-bolink-debt',
  text: `
  update bolink_debt set payment_id = $4 where bucket = $1 and lot_id = $2 and order_id = $3 and payment_id is null`,
}
export const selectOrderOfPayment: Statement = {
  name: 'select-bolink-order-of-payment',
  text: `
  select o.order_id, o.session_id, o.debt_of, p.paid_at
    from payment p
    join bolink_order o on o.bucket = p.bucket and o.lot_id = p.lot_id and o.session_id = p.session_id
   where p.bucket = $1 and p.lot_id = $2 and p.id = $3`,
}
export const endDebtSession: Statement = {
  name: 'end-session-of-bolink-debt',
  text: `
  update session set state = 'left', left_at = $4, owed_when_left_fen = 0, left_how = 'left'
   where bucket = $1 and lot_id = $2 and id = $3 and left_at is null and ended_because is null`,
}

/** Who has come in since we made this id: by our clock, not by the lot's. */
export const selectEnteredSince: Statement = {
  name: 'select-bolink-entered-since',
  text: `
  select id from session
   where bucket = $1 and lot_id = $2 and plate = $3 and state in ('inside', 'leaving') and id >= $4`,
}
const stayed = (instant: 'entered_at' | 'left_at') => `
  select o.order_id, s.plate, s.entered_at, s.left_at, s.paid_fen, s.owed_when_left_fen,
         o.exit_how, o.receivable_fen, o.cash_fen, o.reduced_fen
    from session s
    join bolink_order o on o.bucket = s.bucket and o.lot_id = s.lot_id and o.session_id = s.id and o.debt_of is null
   where s.bucket = $1 and s.lot_id = $2 and s.id >= $3 and s.${instant} >= $4 and s.${instant} < $5
   order by s.${instant}, s.id`
/** The records that began, or ended, from one instant until before another. */
export const selectBegun: Statement = { name: 'select-begun-of-bolink-lot', text: stayed('entered_at') }
export const selectEnded: Statement = { name: 'select-ended-of-bolink-lot', text: stayed('left_at') }

// ---- the figures of a time, to be opened once (day-page.ts)

/** The shift that is on, by what the software says of its shifts: the one that began last, if that is not long ago. */
export const selectShiftOn: Statement = {
  name: 'select-shift-on-of-bolink-lot',
  text: `
  select body ->> 'startedAt' as started_at from bolink_kept
   where bucket = $1 and lot_id = $2 and kind = 'shift' and ended_at is null
     and body ->> 'endedAt' is null and (body ->> 'startedAt')::int8 between $3 and $4
   order by (body ->> 'startedAt')::int8 desc limit 1`,
}
export const insertDayPage: Statement = {
  name: 'insert-bolink-day-page',
  text: 'insert into bolink_day_page (bucket, lot_id, id, from_at, until_at, good_until) values ($1, $2, $3, $4, $5, $6)',
}
/** Whoever takes it is the only one. */
export const takeDayPage: Statement = {
  name: 'take-bolink-day-page',
  text: `
  delete from bolink_day_page where bucket = $1 and lot_id = $2 and id = $3 and good_until >= $4 returning from_at, until_at`,
}
export const dropDayPages: Statement = {
  name: 'drop-bolink-day-pages',
  text: 'delete from bolink_day_page where bucket = any ($1::int4[]) and good_until < $2',
}

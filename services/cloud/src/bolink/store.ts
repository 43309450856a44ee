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
const recent = `interval '15 minutes'`
/** Of these wishes those that every computer of a lot declines. */
export const selectDeclined: Statement = {
  name: 'select-declined-of-bolink-lot',
  text: `
  select w.wish from unnest($3::text[]) as w (wish)
   where (select bool_and(coalesce(w.wish = any (c.declines), false))
            from (select declines, seen_at, max(seen_at) over () as newest from bolink_computer where bucket = $1 and lot_id = $2) c
           where c.seen_at >= c.newest - ${recent})`,
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
/** The last payment by phone of a stay that has more of it than its lot knows of, and with what its lot took more than it cost. */
export const selectPaidTwice: Statement = {
  name: 'select-paid-twice-at-bolink-lot',
  text: `
  select p.id, s.paid_fen from bolink_order o
    join session s on s.bucket = o.bucket and s.lot_id = o.lot_id and s.id = o.session_id
    join payment p on p.bucket = s.bucket and p.lot_id = s.lot_id and p.session_id = s.id and p.state in ('paid', 'partly-refunded')
   where o.bucket = $1 and o.lot_id = $2 and o.order_id = $3 and s.paid_fen > $4::int4 and s.paid_fen + $5::int4 > $6::int4
   order by p.id desc limit 1`,
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

/** A message `w` may be sent at the instant `now`: not too late for its question or its gate, one record's payments only one after another. */
const maySend = (now: string) => `
  (w.until is null or w.until >= ${now})
   and (w.order_id is null or not exists (
        select from bolink_message e
         where e.bucket = w.bucket and e.lot_id = w.lot_id and e.order_id = w.order_id and e.repeats and e.id < w.id
           and e.send_at is not null))`
/**
 * A message `w` goes to whichever computer polls: it is for none, or is repeated and the one it is for is there no more, as where the
 * lot's software goes by another name since its update. An order to a gate waits for its own.
 */
const isForAny = (now: string) => `
  (w.local_id is null or w.repeats and (
     select b.seen_at >= ${now}::timestamptz - ${recent} from bolink_computer b
      where b.bucket = w.bucket and b.lot_id = w.lot_id and b.local_id = w.local_id) is not true)`
/** When a message is sent again that has been sent `sends` times before this time. */
const sendAgainAt = (message: string, sends: string, now: string) =>
  `case when ${message}.repeats then ${now}::timestamptz + ${message}.steps[${sends} + 1] * interval '1 second' end`
/**
 * What nobody has taken yet may be put in other words; what was sent stays as it was sent. Of a payment or an order that the lot has
 * answered nothing is put: who asks for it again has asked before that was noted, and a gate would open a second time. Where a poll waits
 * for it, it is claimed for that poll as it is put, and answered with `sends` 1: not what lay there before, nor what may not be sent yet.
 * `$12` names this put, so that the same one sent again finds what it has claimed; null: no poll waits.
 */
export const insertMessage: Statement = {
  name: 'insert-bolink-message',
  text: `
  insert into bolink_message (bucket, lot_id, id, service, answered_by, order_id, local_id, body, repeats, steps, until, send_at, sends, handed_by)
  select w.bucket, w.lot_id, w.id, $4::text, $5::text[], w.order_id, $7::text, $8::text, w.repeats, w.steps, w.until,
         case when t.claimed then ${sendAgainAt('w', '0', '$10')} else $10::timestamptz end, t.claimed::int4,
         case when t.claimed then $12::uuid end
    from (select $1::int4 as bucket, $2::int4 as lot_id, $3::int8 as id, $6::text as order_id, $9::int4[] is not null as repeats,
                 $9::int4[] as steps, $11::timestamptz as until) w,
         lateral (select $12::uuid is not null and ${maySend('$10::timestamptz')} as claimed) t
   where not exists (select from clearance c where c.bucket = $1 and c.lot_id = $2 and c.id = $3 and c.answered_at is not null)
     and not exists (select from lot_command k where k.bucket = $1 and k.lot_id = $2 and k.id = $3 and k.answered_at is not null)
  on conflict (bucket, lot_id, id) do update
     set service = excluded.service, answered_by = excluded.answered_by, local_id = excluded.local_id, body = excluded.body
   where bolink_message.sends = 0 or bolink_message.handed_by = $12
  returning sends`,
}
/**
 * The next message for each of these computers, claimed for their polls: what is repeated comes again after its steps. One computer of a
 * lot at a time: two would be given the same.
 */
export const claimMessages: Statement = {
  name: 'claim-bolink-messages',
  // Materialized: a join may look for the next one once for each row, and each time finds another that is not locked yet.
  text: `
  with next as materialized (
    select c.bucket, c.lot_id, n.id
      from unnest($1::int4[], $2::int4[], $3::text[]) as c (bucket, lot_id, local_id),
           lateral (select w.id from bolink_message w
                     where w.bucket = c.bucket and w.lot_id = c.lot_id and w.send_at <= $4
                       and (w.local_id = c.local_id or ${isForAny('$4')})
                       and (not w.repeats or w.sends < cardinality(w.steps)) and ${maySend('$4')}
                     order by w.id limit 1 for update skip locked) n)
  update bolink_message m
     set sends = m.sends + 1, send_at = ${sendAgainAt('m', 'm.sends', '$4')}
    from next
   where m.bucket = next.bucket and m.lot_id = next.lot_id and m.id = next.id
  returning m.bucket, m.lot_id, m.id, m.service, m.body`,
}
/** Of these lots, those to whom something may have to be sent now. */
export const selectLotsToTell: Statement = {
  name: 'select-bolink-lots-to-tell',
  text: `
  select l.bucket, l.lot_id
    from unnest($1::int4[], $2::int4[]) as l (bucket, lot_id)
   where exists (select from bolink_message w
                  where w.bucket = l.bucket and w.lot_id = l.lot_id and w.send_at <= $3 and (w.until is null or w.until >= $3))`,
}
/** What has been sent as often as it may and still has no answer is a person's. */
export const selectVain: Statement = {
  name: 'select-vain-bolink-messages',
  text: `
  select bucket, lot_id, id, service from bolink_message
   where bucket = any ($1::int4[]) and send_at <= $2 and repeats and sends >= cardinality(steps)`,
}
export const giveUpMessage: Statement = {
  name: 'give-up-bolink-message',
  text: 'update bolink_message set send_at = null where bucket = $1 and lot_id = $2 and id = $3',
}
/**
 * What could not be sent while a lot was away, for as long as it would have been repeated: noted once, and sent all the same when the lot is
 * back. One that waits for another of its record has not had its turn.
 */
export const selectMissed: Statement = {
  name: 'select-missed-bolink-messages',
  text: `
  select w.bucket, w.lot_id, w.id, w.service from bolink_message w
   where w.bucket = any ($1::int4[]) and w.send_at <= $2 and w.repeats and w.missed_at is null and w.sends < cardinality(w.steps)
     and w.send_at + (select coalesce(sum(step), 0) from unnest(w.steps[w.sends + 1:]) as step) * interval '1 second' <= $2
     and ${maySend('$2')}`,
}
export const noteMissed: Statement = {
  name: 'note-missed-bolink-message',
  text: 'update bolink_message set missed_at = $4 where bucket = $1 and lot_id = $2 and id = $3 and missed_at is null',
}
/** By rule it goes back at this instant, unless its lot has taken it by then. */
export const refundUnlessTold: Statement = {
  name: 'refund-bolink-unless-told',
  text: `
  update bolink_message set until = $4
   where bucket = $1 and lot_id = $2 and id = $3 and repeats and send_at is not null and until is null`,
}
/** Questions and orders to gates whose time has long been over, left by a process that has gone. */
export const dropOldMessages: Statement = {
  name: 'drop-old-bolink-messages',
  text: `delete from bolink_message where bucket = any ($1::int4[]) and not repeats and until < $2::timestamptz - interval '1 hour'`,
}
/** A question's answer, for whoever waits for it; only what was sent can be answered. */
export const answerQuestion: Statement = {
  name: 'answer-bolink-question',
  text: `
  update bolink_message set answer = $5, send_at = null
   where bucket = $1 and lot_id = $2 and service = $3 and answered_by && $4::text[] and not repeats and sends > 0
  returning id`,
}
/** The same of an answer that names no question: it is to the only one that is open and that this computer may have been asked, or to none. */
export const answerOnlyQuestion: Statement = {
  name: 'answer-only-bolink-question',
  text: `
  update bolink_message set answer = $4, send_at = null
   where bucket = $1 and lot_id = $2
     and id = (select min(id) from bolink_message
                where bucket = $1 and lot_id = $2 and service = $3 and not repeats and sends > 0 and answer is null and until >= $6
                  and (local_id is null or local_id = $5)
               having count(*) = 1)
  returning id`,
}
export const readAnswer: Statement = {
  name: 'read-bolink-answer',
  text: 'select sends, answer from bolink_message where bucket = $1 and lot_id = $2 and id = $3',
}
/** The last one that goes by this name: of one sent once no answer is awaited a minute after its time. */
export const selectAnswered: Statement = {
  name: 'select-answered-bolink-message',
  text: `
  select id, order_id from bolink_message
   where bucket = $1 and lot_id = $2 and service = $3 and answered_by && $4::text[] and sends > 0
     and (repeats or until > $5::timestamptz - interval '1 minute')
   order by id desc limit 1`,
}
export const deleteMessage: Statement = {
  name: 'delete-bolink-message',
  text: 'delete from bolink_message where bucket = $1 and lot_id = $2 and id = $3 returning id, sends',
}
/** Takes it away, unless it is of a clearance that its lot has not answered: the dispatch would put that there anew. */
export const deleteUnlessOpen: Statement = {
  name: 'delete-bolink-message-unless-open',
  text: `
  delete from bolink_message m
   where m.bucket = $1 and m.lot_id = $2 and m.id = $3
     and not exists (select from clearance c where c.bucket = $1 and c.lot_id = $2 and c.id = $3 and c.answered_at is null)`,
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

// ---- exits that we charge (charge.ts)

export type ChargeRow = {
  id: string
  order_id: string
  body: { readonly [name: string]: unknown }
  asked_at: number
  answered: number | null
  ended_at: number | null
}
const charge = 'select id, order_id, body, asked_at, answered, ended_at from bolink_charge'
/** Held until its first charge is written down: two uploads of one record are charged one after another, and the later finds the earlier. */
export const holdOrder: Statement = {
  name: 'hold-bolink-order',
  text: 'select from bolink_order where bucket = $1 and lot_id = $2 and order_id = $3 for no key update',
}
/** Answers nothing where it was there before, or another of this record is not certain yet. */
export const insertCharge: Statement = {
  name: 'insert-bolink-charge',
  text: `
  insert into bolink_charge (bucket, lot_id, id, order_id, body, asked_at)
  select $1, $2, $3, $4, $5, $6
   where not exists (select from bolink_charge c
                      where c.bucket = $1 and c.lot_id = $2 and c.order_id = $4 and c.id <> $3 and c.ended_at is null)
  on conflict (bucket, lot_id, id) do nothing
  returning id`,
}
export const selectCharge: Statement = {
  name: 'select-bolink-charge',
  text: `${charge} where bucket = $1 and lot_id = $2 and id = $3`,
}
/** The charge that a wallet's payment is of (0098). */
export const selectChargeOfWallet: Statement = {
  name: 'select-bolink-charge-of-wallet',
  text: `
  select c.id, c.order_id, c.body, c.asked_at, c.answered, c.ended_at
    from wallet_payment w
    join bolink_charge c on c.bucket = w.bucket and c.lot_id = w.lot_id and c.id = w.number
   where w.bucket = $1 and w.lot_id = $2 and w.payment_id = $3 and w.kind = 'senseless'`,
}
/** Whether a charge has come to an order. */
export const selectChargeHasOrder: Statement = {
  name: 'select-bolink-charge-has-order',
  text: `
  select from code_scan where bucket = $1 and lot_id = $2 and request = $3 and payment_id is not null
  union all
  select from wallet_payment
   where bucket = $1 and lot_id = $2 and kind = 'senseless' and number = $3 and payment_id is not null`,
}
/** What an upload is answered. Of one that the lot was told 2 of it waits for a message, whatever another upload of the same is answered. */
export const answerCharge: Statement = {
  name: 'answer-bolink-charge',
  text: `
  update bolink_charge set answered = $4, ended_at = $5
   where bucket = $1 and lot_id = $2 and id = $3 and ended_at is null and answered is distinct from 2`,
}
export const endCharge: Statement = {
  name: 'end-bolink-charge',
  text: `
  update bolink_charge set ended_at = $4 where bucket = $1 and lot_id = $2 and id = $3 and ended_at is null returning order_id, body`,
}
export const selectDriverOfPayment: Statement = {
  name: 'select-driver-of-payment-for-bolink',
  text: 'select driver, state from payment where bucket = $1 and lot_id = $2 and id = $3',
}
/** Charges that the lot waits for and whose order will not be paid any more: it is told so. */
export const selectVainCharges: Statement = {
  name: 'select-vain-bolink-charges',
  text: `
  select c.bucket, c.lot_id, c.id, c.order_id, c.body, c.asked_at, c.answered, p.id as payment_id, p.amount_fen, p.channel, p.plate, p.state,
         coalesce(s.because, w.because) as because
    from bolink_charge c
    left join code_scan s on s.bucket = c.bucket and s.lot_id = c.lot_id and s.request = c.id
    left join wallet_payment w on w.bucket = c.bucket and w.lot_id = c.lot_id and w.union_id = c.body ->> 'wallet'
                              and w.kind = 'senseless' and w.number = c.id
    left join payment p on p.bucket = c.bucket and p.lot_id = c.lot_id and p.id = coalesce(s.payment_id, w.payment_id)
   where c.bucket = any ($1::int4[]) and c.ended_at is null and c.asked_at < $2
     and (p.id is null or p.state in ('closed', 'unapplied', 'created', 'pending'))
   order by c.bucket, c.asked_at limit 200`,
}

/** A made-up plate whose entry a lot has told within the time. */
/** Who has come in since we made this id: by our clock, not by the lot's. */
export const selectEnteredSince: Statement = {
  name: 'select-bolink-entered-since',
  text: `
  select id from session
   where bucket = $1 and lot_id = $2 and plate = $3 and state in ('inside', 'leaving') and id >= $4`,
}
/** A payment that its lot will not have is sent no more; by rule it goes back at this instant, null: it does not, or it has. */
export const stopSending: Statement = {
  name: 'stop-sending-bolink-payment',
  text: `
  update bolink_message set send_at = null, until = $4 where bucket = $1 and lot_id = $2 and id = $3 and repeats`,
}
/** What is not told by the time that a rule gave it goes back: it is sent no more (`maySend`). */
export const selectToRefund: Statement = {
  name: 'select-bolink-to-refund',
  text: `
  select bucket, lot_id, id from bolink_message
   where bucket = any ($1::int4[]) and repeats and until < $2 order by bucket, lot_id, id limit 100`,
}
/** Refunds of connected lots' payments that are final and their lots have not heard of; of the last month. */
export const selectRefundsToTell: Statement = {
  name: 'select-bolink-refunds-to-tell',
  text: `
  select r.bucket, r.lot_id, r.id, r.payment_id, r.amount_fen, r.state, r.done_at, p.channel, p.plate, o.order_id
    from lot l
    join refund r on r.bucket = l.bucket and r.lot_id = l.lot_id and r.id >= $2
    join payment p on p.bucket = r.bucket and p.lot_id = r.lot_id and p.id = r.payment_id
    join clearance c on c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id
    join bolink_order o on o.bucket = p.bucket and o.lot_id = p.lot_id and o.session_id = p.session_id
   where l.bucket = any ($1::int4[]) and l.system = $3 and r.state = 'done'
     and not exists (select from bolink_refund t where t.bucket = r.bucket and t.lot_id = r.lot_id and t.id = r.id)
   order by r.id limit 100`,
}
export const noteRefundTold: Statement = {
  name: 'note-bolink-refund-told',
  text: 'insert into bolink_refund (bucket, lot_id, id, told_at) values ($1, $2, $3, $4) on conflict do nothing',
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

// ---- what a lot's software says of its own lists (keeping.ts)

/** As it was last said; what a thing was first called by (`epoch`) stays, and an end of a shift keeps its beginning. */
export const keep: Statement = {
  name: 'keep-of-bolink-lot',
  text: `
  insert into bolink_kept (bucket, lot_id, kind, key, body, sealed, said_at, ended_at)
  values ($1, $2, $3, $4, $5, $6, $7, case when $8 then $7::timestamptz end)
  on conflict (bucket, lot_id, kind, key) do update
     set body = bolink_kept.body || excluded.body || jsonb_build_object('epoch', bolink_kept.body -> 'epoch'),
         sealed = coalesce(excluded.sealed, bolink_kept.sealed), said_at = excluded.said_at, ended_at = excluded.ended_at
  returning body ->> 'epoch' as epoch`,
}
/** One row of its blocked list, as it was last said; held until the transaction ends by whoever holds the lot's lists. */
export const selectKeptBlocked: Statement = {
  name: 'select-kept-blocked-of-bolink-lot',
  text: `
  select coalesce(body ->> 'plate', '') as plate, coalesce(body ->> 'because', '') as note, (body ->> 'since')::float8 as since, ended_at is not null as ended
    from bolink_kept where bucket = $1 and lot_id = $2 and kind = 'blocked' and key = $3`,
}
/** The software has answered that it has deleted this one. */
export const endKeptBlocked: Statement = {
  name: 'end-kept-blocked-of-bolink-lot',
  text: `
  update bolink_kept set ended_at = $4 where bucket = $1 and lot_id = $2 and kind = 'blocked' and key = $3 and ended_at is null`,
}
/** Of one kind, or all; stays that another platform runs would drown the rest, so they are to be named. */
export const selectKept: Statement = {
  name: 'select-kept-of-bolink-lot',
  text: `
  select kind, key, body, sealed, said_at, ended_at from bolink_kept
   where bucket = $1 and lot_id = $2 and (kind = $3 or ($3::text is null and kind <> 'beside-stay'))
   order by kind, key limit 10000`,
}
export const selectIsKept: Statement = {
  name: 'select-is-kept-of-bolink-lot',
  text: 'select ended_at is not null as ended from bolink_kept where bucket = $1 and lot_id = $2 and kind = $3 and key = $4',
}
export const insertPicture: Statement = {
  name: 'insert-bolink-picture',
  text: `
  insert into bolink_picture (bucket, lot_id, source, key, part, content, taken_at, kept_until) values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (bucket, lot_id, source, key, part) do nothing`,
}
export const dropPictures: Statement = {
  name: 'drop-bolink-pictures',
  text: 'delete from bolink_picture where bucket = any ($1::int4[]) and kept_until < $2',
}
/** Month cards that the lot's software has said and that this plate is on, with what they are sold as; not those that it was told from here. */
export const selectSoftwareCards: Statement = {
  name: 'select-software-cards-of-plate',
  text: `
  select k.kind, k.key, k.body, k.sealed, k.said_at, k.ended_at, p.body ->> 'name' as product, p.body ->> 'period' as period
    from bolink_kept k
    left join bolink_kept p on p.bucket = k.bucket and p.lot_id = k.lot_id and p.kind = 'month-product' and p.key = k.body ->> 'product'
   where k.bucket = $1 and k.lot_id = $2 and k.kind = 'month-card' and k.ended_at is null and k.body -> 'plates' @> $3::jsonb
     and not exists (select from month_card c where c.bucket = k.bucket and c.lot_id = k.lot_id and c.id::text = k.key)
   order by k.key limit 20`,
}

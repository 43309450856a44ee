import type { Statement } from '@lanepay/database/database.ts'

export type ParkRow = { bucket: number; lot_id: number; union_id: string; park_id: string; ukey: string }
export const selectPark: Statement = {
  name: 'select-bolink-park',
  text: 'select bucket, lot_id, union_id, park_id, ukey from bolink_park where union_id = $1 and park_id = $2',
}
export const selectParkOfLot: Statement = {
  name: 'select-bolink-park-of-lot',
  text: 'select bucket, lot_id, union_id, park_id, ukey from bolink_park where bucket = $1 and lot_id = $2',
}

/** A new login replaces the old one of this computer. */
export const upsertComputer: Statement = {
  name: 'upsert-bolink-computer',
  text: `
  insert into bolink_computer (bucket, lot_id, local_id, token_hash, seen_at) values ($1, $2, $3, $4, $5)
  on conflict (bucket, lot_id, local_id) do update set token_hash = excluded.token_hash, seen_at = excluded.seen_at`,
}
/** Who has this token; one that nobody has shown for thirty days is dropped. */
export const selectComputer: Statement = {
  name: 'select-bolink-computer',
  text: `
  select local_id from bolink_computer
   where bucket = $1 and lot_id = $2 and token_hash = $3 and seen_at > $4::timestamptz - interval '30 days'`,
}
export const seeComputer: Statement = {
  name: 'see-bolink-computer',
  // Once an hour is enough for what it is for: a poll every half minute is not to be written down.
  text: `
  update bolink_computer set seen_at = $4
   where bucket = $1 and lot_id = $2 and local_id = $3 and seen_at < $4::timestamptz - interval '1 hour'`,
}
export const deleteComputer: Statement = {
  name: 'delete-bolink-computer',
  text: 'delete from bolink_computer where bucket = $1 and lot_id = $2 and local_id = $3',
}
export const selectComputers: Statement = {
  name: 'select-bolink-computers',
  text: 'select local_id from bolink_computer where bucket = $1 and lot_id = $2 order by seen_at desc',
}

/** The session of a parking record: made once, whoever speaks of the record first. */
export const claimOrder: Statement = {
  name: 'claim-bolink-order',
  text: `
  insert into bolink_order (bucket, lot_id, order_id, session_id, local_id) values ($1, $2, $3, $4, $5)
  on conflict (bucket, lot_id, order_id) do nothing`,
}
export type OrderRow = { order_id: string; session_id: string; local_id: string; told_fen: number }
export const selectOrder: Statement = {
  name: 'select-bolink-order',
  text: 'select order_id, session_id, local_id, told_fen from bolink_order where bucket = $1 and lot_id = $2 and order_id = $3',
}
export const selectOrderOfSession: Statement = {
  name: 'select-bolink-order-of-session',
  text: 'select order_id, session_id, local_id, told_fen from bolink_order where bucket = $1 and lot_id = $2 and session_id = $3',
}
/** The open records of a plate, the newest first. */
export const selectOrdersOfPlate: Statement = {
  name: 'select-bolink-orders-of-plate',
  text: `
  select o.order_id, o.session_id, o.local_id, o.told_fen, s.entered_at
    from session s
    join bolink_order o on o.bucket = s.bucket and o.lot_id = s.lot_id and o.session_id = s.id
   where s.bucket = $1 and s.lot_id = $2 and s.plate = $3 and s.state in ('inside', 'leaving')
   order by s.id desc`,
}
export const addTold: Statement = {
  name: 'add-told-to-bolink-order',
  text: 'update bolink_order set told_fen = told_fen + $4 where bucket = $1 and lot_id = $2 and order_id = $3',
}

export const selectChannelOfLane: Statement = {
  name: 'select-channel-of-lane',
  text: 'select coalesce(channel, name) as channel, name from lane where bucket = $1 and lot_id = $2 and lane_id = $3',
}
export const selectLaneOfChannel: Statement = {
  name: 'select-lane-of-channel',
  text: 'select lane_id, direction from lane where bucket = $1 and lot_id = $2 and coalesce(channel, name) = $3',
}
export const selectPaid: Statement = {
  name: 'select-paid-for-bolink',
  text: `
  select channel, amount_fen, channel_fee_fen, plate, paid_at from payment where bucket = $1 and lot_id = $2 and id = $3`,
}

export const selectAmount: Statement = {
  name: 'select-amount-for-bolink',
  text: 'select amount_fen from payment where bucket = $1 and lot_id = $2 and id = $3',
}

/** What nobody has taken yet may be put in other words; what was sent stays as it was sent. */
export const insertMessage: Statement = {
  name: 'insert-bolink-message',
  text: `
  insert into bolink_message (bucket, lot_id, id, service, answered_by, order_id, local_id, body, repeats, send_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (bucket, lot_id, id) do update
     set service = excluded.service, answered_by = excluded.answered_by, local_id = excluded.local_id, body = excluded.body
   where bolink_message.sends = 0`,
}
/**
 * The next message for one computer, claimed for this poll: what is repeated comes again after the steps of `$5` (seconds), one
 * record's payments only one after another.
 */
export const claimMessage: Statement = {
  name: 'claim-bolink-message',
  // Materialized: a join may look for the next one once for each row, and each time finds another that is not locked yet.
  text: `
  with next as materialized (
    select w.id from bolink_message w
     where w.bucket = $1 and w.lot_id = $2 and w.send_at <= $4 and (w.local_id is null or w.local_id = $3)
       and (not w.repeats or w.sends < cardinality($5::int4[]))
       and (w.order_id is null or not exists (
            select from bolink_message e
             where e.bucket = $1 and e.lot_id = $2 and e.order_id = w.order_id and e.repeats and e.id < w.id and e.send_at is not null))
     order by w.id limit 1 for update skip locked)
  update bolink_message m
     set sends = m.sends + 1,
         send_at = case when m.repeats then $4::timestamptz + ($5::int4[])[m.sends + 1] * interval '1 second' end
    from next
   where m.bucket = $1 and m.lot_id = $2 and m.id = next.id
  returning m.id, m.service, m.body`,
}
/** What has been sent as often as it may and still has no answer is a person's. */
export const giveUpMessages: Statement = {
  name: 'give-up-bolink-messages',
  text: `
  update bolink_message set send_at = null
   where bucket = any ($1::int4[]) and send_at <= $2 and repeats and sends >= $3
  returning bucket, lot_id, id, service`,
}
/** A question's answer, for whoever waits for it; only what was sent can be answered. */
export const answerQuestion: Statement = {
  name: 'answer-bolink-question',
  text: `
  update bolink_message set answer = $5, send_at = null
   where bucket = $1 and lot_id = $2 and service = $3 and answered_by && $4::text[] and not repeats and sends > 0
  returning id`,
}
export const readAnswer: Statement = {
  name: 'read-bolink-answer',
  text: 'select sends, answer from bolink_message where bucket = $1 and lot_id = $2 and id = $3',
}
export const selectAnswered: Statement = {
  name: 'select-answered-bolink-message',
  text: `
  select id, order_id from bolink_message
   where bucket = $1 and lot_id = $2 and service = $3 and answered_by && $4::text[] and sends > 0`,
}
export const deleteMessage: Statement = {
  name: 'delete-bolink-message',
  text: 'delete from bolink_message where bucket = $1 and lot_id = $2 and id = $3 returning id',
}
export const endSession: Statement = {
  name: 'end-session-of-bolink-order',
  text: `
  update session set state = 'left', left_at = $4, owed_when_left_fen = $5, left_how = $6
   where bucket = $1 and lot_id = $2 and id = $3 and left_at is null and ended_because is null`,
}
export const selectSession: Statement = {
  name: 'select-session-of-bolink-order',
  text: 'select plate, entered_at from session where bucket = $1 and lot_id = $2 and id = $3',
}

const paidRows = `
  select p.id, o.order_id, p.plate, p.channel, p.amount_fen, p.refunded_fen, p.lane_id, p.paid_at, s.entered_at, s.left_at,
         exists (select from refund r
                  where r.bucket = p.bucket and r.lot_id = p.lot_id and r.payment_id = p.id and r.state in ('asked', 'sent')) as refunding
    from payment p
    join bolink_order o on o.bucket = p.bucket and o.lot_id = p.lot_id and o.session_id = p.session_id
    join session s on s.bucket = p.bucket and s.lot_id = p.lot_id and s.id = p.session_id
   where p.bucket = $1 and p.lot_id = $2 and p.paid_at is not null`
export const selectPaidOfOrder: Statement = {
  name: 'select-paid-of-bolink-order',
  text: `${paidRows} and o.order_id = $3 and p.id >= s.id order by p.id`,
}
export const selectPaidBetween: Statement = {
  name: 'select-paid-of-bolink-lot',
  text: `${paidRows} and p.id >= $3 and p.paid_at >= $4 and p.paid_at < $5 order by p.id`,
}

import type { Statement } from '@lanepay/database/database.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { recent } from './store.ts'

/* What connected lots are told and asked, as it lies in the database (outbox.ts, refunds.ts, lot-system/untold.ts). */

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
 * answered nothing is put: who asks for it again has asked before that was noted, and a gate would open a second time. Whoever notes the answer
 * just now is waited for (`for share`): it is put before that, and goes with it, or not at all. Where a poll waits
 * for it, it is claimed for that poll as it is put, and answered with `sends` 1: not what lay there before, nor what may not be sent yet.
 * `$12` names this put, so that the same one sent again finds what it has claimed; null: no poll waits.
 */
export const insertMessage: Statement = {
  name: 'insert-bolink-message',
  text: `
  with paid as materialized (
         select answered_at from clearance where bucket = $1 and lot_id = $2 and id = $3 for share),
       ordered as materialized (
         select answered_at from lot_command where bucket = $1 and lot_id = $2 and id = $3 for share)
  insert into bolink_message (bucket, lot_id, id, service, answered_by, order_id, local_id, body, repeats, steps, until, send_at, sends, handed_by)
  select w.bucket, w.lot_id, w.id, $4::text, $5::text[], w.order_id, $7::text, $8::text, w.repeats, w.steps, w.until,
         case when t.claimed then ${sendAgainAt('w', '0', '$10')} else $10::timestamptz end, t.claimed::int4,
         case when t.claimed then $12::uuid end
    from (select $1::int4 as bucket, $2::int4 as lot_id, $3::int8 as id, $6::text as order_id, $9::int4[] is not null as repeats,
                 $9::int4[] as steps, $11::timestamptz as until) w,
         lateral (select $12::uuid is not null and ${maySend('$10::timestamptz')} as claimed) t
   where not exists (select from paid where answered_at is not null)
     and not exists (select from ordered where answered_at is not null)
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
/**
 * A question's answer, for whoever waits for it; only what was sent can be answered. The first counts: a driver may have been shown it
 * already. One that says the lot is still at work (2) is none yet.
 */
export const answerQuestion: Statement = {
  name: 'answer-bolink-question',
  text: `
  update bolink_message set answer = $5, send_at = null
   where bucket = $1 and lot_id = $2 and service = $3 and answered_by && $4::text[] and not repeats and sends > 0
     and (answer is null or answer ->> 'state' = '2')
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
/**
 * It goes back to nobody, and is told on: its lot has it, and whoever noted that died before the message was taken away; or a gate was ordered
 * for its vehicle since then, as it had paid, and what becomes of its money is a person's.
 */
export const keepUsed: Statement = {
  name: 'keep-used-bolink-payment',
  text: `
  update bolink_message m set until = null
    from clearance c
   where m.bucket = $1 and m.lot_id = $2 and m.id = $3 and m.repeats
     and c.bucket = $1 and c.lot_id = $2 and c.id = $3
     and (c.told_at is not null
          or exists (select from lot_command o
                      where o.bucket = $1 and o.lot_id = $2 and o.id > $3 and o.kind = 'open-gate'
                        and o.session_id = c.session_id and o.state <> 'refused'))
  returning m.id`,
}
/**
 * It is given back now: sent no more, and by nobody given back again. Not so where it was put off meanwhile, nor where its lot has taken it:
 * whoever notes that just now is waited for (`for share`).
 */
export const claimToRefund: Statement = {
  name: 'claim-bolink-to-refund',
  text: `
  with paid as materialized (
         select told_at from clearance where bucket = $1 and lot_id = $2 and id = $3 for share)
  update bolink_message set send_at = null, until = null
   where bucket = $1 and lot_id = $2 and id = $3 and repeats and until < $4
     and not exists (select from paid where told_at is not null)
  returning id`,
}
/**
 * A refund has ended that the software of its lot is to hear of: money that it counts as paid has gone back, or what its vendor's cloud asked
 * for will not. In the transaction that ends it.
 */
export const refundToTell: Statement = {
  name: 'bolink-refund-to-tell',
  text: `
  insert into bolink_refund (bucket, lot_id, id)
  select r.bucket, r.lot_id, r.id
    from refund r
    join lot l on l.bucket = r.bucket and l.lot_id = r.lot_id and l.system in ('bolink', 'own')
    join payment p on p.bucket = r.bucket and p.lot_id = r.lot_id and p.id = r.payment_id
    join bolink_order o on o.bucket = p.bucket and o.lot_id = p.lot_id and o.session_id = p.session_id
   where r.bucket = $1 and r.lot_id = $2 and r.id = $3
     and (r.state = 'done' and exists (select from clearance c where c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id)
       or r.state = 'failed' and exists (select from bolink_call c
                                          where c.bucket = r.bucket and c.lot_id = r.lot_id and c.id = r.id and c.made = 'refund'))
  on conflict do nothing`,
}
/** Those that lots of this system have not heard of; of the last month. */
export const selectRefundsToTell: Statement = {
  name: 'select-bolink-refunds-to-tell',
  text: `
  select r.bucket, r.lot_id, r.id, r.payment_id, r.amount_fen, r.state, r.done_at, p.channel, p.plate, o.order_id
    from bolink_refund t
    join lot l on l.bucket = t.bucket and l.lot_id = t.lot_id and l.system = $3
    join refund r on r.bucket = t.bucket and r.lot_id = t.lot_id and r.id = t.id
    join payment p on p.bucket = r.bucket and p.lot_id = r.lot_id and p.id = r.payment_id
    join bolink_order o on o.bucket = p.bucket and o.lot_id = p.lot_id and o.session_id = p.session_id
   where t.bucket = any ($1::int4[]) and t.id >= $2 and t.told_at is null
   order by t.id limit 100`,
}
export const noteRefundTold: Statement = {
  name: 'note-bolink-refund-told',
  text: `
  update bolink_refund set told_at = $4 where bucket = $1 and lot_id = $2 and id = $3 and told_at is null
  returning id`,
}

// ---- what was given up, for a person

export type GivenUpRow = { id: Id; about: 'payment' | 'refund'; plate: string; at: number }
/**
 * Of payments that stand, and of refunds: what was sent in vain for the last time. A payment that goes back is told no more, and what a
 * coupon or a closed stay came to was said when it was given up. An exit that was paid (`outpark`) opens a gate when it is heard, for whoever
 * stands there by then: a person settles it at the lot.
 */
const givenUp = `
    from bolink_message m
    left join payment p on p.bucket = m.bucket and p.lot_id = m.lot_id and p.id = m.id and p.state = 'paid'
         and not exists (select from refund g
                          where g.bucket = p.bucket and g.lot_id = p.lot_id and g.payment_id = p.id and g.state <> 'failed')
    left join refund r on r.bucket = m.bucket and r.lot_id = m.lot_id and r.id = m.id
    left join payment q on q.bucket = r.bucket and q.lot_id = r.lot_id and q.id = r.payment_id
   where m.bucket = $1 and m.lot_id = $2 and m.repeats and m.send_at is null and m.sends > 0 and m.service <> 'outpark'
     and (p.id is not null or q.id is not null)`
export const selectGivenUp: Statement = {
  name: 'select-bolink-messages-given-up',
  text: `
  select m.id, case when p.id is null then 'refund' else 'payment' end as about, coalesce(p.plate, q.plate) as plate,
         coalesce(p.paid_at, r.done_at, r.asked_at) as at ${givenUp} order by m.id limit 200`,
}
/**
 * In its old place among its record's, by its first steps again; by a rule it goes back no more, unless it is given up again. What became of
 * the tellings before nobody knows (`told_again_at`).
 */
export const tellMessageAgain: Statement = {
  name: 'tell-bolink-message-again',
  text: `
  update bolink_message set send_at = $4, sends = 0, until = null, missed_at = null, told_again_at = $4
   where bucket = $1 and lot_id = $2 and id = (select m.id ${givenUp} and m.id = $3)
  returning service`,
}

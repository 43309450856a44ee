import { idEpochMs } from '@lanepay/domain/ids.ts'

/*
 * Which rows an audit reads. The same invariants are asked of all rows, or of those that may have changed since the last proof;
 * what follows is the `from` of each table, and before it the lists that the narrower one needs.
 */

export type Rows = {
  /** Named before the question; empty where all is read. */
  readonly lists: string
  /** Transfers posted since the proof, exactly. */
  readonly newTransfers: string
  /** By their payments' ids: from a day before the oldest stay that has changed. */
  readonly transfers: string
  readonly payments: string
  readonly clearances: string
  /** Stays that have changed, and those after the oldest of them. */
  readonly sessions: string
  readonly refunds: string
  /** Clearances that were still being told at the last proof, and those after them. */
  readonly told: string
  /** Payments that `$11` says may have a number in common with one cleared since. */
  readonly numbered: string
  /** Logs with the event up to which they were whole. */
  readonly logs: string
  readonly openings: string
  /** Movements of cash that were posted since the proof, exactly. */
  readonly newCash: string
  /** Openings that must each have a cause of their own: with those that had the same one before. */
  readonly caused: string
  /** Transfers posted since the proof, and three hours before it: what summaries have for certain is up to two hours old. */
  readonly countedTransfers: string
  /** Days of summaries that are closed; those that were closed or corrected since. */
  readonly summaryDays: string
}

const caused = "not silent and cause_kind in ('clearance', 'command', 'unplated-admission')"
const openingsSince = `
  (select x.*
     from l
    cross join lateral (select * from gate_opening k
                         where k.bucket = l.bucket and k.lot_id = l.lot_id and k.epoch = l.epoch and k.seq > l.seq offset 0) as x)`

export const everything: Rows = {
  lists: '',
  newTransfers: 'transfer',
  transfers: 'transfer',
  payments: 'payment',
  clearances: 'clearance',
  sessions: 'session',
  refunds: 'refund',
  told: 'clearance',
  numbered: 'payment',
  logs: '(select bucket, lot_id, device, epoch, committed_seq, 0::int8 as seq from lot_log)',
  openings: 'gate_opening',
  newCash: 'cash_move',
  caused: `(select * from gate_opening where ${caused})`,
  countedTransfers: 'transfer',
  summaryDays: `
  (select s.bucket, s.lot_id, k.day
     from summary_lot s
     join summary_day k on k.bucket = s.bucket and k.lot_id = s.lot_id and k.dimension = 'lot' and k.day <= s.closed_through)`,
}

/** Each lot's own part of a table, by the table's key: so it is found in the same way whatever the planner believes. */
const from = (table: string, column: string, bound: string): string => `
  (select x.*
     from w
    cross join lateral (select * from ${table} k where k.bucket = w.bucket and k.lot_id = w.lot_id and k.${column} >= w.${bound} offset 0) as x)`

/** First by time, from the oldest proof on, and only then by lot: never lot by lot through all that was ever posted. */
const postedSince = (bound: string): string => `
  (select t.*
     from (select * from transfer k where k.posted_at >= (select min(${bound}) from w) offset 0) t
     join w on w.bucket = t.bucket and w.lot_id = t.lot_id and t.posted_at >= w.${bound})`

/** Parameters of what is narrower: `Window` in proof.ts, in this order. */
export const changed: Rows = {
  lists: `
  with w as (
    select * from unnest($1::int4[], $2::int4[], $3::timestamptz[], $4::int8[], $5::int8[], $6::int8[])
               as w (bucket, lot_id, proven_before, stays_from, refunds_from, told_from)
  ), w_day as (
    select bucket, lot_id, stays_from - (86400000::int8 << 22) as ids_from from w
  ), l as (
    select * from unnest($7::int4[], $8::int4[], $9::text[], $10::int8[], $11::int8[], $12::int8[])
               as l (bucket, lot_id, device, epoch, committed_seq, seq)
  )`,
  newTransfers: postedSince('proven_before'),
  transfers: from('transfer', 'cause_id', 'ids_from').replace('from w\n', 'from w_day w\n'),
  payments: from('payment', 'id', 'ids_from').replace('from w\n', 'from w_day w\n'),
  clearances: from('clearance', 'id', 'ids_from').replace('from w\n', 'from w_day w\n'),
  sessions: from('session', 'id', 'stays_from'),
  refunds: from('refund', 'id', 'refunds_from'),
  told: from('clearance', 'id', 'told_from'),
  // A channel's number is of one payment, made at one time: whoever else has it was cleared after that, too.
  numbered: `
  (select p.*
     from payment p
    where p.cleared_at >= (select min(n.paid_at) - interval '1 hour'
                             from payment n
                            where n.cleared_at >= (select min(proven_before) from w)))`,
  logs: 'l',
  openings: openingsSince,
  newCash: `
  (select m.*
     from (select * from cash_move k where k.posted_at >= (select min(proven_before) from w) offset 0) m
     join w on w.bucket = m.bucket and w.lot_id = m.lot_id and m.posted_at >= w.proven_before)`,
  caused: `
  (select * from ${openingsSince} as o where ${caused}
    union
   select k.*
     from (select distinct bucket, lot_id, cause_kind, cause_id from ${openingsSince} as o where ${caused} and cause_id is not null) n
    cross join lateral (select * from gate_opening k
                         where k.bucket = n.bucket and k.lot_id = n.lot_id and k.cause_id = n.cause_id and k.cause_kind = n.cause_kind
                           and k.cause_id is not null and not k.silent offset 0) k)`,
  countedTransfers: postedSince("proven_before - interval '3 hours'"),
  summaryDays: `
  (select distinct n.bucket, n.lot_id, n.day
     from (select bucket, lot_id, day, closed_at as at from summary_closed k where k.closed_at >= (select min(proven_before) from w)
            union all
           select bucket, lot_id, day, at from summary_correction k where k.at >= (select min(proven_before) from w)) n
     join w on w.bucket = n.bucket and w.lot_id = n.lot_id and n.at >= w.proven_before)`,
}

/** The smallest id that an instant of SQL can have (ids.ts). */
export const firstIdOf = (instant: string): string =>
  `(greatest((extract(epoch from ${instant}) * 1000)::int8 - ${idEpochMs}, 0) << 22)`

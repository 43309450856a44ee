import type { Statement, Tx } from '@lanepay/database/database.ts'
import {
  columnOf,
  countedCauses,
  factsOfOpenings,
  factsOfStays,
  factsOfTransfers,
  figureColumns,
  productOf,
} from './facts.ts'
import { figures } from './row.ts'

/** What is new is found by keys and times, whatever the planner believes of how much that is. */
const byIndex: Statement = { name: 'summary-by-index', text: 'set local enable_seqscan = off' }
const noJit: Statement = { name: 'summary-no-jit', text: 'set local jit = off' }
export async function mannered(tx: Tx): Promise<Tx> {
  await tx.query(byIndex)
  await tx.query(noJit)
  return tx
}

// ---- what is new: 1 buckets, 2 from, 3 until

export type CursorRow = { read_until: number; sure_until: number }
/** Of the bucket that is furthest behind; before the first round, a day before the first lot was opened. Nothing where there is no lot. */
export const selectCursor: Statement = {
  name: 'select-summary-cursor',
  text: `
  select min(coalesce(c.read_until, l.created_at - interval '1 day')) as read_until,
         min(coalesce(c.sure_until, l.created_at - interval '1 day')) as sure_until
    from (select bucket, min(created_at) as created_at from lot where bucket = any ($1::int4[]) group by bucket) l
    left join summary_cursor c on c.bucket = l.bucket and c.lot_id = 0
  having count(*) > 0`,
}
export const moveCursor: Statement = {
  name: 'move-summary-cursor',
  text: `
  insert into summary_cursor (bucket, lot_id, read_until, sure_until)
  select b, 0, $2, $3 from unnest($1::int4[]) as b
      on conflict (bucket, lot_id) do update
     set read_until = excluded.read_until, sure_until = excluded.sure_until`,
}
export type TransferKey = { bucket: number; lot_id: number; id: string; cause: string }
// By time first, in the words of its own index (0041_summary_posted.sql), and only then by bucket and cause: never by key through all
// that a bucket or a lot has.
const postedIn = (table: string): string => `
  (select * from ${table} k
    where (k.posted_at at time zone 'UTC') >= ($2::timestamptz at time zone 'UTC') and ($3::timestamptz is null or k.posted_at < $3) offset 0)`
export const selectNewTransfers: Statement = {
  name: 'select-new-transfers',
  text: `
  select t.bucket, t.lot_id, t.cause_id as id, t.cause::text as cause
    from ${postedIn('transfer')} t
   where t.bucket = any ($1::int4[]) and t.cause in (${countedCauses.map((cause) => `'${cause}'`).join(', ')})`,
}
/** A shift may be heard of by its cash before it is heard whose it is: then all of its cash is counted once more. */
export const selectCashOfNewShifts: Statement = {
  name: 'select-cash-of-new-shifts',
  text: `
  select m.bucket, m.lot_id, m.id, c.cause
    from ${postedIn('cash_move')} n
   cross join lateral (select * from cash_move k
                        where k.bucket = n.bucket and k.lot_id = n.lot_id and k.shift_id = n.shift_id
                       offset 0) m
   cross join lateral (values (case when m.what = 'shift-handed-over' then 'cash-handed-over' else m.what end), ('cash-corrected')) as c (cause)
   where n.bucket = any ($1::int4[]) and n.what = 'shift-opened'`,
}
export const selectLotsWithNews: Statement = {
  name: 'select-lots-with-news',
  text: `
  select g.bucket, g.lot_id
    from lot_log g
    left join summary_log s on s.bucket = g.bucket and s.lot_id = g.lot_id and s.device = g.device and s.epoch = g.epoch
   where g.bucket = any ($1::int4[]) and g.committed_seq > coalesce(s.seq, 0)
   group by g.bucket, g.lot_id`,
}

// ---- counting lots of one bucket: 1 bucket, 2 lots

export const makeLots: Statement = {
  name: 'make-summary-lots',
  text: `insert into summary_lot (bucket, lot_id) select $1, l from unnest($2::int4[]) as l order by l on conflict (bucket, lot_id) do nothing`,
}
/** Whoever counts these lots too waits until this one is done. */
export const lockLots: Statement = {
  name: 'lock-summary-lots',
  text: `
  select lot_id, closed_through::text as closed_through from summary_lot
   where bucket = $1 and lot_id = any ($2::int4[])
   order by lot_id
     for update`,
}
/** At most so many events of a log at a time. */
export const eventsAtOnce = 2_000
export type LogRow = {
  lot_id: number
  device: string
  epoch: string
  seq: string
  to_seq: string
  committed_seq: string
}
export const selectLogs: Statement = {
  name: 'select-summary-logs',
  text: `
  select g.lot_id, g.device, g.epoch, coalesce(s.seq, 0) as seq, least(g.committed_seq, coalesce(s.seq, 0) + ${eventsAtOnce}) as to_seq,
         g.committed_seq
    from lot_log g
    left join summary_log s on s.bucket = g.bucket and s.lot_id = g.lot_id and s.device = g.device and s.epoch = g.epoch
   where g.bucket = $1 and g.lot_id = any ($2::int4[]) and g.committed_seq > coalesce(s.seq, 0)`,
}
export const moveLogs: Statement = {
  name: 'move-summary-logs',
  text: `
  insert into summary_log (bucket, lot_id, device, epoch, seq)
  select $1, l.lot_id, l.device, l.epoch, l.seq
    from unnest($2::int4[], $3::text[], $4::int8[], $5::int8[]) as l (lot_id, device, epoch, seq)
      on conflict (bucket, lot_id, device, epoch) do update
     set seq = excluded.seq`,
}
/** A piece of each log: 2 lots, 3 epochs, 4 devices, 5 after, 6 up to. */
const inPieces = (table: string, also = ''): string => `
  (select k.* from unnest($2::int4[], $3::int8[], $4::text[], $5::int8[], $6::int8[]) as l (lot_id, epoch, device, seq, to_seq)
    cross join lateral (select * from ${table} k
                         where k.bucket = $1 and k.lot_id = l.lot_id and k.epoch = l.epoch and k.seq > l.seq and k.seq <= l.to_seq${also}
                        offset 0) k)`
export const selectStaysTold: Statement = {
  name: 'select-stays-told',
  text: `
  select distinct e.lot_id, e.body ->> 'session' as id
    from ${inPieces('lot_event', ' and k.device = l.device')} e
   where e.kind in ('entered', 'left', 'corrected', 'voided', 'cash-taken')`,
}
const counted = (facts: string): string => `
  select f.*, f.day::text as day from (${facts}) as f`
export const selectOpenings: Statement = {
  name: 'select-openings-to-count',
  text: counted(factsOfOpenings(inPieces('gate_opening'), inPieces('lot_event', ' and k.device = l.device'))),
}
/** 2 lots, 3 causes' ids, 4 causes */
export const selectTransfers: Statement = {
  name: 'select-transfers-to-count',
  text: counted(
    factsOfTransfers(`
  (select k.* from unnest($2::int4[], $3::int8[], $4::text[]) as i (lot_id, id, cause)
    cross join lateral (select * from transfer k
                         where k.bucket = $1 and k.lot_id = i.lot_id and k.cause_id = i.id and k.cause = i.cause::transfer_cause
                        offset 0) k)`),
  ),
}
/** Of each key its own rows: 2 lots, 3 ids. */
const ofKeys = (table: string, id: string): string => `
  (select k.* from unnest($2::int4[], $3::int8[]) as i (lot_id, id)
    cross join lateral (select * from ${table} k where k.bucket = $1 and k.lot_id = i.lot_id and k.${id} = i.id offset 0) k)`
export const selectStays: Statement = {
  name: 'select-stays-to-count',
  text: counted(factsOfStays(ofKeys('session', 'id'))),
}
export const selectProducts: Statement = {
  name: 'select-products-of-stays',
  text: `select t.lot_id, t.id, ${productOf('t')} as product from ${ofKeys('session', 'id')} t`,
}
export const selectParts: Statement = {
  name: 'select-summary-parts',
  text: `select f.*, f.day::text as day from ${ofKeys('summary_part', 'of_id')} as f`,
}

// ---- what came of it: 1 bucket, 2 rows as JSON

const columns = figureColumns.join(', ')
const asRows = (fields: string): string => `jsonb_to_recordset($2::jsonb) as r (${fields})`
const partFields = 'lot_id int4, of_id int8, kind text, id int8'
export const putParts: Statement = {
  name: 'put-summary-parts',
  text: `
  insert into summary_part (bucket, lot_id, of_id, kind, id, day, lane, channel, attendant, product, ${columns})
  select $1, r.lot_id, r.of_id, r.kind, r.id, r.day, r.lane, r.channel, r.attendant, r.product, ${figureColumns.map((column) => `r.${column}`).join(', ')}
    from ${asRows(`${partFields}, day date, lane text, channel text, attendant text, product text, ${figureColumns.map((column) => `${column} int8`).join(', ')}`)}
      on conflict (bucket, lot_id, of_id, kind, id) do update
     set day = excluded.day, lane = excluded.lane, channel = excluded.channel, attendant = excluded.attendant, product = excluded.product,
         ${figureColumns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
}
export const dropParts: Statement = {
  name: 'drop-summary-parts',
  text: `
  delete from summary_part p
   using ${asRows(partFields)}
   where p.bucket = $1 and p.lot_id = r.lot_id and p.of_id = r.of_id and p.kind = r.kind and p.id = r.id`,
}
/** Answers each row as it is now. */
export const changeDays: Statement = {
  name: 'change-summary-days',
  text: `
  insert into summary_day (bucket, lot_id, dimension, day, member, ${columns}, corrections, corrected_at)
  select $1, r.lot_id, r.dimension, r.day, r.member, ${figureColumns.map((column) => `coalesce(r.${column}, 0)`).join(', ')},
         case when r.corrected then 1 else 0 end, case when r.corrected then $3::timestamptz end
    from ${asRows(`lot_id int4, dimension summary_dimension, day date, member text, corrected bool, ${figureColumns.map((column) => `${column} int8`).join(', ')}`)}
      on conflict (bucket, lot_id, dimension, day, member) do update
     set ${figureColumns.map((column) => `${column} = summary_day.${column} + excluded.${column}`).join(', ')},
         corrections = summary_day.corrections + excluded.corrections,
         corrected_at = coalesce(excluded.corrected_at, summary_day.corrected_at)
  returning lot_id, dimension::text as dimension, day::text as day, member, ${columns}, corrections`,
}
export const noteCorrections: Statement = {
  name: 'note-summary-corrections',
  text: `
  insert into summary_correction (bucket, lot_id, dimension, day, member, number, figure, was, became, because, at)
  select $1, r.lot_id, r.dimension, r.day, r.member, r.number, r.figure, r.was, r.became, r.because, $3
    from ${asRows('lot_id int4, dimension summary_dimension, day date, member text, number int4, figure text, was int8, became int8, because text[]')}`,
}

/** The figures of a row of the database, which gives int8 as text. */
export const figuresOf = (
  row: Readonly<Record<string, unknown>>,
): [figure: (typeof figures)[number], amount: number][] =>
  figures.flatMap((figure) => {
    const amount = Number(row[columnOf(figure)] ?? 0)
    if (!Number.isSafeInteger(amount)) throw new Error(`${figure} of ${amount} is no whole number`)
    return amount === 0 ? [] : [[figure, amount]]
  })

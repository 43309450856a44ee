import { type Db, instantOut, type Statement } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import type { LotSystemName } from '../lot/api.ts'
import { type Day, dayAfter, dayOf } from '../reconciliation/day.ts'
import { lockLots, mannered } from './store.ts'

/*
 * When a day is closed: the lot's own log has passed its end, so that nothing it did without us is missing, and the day is reconciled,
 * so that nothing a channel knows is missing. A lot's days close in order, so one day per lot says it of all.
 */

/** Up to which day the bills of an operator's accounts are closed: all of them, so the one furthest behind; and whose none is planned. */
const selectReconciled: Statement = {
  name: 'select-reconciled-through',
  text: `
  select a.operator_id, (min(coalesce(p.day - 1, n.day, '-infinity')))::text as day
    from channel_account a
    left join (select account_id, min(day) as day from bill where bucket = 0 and lot_id = 0 and due_at is not null group by account_id) p
      on p.account_id = a.account_id
    left join lateral (select k.day from bill k where k.bucket = 0 and k.lot_id = 0 and k.account_id = a.account_id order by k.day desc limit 1) n
      on true
   where a.active or p.day is not null
   group by a.operator_id`,
}
export type Reconciled = ReadonlyMap<string, Day>
/** By operator; one that is not here has nothing at a channel. `-infinity` is before every day. */
export async function reconciledThrough(home: Db): Promise<Reconciled> {
  const rows = await home.query<{ operator_id: string; day: Day }>(selectReconciled)
  return new Map(rows.map((row) => [row.operator_id, row.day]))
}

/** A lot without an agent of ours has one log from each process that hears it. */
const newestLogs = 20
/** Lots with a day behind them that is not closed, and up to which day their logs, as far as they were counted, and their gates are whole. */
const selectOpen: Statement = {
  name: 'select-open-summaries',
  text: `
  select s.bucket, s.lot_id, l.operator_id, l.system, s.closed_through::text as closed_through, g.day::text as gates_through,
         ((select max(e.at)
             from (select * from summary_log k where k.bucket = s.bucket and k.lot_id = s.lot_id order by k.epoch desc limit ${newestLogs}) n
             join lot_event e on e.bucket = n.bucket and e.lot_id = n.lot_id and e.epoch = n.epoch and e.seq = n.seq) at time zone 'Asia/Shanghai')::date::text as heard_on
    from summary_lot s
    join lot l on l.bucket = s.bucket and l.lot_id = s.lot_id
    left join lateral (select k.day from reconciled_day k
                        where k.bucket = s.bucket and k.lot_id = 0 and k.account_id = 0 and k.proof = 'gates'
                        order by k.day desc limit 1) g on true
   where s.bucket = any ($1::int4[]) and (s.closed_through is null or s.closed_through < $2::date)`,
}
type OpenRow = {
  bucket: number
  lot_id: number
  operator_id: string
  system: LotSystemName
  closed_through: Day | null
  gates_through: Day | null
  heard_on: Day | null
}
export type Closable = {
  readonly bucket: number
  readonly lotId: number
  readonly through: Day
  /** Somebody else's software runs it: stays of it may end without an event. */
  readonly connected: boolean
}

/** Which lots may close days, and up to which. */
export async function closable(
  db: Db,
  buckets: readonly number[],
  reconciled: Reconciled,
  now: number,
): Promise<readonly Closable[]> {
  const yesterday = dayAfter(dayOf(now), -1)
  const rows = await db.transaction(async (tx) => (await mannered(tx)).query<OpenRow>(selectOpen, [buckets, yesterday]))
  return rows.flatMap((row) => {
    const through = closesThrough({
      yesterday,
      reconciled: reconciled.get(row.operator_id) ?? yesterday,
      gates: row.gates_through,
      heardOn: row.heard_on,
    })
    return through === null || through <= (row.closed_through ?? '')
      ? []
      : [{ bucket: row.bucket, lotId: row.lot_id, through, connected: row.system !== 'agent' }]
  })
}

/** The last day that may be closed; null: none. A day that something was heard on is not over for the lot. */
export function closesThrough(known: {
  readonly yesterday: Day
  readonly reconciled: string
  readonly gates: Day | null
  readonly heardOn: Day | null
}): Day | null {
  if (known.gates === null || known.heardOn === null || known.reconciled.startsWith('-')) return null
  return [known.yesterday, known.reconciled as Day, known.gates, dayAfter(known.heardOn, -1)].sort()[0]!
}

const lateDays = 31
const dayMs = 86_400_000
/** Stays of the last month that were not counted as they are: `connected` lots end some without an event. */
const selectUnheard: Statement = {
  name: 'select-unheard-stays',
  text: `
  select k.lot_id, k.id
    from unnest($2::int4[]) as l (lot_id)
   cross join lateral (select * from session k where k.bucket = $1 and k.lot_id = l.lot_id and k.id >= $3 offset 0) k
    left join summary_part i on i.bucket = $1 and i.lot_id = k.lot_id and i.of_id = k.id and i.kind = 'entry' and i.id = k.id
    left join summary_part o on o.bucket = $1 and o.lot_id = k.lot_id and o.of_id = k.id and o.kind = 'exit' and o.id = k.id
   where k.renews_card is null
     and ((i.id is null) <> (k.state = 'voided') or (o.id is null) = (k.state = 'left'))`,
}
export async function unheardStays(
  db: Db,
  bucket: number,
  lots: readonly number[],
  now: number,
): Promise<readonly { readonly lot_id: number; readonly id: string }[]> {
  return db.transaction(async (tx) =>
    (await mannered(tx)).query(selectUnheard, [bucket, lots, firstIdAt(now - lateDays * dayMs)]),
  )
}

/** Rows of a day: nothing is noted of days on which nothing happened. */
const noteClosed: Statement = {
  name: 'note-summary-days-closed',
  text: `
  insert into summary_closed (bucket, lot_id, day, closed_at)
  select d.bucket, d.lot_id, d.day, $4
    from unnest($1::int4[], $2::int4[], $3::date[]) as c (bucket, lot_id, through)
    join summary_lot s on s.bucket = c.bucket and s.lot_id = c.lot_id
   cross join lateral (select k.bucket, k.lot_id, k.day from summary_day k
                        where k.bucket = c.bucket and k.lot_id = c.lot_id and k.dimension = 'lot' and k.day <= c.through
                          and (s.closed_through is null or k.day > s.closed_through) offset 0) d
      on conflict (bucket, lot_id, day) do nothing`,
}
const close: Statement = {
  name: 'close-summary-days',
  text: `
  update summary_lot s
     set closed_through = c.through
    from unnest($1::int4[], $2::int4[], $3::date[]) as c (bucket, lot_id, through)
   where s.bucket = c.bucket and s.lot_id = c.lot_id and (s.closed_through is null or s.closed_through < c.through)`,
}
/** Closes them, and notes when. What is counted from here on for these days is a correction. */
export async function closeDays(db: Db, lots: readonly Closable[], now: number): Promise<void> {
  for (const [bucket, of] of Map.groupBy(lots, (lot) => lot.bucket)) {
    const values = [of.map(({ bucket }) => bucket), of.map(({ lotId }) => lotId), of.map(({ through }) => through)]
    await db.transaction(async (plain) => {
      const tx = await mannered(plain)
      await tx.query(lockLots, [bucket, of.map(({ lotId }) => lotId)])
      await tx.query(noteClosed, [...values, instantOut(now)])
      await tx.query(close, values)
    })
  }
}

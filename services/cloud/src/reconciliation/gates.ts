import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import { type Day, dayAfter, daysToPlan, startOf } from './day.ts'
import { handOverFound } from './steps.ts'

/*
 * The third proof: every movement of a gate against its reason. A day holds the movements of it that had been heard of when it
 * was closed; those that a lot tells later, after a day without a line, are proven on the day after.
 */

/** A commit that is under way is at most so old. */
const marginMs = 60_000
/** So long a lot may have been away. */
const lateDays = 31

/** Movements of a day with what they rest on; 1 buckets, 2 from, 3 until, 4 heard from for what is older, 5 heard before, 6 oldest. */
const movements = `
      select g.bucket, g.lot_id, 'opening:' || g.epoch || '/' || g.seq as item,
             case when g.cause_kind = 'clearance' then case when c.id is not null then 'payment' else 'unexplained' end
                  when g.cause_kind = 'command' then case when o.id is null then 'unexplained'
                                                          when o.payment_id is not null then 'payment'
                                                          when o.body ->> 'reason' = 'nothing owed' then 'free-rule'
                                                          else 'person' end
                  when g.cause_kind = 'month-card' then 'month-card'
                  when g.cause_kind = 'attendant' then case when g.cause_id is null then 'unexplained' else 'person' end
                  when g.cause_kind in ('entry', 'unplated-admission', 'nothing-owed', 'listed') then 'free-rule'
                  else 'unexplained' end as reason,
             'lane ' || g.lane_id || ', ' || to_char(g.at at time zone 'Asia/Shanghai', 'MM-DD HH24:MI:SS') || ', said to be by ' || g.cause_kind
               || coalesce(' ' || g.cause_id, '') as about
        from gate_opening g
        join lot_event e on e.bucket = g.bucket and e.lot_id = g.lot_id and e.epoch = g.epoch and e.seq = g.seq
        left join lateral (
          select k.id from clearance k
           where k.bucket = g.bucket and k.lot_id = g.lot_id
             and k.id = case when g.cause_kind = 'clearance' and g.cause_id ~ '^[0-8]?[0-9]{1,18}$' then g.cause_id::int8 end
           limit 1
        ) as c on true
        left join lateral (
          select k.id, k.payment_id, k.body from lot_command k
           where k.bucket = g.bucket and k.lot_id = g.lot_id
             and k.id = case when g.cause_kind = 'command' and g.cause_id ~ '^3[0-9]{10}[0-8][0-9]{20}$' then substr(g.cause_id, 12, 19)::int8 end
           limit 1
        ) as o on true
       where g.bucket = any ($1::int4[]) and not g.silent and g.at >= $6 and g.at < $3 and e.received_at < $5
         and (g.at >= $2 or e.received_at >= $4)
       union all
      select e.bucket, e.lot_id, 'opening:' || e.epoch || '/' || e.seq, 'unexplained',
             'lane ' || (e.body ->> 'lane') || ', ' || to_char(e.at at time zone 'Asia/Shanghai', 'MM-DD HH24:MI:SS') || ', nobody had ordered it'
        from lot_event e
       where e.bucket = any ($1::int4[]) and e.kind = 'unordered-opening' and e.at >= $6 and e.at < $3 and e.received_at < $5
         and (e.at >= $2 or e.received_at >= $4)`

const findUnexplained: Statement = {
  name: 'find-unexplained-openings',
  text: `
  insert into discrepancy (bucket, lot_id, account_id, day, proof, item, class, owner, ours_fen, theirs_fen, about, found_at, state, steps)
  select m.bucket, m.lot_id, 0, $7::date, 'gates', m.item, 'gate-unexplained', 'operator', null, null, m.about, $8, 'found', 1
    from (${movements}) as m
   where m.reason = 'unexplained'
      on conflict do nothing`,
}
const closeGates: Statement = {
  name: 'close-gates',
  text: `
  insert into reconciled_day (bucket, lot_id, account_id, day, proof, ours, theirs, ours_fen, theirs_fen, fee_milli_fen, discrepancies, reasons, closed_at)
  select r.bucket, r.lot_id, 0, $7::date, 'gates', sum(r.movements), sum(r.movements), 0, 0, 0,
         coalesce(sum(r.movements) filter (where r.reason = 'unexplained'), 0), jsonb_object_agg(r.reason, r.movements), $5
    from (select m.bucket, m.lot_id, m.reason, count(*) as movements from (${movements}) as m group by m.bucket, m.lot_id, m.reason) as r
   where $8::timestamptz is not null
   group by r.bucket, r.lot_id
      on conflict do nothing`,
}
/** That a day was closed for all lots, those without a movement too: kept at lot 0. */
const noteClosed: Statement = {
  name: 'note-gates-closed',
  text: `
  insert into reconciled_day (bucket, lot_id, account_id, day, proof, ours, theirs, ours_fen, theirs_fen, fee_milli_fen, discrepancies, closed_at)
  select b, 0, 0, $2::date, 'gates', 0, 0, 0, 0, 0, 0, $3 from unnest($1::int4[]) as b
      on conflict do nothing`,
}
const lastClosed: Statement = {
  name: 'last-gates-closed',
  text: `
  select day::text as day, closed_at from reconciled_day
   where bucket = $1 and lot_id = 0 and account_id = 0 and proof = 'gates'
   order by day desc
   limit 1`,
}

/** Every day that is over and not yet closed, oldest first. Twice is once. */
export async function workGates({
  database,
  now,
}: {
  readonly database: Database
  readonly now: () => number
}): Promise<void> {
  for (const { db, buckets } of database.nodes) {
    const [last] = await db.query<{ day: Day; closed_at: number }>(lastClosed, [buckets[0]])
    let heardFrom = last?.closed_at ?? null
    for (const day of daysToPlan(last?.day ?? null, now())) {
      const from = startOf(day)
      const heardBefore = now() - marginMs
      const values = [
        ...[buckets, instantOut(from), instantOut(startOf(dayAfter(day)))],
        // On the first day of all there is nothing before it that was left open.
        ...[
          instantOut(heardFrom ?? heardBefore),
          instantOut(heardBefore),
          instantOut(startOf(dayAfter(day, -lateDays))),
        ],
        ...[day, instantOut(now())],
      ]
      await db.query(findUnexplained, values)
      await handOverFound(db, { buckets, accountId: 0, day, proof: 'gates' }, now())
      await db.query(closeGates, values)
      await db.query(noteClosed, [buckets, day, instantOut(heardBefore)])
      heardFrom = heardBefore
    }
  }
}

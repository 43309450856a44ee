import { outOfDrawer } from '../shift/said.ts'
import type { Invariant } from './invariant.ts'

/* What must hold of drawers: their cash as lots told it, and the books of it. */

const inDrawer = `sum(case when m.what in ${outOfDrawer} then - m.fen when m.what <> 'shift-handed-over' then m.fen end)`
/** The causes that are called as what was told. */
const toldCauses = `('shift-opened', 'cash-taken', 'cash-given-back', 'change-owed', 'change-settled', 'change-overpaid')`

export const ofCash: readonly Invariant[] = [
  {
    says: 'every movement of cash has its transfer, of the same amount, and every transfer of cash its movement',
    todo: "count the drawer and read the lot's own log: what is missing was lost, or posted by something other than the lot's log",
    name: 'audit-cash',
    rows: ({ newCash, newTransfers }) => `
    select coalesce(m.bucket, t.bucket) as bucket, coalesce(m.lot_id, t.lot_id) as lot_id, coalesce(m.id, t.cause_id) as id,
           coalesce(m.what, t.what) || ' ' || coalesce(m.id, t.cause_id)
             || case when m.id is null then ' has a transfer, and no lot told of it'
                     when t.cause_id is null then ' of ' || m.fen || ' fen has no transfer'
                     else ' is of ' || m.fen || ' fen, and its transfer of ' || t.fen end as about
      from (select * from ${newCash} x where fen <> 0 and what <> 'shift-handed-over') m
      full join (select x.bucket, x.lot_id, x.cause_id, x.cause::text as what, abs(x.amount_fen[array_position(x.kind, 'cash-drawer')]) as fen
                   from ${newTransfers} x where x.cause in ${toldCauses}) t
        on t.bucket = m.bucket and t.lot_id = m.lot_id and t.cause_id = m.id and t.what = m.what
     where m.id is null or t.cause_id is null or t.fen <> m.fen`,
  },
  {
    says: 'every drawer equals its cash, and that of a shift that was handed over is zero',
    todo: 'count the drawer; read the statement of its account (cash-drawer, its party is the shift) beside the log of the lot',
    name: 'audit-drawers',
    rows: ({ newCash, newTransfers }) => `
    select d.bucket, d.lot_id, d.shift_id as id,
           'drawer of shift ' || d.shift_id || case when s.handed_over_at is null then '' else ', handed over,' end || ' stands at '
             || - coalesce(a.balance_fen, 0) || ' fen, its cash is ' || case when s.handed_over_at is null then d.fen else 0 end as about
      from (select t.bucket, t.lot_id, t.shift_id, coalesce(${inDrawer}, 0) as fen
              from (select x.bucket, x.lot_id, x.shift_id from ${newCash} x where x.shift_id is not null
                     union
                    select x.bucket, x.lot_id, x.party[array_position(x.kind, 'cash-drawer')]
                      from ${newTransfers} x
                     where (x.cause in ${toldCauses} or x.cause in ('cash-handed-over', 'cash-corrected'))
                       and x.party[array_position(x.kind, 'cash-drawer')] <> 0) t
              left join cash_move m on m.bucket = t.bucket and m.lot_id = t.lot_id and m.shift_id = t.shift_id
             group by t.bucket, t.lot_id, t.shift_id) d
      left join shift s on s.bucket = d.bucket and s.lot_id = d.lot_id and s.id = d.shift_id
      left join account a on a.bucket = d.bucket and a.lot_id = d.lot_id and a.kind = 'cash-drawer' and a.party = d.shift_id and a.channel = 'cash'
     where - coalesce(a.balance_fen, 0) <> case when s.handed_over_at is null then d.fen else 0 end`,
  },
  {
    says: 'what is owed of change equals what kiosks could not pay out less what was settled of it, and is never less than nothing',
    todo: "read the lot's own log of change-owed and change-settled, and count the drawers that were paid from",
    name: 'audit-change',
    rows: ({ newCash }) => `
    select o.bucket, o.lot_id, o.lot_id::int8 as id,
           'change owed stands at ' || coalesce(a.fen, 0) || ' fen, by what was told it is ' || o.fen as about
      from (select m.bucket, m.lot_id, sum(case when m.what = 'change-owed' then m.fen else - m.fen end) as fen
              from (select distinct x.bucket, x.lot_id from ${newCash} x where x.what in ('change-owed', 'change-settled')) l
              join cash_move m on m.bucket = l.bucket and m.lot_id = l.lot_id and m.what in ('change-owed', 'change-settled')
             group by m.bucket, m.lot_id) o
      left join (select bucket, lot_id, sum(balance_fen) as fen
                   from account
                  where kind = 'change-owed' and channel = 'cash'
                  group by bucket, lot_id) a on a.bucket = o.bucket and a.lot_id = o.lot_id
     where coalesce(a.fen, 0) <> o.fen or o.fen < 0`,
  },
]

import { factsOfTransfers, figureColumns } from '../summary/facts.ts'
import type { Invariant } from './invariant.ts'

/* What must hold of summaries: what was posted is in them, and a closed day is what it is made of, whatever it is told apart by. */

/** Of transfers, and of all that has parts: an opening is counted once and needs none. */
const ofMoney = figureColumns.slice(0, figureColumns.indexOf('entries'))
const ofParts = figureColumns.slice(0, figureColumns.indexOf('opened_for_entry'))
const list = (columns: readonly string[], table: string): string =>
  columns.map((column) => `coalesce(${table}.${column}, 0)::int8`).join(', ')
const sums = (columns: readonly string[]): string => columns.map((column) => `sum(k.${column}) as ${column}`).join(', ')
const sameLot = (table: string): string =>
  `${table}.bucket = x.bucket and ${table}.lot_id = x.lot_id and ${table}.day = x.day`
const says = `'day ' || x.day || ', closed with '`

export const ofSummaries: readonly Invariant[] = [
  {
    says: 'every transfer that makes a figure of a summary is counted in it, as what it moved and on its own day',
    todo: 'the summaries of this lot show less or more than its books: the books are right',
    name: 'audit-summary-parts',
    rows: ({ countedTransfers }) => `
    select f.bucket, f.lot_id, f.id, f.kind || ' ' || f.id
             || case when p.id is null then ' is not counted' else ' of ' || f.day || ' is counted otherwise, on ' || p.day end as about
      from (${factsOfTransfers(`
             (select n.* from ${countedTransfers} n
                join summary_cursor c on c.bucket = n.bucket and c.lot_id = 0 and n.posted_at < c.sure_until)`)}) f
      left join lateral (select * from summary_part k
                          where k.bucket = f.bucket and k.lot_id = f.lot_id and k.of_id = f.of_id and k.kind = f.kind and k.id = f.id offset 0) p
        on true
     where (${list(ofMoney, 'f')}) is distinct from (${list(ofMoney, 'p')}) or f.day <> p.day`,
  },
  {
    says: 'every closed day of a summary is the sum of what was counted on it, and of its lanes, channels, attendants and products',
    todo: 'the summaries of this lot show less or more than its books on this day: the books are right',
    name: 'audit-summary-days',
    rows: ({ summaryDays }) => `
    select x.bucket, x.lot_id, x.day - date '2000-01-01' as id,
           ${says} || coalesce(l.net_fen, 0) || ' fen net, its parts come to ' || coalesce(p.net_fen, 0) as about
      from ${summaryDays} x
      left join lateral (select * from summary_day k where ${sameLot('k')} and k.dimension = 'lot' and k.member = '' offset 0) l on true
      left join (select x.bucket, x.lot_id, x.day, ${sums(ofParts)}
                   from (select distinct x.day from ${summaryDays} x) n
                  cross join lateral (select * from summary_part k where k.day = n.day offset 0) k
                   join ${summaryDays} x on ${sameLot('k')}
                  group by x.bucket, x.lot_id, x.day) p on ${sameLot('p')}
     where (${list(ofParts, 'l')}) is distinct from (${list(ofParts, 'p')})
     union all
    select x.bucket, x.lot_id, x.day - date '2000-01-01',
           ${says} || coalesce(l.net_fen, 0) || ' fen net, by ' || d.dimension || ' it comes to ' || d.net_fen
      from ${summaryDays} x
      left join lateral (select * from summary_day k where ${sameLot('k')} and k.dimension = 'lot' and k.member = '' offset 0) l on true
     cross join lateral (select k.dimension, ${sums(figureColumns)} from summary_day k
                          where ${sameLot('k')} and k.dimension = any (enum_range('lane'::summary_dimension, null))
                          group by k.dimension offset 0) d
     where (${list(figureColumns, 'l')}) is distinct from (${list(figureColumns, 'd')})`,
  },
]

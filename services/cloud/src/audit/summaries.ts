import { factsOfTransfers, figureColumns, figuresOfTransfers } from '../summary/facts.ts'
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
    says: 'every transfer that makes a figure of a summary is counted in it, for what it moved',
    todo: 'the summaries of this lot show less or more than its books: the books are right',
    name: 'audit-summary-parts',
    rows: ({ lists, countedTransfers }) => {
      const certain = `
             (select n.* from ${countedTransfers} n
                join summary_cursor c on c.bucket = n.bucket and c.lot_id = 0 and n.posted_at < c.sure_until)`
      const ofPart = 'p.bucket = f.bucket and p.lot_id = f.lot_id and p.kind = f.kind and p.id = f.id'
      // Of all there is the days are left to the parts: to find each transfer's payment, stay and shift takes several times as long.
      const [facts, part, otherDay] =
        lists === ''
          ? [figuresOfTransfers(certain), `summary_part p on ${ofPart}`, 'false']
          : [
              factsOfTransfers(certain),
              `lateral (select * from summary_part p where ${ofPart} and p.of_id = f.of_id offset 0) p on true`,
              'f.day <> p.day',
            ]
      return `
    select f.bucket, f.lot_id, f.id,
           f.kind || ' ' || f.id || case when p.id is null then ' is not counted' else ' is counted otherwise, on ' || p.day end as about
      from (${facts}) f
      left join ${part}
     where (${list(ofMoney, 'f')}) is distinct from (${list(ofMoney, 'p')}) or ${otherDay}`
    },
  },
  {
    says: 'every closed day of a summary is the sum of what was counted on it, and of its lanes, channels, attendants and products',
    todo: 'the summaries of this lot show less or more than its books on this day: the books are right',
    name: 'audit-summary-days',
    rows: ({ lists, summaryDays }) => {
      // Of few days: found by day. Of all of them: all there is, once.
      const partsOfDays =
        lists === ''
          ? 'summary_part k'
          : `(select distinct x.day from ${summaryDays} x) n
                  cross join lateral (select * from summary_part k where k.day = n.day offset 0) k`
      return `
    select x.bucket, x.lot_id, x.day - date '2000-01-01' as id,
           ${says} || coalesce(l.net_fen, 0) || ' fen net, its parts come to ' || coalesce(p.net_fen, 0) as about
      from ${summaryDays} x
      left join lateral (select * from summary_day k where ${sameLot('k')} and k.dimension = 'lot' and k.member = '' offset 0) l on true
      left join (select x.bucket, x.lot_id, x.day, ${sums(ofParts)}
                   from ${partsOfDays}
                   join ${summaryDays} x on ${sameLot('k')}
                  group by x.bucket, x.lot_id, x.day) p on ${sameLot('p')}
     where (${list(ofParts, 'l')}) is distinct from (${list(ofParts, 'p')})
     union all
    select x.bucket, x.lot_id, x.day - date '2000-01-01',
           ${says} || coalesce(l.net_fen, 0) || ' fen net, by ' || v.dimension || ' it comes to ' || coalesce(d.net_fen, 0)
      from ${summaryDays} x
      left join lateral (select * from summary_day k where ${sameLot('k')} and k.dimension = 'lot' and k.member = '' offset 0) l on true
     cross join unnest(enum_range('lane'::summary_dimension, null)) as v (dimension)
     cross join lateral (select ${sums(figureColumns)} from summary_day k where ${sameLot('k')} and k.dimension = v.dimension offset 0) d
     where (${list(figureColumns, 'l')}) is distinct from (${list(figureColumns, 'd')})`
    },
  },
]

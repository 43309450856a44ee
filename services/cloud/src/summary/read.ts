import type { Database, Db, Statement } from '@lanepay/database/database.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import { type Day, dayAfter } from '../reconciliation/day.ts'
import { bothWays, type Order } from '../report/both-ways.ts'
import { figureColumns } from './facts.ts'
import {
  type Correction,
  type Dimension,
  type Figure,
  type Figures,
  figures,
  type Month,
  type Period,
  type SummaryRow,
} from './row.ts'
import { figuresOf } from './store.ts'

/*
 * Summaries for whoever shows them: the rows of some lots over some days, a page at a time, and what they add up to. A month is read
 * as the sum of its days: of one lot and member thirty rows, found by their key.
 */

/** Lots, wherever they live; days from the first up to and without the last. */
export type Asked = {
  readonly lots: readonly LotKey[]
  readonly dimension: Dimension
  readonly from: Day
  readonly until: Day
}
/** Where a page ended: the next begins after it. */
export type After = { readonly period: string; readonly lotId: number; readonly member: string }
export type Page = { readonly rows: readonly SummaryRow[]; readonly next: After | null }

const sums = figureColumns.map((column) => `sum(d.${column})::int8 as ${column}`).join(', ')
const days = (beyond: '<' | '>', way: Order) => `
  select d.day::text as period, d.member, ${figureColumns.map((column) => `d.${column}`).join(', ')}, d.corrections, d.corrected_at,
         d.day <= coalesce(s.closed_through, '-infinity') as closed
    from summary_day d
   where d.bucket = $1 and d.lot_id = s.lot_id and d.dimension = $3::summary_dimension and d.day >= $4 and d.day < $5
     and (d.day, s.lot_id, d.member) ${beyond} ($6::date, $7::int4, $8::text)
   order by d.day ${way}, d.member ${way}
   limit $9`
// A part of a month that is asked for is the month of these days; it is closed when all of them are.
const months = (beyond: '<' | '>', way: Order) => `
  select to_char(d.day, 'YYYY-MM') as period, d.member, ${sums}, sum(d.corrections)::int4 as corrections, max(d.corrected_at) as corrected_at,
         least((date_trunc('month', min(d.day)) + interval '1 month')::date, $5::date) <= coalesce(s.closed_through, '-infinity') + 1 as closed
    from summary_day d
   where d.bucket = $1 and d.lot_id = s.lot_id and d.dimension = $3::summary_dimension
     and d.day >= ${way === 'asc' ? `greatest($4::date, date_trunc('month', $6::date)::date)` : '$4'}
     and d.day < ${way === 'asc' ? '$5' : `least($5::date, (date_trunc('month', $6::date) + interval '1 month')::date)`}
   group by to_char(d.day, 'YYYY-MM'), d.member
  having (to_char(min(d.day), 'YYYY-MM'), s.lot_id, d.member) ${beyond} (to_char($6::date, 'YYYY-MM'), $7::int4, $8::text)
   order by 1 ${way}, 2 ${way}
   limit $9`
/** 1 bucket, 2 lots, 3 dimension, 4 from, 5 until, 6 to 8 after this day, lot and member, 9 how many. */
const page = (by: 'day' | 'month') =>
  bothWays(
    `select-summary-${by}s`,
    (beyond, way) => `
  select s.lot_id, r.*
    from summary_lot s
   cross join lateral (${(by === 'day' ? days : months)(beyond, way)}) as r
   where s.bucket = $1 and s.lot_id = any ($2::int4[])
   order by r.period ${way}, s.lot_id ${way}, r.member ${way}
   limit $9`,
  )
const pages = { day: page('day'), month: page('month') }

type Row = Readonly<Record<string, unknown>> & {
  lot_id: number
  period: string
  member: string
  corrections: number
  corrected_at: number | null
  closed: boolean
}
const zeros = Object.fromEntries(figures.map((figure) => [figure, 0])) as Figures
const rowOf = (row: Row, bucket: number, dimension: Dimension, by: 'day' | 'month'): SummaryRow => ({
  lot: { bucket, lotId: row.lot_id },
  period: by === 'day' ? { by, day: row.period as Day } : { by, month: row.period as Month },
  dimension,
  member: row.member,
  figures: { ...zeros, ...Object.fromEntries(figuresOf(row)) },
  state: row.closed ? 'closed' : 'open',
  corrections: row.corrections,
  correctedAt: row.corrected_at as Instant | null,
})
const nameOf = (period: Period): string => (period.by === 'day' ? period.day : period.month)
const periodOf = ({ period }: SummaryRow): string => nameOf(period)

/** Behind every row: no lot has such a number, no day such a date. */
const atTheEnd: After = { period: '9999-12-31', lotId: 2 ** 31 - 1, member: '' }

/**
 * A page of rows in the order of period, lot and member (as bytes), or the other way round, beginning after `after`; at most `limit` (1 to
 * 1,000). Days and members on which nothing happened have no row. `next` is null on the last page.
 */
export async function summaryPage(
  database: Database,
  asked: Asked & {
    readonly by: 'day' | 'month'
    readonly limit: number
    readonly after?: After | null
    readonly order?: Order
  },
): Promise<Page> {
  const { lots, dimension, from, until, by, after, limit, order = 'asc' } = asked
  const atFront =
    order === 'desc' ? atTheEnd : { period: by === 'day' ? '-infinity' : from.slice(0, 7), lotId: -1, member: '' }
  const first = after ?? atFront
  const before = by === 'day' || first.period.length !== 7 ? first.period : `${first.period}-01`
  const some = await Promise.all(
    [...Map.groupBy(lots, ({ bucket }) => bucket)].map(async ([bucket, of]) =>
      (
        await database
          .of(bucket)
          .query<Row>(pages[by][order], [
            ...[bucket, of.map(({ lotId }) => lotId), dimension, from, until],
            ...[before, first.lotId, first.member, limit],
          ])
      ).map((row) => rowOf(row, bucket, dimension, by)),
    ),
  )
  const rows = some
    .flat()
    .sort((a, b) => (order === 'asc' ? inOrder(a, b) : inOrder(b, a)))
    .slice(0, limit)
  const last = rows.at(-1)
  return {
    rows,
    next:
      rows.length < limit || last === undefined
        ? null
        : { period: periodOf(last), lotId: last.lot.lotId, member: last.member },
  }
}

function inOrder(a: SummaryRow, b: SummaryRow): number {
  if (periodOf(a) !== periodOf(b)) return periodOf(a) < periodOf(b) ? -1 : 1
  return a.lot.lotId - b.lot.lotId || Buffer.compare(Buffer.from(a.member), Buffer.from(b.member))
}

/** What one day or month came to at all of some lots together. */
export type PeriodRow = Omit<SummaryRow, 'lot' | 'dimension' | 'member'>

const periods = (by: 'day' | 'month') =>
  bothWays(
    `select-summary-${by}s-of-all`,
    (beyond, way) => `
  select ${by === 'day' ? 'd.day::text' : `to_char(d.day, 'YYYY-MM')`} as period, ${sums}, sum(d.corrections)::int4 as corrections,
         max(d.corrected_at) as corrected_at
    from summary_day d
   where d.bucket = $1 and d.lot_id = any ($2::int4[]) and d.dimension = 'lot' and d.day >= $3 and d.day < $4
     and ($5::text is null or ${by === 'day' ? 'd.day::text' : `to_char(d.day, 'YYYY-MM')`} ${beyond} $5)
   group by 1 order by 1 ${way} limit $6`,
  )
const allPeriods = { day: periods('day'), month: periods('month') }
const selectClosedThrough: Statement = {
  name: 'select-summaries-closed-through',
  text: `
  select min(coalesce(closed_through, '-infinity'))::text as through from summary_lot where bucket = $1 and lot_id = any ($2::int4[])`,
}

/**
 * A page of days or months of all these lots together, beginning after the period `after`; at most `limit` (1 to 1,000). A day on which
 * nothing happened anywhere has no row. A day is closed when every lot has closed it, and a month when all its days are. `next` is null on
 * the last page.
 */
export async function periodsPage(
  database: Database,
  asked: Omit<Asked, 'dimension'> & {
    readonly by: 'day' | 'month'
    readonly limit: number
    readonly after: string | null
    readonly order: Order
  },
): Promise<{ readonly rows: readonly PeriodRow[]; readonly next: string | null }> {
  const { lots, from, until, by, limit, after, order } = asked
  type Summed = Readonly<Record<string, unknown>> & {
    period: string
    corrections: number
    corrected_at: Instant | null
  }
  const parts = await Promise.all(
    [...Map.groupBy(lots, ({ bucket }) => bucket)].map(async ([bucket, of]) => {
      const db = database.of(bucket)
      const ids = of.map(({ lotId }) => lotId)
      const rows = await db.query<Summed>(allPeriods[by][order], [bucket, ids, from, until, after, limit])
      const [closed] = await db.query<{ through: string | null }>(selectClosedThrough, [bucket, ids])
      return { rows, through: closed!.through }
    }),
  )
  // Of lots that nothing was ever heard of there is nothing to wait for.
  const through = parts.flatMap((part) => part.through ?? []).sort()[0] ?? '-infinity'
  const lastDayOf = (period: string): string => {
    const end = by === 'day' ? dayAfter(period as Day) : `${dayAfter(`${period}-01` as Day, 31).slice(0, 8)}01`
    return dayAfter([end, until].sort()[0] as Day, -1)
  }
  const all = [
    ...Map.groupBy(
      parts.flatMap(({ rows }) => rows),
      ({ period }) => period,
    ),
  ].map(([period, rows]): PeriodRow => {
    const figures = { ...zeros } as Record<Figure, number>
    for (const row of rows) for (const [figure, amount] of figuresOf(row)) figures[figure] += amount
    const corrected = rows.flatMap(({ corrected_at }) => corrected_at ?? [])
    return {
      period: by === 'day' ? { by, day: period as Day } : { by, month: period as Month },
      figures,
      state: lastDayOf(period) <= through ? 'closed' : 'open',
      corrections: rows.reduce((sum, { corrections }) => sum + corrections, 0),
      correctedAt: corrected.length === 0 ? null : (Math.max(...corrected) as Instant),
    }
  })
  const textOf = ({ period }: PeriodRow) => nameOf(period)
  const rows = all.sort((a, b) => (textOf(a) < textOf(b) === (order === 'asc') ? -1 : 1)).slice(0, limit)
  return { rows, next: rows.length < limit ? null : textOf(rows.at(-1)!) }
}

const total: Statement = {
  name: 'total-summaries',
  text: `
  select ${sums} from summary_day d
   where d.bucket = $1 and d.lot_id = any ($2::int4[]) and d.dimension = 'lot' and d.day >= $3 and d.day < $4`,
}
/** What these lots came to over these days: the same whatever it is told apart by. */
export async function summaryTotals(
  database: Database,
  { lots, from, until }: Omit<Asked, 'dimension'>,
): Promise<Figures> {
  const all = { ...zeros } as Record<Figure, number>
  for (const [bucket, of] of Map.groupBy(lots, ({ bucket }) => bucket))
    for (const row of await database
      .of(bucket)
      .query<Record<string, unknown>>(total, [bucket, of.map(({ lotId }) => lotId), from, until]))
      for (const [figure, amount] of figuresOf(row)) all[figure] += amount
  return all
}

const selectCorrections: Statement = {
  name: 'select-summary-corrections',
  text: `
  select lot_id, dimension::text as dimension, day::text as day, member, number, figure, was, became, because, at
    from summary_correction
   where bucket = $1 and lot_id = $2 and dimension = $3::summary_dimension and day >= $4 and day < $5
   order by day, member, number, figure`,
}
/** What was corrected at a lot after its days were closed, in the order of days. */
export async function summaryCorrections(
  database: Database,
  { lot, dimension, from, until }: { readonly lot: LotKey } & Omit<Asked, 'lots'>,
): Promise<readonly Correction[]> {
  const rows = await database
    .of(lot.bucket)
    .query<Omit<Correction, 'lot' | 'from' | 'to'> & { was: string; became: string }>(selectCorrections, [
      ...[lot.bucket, lot.lotId, dimension, from, until],
    ])
  return rows.map(({ day, dimension, member, number, figure, was, became, because, at }) => ({
    ...{ lot, day, dimension, member, number, figure, from: Number(was), to: Number(became), because, at },
  }))
}

const selectLots: Statement = {
  name: 'select-summary-lots-of-operator',
  text: '-- fanout\nselect bucket, lot_id from lot where operator_id = $1 order by lot_id',
}
/** The lots that an operator has now. */
export async function lotsOfOperator(database: Database, operatorId: string): Promise<readonly LotKey[]> {
  const of = (db: Db) => db.query<{ bucket: number; lot_id: number }>(selectLots, [operatorId])
  const rows = (await Promise.all(database.nodes.map(({ db }) => of(db)))).flat()
  return rows.map(({ bucket, lot_id }) => ({ bucket, lotId: lot_id }))
}

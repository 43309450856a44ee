import { selectBucketOfLot } from '@lanepay/cloud/lot/store.ts'
import { dayAfter, dayOf, isDay } from '@lanepay/cloud/reconciliation/day.ts'
import { beijingTime, type Column, type Row, tally, textOf, yuanOf } from '@lanepay/cloud/report/column.ts'
import { csvBook } from '@lanepay/cloud/report/csv.ts'
import { sinkOf } from '@lanepay/cloud/report/sink.ts'
import { allSummaryRows, type SummaryAsked, summaryColumns } from '@lanepay/cloud/report/summaries.ts'
import { summaryCorrections } from '@lanepay/cloud/summary/read.ts'
import { type Correction, dimensions } from '@lanepay/cloud/summary/row.ts'
import type { Database } from '@lanepay/database/database.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { readOrTell } from './config.ts'
import { Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { typed } from './typed.ts'

const usage = `lanepay summary LOTNUMBER [--from DAY] [--until DAY] [--by day|month] [--of lane|channel|attendant|product] [--csv]
  --from, --until: days like 2026-11-01 at Beijing; from the first, up to and without the last. Left out: this month so far
  --of: told apart by it; what is of none of them has an empty name, so that they add up to the lot
  --csv: every figure, for a spreadsheet; without it those that are not nothing, and what was corrected after its day was closed`
/** Whoever pipes it into a slow place is waited for. */
const patienceMs = 3_600_000

/** `lanepay summary LOTNUMBER`: what each day or month came to, and whether that is the last word. */
export async function runSummary(args: readonly string[]): Promise<void> {
  const { lotId, by, of, from, until, csv } = readArgs(args)
  const data = await openLiveData(readOrTell())
  try {
    const [found] = await data.database.reference.query<{ bucket: number }>(selectBucketOfLot, [lotId])
    if (!found) throw new Told('LOTNUMBER: a lot that is open here')
    const lot: LotKey = { bucket: found.bucket, lotId }
    const asked = { lots: [lot], by, of, from: startsAt(from), until: startsAt(until) }
    if (csv) return await printCsv(data.database, asked)
    const rows: Row[] = []
    for await (const page of allSummaryRows(data.database, asked)) rows.push(...page)
    if (rows.length === 0) return console.log('Nothing happened in these days, or a worker has not counted it yet.')
    for (const line of tableOf(summaryColumns(by, of), rows)) console.log(line)
    const corrections = await summaryCorrections(data.database, { lot, dimension: of, from, until })
    for (const one of corrections) console.log(correctionSays(one))
  } finally {
    await data.close()
  }
}

async function printCsv(database: Database, asked: SummaryAsked): Promise<void> {
  const book = csvBook(sinkOf(process.stdout, patienceMs), { language: 'en', at: systemClock.now() })
  const table = await book.table('summary', summaryColumns(asked.by, asked.of))
  for await (const page of allSummaryRows(database, asked)) await table.rows(page)
  await table.end()
  await book.end()
}

/** For a person: the columns in which something happened, what they add up to below, numbers to the right. */
function tableOf(all: readonly Column[], rows: readonly Row[]): string[] {
  const columns = all.filter(
    ({ key, total }) => key !== 'lot' && (!total || rows.some((row) => row[key] !== 0)) && !key.startsWith('correct'),
  )
  const sums = tally(columns)
  for (const row of rows) sums.add(row)
  const totals = sums.totals()
  const cells = [
    columns.map(({ title }) => title.en),
    ...rows.map((row) => columns.map((column) => textOf(column, row[column.key] ?? null, 'en'))),
    columns.map((column, place) => {
      const total = totals[column.key]
      return total === undefined ? (place === 0 ? 'Total' : '') : textOf(column, total, 'en')
    }),
  ]
  const widths = columns.map((_, place) => Math.max(...cells.map((line) => line[place]!.length)))
  return cells.map((line) =>
    line
      .map((cell, place) => (columns[place]!.total ? cell.padStart(widths[place]!) : cell.padEnd(widths[place]!)))
      .join('  ')
      .trimEnd(),
  )
}

const correctionSays = ({ day, member, figure, from, to, because, at }: Correction): string => {
  const said = (amount: number) => (figure.endsWith('Fen') ? yuanOf(amount) : String(amount))
  return `corrected ${beijingTime(at)}: ${day}${member === '' ? '' : ` ${member}`} ${figure} ${said(from)} -> ${said(to)} by ${because.join(', ')}`
}

const startsAt = (day: string): number => Date.parse(`${day}T00:00:00+08:00`)

function readArgs(args: readonly string[]) {
  const options = {
    from: { type: 'string' },
    until: { type: 'string' },
    by: { type: 'string' },
    of: { type: 'string' },
    csv: { type: 'boolean' },
  } as const
  const parsed = typed(args, options, usage)
  const [lot = '', ...more] = parsed.positionals
  if (!/^[1-9]\d{0,6}$/.test(lot) || more.length > 0) throw new Told(usage)
  const today = dayOf(systemClock.now())
  const { by = 'day', of = 'lot', csv = false } = parsed.values
  const { from = `${today.slice(0, 8)}01`, until = dayAfter(today) } = parsed.values
  if (!isDay(from)) throw new Told('--from: a day like 2026-11-01')
  if (!isDay(until)) throw new Told('--until: a day like 2026-11-01')
  if (until <= from) throw new Told('--until: a day after --from')
  if (by !== 'day' && by !== 'month') throw new Told('--by: day or month')
  const dimension = dimensions.find((one) => one === of)
  if (!dimension) throw new Told(`--of: one of ${dimensions.join(', ')}`)
  return { lotId: Number(lot), by, of: dimension, from, until, csv } as const
}

import type { Database } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { dayOf } from '../reconciliation/day.ts'
import { type After, summaryTotals } from '../summary/read.ts'
import type { Figures } from '../summary/row.ts'
import type { Wrong } from './ask.ts'
import type { Column, Row } from './column.ts'
import { cursorIn, cursorOut } from './cursor.ts'
import { type SummaryAsked, summaryColumns, summaryRows } from './summaries.ts'

/* One page of the summaries as a screen gets it. */

export type SummaryView = {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly next: string | null
  /** Of all of it, whatever it is told apart by; on the first page only. */
  readonly totals?: Figures
}

export async function summaryView(
  database: Database,
  asked: SummaryAsked,
  after: After | null,
  limit: number,
): Promise<SummaryView> {
  const { rows, next } = await summaryRows(database, asked, after, limit)
  const view: SummaryView = {
    columns: summaryColumns(asked.by, asked.of),
    rows,
    next: next && cursorOut([next.period, next.lotId, next.member]),
  }
  if (after !== null) return view
  const period = { from: dayOf(asked.from), until: dayOf(asked.until) }
  return { ...view, totals: await summaryTotals(database, { lots: asked.lots, ...period }) }
}

export function summaryAfter(unchecked: string): Result<After, Wrong> {
  const wrong = err({ field: 'after', rule: 'what the page before said is next' })
  const said = cursorIn(unchecked, 3)
  if (!said) return wrong
  const [period, lotId, member] = said
  if (typeof period !== 'string' || !/^\d{4}-\d\d(-\d\d)?$/.test(period) || Number.isNaN(Date.parse(period)))
    return wrong
  if (!Number.isInteger(lotId) || Math.abs(lotId as number) > 9_999_999) return wrong
  if (typeof member !== 'string' || member.length > 200 || member.includes('\0')) return wrong
  return ok({ period, lotId: lotId as number, member })
}

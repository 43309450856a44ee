import type { Database } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { dayOf } from '../reconciliation/day.ts'
import { type After, type PeriodRow, periodsPage, summaryPage } from '../summary/read.ts'
import { type Dimension, dimensions, type Figure, figures, type SummaryRow } from '../summary/row.ts'
import type { Book } from './book.ts'
import type { Order } from './both-ways.ts'
import { type Column, type Row, tally, type Words } from './column.ts'
import type { Asked } from './read.ts'
import { channelWords } from './words.ts'

/* Summaries (services/cloud/src/summary) as a list: what each day or month came to. */

const titles: Readonly<Record<Figure, readonly [zh: string, en: string]>> = {
  payments: ['支付笔数', 'Payments'],
  paidFen: ['支付金额', 'Paid'],
  refunds: ['退款笔数', 'Refunds'],
  refundedFen: ['退款金额', 'Refunded'],
  channelFeeFen: ['渠道手续费', 'Channel fee'],
  platformFeeFen: ['平台服务费', 'Platform fee'],
  sharedFen: ['分润', 'Shared'],
  netFen: ['净额', 'Net'],
  unappliedPayments: ['未入账笔数', 'Payments for nothing'],
  unappliedFen: ['未入账金额', 'Paid for nothing'],
  cashPayments: ['现金笔数', 'Cash payments'],
  cashFen: ['现金金额', 'Cash'],
  cashGivenBack: ['退现金笔数', 'Cash given back'],
  cashGivenBackFen: ['退现金金额', 'Cash given back, amount'],
  handOvers: ['交班次数', 'Hand-overs'],
  overShortFen: ['长短款', 'Over or short'],
  entries: ['入场', 'Entries'],
  exits: ['离场', 'Exits'],
  staySeconds: ['停车秒数', 'Seconds of stay'],
  freeExits: ['免费离场', 'Free exits'],
  releasedOwing: ['欠费放行', 'Released owing'],
  escaped: ['逃费', 'Escaped'],
  owedFen: ['欠费金额', 'Owed when they left'],
  openedForEntry: ['抬杆：入场', 'Opened for entry'],
  openedForPayment: ['抬杆：已付款', 'Opened for payment'],
  openedFree: ['抬杆：免费', 'Opened free'],
  openedByCard: ['抬杆：月卡', 'Opened by card'],
  openedByPerson: ['抬杆：人工', 'Opened by a person'],
  openedUnordered: ['抬杆：无指令', 'Opened unordered'],
}
const stateWords: Readonly<Record<string, Words>> = {
  open: { zh: '未关账', en: 'open' },
  closed: { zh: '已关账', en: 'closed' },
}
const memberTitles: Readonly<Record<Exclude<Dimension, 'lot'>, Words>> = {
  lane: { zh: '通道', en: 'Lane' },
  channel: { zh: '渠道', en: 'Channel' },
  attendant: { zh: '值守人员', en: 'Attendant' },
  product: { zh: '产品', en: 'Product' },
}

/** By what rows are told apart: a dimension, or `all`, which is every lot together. */
export const tellings = ['all', ...dimensions] as const
export type Telling = (typeof tellings)[number]

/** Of a summary by days or months, told apart by a dimension; of all lots together there is none to name. */
export function summaryColumns(by: 'day' | 'month', of: Telling): Column[] {
  const period: Column =
    by === 'day'
      ? { key: 'period', kind: 'day', title: { zh: '日期', en: 'Day' } }
      : { key: 'period', kind: 'text', title: { zh: '月份', en: 'Month' } }
  const member: readonly Column[] =
    of === 'all' || of === 'lot'
      ? []
      : [{ key: 'member', kind: 'text', title: memberTitles[of], ...(of === 'channel' ? { words: channelWords } : {}) }]
  return [
    period,
    ...(of === 'all' ? [] : [{ key: 'lot', kind: 'text' as const, title: { zh: '车场', en: 'Lot' } }]),
    ...member,
    ...figures.map((figure): Column => {
      const [zh, en] = titles[figure]
      return { key: figure, kind: figure.endsWith('Fen') ? 'fen' : 'count', title: { zh, en }, total: true }
    }),
    { key: 'state', kind: 'text', title: { zh: '状态', en: 'State' }, words: stateWords },
    { key: 'corrections', kind: 'count', title: { zh: '关账后更正', en: 'Corrections' } },
    { key: 'correctedAt', kind: 'instant', title: { zh: '最近更正', en: 'Corrected at' } },
  ]
}

const cellsOf = ({ lot, member, ...row }: SummaryRow): Row => ({
  ...cellsOfPeriod(row),
  ...{ lot: String(lot.lotId), member },
})
const cellsOfPeriod = ({ period, figures, state, corrections, correctedAt }: PeriodRow): Row => ({
  period: period.by === 'day' ? period.day : period.month,
  ...figures,
  ...{ state, corrections, correctedAt },
})

export type SummaryAsked = Pick<Asked, 'from' | 'until'> & {
  readonly lots: readonly LotKey[]
  readonly by: 'day' | 'month'
  readonly of: Telling
  /** By period; the oldest first unless it is said. */
  readonly order?: Order
}
/** One page, and where the next begins. */
export async function summaryRows(
  database: Database,
  { lots, by, of, from, until, order = 'asc' }: SummaryAsked,
  after: After | null,
  limit: number,
): Promise<{ readonly rows: readonly Row[]; readonly next: After | null }> {
  const asked = { lots, by, from: dayOf(from), until: dayOf(until), limit, order }
  if (of === 'all') {
    const { rows, next } = await periodsPage(database, { ...asked, after: after?.period ?? null })
    return { rows: rows.map(cellsOfPeriod), next: next === null ? null : { period: next, lotId: 0, member: '' } }
  }
  const { rows, next } = await summaryPage(database, { ...asked, dimension: of, after })
  return { rows: rows.map(cellsOf), next }
}

/** Every row, page by page. */
export async function* allSummaryRows(database: Database, asked: SummaryAsked): AsyncGenerator<readonly Row[]> {
  for (let after: After | null = null; ; ) {
    const page: Awaited<ReturnType<typeof summaryRows>> = await summaryRows(database, asked, after, 200)
    if (page.rows.length > 0) yield page.rows
    if (page.next === null) return
    after = page.next
  }
}

export const summariesTitle: Words = { zh: '汇总', en: 'Summaries' }

/** Writes every row as one table of a book, page by page; answers what they add up to. */
export async function exportSummaries(
  database: Database,
  asked: SummaryAsked,
  book: Book,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const columns = summaryColumns(asked.by, asked.of)
  const sums = tally(columns)
  const table = await book.table(name, columns)
  for await (const rows of allSummaryRows(database, asked)) {
    for (const row of rows) sums.add(row)
    await table.rows(rows)
  }
  await table.end()
  return sums.totals()
}

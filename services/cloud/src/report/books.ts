import type { Database } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { accountColumns, accountsOf } from './accounts.ts'
import { paidAcross } from './across.ts'
import type { Book } from './book.ts'
import { checkColumns, checkRow, entrySums } from './checks.ts'
import type { Language, Words } from './column.ts'
import { exportList } from './export.ts'
import type { ListName } from './list.ts'
import { listOf } from './lists.ts'
import type { Asked, Totals } from './read.ts'
import type { Snapshot } from './snapshot.ts'
import { exportSummaries } from './summaries.ts'
import { accountWords } from './words.ts'

/*
 * A month's books: everything that was posted in it, and what each account was before and after, in one workbook or one zip, from one
 * snapshot. Its last table holds the others against each other.
 */

const summaryTitle: Words = { zh: '每日汇总', en: 'Summary by day' }
const accountsTitle: Words = { zh: '账户余额', en: 'Accounts' }
const checksTitle: Words = { zh: '核对', en: 'Checks' }

export type BooksAsked = {
  /** Its summaries are read beside the snapshot: those of closed days change only by corrections that say so. */
  readonly database: Database
  /** Of the lists below. */
  readonly askedOf: (name: ListName) => Asked
  readonly lots: readonly LotKey[]
  readonly from: number
  readonly until: number
  readonly plates: boolean
  readonly language: Language
  /** In a zip files have names that any machine can write. */
  readonly plainNames: boolean
}

/** The lists that have a table; the transfers first, for the others are held against them. */
export const booksLists = [
  'transfers',
  ...(['payments', 'refunds', 'fees', 'shares', 'share-returns', 'withdrawals', 'withdrawal-steps'] as const),
  ...(['discrepancies', 'discrepancy-steps', 'cash-moves'] as const),
] as const

/** Writes the books; the caller ends the file. */
export async function exportBooks(snapshot: Snapshot, asked: BooksAsked, book: Book): Promise<void> {
  const { language, plates, plainNames } = asked
  const nameOf = (title: Words, plain: string) => (plainNames ? plain : title[language])
  const { lots, from, until } = asked
  const summed = await exportSummaries(
    asked.database,
    { lots, from, until, by: 'day', of: 'lot' },
    book,
    nameOf(summaryTitle, 'summary'),
  )
  const moved = await writeAccounts(snapshot, asked, book, nameOf(accountsTitle, 'accounts'))
  const entries = entrySums()
  const list = (name: ListName, each?: Parameters<typeof exportList>[3]['each']): Promise<Totals> =>
    exportList(snapshot, asked.askedOf(name), book, {
      ...{ name: nameOf(listOf(name).title, name), plates },
      ...(each ? { each } : {}),
    })
  const totals = new Map<ListName, Totals['sums']>()
  for (const name of booksLists)
    totals.set(name, (await list(name, name === 'transfers' ? entries.add : undefined)).sums)

  // A payment that is found later to count for nothing is taken out of what counted, without moving at the channel.
  const counted =
    -entries.of('channel-clearing', ['payment-paid']) -
    (entries.of('unapplied-receipts', ['payment-unapplied']) + entries.of('channel-clearing', ['payment-unapplied'])) +
    (await paidAcross(snapshot, lots, { from, until }))
  const total = (name: ListName, key: string) => BigInt(totals.get(name)?.[key] ?? 0)
  const checks = await book.table(nameOf(checksTitle, 'checks'), checkColumns)
  await checks.rows(
    [
      {
        what: { zh: '支付：收款', en: 'Payments: came in' },
        one: total('payments', 'amountFen'),
        other: -entries.of('channel-clearing', ['payment-paid', 'payment-unapplied']),
      },
      {
        what: { zh: '退款', en: 'Refunds' },
        one: total('refunds', 'amountFen') + total('refunds', 'unappliedFen'),
        other: entries.of('refund-in-flight', ['refund-asked', 'refund-failed']),
      },
      {
        what: { zh: '手续费', en: 'Fees by the bills' },
        one: total('fees', 'feeFen'),
        other: entries.of('channel-clearing', ['fee-taken', 'fee-given-back']),
      },
      {
        what: { zh: '汇总：支付金额（按支付日）', en: 'Summary: paid, by the day of paying' },
        one: BigInt(summed.paidFen ?? 0),
        other: counted,
      },
      {
        what: { zh: '汇总：退款金额', en: 'Summary: refunded' },
        one: BigInt(summed.refundedFen ?? 0),
        other: total('refunds', 'amountFen'),
      },
      ...[...moved].map(([kind, fen]) => ({
        what: {
          zh: `账户变动：${accountWords[kind]?.zh ?? kind}`,
          en: `Change of accounts: ${accountWords[kind]?.en ?? kind}`,
        },
        one: fen,
        other: entries.of(kind, 'all'),
      })),
    ].map((check) => checkRow(check, language)),
  )
  await checks.end()
}

/** Every account, lot by lot; answers by how much the accounts of each kind changed. */
async function writeAccounts(
  snapshot: Snapshot,
  { lots, from, until }: BooksAsked,
  book: Book,
  name: string,
): Promise<ReadonlyMap<string, bigint>> {
  const moved = new Map<string, bigint>()
  const table = await book.table(name, accountColumns)
  for (const lot of lots) {
    const rows = await accountsOf(snapshot, lot, { from, until })
    for (const { account, openingFen, closingFen } of rows) {
      const kind = String(account)
      moved.set(kind, (moved.get(kind) ?? 0n) + BigInt(closingFen!) - BigInt(openingFen!))
    }
    await table.rows(rows)
  }
  await table.end()
  return moved
}

import type { Book } from './book.ts'
import { type Column, columnsFor, type Row, tally } from './column.ts'
import type { ListColumn } from './list.ts'
import { type Asked, rowsOf, type Totals } from './read.ts'
import type { Snapshot } from './snapshot.ts'
import { openingOf, running } from './statement.ts'

/**
 * Writes a whole list as one table of a book, page by page: the next page is read when the last one was taken. Its totals are those of the
 * rows that were written, and are answered with how many those were.
 */
export async function exportList(
  snapshot: Snapshot,
  asked: Asked,
  book: Book,
  {
    name,
    plates,
    each = () => {},
  }: { readonly name: string; readonly plates: boolean; readonly each?: (row: Row) => void },
): Promise<Totals> {
  const { list } = asked
  // Before the head is written: what cannot be read at all is an error, and no file.
  const pages = rowsOf(snapshot, asked, null)
  let page = await pages.next()
  const table = await book.table(name, columnsFor<ListColumn>(list.columns, { plates }))
  const balance = list.runs ? running(await openingOf(snapshot, asked, null), asked.order) : null
  const edge = async (cause: 'opening' | 'closing') => {
    const at = cause === 'opening' ? asked.from : asked.until
    if (balance) await table.rows([edgeRow(list.columns, cause, at, balance.balance())])
  }
  const [first, last] = asked.order === 'asc' ? (['opening', 'closing'] as const) : (['closing', 'opening'] as const)
  const sums = tally(list.columns)
  await edge(first)
  for (; !page.done; page = await pages.next()) {
    const found = balance ? balance.on(page.value) : page.value
    for (const { row } of found) {
      sums.add(row)
      each(row)
    }
    await table.rows(found.map(({ row }) => row))
  }
  await edge(last)
  await table.end()
  return { rows: sums.rows(), sums: sums.totals() }
}

/** What a statement begins and ends with: a row that moves nothing. */
const edgeRow = (columns: readonly Column[], cause: string, postedAt: number, balance: bigint): Row => ({
  ...Object.fromEntries(columns.map(({ key }) => [key, null])),
  ...{ postedAt, cause, balanceFen: String(balance) },
})

import type { Book } from './book.ts'
import { type Column, columnsFor, type Row } from './column.ts'
import type { ListColumn } from './list.ts'
import { type Asked, rowsOf } from './read.ts'
import type { Snapshot } from './snapshot.ts'
import { openingOf, running } from './statement.ts'

/**
 * Writes a whole list as one table of a book, page by page: the next page is read when the last one was taken. Its totals are those of the
 * rows that were written. Answers how many rows those were.
 */
export async function exportList(
  snapshot: Snapshot,
  asked: Asked,
  book: Book,
  { name, plates }: { readonly name: string; readonly plates: boolean },
): Promise<number> {
  const { list } = asked
  const table = await book.table(name, columnsFor<ListColumn>(list.columns, { plates }))
  const balance = list.runs ? running(await openingOf(snapshot, asked, null)) : null
  const edge = async (cause: string, at: number) => {
    if (balance) await table.rows([edgeRow(list.columns, cause, at, balance.balance())])
  }
  let count = 0
  await edge('opening', asked.from)
  for await (const page of rowsOf(snapshot, asked, null)) {
    const found = balance ? balance.on(page) : page
    await table.rows(found.map(({ row }) => row))
    count += found.length
  }
  await edge('closing', asked.until)
  await table.end()
  return count
}

/** What a statement begins and ends with: a row that moves nothing. */
const edgeRow = (columns: readonly Column[], cause: string, postedAt: number, balance: bigint): Row => ({
  ...Object.fromEntries(columns.map(({ key }) => [key, null])),
  ...{ postedAt, cause, balanceFen: String(balance) },
})

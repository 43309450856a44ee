import type { Database } from '@lanepay/database/database.ts'
import { dayOf } from '../reconciliation/day.ts'
import type { Book, BookForm, Sink } from './book.ts'
import { booksLists, exportBooks } from './books.ts'
import { csvBook, zipBook } from './csv.ts'
import { exportList } from './export.ts'
import type { List, ListName } from './list.ts'
import { listOf } from './lists.ts'
import type { Asked } from './read.ts'
import { withSnapshot } from './snapshot.ts'
import { exportSummaries, type SummaryAsked, summariesTitle } from './summaries.ts'
import { bucketsOf, placesOf, type Whose } from './whose.ts'
import { xlsxBook } from './xlsx.ts'

/* A file from its first byte to its last, for whoever asked: the console and the command get the same. */

export const listForms = ['xlsx', 'csv'] as const
export const booksForms = ['xlsx', 'zip'] as const
export type Form = (typeof listForms)[number] | (typeof booksForms)[number]
export const mediaTypes: Readonly<Record<Form, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  zip: 'application/zip',
}
const books: Readonly<Record<Form, (sink: Sink, form: BookForm) => Book>> = {
  ...{ xlsx: xlsxBook, csv: csvBook, zip: zipBook },
}

type Delivery = BookForm & { readonly form: Form; readonly plates: boolean; readonly whose: Whose }
type Period = Pick<Asked, 'from' | 'until'>

/** Room for a sheet's name, with a number behind it where a list needs several (xlsx.ts). */
const nameAtMost = 28
/** Of which days a list is stands in the file itself: whoever opens it later sees neither its page nor how it was asked for. */
function sheetName(title: string, { from, until }: Period): string {
  const [first, last] = [from, until - 1].map((at) => dayOf(at).replaceAll('-', '')) as [string, string]
  const days = `${first}-${first.slice(0, 4) === last.slice(0, 4) ? last.slice(4) : last}`
  return `${title.slice(0, nameAtMost - days.length - 1).trim()} ${days}`
}

/** @throws NobodyReads where the reader has gone; whatever else was thrown on the way, with the file left unfinished */
export async function deliverList(
  database: Database,
  asked: Period & Pick<Asked, 'filters' | 'order'> & { readonly list: List },
  { whose, plates, form, ...bookForm }: Delivery,
  sink: Sink,
): Promise<void> {
  const where = await placesOf(database, asked.list, whose)
  await withSnapshot(database, bucketsOf(where.places), async (snapshot) => {
    const book = books[form](sink, bookForm)
    const name = sheetName(asked.list.title[bookForm.language], asked)
    await exportList(snapshot, { ...asked, ...where }, book, { name, plates })
    await book.end()
  })
}

/** Every row of the summaries, and what they add up to; of the same figures as on the screen. */
export async function deliverSummaries(
  database: Database,
  asked: Period & Pick<SummaryAsked, 'by' | 'of' | 'order'>,
  { whose, form, ...bookForm }: Omit<Delivery, 'plates'>,
  sink: Sink,
): Promise<void> {
  const book = books[form](sink, bookForm)
  await exportSummaries(database, { ...asked, lots: whose.lots }, book, summariesTitle[bookForm.language])
  await book.end()
}

/** The books of a month: @see exportBooks. */
export async function deliverBooks(
  database: Database,
  period: Period,
  { whose, plates, form, ...bookForm }: Delivery,
  sink: Sink,
): Promise<void> {
  const asked = new Map<ListName, Asked>()
  const askedOf = async (name: ListName) => {
    const list = listOf(name)
    asked.set(name, { list, ...period, ...(await placesOf(database, list, whose)), filters: {}, order: 'asc' })
  }
  for (const name of booksLists) await askedOf(name)
  const buckets = [...asked.values()].flatMap(({ places }) => bucketsOf(places))
  await withSnapshot(database, buckets, async (snapshot) => {
    const book = books[form](sink, bookForm)
    const { lots } = whose
    const language = bookForm.language
    await exportBooks(
      snapshot,
      { database, ...period, askedOf: (name) => asked.get(name)!, lots, plates, language, plainNames: form === 'zip' },
      book,
    )
    await book.end()
  })
}

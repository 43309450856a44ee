import type { FastifyReply } from 'fastify'
import { type Column, type Row, textOf } from './column.ts'
import { csvBook } from './csv.ts'
import { mediaTypes } from './deliver.ts'
import type { FileAsk } from './file-ask.ts'
import { xlsxBook } from './xlsx.ts'

/*
 * Lists that screens have and the reports have not, as a file: made whole before its first byte is sent, so a list that is too long is an
 * answer and never a part of a file.
 */

/** More than anybody reads in a sheet. */
const mostRows = 200_000

export type TableFile = {
  /** Without its ending. */
  readonly file: string
  /** Of the sheet. */
  readonly name: string
  readonly columns: readonly Column[]
}
export type Pages = AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>

/** A list in the form that is asked for, in Chinese as Excel where nothing else is; `too-many-rows` beyond 200,000 of them. */
export async function sendTable(
  reply: FastifyReply,
  { file, name, columns }: TableFile,
  pages: Pages,
  { as = 'xlsx', lang: language = 'zh' }: { readonly [Key in keyof FileAsk]: FileAsk[Key] | undefined },
  at: number,
): Promise<FastifyReply> {
  const pieces: Uint8Array[] = []
  const sink = async (bytes: Uint8Array) => void pieces.push(bytes)
  const book = as === 'xlsx' ? xlsxBook(sink, { language, at }) : csvBook(sink, { language, at })
  const table = await book.table(name, columns)
  let count = 0
  for await (const rows of pages) {
    count += rows.length
    if (count > mostRows)
      return reply
        .code(400)
        .send({ error: { code: 'too-many-rows', message: `over ${mostRows} rows: narrow the list first` } })
    await table.rows(rows)
  }
  await table.end()
  await book.end()
  return reply
    .type(mediaTypes[as])
    .header('content-disposition', `attachment; filename="${file}.${as}"`)
    .header('cache-control', 'no-store')
    .send(Buffer.concat(pieces))
}

/** The rows in which a person finds the text, in whichever column; all of them where none is looked for. */
export function rowsWith(
  columns: readonly Column[],
  rows: readonly Row[],
  { text = '', lang = 'zh' }: { readonly text?: string | undefined; readonly lang?: 'zh' | 'en' | undefined },
): readonly Row[] {
  const find = text.trim().toLowerCase()
  if (find === '') return rows
  return rows.filter((row) =>
    columns.some((column) =>
      textOf(column, row[column.key] ?? null, lang)
        .toLowerCase()
        .includes(find),
    ),
  )
}

/** Page after page of what a screen asks by key, until there is no `next`. */
export async function* everyPage<View extends { readonly next: string | null }, One = Row>(
  ask: (after: { readonly after?: string }) => Promise<View>,
  rowsOf: (view: View) => readonly One[],
): AsyncGenerator<readonly One[]> {
  let after: { readonly after?: string } | null = {}
  while (after !== null) {
    const view: View = await ask(after)
    yield rowsOf(view)
    after = view.next === null ? null : { after: view.next }
  }
}

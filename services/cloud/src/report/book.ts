import type { Column, Language, Row } from './column.ts'

/** Where finished bytes go; answers when there is room for more, and throws when nobody takes them any longer. */
export type Sink = (bytes: Uint8Array) => Promise<void>

/** A file of tables, written from its first byte to its last: Excel, CSV, or a zip of CSV. One table at a time. */
export type Book = {
  /** @throws RangeError where the form has one table only, or a second one of that name. */
  table(name: string, columns: readonly Column[]): Promise<Table>
  end(): Promise<void>
}
export type Table = {
  rows(rows: readonly Row[]): Promise<void>
  /** Writes what its columns add up to, where any is added up, and closes it. */
  end(): Promise<void>
}
export type BookForm = { readonly language: Language /** When it is written, ms since 1970. */; readonly at: number }

export const totalWord = { zh: '合计', en: 'Total' } as const

/** Few enough that what is made of them is small: the memory of a file of any length is that of these. */
export function* fewAtATime<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += 100) yield rows.slice(from, from + 100)
}

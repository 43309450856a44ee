import { type Book, type BookForm, fewAtATime, type Sink, totalWord } from './book.ts'
import { type Column, type Language, type Row, tally, textOf } from './column.ts'
import { zipInto } from './zip.ts'

/* CSV (RFC 4180) in UTF-8, with the mark at its front by which spreadsheets know that. */

const mark = '\uFEFF'
const headOf = (columns: readonly Column[], language: Language): string =>
  mark + lineOf(columns.map(({ title }) => textCell(title[language])))
const lineOf = (cells: readonly string[]): string => `${cells.join(',')}\r\n`

/** One value as a spreadsheet reads it back: money, counts and times as they are, all else as text. */
export function csvCell(column: Column, row: Row, language: Language): string {
  const text = textOf(column, row[column.key] ?? null, language)
  return column.kind === 'fen' || column.kind === 'count' || column.kind === 'instant' || column.kind === 'day'
    ? text
    : textCell(text)
}

/**
 * Text that stays text. What begins like a formula gets an apostrophe before it, so that no spreadsheet runs what a driver or an
 * attendant typed. What begins like a number or a date gets a tab behind it, as channels do in their bills: a spreadsheet would
 * round 32 digits to 15, and make a plate like 1E23456 a number and 3-4 a day.
 */
function textCell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : /^\d[\d.,:/eE+-]*$/.test(text) ? `${text}\t` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** What is added up, under a word that says so. */
function totalsOf(columns: readonly Column[], totals: Readonly<Record<string, string>>, language: Language): string {
  return lineOf(
    columns.map((column, place) =>
      totals[column.key] !== undefined
        ? csvCell(column, totals, language)
        : place === 0
          ? textCell(totalWord[language])
          : '',
    ),
  )
}

const tableOf = (write: (text: string) => Promise<void>, columns: readonly Column[], language: Language) => {
  const sums = tally(columns)
  return {
    rows: async (rows: readonly Row[]) => {
      for (const some of fewAtATime(rows)) {
        for (const row of some) sums.add(row)
        await write(some.map((row) => lineOf(columns.map((column) => csvCell(column, row, language)))).join(''))
      }
    },
    totals: async () => {
      if (Object.keys(sums.totals()).length > 0) await write(totalsOf(columns, sums.totals(), language))
    },
  }
}

/** One table. */
export function csvBook(sink: Sink, { language }: BookForm): Book {
  let begun = false
  const write = (text: string) => sink(Buffer.from(text))
  return {
    table: async (name, columns) => {
      if (begun) throw new RangeError(`CSV has one table; there is no room for ${name}`)
      begun = true
      await write(headOf(columns, language))
      const { rows, totals } = tableOf(write, columns, language)
      return { rows, end: totals }
    },
    end: async () => {},
  }
}

/** Each table a file of its name in a zip. */
export function zipBook(sink: Sink, { language, at }: BookForm): Book {
  const zip = zipInto(sink, at)
  return {
    table: async (name, columns) => {
      const file = await zip.file(`${name}.csv`)
      await file.write(headOf(columns, language))
      const { rows, totals } = tableOf(file.write, columns, language)
      return {
        rows,
        end: async () => {
          await totals()
          await file.end()
        },
      }
    },
    end: () => zip.end(),
  }
}

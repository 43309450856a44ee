import { fen, toYuan } from '@lanepay/domain/money.ts'
import type { Statement, StatementLine } from './statement.ts'

/** How a statement is written: instants in the reader's own time, and what a line is about in the reader's words. */
export type Wording = {
  readonly instant: (ms: number) => string
  readonly about: (line: StatementLine) => string
}

const yuan = (amountFen: bigint): string => toYuan(fen(Number(amountFen)))
const headings = ['posted_at', 'cause', 'about', 'amount', 'balance'] as const

const rowsOf = ({ openingFen, lines, closingFen, from, until }: Statement, { instant, about }: Wording): string[][] => [
  [instant(from), 'opening balance', '', '', yuan(openingFen)],
  ...lines.map((line) => [
    instant(line.postedAt),
    line.cause,
    about(line),
    yuan(line.amountFen),
    yuan(line.balanceFen),
  ]),
  [instant(until), 'closing balance', '', '', yuan(closingFen)],
]

/** For a person: columns, yuan to the right. */
export function statementText(statement: Statement, wording: Wording): string {
  const rows = [[...headings], ...rowsOf(statement, wording)]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd()
  return `${rows.map(line).join('\n')}\n`
}

/** For a spreadsheet (RFC 4180). None of the words can be a formula: each begins with a letter, a digit or a minus and digits. */
export const statementCsv = (statement: Statement, wording: Wording): string =>
  [[...headings], ...rowsOf(statement, wording)].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')

const csvCell = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

import type { Text } from '../vehicle/api.ts'

/* What every table of a move has in common: what each line does, or what is wrong with it and where. */

export type MovedLine = {
  /** Its row in the file, the head being 1. */
  readonly line: number
  /** What it is about, as a person finds it in the file. */
  readonly about: string
  readonly does: 'opens' | 'puts' | 'changes' | 'nothing' | 'wrong'
  /** Of a wrong one, where it is one column's: the column, and the rule that it breaks. */
  readonly field: string | null
  readonly why: Text | null
}
/** `look`: nothing is changed. `right`: all lines without a mistake. `all`: every line, or nothing where one is wrong. */
export const takes = ['look', 'right', 'all'] as const
export type Take = (typeof takes)[number]
export type Moved = {
  /** What is wrong with the file as a whole; then there are no lines. */
  readonly fault: Text | null
  readonly lines: readonly MovedLine[]
  readonly taken: number
}

/** Whether lines may go in: what a person chose, held against what is wrong. */
export const mayTake = (take: Take, lines: readonly { readonly does: string }[]): boolean =>
  take === 'right' || (take === 'all' && lines.every(({ does }) => does !== 'wrong'))

/** Rows with something in them, each with its number in the file, and its cells by their columns. */
export function* rowsOf<Field extends string>(
  sheet: readonly (readonly string[])[],
  columns: Partial<Record<Field, number>>,
): Generator<{ readonly line: number; readonly cell: (field: Field) => string }> {
  for (const [n, row] of sheet.entries())
    if (n > 0 && row.some((cell) => cell.trim() !== ''))
      yield { line: n + 1, cell: (field) => (row[columns[field] ?? -1] ?? '').trim() }
}

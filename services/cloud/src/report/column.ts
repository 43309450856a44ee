import { fen, toYuan } from '@lanepay/domain/money.ts'

/*
 * What a list's columns are. One definition of each column serves the screen (JSON), Excel and CSV, so the three cannot differ in
 * what they show, in their order, or in what is added up.
 */

export type Language = 'zh' | 'en'
export type Words = { readonly zh: string; readonly en: string }
/**
 * fen: whole fen, shown as yuan. count: a whole number of things. instant: ms since 1970 UTC, shown in Beijing's time. day: a day in
 * Beijing, `2026-06-01`. number: digits that name something, up to 32 of them, never counted with. plate: only for those who may see
 * plates.
 */
export type Kind = 'fen' | 'count' | 'instant' | 'day' | 'text' | 'plate' | 'number'
export type Column = {
  readonly key: string
  readonly title: Words
  readonly kind: Kind
  /** Added up over all rows. */
  readonly total?: true
  /** What the values that are words of the code are called; others are shown as they are. */
  readonly words?: Readonly<Record<string, Words>>
}
/** A column by what it is called; `words` are the values that are words of the code. */
export const columnOf = (key: string, kind: Kind, zh: string, en: string, words?: Column['words']): Column => ({
  ...{ key, kind, title: { zh, en } },
  ...(words ? { words } : {}),
})
/** Whole numbers beyond 2^53 come as text, as the database gives them. */
export type Cell = string | number | null
export type Row = Readonly<Record<string, Cell>>

/** The columns somebody may see. */
export const columnsFor = <C extends Column>(columns: readonly C[], may: { readonly plates: boolean }): C[] =>
  columns.filter(({ kind }) => may.plates || kind !== 'plate')

const beijingMs = 8 * 3_600_000
/** As a person reads it, to the second. */
export const beijingTime = (at: number): string => new Date(at + beijingMs).toISOString().slice(0, 19).replace('T', ' ')
/** Whole fen as yuan. @throws RangeError beyond 2^53 fen. */
export const yuanOf = (amount: Cell): string => toYuan(fen(Number(amount)))

/** A cell as a person reads it. */
export function textOf({ kind, words }: Column, cell: Cell, language: Language): string {
  if (cell === null) return ''
  if (kind === 'fen') return yuanOf(cell)
  if (kind === 'instant') return beijingTime(Number(cell))
  return words?.[cell]?.[language] ?? String(cell)
}

/** Adds up, row by row, what is to be added up: exact, however many rows there are. */
export function tally(columns: readonly Column[]) {
  const sums = new Map(columns.filter(({ total }) => total).map(({ key }) => [key, 0n]))
  let rows = 0
  return {
    add(row: Row): void {
      rows++
      for (const [key, sum] of sums) sums.set(key, sum + BigInt(row[key] ?? 0))
    },
    rows: (): number => rows,
    /** By the columns' keys; empty where no column is added up. */
    totals: (): Record<string, string> => Object.fromEntries([...sums].map(([key, sum]) => [key, String(sum)])),
  }
}

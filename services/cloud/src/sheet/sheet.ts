import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { readCsv } from './csv.ts'
import { readXlsx } from './xlsx.ts'

/*
 * A table that a person has in Excel, or as CSV: its first sheet, cell by cell, as text. What it is, is seen by its content, never by its
 * name. Numbers are as they stand in the file, so a telephone number has all its digits; a day is its number of days (`dayOfSerial`).
 */

/** Row by row, from the first; a cell that is not there is ''. */
export type Sheet = readonly (readonly string[])[]
export type SheetFault =
  /** Neither Excel's file nor text. */
  | 'not-a-sheet'
  /** Excel's file of before 2007, or one with a password. */
  | 'old-excel'
  | 'too-large'

export const bounds = {
  fileBytes: 2 * 1024 * 1024,
  unpackedBytes: 16 * 1024 * 1024,
  files: 500,
  rows: 5_001,
  columns: 40,
} as const

export function readSheet(bytes: Buffer): Result<Sheet, SheetFault> {
  if (bytes.length > bounds.fileBytes) return err('too-large')
  const [a, b] = bytes
  if (a === 0x50 && b === 0x4b) return readXlsx(bytes)
  if (a === 0xd0 && b === 0xcf) return err('old-excel')
  return readCsv(bytes)
}

/** A day as Excel counts it, since 30 December 1899 (ECMA-376 part 1, 18.17.4.1), as `2026-12-31`; null: no such day. */
export function dayOfSerial(text: string): string | null {
  if (!/^\d{5}(?:\.\d+)?$/.test(text)) return null
  return new Date((Math.floor(Number(text)) - 25_569) * 86_400_000).toISOString().slice(0, 10)
}

/** Without what is empty at the end of a row, and rows of nothing at the end. */
export function trimmed(rows: readonly (readonly string[])[]): Result<Sheet, SheetFault> {
  const short = rows.map((row) => row.slice(0, row.findLastIndex((cell) => cell.trim() !== '') + 1))
  const whole = short.slice(0, short.findLastIndex((row) => row.length > 0) + 1)
  if (whole.length > bounds.rows || whole.some((row) => row.length > bounds.columns)) return err('too-large')
  return ok(whole)
}

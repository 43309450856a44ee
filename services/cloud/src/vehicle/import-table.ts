import { isDay, startOf } from '../reconciliation/day.ts'
import { dayOfSerial, type SheetFault } from '../sheet/sheet.ts'
import type { Text } from './api.ts'

/* What every table that a property manager imports has in common: its columns by their headings, its days, and what is wrong with it. */

export const text = (zh: string, en: string): Text => ({ zh, en })

export const sheetFaults: Readonly<Record<SheetFault, Text>> = {
  'not-a-sheet': text('这不是 Excel（.xlsx）或 CSV 文件。', 'This is neither an Excel (.xlsx) nor a CSV file.'),
  'old-excel': text(
    '旧版 Excel（.xls）或有密码的文件：请另存为 .xlsx。',
    'An old Excel file (.xls), or one with a password: save it as .xlsx.',
  ),
  'too-large': text(
    '文件太大：最多 2 MB、5000 行，请分次导入。',
    'Too large: 2 MB and 5,000 lines at most; import it in parts.',
  ),
}

/** How a column may be headed; of the export the first two. */
export type Headings<Field extends string> = Readonly<Record<Field, readonly [string, string, ...string[]]>>

const tidyHeading = (cell: string): string => cell.normalize('NFKC').trim().toLowerCase().replace(/[*\s]/g, '')
/** Where each column stands, and what is wrong where one of those that are needed is not there. */
export function columnsOf<Field extends string>(
  head: readonly string[],
  headings: Headings<Field>,
  needed: readonly NoInfer<Field>[],
): { readonly columns: Partial<Record<Field, number>>; readonly fault: Text | null } {
  const columns: Partial<Record<Field, number>> = {}
  for (const [field, names] of Object.entries(headings) as [Field, readonly string[]][]) {
    const known = names.map(tidyHeading)
    const at = head.findIndex((cell) => known.includes(tidyHeading(cell)))
    if (at >= 0) columns[field] = at
  }
  const missing = needed.filter((field) => columns[field] === undefined)
  const names = (n: 0 | 1) => missing.map((field) => headings[field][n])
  const fault = text(`第一行缺少列：${names(0).join('、')}。`, `The first line names no column ${names(1).join(', ')}.`)
  return { columns, fault: missing.length > 0 ? fault : null }
}

/** A day as people and spreadsheets write it, its first instant at Beijing. */
export function dayIn(cell: string): number | null {
  const [, year, month, date] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?$/.exec(cell) ?? []
  const day =
    year === undefined ? (dayOfSerial(cell) ?? '') : `${year}-${month!.padStart(2, '0')}-${date!.padStart(2, '0')}`
  return isDay(day) ? startOf(day) : null
}

const secondsOfDay = 86_400
/** An instant at Beijing as people and spreadsheets write it; where only a day is written, its first, or for an `end` that of the next day. */
export function instantIn(cell: string, end: 'begin' | 'end'): number | null {
  const day = dayIn(cell)
  if (day === null) return null
  const [, part] = /^\d{5}(\.\d+)$/.exec(cell) ?? []
  if (part !== undefined) return day + Math.round(Number(part) * secondsOfDay) * 1000
  const [, hour, minute, second = '0'] = /[ T](\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(cell) ?? []
  if (hour === undefined) return /[ T]/.test(cell) ? null : end === 'end' ? day + secondsOfDay * 1000 : day
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
  return isTime ? day + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 : null
}

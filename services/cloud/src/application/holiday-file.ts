import { type Column, columnOf, type Row } from '../report/column.ts'
import type { HolidayYearView } from './api.ts'

/* The years whose public holidays are known, as a table: a line each. */

export const holidayColumns: readonly Column[] = [
  columnOf('year', 'text', '年份', 'Year'),
  columnOf('off', 'text', '放假', 'Off'),
  columnOf('worked', 'text', '上班', 'Worked'),
  columnOf('source', 'text', '依据', 'Source'),
  columnOf('by', 'text', '录入人', 'Put by'),
  columnOf('at', 'instant', '录入时间', 'Put at'),
]
/** Nobody has put what came with the program. */
export const holidayRow = ({ year, off, worked, source, put }: HolidayYearView): Row => ({
  ...{ year: String(year), off: off.join(' '), worked: worked.join(' '), source },
  ...{ by: put?.by ?? null, at: put?.at ?? null },
})

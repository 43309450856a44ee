import { beijingTime } from '../report/column.ts'
import type { Sheet } from '../sheet/sheet.ts'
import type { ListedImportView, ListName, Text } from './api.ts'
import { type Change, checkedListed, noChange, onLists } from './decide.ts'
import { columnsOf, type Headings, instantIn, text } from './import-table.ts'
import type { Kept, Listed } from './lists.ts'
import { refusalTexts } from './words.ts'

/*
 * Free, blocked and announced vehicles out of a table: what each line would do, decided against all that is kept and the lines before it.
 * Nobody is taken off a list by a file, and the same file again does nothing.
 */

export const listedHeadings: Headings<'plate' | 'from' | 'until' | 'note'> = {
  plate: ['车牌', 'Plate', '车牌号', '车牌号码', 'plates'],
  from: ['开始时间', 'From', '开始', '开始日期', '生效日期', '来访时间'],
  until: ['结束时间', 'Until', '结束', '到期', '到期日期', '截止日期', '有效期至', '离开时间', 'to'],
  note: ['备注', 'Note', '说明', '姓名', '事由', 'name', 'remark'],
}

export type ListedImported = {
  readonly fault: Text | null
  readonly lines: ListedImportView['lines']
  readonly change: Change
}

export function importListed(
  kept: Kept,
  list: ListName,
  sheet: Sheet,
  /** Which lines are taken; null: all without a mistake. */
  chosen: ReadonlySet<number> | null,
): ListedImported {
  const { columns, fault } = columnsOf(sheet[0] ?? [], listedHeadings, ['plate'])
  if (fault) return { fault, lines: [], change: noChange }
  const before = new Map(kept.listed.filter((one) => one.list === list).map((one) => [one.plate, one]))
  const on = onLists(kept)
  const seen = new Set<string>()
  const lines: ListedImportView['lines'][number][] = []
  const put: Listed[] = []
  for (const [n, row] of sheet.entries()) {
    const line = n + 1
    if (n === 0 || row.every((cell) => cell.trim() === '')) continue
    const cell = (field: keyof typeof listedHeadings): string => (row[columns[field] ?? -1] ?? '').trim()
    const wrong = (field: keyof typeof listedHeadings, why: Text) =>
      lines.push({ line, plate: cell('plate'), does: 'wrong', field, why })
    const [from, until] = [timeIn(cell('from'), 'begin'), timeIn(cell('until'), 'end')]
    if (from === undefined || until === undefined) {
      wrong(
        from === undefined ? 'from' : 'until',
        text('时间写成 2026-01-31 或 2026-01-31 18:00。', 'A time is written as 2026-01-31, or 2026-01-31 18:00.'),
      )
      continue
    }
    if (!/^[^\p{Cc}]{0,60}$/u.test(cell('note'))) {
      wrong('note', text('备注最多 60 个字符。', 'A note has 60 characters at most.'))
      continue
    }
    const times = { ...(from === null ? {} : { from }), ...(until === null ? {} : { until }) }
    const made = checkedListed(on, list, { plate: cell('plate'), note: cell('note'), ...times })
    if (!made.ok) {
      wrong(
        made.error.kind === 'ends-before' ? 'until' : 'plate',
        made.error.kind === 'plate-malformed'
          ? text(`“${cell('plate')}”不是车牌。`, `"${cell('plate')}" is no plate.`)
          : refusalTexts(made.error),
      )
      continue
    }
    const one = made.value
    if (seen.has(one.plate)) {
      wrong('plate', text('文件里前面已有这个车牌。', 'A line before it has this plate.'))
      continue
    }
    seen.add(one.plate)
    const former = before.get(one.plate)
    const does = former === undefined ? 'puts' : isSame(former, one) ? 'nothing' : 'changes'
    lines.push({ line, plate: one.plate, does, why: null })
    if (does === 'nothing' || (chosen !== null && !chosen.has(line))) continue
    on[list].add(one.plate)
    put.push(one)
  }
  return { fault: null, lines, change: { ...noChange, put } }
}

/** Undefined: no time. */
const timeIn = (cell: string, end: 'begin' | 'end'): number | null | undefined =>
  cell === '' ? null : (instantIn(cell, end) ?? undefined)

/** A file says seconds; an instant of ours may be between two. */
const isSameTime = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : beijingTime(a) === beijingTime(b)
const isSame = (a: Listed, b: Listed): boolean =>
  isSameTime(a.from, b.from) && isSameTime(a.until, b.until) && a.note === b.note

import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { BillFault } from '../bills.ts'

export type BillRow = Readonly<Record<string, string>>
/** Why a bill is not believed, and the line that shows it. */
export type Damage = { readonly fault: BillFault; readonly line: number | null; readonly detail: string }

export const damaged = (fault: BillFault, line: number | null, detail: string) => err({ fault, line, detail })

/**
 * The punctuation of every WeChat Pay bill (wechat-pay.md 13.3), line by line: a header without backticks, data lines
 * whose cells are led by one, a summary header and one summary line. Empty lines say nothing.
 */
export class BillTable {
  /** The names of the columns, once their line was read. */
  header: readonly string[] | null = null
  #summaryHeader: readonly string[] | null = null
  #summary: readonly string[] | null = null
  #line = 0
  /** A line with too few cells: the last one of a file that was cut, or damage in the middle. The next line tells. */
  #suspect: number | null = null

  /** The number of the line that was read last. */
  get line(): number {
    return this.#line
  }

  /** The cells of a data line, `null` for every other line. */
  take(line: string): Result<readonly string[] | null, Damage> {
    this.#line++
    if (line === '') return ok(null)
    if (this.#suspect !== null) return damaged('bad-row', this.#suspect, 'its cells do not fit the header')
    if (this.header === null) {
      this.header = line.split(',')
      return ok(null)
    }
    if (this.#summary !== null) return damaged('bad-row', this.#line, 'one summary line ends the file')
    if (!line.startsWith('`')) {
      if (this.#summaryHeader !== null) return damaged('bad-row', this.#line, 'a cell without its backtick')
      this.#summaryHeader = line.split(',')
      return ok(null)
    }
    const wanted = this.#summaryHeader ?? this.header
    const cells = cellsOf(line)
    if (cells.length !== wanted.length) {
      this.#suspect = this.#line
      return ok(null)
    }
    if (this.#summaryHeader === null) return ok(cells)
    this.#summary = cells
    return ok(null)
  }

  /** The summary of a file that was read to its end. Without one it is not whole. */
  end(): Result<BillRow, Damage> {
    if (this.#suspect !== null || this.#summary === null || this.#summaryHeader === null)
      return damaged('cut', this.#line, 'the summary is missing: is the file whole?')
    return ok(rowOf(this.#summaryHeader, this.#summary))
  }
}

/** Cut at comma and backtick, not at the comma: a description may contain commas. */
const cellsOf = (line: string): readonly string[] => line.slice(1).split(',`')

export const rowOf = (header: readonly string[], cells: readonly string[]): BillRow =>
  Object.fromEntries(header.map((title, index) => [title, cells[index] ?? '']))

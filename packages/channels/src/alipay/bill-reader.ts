import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { BillFault } from '../bills.ts'
import { cellsOf } from './csv.ts'

/*
 * A bill of Alipay's, line by line (alipay.md 11.2): title, account, dates, a table between two rules, totals, the time it
 * was written. Half a bill reconciles nothing, so a fault ends the reading, and no row counts before the last line is there.
 */

/** Why a bill is not believed, and where. Lines count from 1; null where it is about the file. */
export type Fault = { readonly fault: BillFault; readonly line: number | null; readonly detail: string }
export type Problem = Omit<Fault, 'line'>
export const problem = (fault: BillFault, detail: string) => err({ fault, detail })

/** A row's cells by the beginnings of their columns' names. */
export type Cells<Column extends string> = Readonly<Record<Column, string>>

/** One kind of bill: its words, its columns, and what its rows and totals mean. */
export type Layout<Column extends string, Row> = {
  /** In the title and the rules: `业务`, `账务`. */
  readonly word: string
  /** What there must be. Columns are told by how their names begin, in any order (alipay.md 11.2). */
  readonly needed: readonly Column[]
  /** What there may be beside. */
  readonly known: readonly string[]
  row(cells: Cells<Column>): Result<Row, Problem>
  /** A fresh count of rows, to be held against the totals. */
  count(): Count<Row>
}

export type Count<Row> = {
  add(row: Row): void
  /** Reads a line of totals; an error where it says something else than the rows, null where it is none. */
  total(line: string): Result<string, Problem> | null
  /** Which totals there have to be. */
  readonly wanted: readonly string[]
}

export type Wanted = {
  /** The PID whose bill it is. */
  readonly account: string
  /** `yyyy-MM-dd` in Beijing. */
  readonly day: string
}

type Stage = 'title' | 'account' | 'dates' | 'rule' | 'header' | 'rows' | 'totals' | 'end'

/** Reads one bill. Give it every line, then `end`; after an error it is of no use any more. */
export class BillReader<Column extends string, Row> {
  readonly #layout: Layout<Column, Row>
  readonly #wanted: Wanted
  readonly #count: Count<Row>
  readonly #totals = new Set<string>()
  #stage: Stage = 'title'
  #line = 0
  #columns: readonly (Column | null)[] = []

  constructor(layout: Layout<Column, Row>, wanted: Wanted) {
    this.#layout = layout
    this.#wanted = wanted
    this.#count = layout.count()
  }

  /** The row this line is, null for every other line. */
  line(text: string): Result<Row | null, Fault> {
    this.#line++
    const read = text.trim() === '' ? ok(null) : this.#read(text)
    return read.ok ? read : err({ ...read.error, line: this.#line })
  }

  /** Whether that was all of it. */
  end(): Result<void, Fault> {
    if (this.#stage === 'end') return ok(undefined)
    return err({ fault: 'cut', line: this.#line + 1, detail: `ends before its ${this.#stage}` })
  }

  #read(text: string): Result<Row | null, Problem> {
    const { word } = this.#layout
    const { account, day } = this.#wanted
    switch (this.#stage) {
      case 'title':
        return this.#step('account', text.startsWith(`#支付宝${word}明细查询`), 'not the title of this bill')
      case 'account': {
        const found = /^#账号：\[(\d+)\]/.exec(text)?.[1]
        if (found !== undefined && found !== `${account}0156`)
          return problem('other-account', `of ${found}, not of ${account}0156`)
        return this.#step('dates', found !== undefined, 'not the line of the account')
      }
      case 'dates': {
        const [from, until] = datesIn(text)
        const isDay = from === `${day} 00:00:00` && until === `${day} 23:59:59`
        if (until !== undefined && !isDay) return problem('other-day', `from ${from} to ${until}, not of ${day}`)
        return this.#step('rule', isDay, 'not the line of the dates')
      }
      case 'rule':
        return this.#step('header', isRule(text, `${word}明细列表-`), 'not the rule above the table')
      case 'header':
        return this.#header(text)
      case 'rows':
        return this.#row(text)
      case 'totals':
        return this.#total(text)
      case 'end':
        return problem('bad-row', 'something stands behind the end')
    }
  }

  #step(next: Stage, isRight: boolean, otherwise: string): Result<null, Problem> {
    if (!isRight) return problem('bad-row', otherwise)
    this.#stage = next
    return ok(null)
  }

  #header(text: string): Result<null, Problem> {
    const names = cellsOf(text)
    if (names === null) return problem('bad-row', 'a cell is not closed')
    const columns = names.map((name) => this.#columnOf(name))
    const stranger = columns.indexOf(undefined)
    if (stranger >= 0) return problem('unknown-columns', `${names[stranger]?.slice(0, 40)}`)
    for (const column of this.#layout.needed) {
      const times = columns.filter((one) => one === column).length
      if (times !== 1) return problem('unknown-columns', `${column} is there ${times} times`)
    }
    this.#columns = columns as (Column | null)[]
    return this.#step('rows', true, '')
  }

  /** Undefined for a stranger, null for a column that nothing is read from. */
  #columnOf(name: string): Column | null | undefined {
    const needed = this.#layout.needed.find((column) => name.startsWith(column))
    if (needed !== undefined) return needed
    return this.#layout.known.some((known) => name.startsWith(known)) ? null : undefined
  }

  #row(text: string): Result<Row | null, Problem> {
    const { word } = this.#layout
    if (text.startsWith('#'))
      return this.#step('totals', isRule(text, `${word}明细列表结束`), 'not the end of the table')
    const cells = cellsOf(text)
    if (cells?.length !== this.#columns.length)
      return problem('bad-row', `${this.#columns.length} cells, as in the header`)
    const named = Object.fromEntries(
      this.#columns.flatMap((column, index) => (column === null ? [] : [[column, cells[index] ?? '']])),
    ) as Record<Column, string>
    const row = this.#layout.row(named)
    if (row.ok) this.#count.add(row.value)
    return row
  }

  #total(text: string): Result<null, Problem> {
    const total = this.#count.total(text)
    if (total?.ok) {
      this.#totals.add(total.value)
      return ok(null)
    }
    if (total !== null) return total
    const missing = this.#count.wanted.find((name) => !this.#totals.has(name))
    if (!text.startsWith('#导出时间')) return problem('bad-row', 'neither a total nor the end')
    return this.#step('end', missing === undefined, `without ${missing}`)
  }
}

const isRule = (text: string, word: string): boolean => text.startsWith('#-') && text.includes(word)

/** `[2026年01月01日 00:00:00]`, the dates of a line, as `2026-01-01 00:00:00`. */
const datesIn = (text: string): readonly string[] =>
  text.startsWith('#起始日期')
    ? [...text.matchAll(/\[(\d{4})年(\d{2})月(\d{2})日 (\d{2}:\d{2}:\d{2})\]/g)].map(
        ([, year, month, day, time]) => `${year}-${month}-${day} ${time}`,
      )
    : []

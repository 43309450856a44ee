import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { isDamage } from './open-errors.ts'
import { columnsOf, name, sumOf } from './open-sums.ts'

export type Row = { readonly values: readonly SQLOutputValue[]; readonly sum: number }
/** What could be read of a table, by row; `whole` when no page of it was in the way. */
export type Readable<T> = { readonly rows: ReadonlyMap<number, T>; readonly whole: boolean }

/** Reads from both ends until a damaged page is in the way. Returns whether none was. */
function fromBothEnds(
  db: DatabaseSync,
  sql: string,
  args: readonly string[],
  take: (row: SQLOutputValue[]) => void,
): boolean {
  for (const order of ['asc', 'desc']) {
    try {
      const statement = db.prepare(`${sql} ${order}`)
      statement.setReturnArrays(true)
      statement.setReadBigInts(true)
      for (const row of statement.iterate(...args)) take(row as unknown as SQLOutputValue[])
      if (order === 'asc') return true
    } catch (error) {
      if (!isDamage(error)) throw error
    }
  }
  return false
}

/** The sums of a table, as far as they can be read. */
export function readSums(db: DatabaseSync, table: string): Readable<number> {
  const rows = new Map<number, number>()
  const sql = 'select row, sum from row_sum where name = ? order by row'
  const whole = fromBothEnds(db, sql, [table], ([row, sum]) => rows.set(Number(row), Number(sum)))
  return { rows, whole }
}

/** Looking for single rows between two damaged pages ends here: that is some seconds. */
const probesAtMost = 200_000

/** The rows of a table, as far as they can be read: from both ends, then one by one where rows are known to have been. */
export function readRows(db: DatabaseSync, table: string, known: ReadonlyMap<number, unknown>): Readable<Row> {
  const rows = new Map<number, Row>()
  const take = ([row, sum, ...values]: SQLOutputValue[]) => rows.set(Number(row), { sum: Number(sum), values })
  let columns: readonly string[]
  try {
    columns = columnsOf(db, table)
  } catch (error) {
    if (!isDamage(error)) throw error
    return { rows, whole: false }
  }
  if (columns.length === 0) return { rows, whole: false }
  const select = `select t.rowid, ${sumOf(columns, 't')}, ${columns.map((column) => `t.${name(column)}`).join(', ')} from ${name(table)} t not indexed`
  if (fromBothEnds(db, `${select} order by t.rowid`, [], take)) return { rows, whole: true }
  let probes = 0
  try {
    const one = db.prepare(`${select} where t.rowid = ?`)
    one.setReturnArrays(true)
    one.setReadBigInts(true)
    for (const row of placesOf(rows, known)) {
      if (rows.has(row) || ++probes > probesAtMost) continue
      try {
        const found = one.get(row)
        if (found) take(found as unknown as SQLOutputValue[])
      } catch (error) {
        if (!isDamage(error)) throw error
      }
    }
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  return { rows, whole: false }
}

/** Where rows are known to have been; nothing known, everywhere between the ones that were read. */
function* placesOf(rows: ReadonlyMap<number, unknown>, known: ReadonlyMap<number, unknown>): Iterable<number> {
  if (known.size > 0) return yield* known.keys()
  let [from, to] = [Number.POSITIVE_INFINITY, 0]
  for (const row of rows.keys()) {
    from = Math.min(from, row)
    to = Math.max(to, row)
  }
  for (let row = from; row <= Math.min(to, from + probesAtMost); row++) yield row
}

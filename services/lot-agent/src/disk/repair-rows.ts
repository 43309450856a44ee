import type { SQLOutputValue } from 'node:sqlite'
import { type Readable, type Row, readRows, readSums } from './repair-read.ts'
import type { Source } from './repair-sources.ts'

export type Salvage = {
  readonly rows: ReadonlyMap<number, readonly SQLOutputValue[]>
  /** Rows that were there and are not what was written, or are gone. */
  readonly lost: number
  /** Rows that were read but have no sum to be held against. */
  readonly unchecked: number
  /** Rows of a copy that are the very ones; and rows as they were when it was made, in the place of lost ones. */
  readonly proven: number
  readonly older: number
  /** Sums are missing as well, so that rows may be gone of which nobody knows. */
  readonly uncounted: boolean
  /** Every row that is known to have been there. */
  readonly known: ReadonlySet<number>
}

/** What is true for a moment only: an older version of it could open a gate for somebody who is gone. */
const ofTheMoment: readonly string[] = ['occupancy', 'opening']

type Reading = { readonly kind: Source['kind']; readonly sums: Readable<number>; readonly rows: Readable<Row> }

/** One table out of all sources: a row counts when it is what its sum says, wherever it is found. */
export function salvage(table: string, sources: readonly Source[]): Salvage {
  const momentary = ofTheMoment.includes(table)
  const readings = sources
    .filter((source) => !(momentary && source.kind === 'mixed'))
    .map(({ db, kind, hasAllSums }): Reading => {
      const read = readSums(db, table)
      const sums = { rows: read.rows, whole: read.whole && hasAllSums }
      return { kind, sums, rows: readRows(db, table, sums.rows) }
    })
  const { expected, complete } = expectedOf(readings)
  const rows = new Map<number, readonly SQLOutputValue[]>()
  let [lost, unchecked, proven, older] = [0, 0, 0, 0]
  /** As it was when the copy was made, where an older truth is better than none. */
  const takeOlder = (row: number) => {
    if (momentary || rows.has(row)) return
    const copy = readings.find(
      ({ kind, sums, rows }) => kind === 'copy' && sums.rows.has(row) && rows.rows.get(row)?.sum === sums.rows.get(row),
    )
    if (!copy) return
    rows.set(row, copy.rows.rows.get(row)!.values)
    older += 1
  }

  for (const [row, sum] of expected) {
    const right = readings.find((reading) => reading.rows.rows.get(row)?.sum === sum)
    if (right) {
      rows.set(row, right.rows.rows.get(row)!.values)
      if (right.kind === 'copy') proven += 1
    } else {
      lost += 1
      takeOlder(row)
    }
  }
  // A row without a sum: one of the two is not what was written, and which of them nobody knows.
  for (const reading of readings) {
    if (reading.kind === 'copy') continue
    for (const [row, { values }] of reading.rows.rows) {
      if (expected.has(row) || rows.has(row)) continue
      rows.set(row, values)
      unchecked += 1
    }
  }
  if (!complete)
    for (const { kind, sums } of readings) if (kind === 'copy') for (const row of sums.rows.keys()) takeOlder(row)
  return { rows, lost, unchecked, proven, older, uncounted: !complete, known: new Set(expected.keys()) }
}

/** What should be there, as far as it is known: the file's own sums decide; of parts of them, all together. */
function expectedOf(readings: readonly Reading[]): { expected: ReadonlyMap<number, number>; complete: boolean } {
  const whole = readings.find(({ kind, sums }) => kind === 'file' && sums.whole)
  if (whole) return { expected: whole.sums.rows, complete: true }
  const expected = new Map<number, number>()
  for (const { kind, sums } of readings) {
    if (kind === 'copy') continue
    for (const [row, sum] of sums.rows) if (!expected.has(row)) expected.set(row, sum)
  }
  return { expected, complete: false }
}

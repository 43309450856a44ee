import { instantOut } from '@lanepay/database/database.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Cell, Row } from './column.ts'
import type { KeyPart, List } from './list.ts'
import type { Snapshot } from './snapshot.ts'
import { type Order, pageStatement, type Start, totalsStatement } from './sql.ts'

/* A list's rows, in one order over all lots, and what they add up to. Every lot is read by pages of its own index (scale.md, rule 19). */

export type Asked = {
  readonly list: List
  /** Whose rows; lot 0 for what belongs to none. */
  readonly places: readonly LotKey[]
  /** From the first instant on, up to and without the last; ms since 1970. */
  readonly from: number
  readonly until: number
  /** Whose rows that belong to no lot may be shown. */
  readonly operators: readonly string[]
  readonly accounts: readonly number[]
  /** By the filters' keys; ids where a filter is a number of the house. */
  readonly filters: Readonly<Record<string, string>>
  readonly order: Order
}
/** A row's place in the order: its key, then its bucket and lot. */
export type Position = { readonly key: readonly string[]; readonly place: LotKey }
export type Found = Position & { readonly row: Row }

const fixed = ({ list, from, until, operators, accounts, filters }: Asked, { bucket, lotId }: LotKey): unknown[] => [
  ...[bucket, lotId, instantOut(from), instantOut(until), operators, accounts],
  ...list.filters.map(({ key }) => filters[key] ?? null),
]
const keyIn = ({ key }: List, values: readonly string[]): unknown[] =>
  key.map(({ kind }, n) => (kind === 'instant' ? microseconds(values[n]!) : values[n]!))
const microseconds = (text: string): string => {
  const all = BigInt(text)
  const ms = new Date(Number(all / 1000n)).toISOString().slice(0, -1)
  return `${ms}${String(all % 1000n).padStart(3, '0')}Z`
}

const compareLots = (a: LotKey, b: LotKey): number => a.bucket - b.bucket || a.lotId - b.lotId
function comparePart({ kind }: KeyPart, a: string, b: string): number {
  const [x, y] = kind === 'text' ? [a, b] : [BigInt(a), BigInt(b)]
  return x < y ? -1 : x > y ? 1 : 0
}
/** Below zero: `a` is shown before `b`. */
export function comparePositions(
  { list: { key }, order }: Pick<Asked, 'list' | 'order'>,
  a: Position,
  b: Position,
): number {
  for (const [n, part] of key.entries()) {
    const by = comparePart(part, a.key[n]!, b.key[n]!)
    if (by !== 0) return order === 'asc' ? by : -by
  }
  return compareLots(a.place, b.place)
}

async function pageOf(
  snapshot: Snapshot,
  asked: Asked,
  place: LotKey,
  after: Position | null,
  limit: number,
): Promise<Found[]> {
  const { list, order } = asked
  const start: Start | null = after === null ? null : compareLots(place, after.place) > 0 ? 'with' : 'behind'
  const rows = await snapshot.query<Record<string, Cell>>(place.bucket, pageStatement(list, order, start), [
    ...fixed(asked, place),
    ...(after === null ? [] : keyIn(list, after.key)),
    limit,
  ])
  return rows.map((row) => ({
    place,
    key: list.key.map((_, n) => String(row[`k${n}`])),
    row: cellsOf(list, place, row),
  }))
}

const cellsOf = ({ columns }: List, place: LotKey, row: Readonly<Record<string, Cell>>): Row =>
  Object.fromEntries(
    columns.map(({ key, numberOf: kind }) => {
      const cell = row[key] ?? null
      return [key, kind === undefined || cell === null ? cell : numberOf(kind, place, String(cell) as Id)]
    }),
  )

/** Rows that are held at once, over all lots. */
const heldAtMost = 4_000
const pageRows = (places: number, wanted: number): number =>
  Math.max(2, Math.min(wanted, Math.floor(heldAtMost / places)))

/** Every row behind `after`, page by page of at most `wanted` rows, in the order of the list over all its lots. */
export async function* rowsOf(
  snapshot: Snapshot,
  asked: Asked,
  after: Position | null,
  wanted = 200,
): AsyncGenerator<readonly Found[], undefined> {
  const limit = pageRows(asked.places.length, wanted)
  const heads: { readonly place: LotKey; rows: Found[]; next: number; last: boolean }[] = []
  const fill = async (place: LotKey, from: Position | null) => {
    const rows = await pageOf(snapshot, asked, place, from, limit)
    return { place, rows, next: 0, last: rows.length < limit }
  }
  for (const place of asked.places) {
    const head = await fill(place, after)
    if (head.rows.length > 0) heads.push(head)
  }
  let page: Found[] = []
  const compare = (a: Found, b: Found) => comparePositions(asked, a, b)
  heads.sort((a, b) => compare(a.rows[0]!, b.rows[0]!))
  while (heads.length > 0) {
    const first = heads.shift()!
    const found = first.rows[first.next++]!
    page.push(found)
    if (page.length >= wanted) {
      yield page
      page = []
    }
    if (first.next === first.rows.length) {
      if (first.last) continue
      Object.assign(first, await fill(first.place, found))
      if (first.rows.length === 0) continue
    }
    // Back to where its next row stands among the others, which are in order.
    const next = first.rows[first.next]!
    let low = 0
    let high = heads.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = heads[middle]!
      if (compare(other.rows[other.next]!, next) < 0) low = middle + 1
      else high = middle
    }
    heads.splice(low, 0, first)
  }
  if (page.length > 0) yield page
}

export type Totals = { readonly rows: number; readonly sums: Readonly<Record<string, string>> }
/**
 * How many rows there are in all, and what they add up to; with `through`, those before the place at which the list goes on behind it, by time:
 * what is shown up to and with that row, and where the newest stand first, what is still to be shown.
 */
export async function totalsOf(snapshot: Snapshot, asked: Asked, through: Position | null = null): Promise<Totals> {
  const { list, order } = asked
  const sums = new Map(list.columns.filter(({ total }) => total).map(({ key }) => [key, 0n]))
  let rows = 0
  for (const place of asked.places) {
    const isBehind = through !== null && compareLots(place, through.place) > 0
    const until = through === null ? null : isBehind === (order === 'desc') ? '<=' : '<'
    const [found] = await snapshot.query<Record<string, Cell>>(place.bucket, totalsStatement(list, until), [
      ...fixed(asked, place),
      ...(through === null ? [] : keyIn(list, through.key)),
    ])
    rows += Number(found!.rows)
    for (const [key, sum] of sums) sums.set(key, sum + BigInt(found![key] ?? 0))
  }
  return { rows, sums: Object.fromEntries([...sums].map(([key, sum]) => [key, String(sum)])) }
}

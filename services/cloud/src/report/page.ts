import type { Database } from '@lanepay/database/database.ts'
import { positionOut } from './ask.ts'
import { type Cell, type Column, columnsFor, type Row } from './column.ts'
import type { ListColumn } from './list.ts'
import { type Asked, type Position, rowsOf, totalsOf } from './read.ts'
import { withSnapshot } from './snapshot.ts'
import { openingOf, running } from './statement.ts'
import { bucketsOf } from './whose.ts'

/* One page of a list as a screen gets it: whole fen and counts as numbers, instants in ms since 1970 UTC, all else as text. */

export type PageView = {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** Where the next page begins; null: there is none. */
  readonly next: string | null
  /** Of all of it; on the first page only, and where not only rows are asked for. */
  readonly totals?: Row & { readonly rows: number }
  /** What the account was, and is then; of a statement, on its first page. */
  readonly openingFen?: number
  readonly closingFen?: number
}

/**
 * A page, and on the first one what all of it adds up to: of one look, so that the two agree. Adding up takes as long as there are rows in
 * the period, a page does not: who would rather see rows at once asks for `rows` and for `totals` apart.
 */
export async function pageOfList(
  database: Pick<Database, 'nodes'>,
  asked: Asked,
  {
    after,
    limit,
    only,
    plates,
  }: {
    readonly after: Position | null
    readonly limit: number
    readonly only: 'rows' | 'totals' | 'both'
    readonly plates: boolean
  },
): Promise<PageView> {
  const columns = columnsFor<ListColumn>(asked.list.columns, { plates })
  return withSnapshot(database, bucketsOf(asked.places), async (snapshot) => {
    const opening = asked.list.runs ? await openingOf(snapshot, asked, after) : null
    const ofRows = async () => {
      // One row more than is shown says whether there are more.
      const { value: found = [] } = await rowsOf(snapshot, asked, after, limit + 1).next()
      const shown = found.slice(0, limit)
      const rows = opening === null ? shown : running(opening, asked.order).on(shown)
      return {
        rows: rows.map(({ row }) => viewOf(columns, row)),
        next: found.length > limit ? positionOut(shown.at(-1)!) : null,
      }
    }
    const ofAll = async () => {
      const { rows: count, sums } = await totalsOf(snapshot, asked)
      const summed = columns.filter(({ total }) => total)
      const totals = { rows: count, ...viewOf(summed, sums) }
      if (opening === null) return { totals }
      const moved = BigInt(sums.amountFen!)
      const [first, last] = asked.order === 'asc' ? [opening, opening + moved] : [opening - moved, opening]
      return { totals, openingFen: whole(first), closingFen: whole(last) }
    }
    return {
      columns: columns.map(({ sql: _, numberOf: __, ...column }) => column),
      ...(only === 'totals' ? { rows: [], next: null } : await ofRows()),
      ...(only === 'rows' || after !== null ? {} : await ofAll()),
    }
  })
}

const viewOf = (columns: readonly Column[], row: Row): Row =>
  Object.fromEntries(columns.map(({ key, kind }) => [key, jsonOf(kind, row[key] ?? null)]))
const jsonOf = (kind: Column['kind'], cell: Cell): Cell =>
  cell !== null && (kind === 'fen' || kind === 'count') ? whole(cell) : cell

/** @throws RangeError beyond 2^53: money of that size is a bug upstream */
export function whole(amount: Cell | bigint): number {
  const number = Number(amount)
  if (!Number.isSafeInteger(number)) throw new RangeError(`a whole, safe number, got ${amount}`)
  return number
}

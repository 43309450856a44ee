import type { Database, Statement } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import { isDay, startOf } from '../reconciliation/day.ts'
import { bothWays, type Order } from '../report/both-ways.ts'
import { cursorIn, cursorOut } from '../report/cursor.ts'
import { type StayPage, type StayQuery, type StayRow, type StaySort, staySorts } from './api.ts'
import { parsePart, partLeast, platesAtMost, platesOfPart } from './tails.ts'

/*
 * Stays of some lots in the order of time: by a part of the plate, by when they came, or those that are open. Each lot is read by an index of
 * its own, no further than a page, so a page costs by the lots that are asked and not by the stays that they have. In another order than that
 * of time everything that is asked for is looked at, which is why it is of few stays or a month at most.
 */

export type Search = {
  readonly lots: readonly LotKey[]
  readonly part: string | null
  readonly state: StayQuery['state'] | null
  readonly lane: number | null
  /** ms since 1970: of entries, without the last. */
  readonly from: number
  readonly until: number
  readonly order: Order
  /** By what; null: by time. */
  readonly by: StaySort | null
  readonly after: Position | null
  readonly limit: number
}
/** `key` is what the stay is put in order by, where that is not time. */
type Position = { readonly session: string; readonly lotId: number; readonly key: string | number | null }
export type SearchMistake = { readonly field: string; readonly rule: string }

const openStates = ['inside', 'leaving'] as const
const isOpen = (state: Search['state']): boolean => state === 'open' || state === 'inside' || state === 'leaving'
const usualDays = 30
const daysAtMost = 366
const sortedDaysAtMost = 31
const dayMs = 86_400_000
/** A clock at a lot may be ahead of ours by so much before an alarm says so. */
const aheadMs = 3_600_000

/** What is typed, checked: `lots` are those that the person may see. */
export function parseSearch(
  asked: StayQuery,
  lots: readonly LotKey[],
  now: Instant,
): Result<Search, SearchMistake | 'lot-unknown'> {
  const wrong = (field: string, rule: string) => err({ field, rule })
  const part = asked.plate ? parsePart(asked.plate) : null
  if (part?.ok === false)
    return wrong('plate', part.error === 'too-short' ? `${partLeast} characters or more` : 'at most 12 characters')
  const { from, until } = asked
  if (from !== undefined && !isDay(from)) return wrong('from', 'a day like 2026-11-01')
  if (until !== undefined && !isDay(until)) return wrong('until', 'a day like 2026-11-01')
  const end = until === undefined ? now + aheadMs : startOf(until)
  const all = part !== null || isOpen(asked.state ?? null)
  const begin = from === undefined ? (all ? 0 : end - usualDays * dayMs) : startOf(from)
  if (end <= begin) return wrong('until', 'a day after from: until is not in the period')
  if (!all && end - begin > daysAtMost * dayMs + aheadMs)
    return wrong('from', `at most ${daysAtMost} days before until`)
  const by = (asked.sort?.replace(/^-/, '') ?? null) as StaySort | null
  if (by !== null && !all && end - begin > sortedDaysAtMost * dayMs + aheadMs)
    return wrong('sort', `of at most ${sortedDaysAtMost} days; by time of any period`)
  const after = asked.after === undefined ? null : positionIn(asked.after, by)
  if (asked.after !== undefined && after === null) return wrong('after', 'what the page before said is next')
  const own = asked.lot === undefined ? lots : lots.filter(({ lotId }) => String(lotId) === asked.lot)
  if (asked.lot !== undefined && own.length === 0) return err('lot-unknown')
  return ok({
    ...{ lots: own, part: part === null ? null : part.value, state: asked.state ?? null },
    lane: asked.lane === undefined ? null : Number(asked.lane),
    ...{ from: begin, until: end, after, limit: Number(asked.limit ?? '50'), by },
    order: asked.sort === undefined ? (asked.order ?? 'desc') : asked.sort.startsWith('-') ? 'desc' : 'asc',
  })
}

function positionIn(unchecked: string, by: StaySort | null): Position | null {
  const [session, lotId, key = null] = cursorIn(unchecked, by === null ? 2 : 3) ?? []
  if (typeof session !== 'string' || !/^\d{1,18}$|^[1-8]\d{18}$/.test(session)) return null
  if (!Number.isInteger(lotId) || Math.abs(lotId as number) >= 2 ** 31) return null
  const isKey =
    by === 'plate' ? typeof key === 'string' && /^[^\0]{0,40}$/.test(key) : by === null || Number.isSafeInteger(key)
  return isKey ? { session, lotId: lotId as number, key: key as Position['key'] } : null
}

export const stayColumns = `s.id, s.lot_id, s.plate, s.pass, s.colour, s.state::text as state, s.entered_at, s.entry_lane, s.paid_fen, s.leave_by,
         s.left_at, s.exit_lane, s.owed_when_left_fen, s.standing, s.vehicle_class, s.left_how, s.ended_because`
export type SessionRow = {
  id: string
  lot_id: number
  plate: string
  pass: boolean
  colour: string
  state: StayRow['state']
  entered_at: number
  entry_lane: number | null
  paid_fen: number
  leave_by: number | null
  left_at: number | null
  exit_lane: number | null
  owed_when_left_fen: number | null
  standing: string | null
  vehicle_class: string | null
  left_how: string | null
  ended_because: string | null
}

/** A page by time is read off the index that has its order, whatever the planner believes of how few stays a lot has. */
export const inOrder: Statement = {
  name: 'search-in-order',
  text: `select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)`,
}
/** The others are few, and put in order. */
export const byIndex: Statement = { name: 'search-by-index', text: `select set_config('enable_seqscan', 'off', true)` }
type Stays = { readonly name: string; readonly stays: string; readonly id: string }
/** $1 bucket, $2 lots, $3 and $4 the first id and the first that is not meant, $5 states, $6 lane, $7 and $8 behind which, $9 how many. */
const search = ({ name, stays, id }: Stays, inTurn: (beyond: '<' | '>', way: Order) => InTurn) =>
  bothWays(name, (beyond, way) => {
    const { key, behind, order, over } = inTurn(beyond, way)
    return `
  select found.*
    from unnest($2::int4[]) as l (lot_id)
   cross join lateral (
     select ${stayColumns}${key}
       from session s
      where s.bucket = $1 and ${stays} and ${id} >= $3 and ${id} < $4 and s.renews_card is null
        and ($5::text[] is null or s.state::text = any ($5))
        and ($6::int4 is null or s.entry_lane = $6 or s.exit_lane = $6)
        and ($7::int8 is null or ${behind})
      order by ${order}
      limit $9) as found
   order by ${over}found.id ${way}, found.lot_id ${way}
   limit $9`
  })
/** What of a search says its order: what else is read, what lies behind a row, and how a lot's and all rows stand. */
type InTurn = { readonly key: string; readonly behind: string; readonly order: string; readonly over: string }
const inTime = (stays: Stays) =>
  search(stays, (beyond, way) => ({
    ...{ key: '', over: '', order: `${stays.id} ${way}` },
    behind: `s.id ${beyond} $7 or (s.id = $7 and s.lot_id ${beyond} $8::int4)`,
  }))

const byPlates: Stays = {
  ...{ name: 'search-stays-by-plates', id: 's.id' },
  stays: 's.lot_id + 0 = l.lot_id and s.plate = any ($10::text[])',
}
const byTime: Stays = { name: 'search-stays-by-time', stays: 's.lot_id = l.lot_id', id: 's.id' }
// By no key that has the order: then of all that the lot ever had, those that are open would be looked for.
const open: Stays = {
  ...{ name: 'search-open-stays', id: 's.id + 0' },
  stays: `s.lot_id = l.lot_id and s.state in ('inside', 'leaving')`,
}
export const searchByPlates = inTime(byPlates)
export const searchByTime = inTime(byTime)
export const searchOpen = inTime(open)

const sortKeys: Readonly<Record<StaySort, { readonly sql: string; readonly type: string }>> = {
  plate: { sql: 's.plate collate "C"', type: 'text' },
  lot: { sql: 's.lot_id::int8', type: 'int8' },
  paidFen: { sql: 's.paid_fen::int8', type: 'int8' },
  owedWhenLeftFen: { sql: 'coalesce(s.owed_when_left_fen, 0)::int8', type: 'int8' },
}
/** The same, put in order by something else; behind which key is the last parameter. */
const sortedBy = (stays: Stays, sort: StaySort) => {
  const { sql, type } = sortKeys[sort]
  const last = stays === byPlates ? '$11' : '$10'
  return search({ ...stays, name: `${stays.name}-${sort}` }, (beyond, way) => ({
    ...{ key: `, ${sql} as sort_key`, order: `${sql} ${way}, ${stays.id} ${way}`, over: `found.sort_key ${way}, ` },
    behind: `(${sql}, s.id, s.lot_id) ${beyond} (${last}::${type}, $7, $8::int4)`,
  }))
}
const sorted = new Map(
  [byPlates, byTime, open].map(
    (stays) => [stays, new Map(staySorts.map((sort) => [sort, sortedBy(stays, sort)] as const))] as const,
  ),
)

/** One page, or that so many plates have this part that nobody is meant by it. */
export async function searchStays(
  database: Database,
  asked: Search,
  now: Instant,
): Promise<Result<StayPage, SearchMistake>> {
  const { part, state, lane, order, by, after, limit } = asked
  const found: SessionRow[] = []
  for (const [bucket, lots] of Map.groupBy(asked.lots, (lot) => lot.bucket)) {
    const plates = part === null ? null : await platesOfPart(database, bucket, lots, part)
    if (plates !== null && plates.length > platesAtMost)
      return err({ field: 'plate', rule: `more characters: over ${platesAtMost} plates have these` })
    if (plates?.length === 0) continue
    const statement =
      by === null
        ? plates !== null
          ? searchByPlates
          : isOpen(state)
            ? searchOpen
            : searchByTime
        : sorted.get(plates !== null ? byPlates : isOpen(state) ? open : byTime)!.get(by)!
    const rows = await database.of(bucket).transaction(async (tx) => {
      await tx.query(statement === searchByTime ? inOrder : byIndex)
      return tx.query<SessionRow>(statement[order], [
        ...[bucket, lots.map(({ lotId }) => lotId), firstIdAt(asked.from), firstIdAt(asked.until)],
        ...[state === null ? null : state === 'open' ? openStates : [state], lane],
        ...[after?.session ?? null, after?.lotId ?? null, limit + 1],
        ...(plates === null ? [] : [plates]),
        ...(by === null ? [] : [after?.key ?? null]),
      ])
    })
    found.push(...rows)
  }
  const up = (a: SessionRow, b: SessionRow) => {
    const [x, y] = [keyOf(a, by), keyOf(b, by)]
    if (x !== y) return x! < y! ? -1 : 1
    return a.id === b.id ? a.lot_id - b.lot_id : BigInt(a.id) < BigInt(b.id) ? -1 : 1
  }
  found.sort(order === 'asc' ? up : (a, b) => up(b, a))
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return ok({
    now,
    rows: shown.map(stayOf),
    next:
      found.length > limit && last
        ? cursorOut([last.id, last.lot_id, ...(by === null ? [] : [keyOf(last, by)!])])
        : null,
  })
}
/** What a stay is put in order by, as the database has it. */
const keyOf = (row: SessionRow, by: StaySort | null): string | number | null =>
  by === null
    ? null
    : by === 'plate'
      ? row.plate
      : by === 'lot'
        ? row.lot_id
        : by === 'paidFen'
          ? row.paid_fen
          : (row.owed_when_left_fen ?? 0)
export const stayOf = (row: SessionRow): StayRow => ({
  ...{ session: row.id, lot: row.lot_id, plate: row.plate, pass: row.pass, colour: row.colour },
  ...{ standing: row.standing, vehicleClass: row.vehicle_class, state: row.state, enteredAt: row.entered_at },
  ...{ entryLane: row.entry_lane, leftAt: row.left_at, exitLane: row.exit_lane, how: row.left_how },
  ...{ paidFen: row.paid_fen, owedWhenLeftFen: row.owed_when_left_fen, leaveBy: row.leave_by },
  because: row.ended_because,
})

import type { Database, Statement } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import { isDay, startOf } from '../reconciliation/day.ts'
import { bothWays, type Order } from '../report/both-ways.ts'
import { cursorIn, cursorOut } from '../report/cursor.ts'
import type { StayPage, StayQuery, StayRow } from './api.ts'
import { parsePart, partLeast, platesAtMost, platesOfPart } from './tails.ts'

/*
 * Stays of some lots in the order of time: by a part of the plate, by when they came, or those that are open. Each lot is read by an index of
 * its own, no further than a page, so a page costs by the lots that are asked and not by the stays that they have.
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
  readonly after: Position | null
  readonly limit: number
}
type Position = { readonly session: string; readonly lotId: number }
export type SearchMistake = { readonly field: string; readonly rule: string }

const openStates = ['inside', 'leaving'] as const
const isOpen = (state: Search['state']): boolean => state === 'open' || state === 'inside' || state === 'leaving'
const usualDays = 30
const daysAtMost = 366
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
  const after = asked.after === undefined ? null : positionIn(asked.after)
  if (asked.after !== undefined && after === null) return wrong('after', 'what the page before said is next')
  const own = asked.lot === undefined ? lots : lots.filter(({ lotId }) => String(lotId) === asked.lot)
  if (asked.lot !== undefined && own.length === 0) return err('lot-unknown')
  return ok({
    ...{ lots: own, part: part === null ? null : part.value, state: asked.state ?? null },
    lane: asked.lane === undefined ? null : Number(asked.lane),
    ...{ from: begin, until: end, order: asked.order ?? 'desc', after, limit: Number(asked.limit ?? '50') },
  })
}

function positionIn(unchecked: string): Position | null {
  const [session, lotId] = cursorIn(unchecked, 2) ?? []
  if (typeof session !== 'string' || !/^\d{1,18}$|^[1-8]\d{18}$/.test(session)) return null
  return Number.isInteger(lotId) && Math.abs(lotId as number) < 2 ** 31 ? { session, lotId: lotId as number } : null
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
/** $1 bucket, $2 lots, $3 and $4 the first id and the first that is not meant, $5 states, $6 lane, $7 and $8 behind which, $9 how many. */
const search = (name: string, stays: string, id = 's.id') =>
  bothWays(
    name,
    (beyond, way) => `
  select found.*
    from unnest($2::int4[]) as l (lot_id)
   cross join lateral (
     select ${stayColumns}
       from session s
      where s.bucket = $1 and ${stays} and ${id} >= $3 and ${id} < $4 and s.renews_card is null
        and ($5::text[] is null or s.state::text = any ($5))
        and ($6::int4 is null or s.entry_lane = $6 or s.exit_lane = $6)
        and ($7::int8 is null or s.id ${beyond} $7 or (s.id = $7 and s.lot_id ${beyond} $8::int4))
      order by ${id} ${way}
      limit $9) as found
   order by found.id ${way}, found.lot_id ${way}
   limit $9`,
  )
export const searchByPlates = search(
  'search-stays-by-plates',
  's.lot_id + 0 = l.lot_id and s.plate = any ($10::text[])',
)
export const searchByTime = search('search-stays-by-time', 's.lot_id = l.lot_id')
// By no key that has the order: then of all that the lot ever had, those that are open would be looked for.
export const searchOpen = search(
  'search-open-stays',
  `s.lot_id = l.lot_id and s.state in ('inside', 'leaving')`,
  's.id + 0',
)

/** One page, or that so many plates have this part that nobody is meant by it. */
export async function searchStays(
  database: Database,
  asked: Search,
  now: Instant,
): Promise<Result<StayPage, SearchMistake>> {
  const { part, state, lane, order, after, limit } = asked
  const found: SessionRow[] = []
  for (const [bucket, lots] of Map.groupBy(asked.lots, (lot) => lot.bucket)) {
    const plates = part === null ? null : await platesOfPart(database, bucket, lots, part)
    if (plates !== null && plates.length > platesAtMost)
      return err({ field: 'plate', rule: `more characters: over ${platesAtMost} plates have these` })
    if (plates?.length === 0) continue
    const statement = plates !== null ? searchByPlates : isOpen(state) ? searchOpen : searchByTime
    const rows = await database.of(bucket).transaction(async (tx) => {
      await tx.query(statement === searchByTime ? inOrder : byIndex)
      return tx.query<SessionRow>(statement[order], [
        ...[bucket, lots.map(({ lotId }) => lotId), firstIdAt(asked.from), firstIdAt(asked.until)],
        ...[state === null ? null : state === 'open' ? openStates : [state], lane],
        ...[after?.session ?? null, after?.lotId ?? null, limit + 1],
        ...(plates === null ? [] : [plates]),
      ])
    })
    found.push(...rows)
  }
  const up = (a: SessionRow, b: SessionRow) =>
    a.id === b.id ? a.lot_id - b.lot_id : BigInt(a.id) < BigInt(b.id) ? -1 : 1
  found.sort(order === 'asc' ? up : (a, b) => up(b, a))
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return ok({
    now,
    rows: shown.map(stayOf),
    next: found.length > limit && last ? cursorOut([last.id, last.lot_id]) : null,
  })
}
export const stayOf = (row: SessionRow): StayRow => ({
  ...{ session: row.id, lot: row.lot_id, plate: row.plate, pass: row.pass, colour: row.colour },
  ...{ standing: row.standing, vehicleClass: row.vehicle_class, state: row.state, enteredAt: row.entered_at },
  ...{ entryLane: row.entry_lane, leftAt: row.left_at, exitLane: row.exit_lane, how: row.left_how },
  ...{ paidFen: row.paid_fen, owedWhenLeftFen: row.owed_when_left_fen, leaveBy: row.leave_by },
  because: row.ended_because,
})

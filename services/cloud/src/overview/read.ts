import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import { type Day, dayAfter, dayOf, startOf } from '../reconciliation/day.ts'
import { accountsOf, type Whose } from '../report/whose.ts'
import { summaryTotals } from '../summary/read.ts'
import type { AlarmView, IllView, OverviewView, SuspendedLotView } from './api.ts'
import { both, channelsOf, hoursOf, noTally, slotMs, slotsOfDay, sumOf, type Tally, tallied } from './decide.ts'
import {
  type AlarmRow,
  type EntryRow,
  type IllRow,
  type MoneyRow,
  type SuspendedRow,
  selectAlarms,
  selectEntries,
  selectIll,
  selectInside,
  selectMoney,
  selectSuspended,
  selectWaiting,
} from './store.ts'

/** What is older than this was certainly committed when it was read: a transfer is posted a little before. */
const surelyMs = 5 * 60_000
/** A lot that was cut off tells of hours ago: so long after it was counted a day is counted anew. */
const anewMs = 5 * 60_000

/** What was counted before, so that each round reads no more than the last minutes. */
export type Remembered = {
  readonly day: Day
  readonly before: Tally
  /** Of today, posted before `through`. */
  readonly counted: Tally
  readonly through: number
  readonly countedAt: number
}

const byBucket = (lots: readonly LotKey[]) =>
  [...Map.groupBy(lots, ({ bucket }) => bucket)].map(([bucket, of]) => [bucket, of.map(({ lotId }) => lotId)] as const)

/** What came in and drove in from an instant on and before another. */
async function tallyOf(database: Database, lots: readonly LotKey[], from: number, until: number): Promise<Tally> {
  if (until <= from) return noTally
  const parts = await Promise.all(
    byBucket(lots).map(async ([bucket, of]) => {
      const values = [bucket, of, instantOut(from as Instant), instantOut(until as Instant)]
      const money = await database.of(bucket).query<MoneyRow>(selectMoney, values)
      const entries = await database.of(bucket).query<EntryRow>(selectEntries, values)
      return [
        ...money.map(({ fen, ...row }) => ({ ...row, fen: Number(fen), entries: 0 })),
        ...entries.map((row) => ({ ...row, channel: '', fen: 0, payments: 0 })),
      ]
    }),
  )
  return tallied(noTally, parts.flat())
}

/** The morning page of these lots; `known` is what the one before has answered beside it, and makes this one cheap. */
export async function overviewOf(
  database: Database,
  whose: Whose,
  now: Instant,
  known: Remembered | null,
): Promise<{ readonly view: OverviewView; readonly known: Remembered }> {
  const { lots } = whose
  const day = dayOf(now)
  const start = startOf(day)
  const same = known?.day === day && now - known.countedAt < anewMs && now >= known.countedAt ? known : null
  const weekAgo = startOf(dayAfter(day, -7))
  const before = known?.day === day ? known.before : await tallyOf(database, lots, weekAgo, startOf(dayAfter(day, -6)))
  const through = Math.max(start, now - surelyMs)
  const counted = both(
    same?.counted ?? noTally,
    await tallyOf(database, lots, same?.through ?? start, Math.max(through, same?.through ?? start)),
  )
  const remembered = {
    ...{ day, before, counted, through: Math.max(through, same?.through ?? start) },
    countedAt: same?.countedAt ?? now,
  }
  // Until the end of the day: the clock of whoever posts may be ahead of ours.
  const today = both(counted, await tallyOf(database, lots, remembered.through, startOf(dayAfter(day))))
  const until = Math.min(slotsOfDay, Math.floor((now - start) / slotMs))
  const [sums, inside, ill, alarms, discrepancies, suspended] = await Promise.all([
    summaryTotals(database, { lots, from: day, until: dayAfter(day) }),
    insideOf(database, lots),
    illOf(database, lots),
    alarmsOf(database, lots, start),
    waitingOf(database, whose),
    suspendedOf(database, lots),
  ])
  const view: OverviewView = {
    ...{ now, day, lots: lots.length, suspended, today: sumOf(today), before: sumOf(before, until) },
    ...{ hours: hoursOf(today), hoursBefore: hoursOf(before), channels: channelsOf(today, before, until) },
    ...{ refundedFen: sums.refundedFen, exits: sums.exits, inside },
    ...{ openedUnordered: sums.openedUnordered, openedByPerson: sums.openedByPerson },
    ...ill,
    ...alarms,
    discrepancies,
  }
  return { view, known: remembered }
}

async function insideOf(database: Database, lots: readonly LotKey[]): Promise<number> {
  const rows = await Promise.all(
    byBucket(lots).map((values) => database.of(values[0]).query<{ inside: number }>(selectInside, values)),
  )
  return rows.flat().reduce((sum, { inside }) => sum + inside, 0)
}

async function suspendedOf(database: Database, lots: readonly LotKey[]): Promise<readonly SuspendedLotView[]> {
  const parts = await Promise.all(
    byBucket(lots).map((values) => database.of(values[0]).query<SuspendedRow>(selectSuspended, values)),
  )
  return parts
    .flat()
    .map(({ lot_id, name, suspended_at, suspended_because }) => ({
      ...{ lot: lot_id, name, since: suspended_at, because: suspended_because },
    }))
    .sort((a, b) => a.since - b.since || a.lot - b.lot)
}

async function illOf(database: Database, lots: readonly LotKey[]): Promise<Pick<OverviewView, 'ill' | 'illCount'>> {
  const parts = await Promise.all(
    byBucket(lots).map((values) => database.of(values[0]).query<IllRow>(selectIll, values)),
  )
  return {
    illCount: countOf(parts),
    ill: parts
      .flat()
      .sort((a, b) => a.since - b.since)
      .slice(0, 20)
      .map(({ lot_id, all_of_it: _, ...row }): IllView => ({ lot: lot_id, ...row })),
  }
}

async function alarmsOf(
  database: Database,
  lots: readonly LotKey[],
  from: Instant,
): Promise<Pick<OverviewView, 'alarms' | 'alarmsToday'>> {
  const parts = await Promise.all(
    byBucket(lots).map((values) => database.of(values[0]).query<AlarmRow>(selectAlarms, [...values, instantOut(from)])),
  )
  return {
    alarmsToday: countOf(parts),
    alarms: parts
      .flat()
      .sort((a, b) => b.raised_at - a.raised_at)
      .slice(0, 5)
      .map(
        ({ lot_id, lane_id, kind, because, raised_at }): AlarmView => ({
          ...{ lot: lot_id, kind, lane: lane_id, because, raisedAt: raised_at },
        }),
      ),
  }
}
/** Each row says how many there are in its bucket. */
const countOf = (parts: readonly (readonly { all_of_it: number }[])[]): number =>
  parts.reduce((sum, rows) => sum + (rows[0]?.all_of_it ?? 0), 0)

async function waitingOf(database: Database, whose: Whose): Promise<number> {
  const accounts = whose.whole ? await accountsOf(database, whose.operatorId) : []
  const places = new Map(byBucket(whose.lots))
  if (accounts.length > 0 && !places.has(0)) places.set(0, [])
  const rows = await Promise.all(
    [...places].map(([bucket, lots]) =>
      database.of(bucket).query<{ waiting: number }>(selectWaiting, [bucket, lots, accounts]),
    ),
  )
  return rows.flat().reduce((sum, { waiting }) => sum + waiting, 0)
}

import { type Database, type Db, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { closable, closeDays, reconciledThrough, unheardStays } from './close.ts'
import { countLots, type News } from './count.ts'
import {
  type CursorRow,
  mannered,
  moveCursor,
  selectCashOfNewShifts,
  selectCursor,
  selectLotsWithNews,
  selectNewTransfers,
  type TransferKey,
} from './store.ts'
import { windowOf } from './window.ts'

/** So many lots in one transaction: each is held until all are counted, and only by whoever counts. */
const lotsAtOnce = 50
/** So many hours of what is behind in one round, so that a round has an end. */
const windowsAtOnce = 24

/**
 * The round that keeps the summaries: counts what was posted and told since the last one, and closes the days that are over. Any
 * process may run it beside others, be killed in it, and start again: what was counted is known, and counted once. Answers whether
 * it has counted all there was; what is days behind takes several. Within `restMs` after another process's round it has nothing to do.
 */
export function summaryRound({
  database,
  clock,
  restMs = 0,
}: {
  readonly database: Database
  readonly clock: Clock
  readonly restMs?: number
}): () => Promise<boolean> {
  return async () => {
    // First, so that whatever these bills brought in is counted before their day is closed.
    const reconciled = await reconciledThrough(database.of(0))
    let all = true
    for (const { db, buckets } of database.nodes) {
      const [cursor] = await db.query<CursorRow>(selectCursor, [buckets])
      if (cursor && cursor.read_until > clock.now() - restMs && cursor.read_until <= clock.now()) continue
      let caughtUp = false
      for (let windows = 0; !caughtUp && windows < windowsAtOnce; windows++)
        caughtUp = await countSome(db, buckets, clock)
      all &&= caughtUp
      if (!caughtUp) continue
      const over = await closable(db, buckets, reconciled, clock.now())
      await countUnheard(
        db,
        over.filter(({ connected }) => connected),
        clock.now(),
      )
      await closeDays(db, over, clock.now())
    }
    return all
  }
}

/** Counts one window; answers whether that was all there is. */
async function countSome(db: Db, buckets: readonly number[], clock: Clock): Promise<boolean> {
  const [cursor] = await db.query<CursorRow>(selectCursor, [buckets])
  if (!cursor) return true
  const now = clock.now()
  const window = windowOf({ readUntil: cursor.read_until, sureUntil: cursor.sure_until }, now)
  await count(db, await newsOf(db, [buckets, instantOut(window.from), instantOut(window.until)]), now)
  await db.query(moveCursor, [buckets, instantOut(window.next.readUntil), instantOut(window.next.sureUntil)])
  return window.until === null
}

type NewsOfLot = News & { readonly bucket: number }

/** What is new, by lot. */
async function newsOf(db: Db, window: readonly unknown[]): Promise<readonly NewsOfLot[]> {
  const [transfers, lots] = await db.transaction(async (plain) => {
    const tx = await mannered(plain)
    return [
      [
        ...(await tx.query<TransferKey>(selectNewTransfers, window)),
        ...(await tx.query<TransferKey>(selectCashOfNewShifts, window)),
      ],
      await tx.query<{ bucket: number; lot_id: number }>(selectLotsWithNews, [window[0]]),
    ] as const
  })
  const byLot = Map.groupBy(transfers, keyOf)
  const keys = new Map([...lots, ...transfers].map((row) => [keyOf(row), row]))
  return [...keys].map(([key, { bucket, lot_id }]) => ({
    ...{ bucket, lotId: lot_id, stays: [] },
    transfers: byLot.get(key) ?? [],
  }))
}
const keyOf = (row: { bucket: number; lot_id: number }): string => `${row.bucket}/${row.lot_id}`

async function countUnheard(db: Db, lots: readonly { bucket: number; lotId: number }[], now: number): Promise<void> {
  for (const [bucket, of] of Map.groupBy(lots, (lot) => lot.bucket)) {
    const rows = await unheardStays(...([db, bucket, of.map(({ lotId }) => lotId), now] as const))
    await count(
      db,
      [...Map.groupBy(rows, (row) => row.lot_id)].map(([lotId, stays]) => ({
        ...{ bucket, lotId, transfers: [] },
        stays: stays.map(({ id }) => id),
      })),
      now,
    )
  }
}

async function count(db: Db, news: readonly NewsOfLot[], now: number): Promise<void> {
  for (const [bucket, ofBucket] of Map.groupBy(news, (one) => one.bucket))
    for (let from = 0; from < ofBucket.length; from += lotsAtOnce) {
      const some = ofBucket.slice(from, from + lotsAtOnce)
      let more = await countLots(db, bucket, some, now)
      while (more.length > 0) {
        more = await countLots(
          db,
          bucket,
          more.map((lotId) => ({ lotId, transfers: [], stays: [] })),
          now,
        )
      }
    }
}

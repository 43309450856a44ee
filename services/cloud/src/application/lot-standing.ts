import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { keyValues } from './parts.ts'
import { keyOf } from './place.ts'
import { type ApplicationRow, lockApplication } from './store.ts'

/*
 * Whether a lot takes payments, by the application that opened it: suspended, it takes no new ones. What is under way is finished as always,
 * and money that was taken is the operator's: it is settled, withdrawn and given back as before. The lot may live on another machine than its
 * application, so the act says in its own transaction that the lot is to be told, and telling it is done again until it got through.
 */

export const lotToTell: Statement = {
  name: 'application-lot-to-tell',
  text: 'update application set lot_to_tell = true where bucket = $1 and lot_id = $2 and id = $3 and lot_number is not null',
}
const lotTold: Statement = {
  name: 'application-lot-told',
  text: 'update application set lot_to_tell = null where bucket = $1 and lot_id = $2 and id = $3',
}
const selectToTell: Statement = {
  name: 'select-lots-to-tell',
  // fanout: what a lot was not told when it was suspended or resumed, a round of the worker
  text: `-- fanout
  select id from application where bucket = any($1) and lot_to_tell and opened_at is not null limit 50`,
}
/** Since when, and why; what is suspended already stays so since then. */
const suspendLot: Statement = {
  name: 'suspend-lot',
  text: `
  update lot set suspended_at = case when $4 then coalesce(suspended_at, $3) end, suspended_because = case when $4 then $5 end
   where bucket = $1 and lot_id = $2`,
}
const selectWhySuspended: Statement = {
  name: 'select-why-an-application-is-suspended',
  text: `
  select why->>'note' as note from application_step
   where bucket = $1 and lot_id = $2 and application_id = $3 and act = 'suspend' order by step desc limit 1`,
}

export function lotStandings(deps: {
  readonly database: Database
  readonly clock: { now(): Instant }
  readonly log: Log
}): { tell(id: string): Promise<void>; round(): Promise<void> } {
  const { database, clock, log } = deps
  /** Under the application's lock: of two acts the lot is told the last. */
  const tellNow = (id: string): Promise<void> => {
    const key = keyOf(id)
    return twiceIfUnknown(() =>
      database.of(key.bucket).transaction(async (tx) => {
        const [row] = await tx.query<ApplicationRow>(lockApplication, keyValues(key))
        if (!row || row.lot_number === null || row.opened_at === null) return
        const isSuspended = row.state === 'suspended'
        const [step] = await tx.query<{ note: string | null }>(selectWhySuspended, keyValues(key))
        await database
          .of(row.lot_bucket!)
          .query(suspendLot, [
            ...[row.lot_bucket, row.lot_number, instantOut(clock.now())],
            ...[isSuspended, step?.note ?? null],
          ])
        await tx.query(lotTold, keyValues(key))
      }),
    )
  }
  const tell = (id: string): Promise<void> =>
    tellNow(id).catch((error: Error) =>
      log('error', 'lot-standing-not-told', { application: id, because: error.message }),
    )
  return {
    /** Tells the lot of an application; what fails is logged, and done again by the round. */
    tell,
    async round() {
      for (const { db, buckets } of database.nodes)
        for (const { id } of await db.query<{ id: string }>(selectToTell, [buckets])) await tell(id)
    },
  }
}

import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { keyValues } from './parts.ts'
import { keyOf } from './place.ts'
import {
  type ApplicationRow,
  dropApplication,
  dropPapers,
  dropSteps,
  lockApplication,
  selectForgotten,
  type ToOpenRow,
} from './store.ts'

/** A draft that nobody has touched for so long is nobody's any more: what was typed is personal, and is not kept for nothing. */
export const draftsLastMs = 90 * 86_400_000

/** Drops forgotten drafts with their papers; what was ever handed in stays. */
export function forgettingDrafts({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}): () => Promise<void> {
  return async () => {
    const until = clock.now() - draftsLastMs
    for (const { db, buckets } of database.nodes)
      for (const { id } of await db.query<ToOpenRow>(selectForgotten, [buckets, instantOut(until)])) {
        const key = keyOf(id)
        await database.of(key.bucket).transaction(async (tx) => {
          const [row] = await tx.query<ApplicationRow>(lockApplication, keyValues(key))
          // Somebody has come back to it just now.
          if (row?.state !== 'draft' || row.saved_at >= until) return
          for (const statement of [dropPapers, dropSteps, dropApplication]) await tx.query(statement, keyValues(key))
        })
      }
  }
}

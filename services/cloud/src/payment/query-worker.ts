import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { PayCodes } from '../pay-code/pay-code.ts'
import type { Settle } from './settle.ts'
import { claimDueQueries, type DueRow } from './store.ts'

const atOnce = 20

/** One round over the payments nobody has told us about: each is asked of its channel, a few at a time. */
export function queryRound(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly settle: Settle
  readonly payCodes: PayCodes
}): () => Promise<void> {
  const { database, clock, log, settle, payCodes } = options
  return async () => {
    for (const { db, buckets } of database.nodes) {
      const now = clock.now()
      const due = await db.query<DueRow>(claimDueQueries, [buckets, instantOut(now), 200])
      for (let from = 0; from < due.length; from += atOnce) {
        await Promise.all(
          due.slice(from, from + atOnce).map((payment) =>
            (payment.scanned_at === null ? settle.ask(payment, now) : payCodes.ask(payment)).catch((error: Error) => {
              log('error', 'query-failed', { lot: payment.lot_id, payment: payment.id, message: error.message })
            }),
          ),
        )
      }
    }
  }
}

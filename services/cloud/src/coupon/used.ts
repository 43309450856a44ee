import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import { idIn } from './give.ts'
import { type LogWithNews, selectEventsWithCoupons, selectLogsWithNews, setCouponLog, useCoupon } from './store.ts'

type Left = Extract<LotEvent, { kind: 'left' }>

/**
 * Reads in the logs of lots with shops which coupons were used, by which stay, and by how much they lowered its fee. Each event counts once:
 * how far a log was read is kept in the transaction that counts it. Any process may run it beside others.
 */
export function readingUsedCoupons({ database }: { readonly database: Database }): () => Promise<void> {
  return async () => {
    for (const { db, buckets } of database.nodes)
      for (const log of await db.query<LogWithNews>(selectLogsWithNews, [buckets])) {
        const key = [log.bucket, log.lot_id]
        await database.of(log.bucket).transaction(async (tx) => {
          const events = await tx.query<{ body: Left }>(selectEventsWithCoupons, [
            ...[...key, log.epoch, log.seq, log.committed_seq],
          ])
          for (const { body } of events)
            for (const [n, name] of (body.coupons ?? []).entries()) {
              const id = idIn(name)
              if (id === null) continue
              await tx.query(useCoupon, [
                ...key,
                id,
                body.session,
                instantOut(body.leftAt),
                body.couponFen?.[n] ?? null,
              ])
            }
          await tx.query(setCouponLog, [...key, log.epoch, log.committed_seq])
        })
      }
  }
}

import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { LotSystemName } from '../lot/api.ts'
import { selectSystem } from '../lot/store.ts'

/** Changes are read with so much behind: written by another machine's clock, and seen when they are committed. */
const overlapMs = 5 * 60_000

const selectChanged: Statement = {
  name: 'select-lots-whose-system-changed',
  text: 'select bucket, lot_id, system from lot where system_since >= $2 and bucket = any ($1::int4[])',
}

/** Which system runs a lot. Remembered, for it is asked with every question; a plan that says otherwise counts within a round. */
export function systemsOfLots(options: {
  readonly database: Database
  readonly clock: Clock
  /** Another system runs this lot from now on. */
  readonly onChanged: (lot: LotKey) => void
}) {
  const { database, clock } = options
  const names = new Map<number, LotSystemName>()
  return {
    /** As far as this process knows, without asking. */
    known: ({ lotId }: LotKey): LotSystemName | undefined => names.get(lotId),
    async of({ bucket, lotId }: LotKey): Promise<LotSystemName> {
      const known = names.get(lotId)
      if (known) return known
      const [row] = await database.of(bucket).query<{ system: LotSystemName }>(selectSystem, [bucket, lotId])
      // A lot that is not there is asked for again.
      if (row) names.set(lotId, row.system)
      return row?.system ?? 'agent'
    },
    /** One round of every process, whether it works or serves; called by a timer. */
    async round(): Promise<void> {
      const since = instantOut(clock.now() - overlapMs)
      for (const { db, buckets } of database.nodes)
        for (const row of await db.query<{ bucket: number; lot_id: number; system: LotSystemName }>(selectChanged, [
          ...[buckets, since],
        ])) {
          if (names.get(row.lot_id) === row.system) continue
          names.set(row.lot_id, row.system)
          options.onChanged({ bucket: row.bucket, lotId: row.lot_id })
        }
    },
  }
}
export type SystemsOfLots = ReturnType<typeof systemsOfLots>

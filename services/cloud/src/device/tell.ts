import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { isKnownEvent } from '@lanepay/lot-link/messages.ts'
import type { TakeIn } from '../session/take-in.ts'

/* How devices are and were, as their lots tell: a row for each time between two changes (0048_office.sql). */

export type DeviceTold = {
  readonly device: string
  readonly at: number
  readonly state: 'well' | 'ill' | 'lost'
  readonly because: string
  readonly driftMs?: number
  readonly version?: string
}
const tell: Statement = { name: 'tell-device', text: 'select tell_device($1, $2, $3, $4, $5, $6, $7, $8)' }
/** Told twice is told once; the same again is no change. */
export async function tellDevice(database: Database, { bucket, lotId }: LotKey, told: DeviceTold): Promise<void> {
  await database
    .of(bucket)
    .query(tell, [
      ...[bucket, lotId, told.device, instantOut(told.at), told.state, told.because.slice(0, 500)],
      ...[told.driftMs ?? null, told.version ?? null],
    ])
}

/** Takes in as `takeIn` does, and keeps what it heard of devices before the lot hears that its events are kept. */
export const notingDevices =
  (takeIn: TakeIn, database: Database): TakeIn =>
  async (from, piece) => {
    const seq = await takeIn(from, piece)
    for (const event of piece.events)
      if (isKnownEvent(event) && event.kind === 'device') await tellDevice(database, from, event)
    return seq
  }

const dropOver: Statement = {
  name: 'drop-device-states',
  text: 'delete from device_state where bucket = any ($1::int4[]) and until_at < $2',
}
/** So long what was is kept: a season, in which what comes again and again is seen. */
export const historyMs = 92 * 86_400_000
export async function forgetOldStates(database: Database, now: number): Promise<void> {
  for (const { db, buckets } of database.nodes) await db.query(dropOver, [buckets, instantOut(now - historyMs)])
}

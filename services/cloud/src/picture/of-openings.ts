import type { Database, Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { isKnownEvent } from '@lanepay/lot-link/messages.ts'
import type { TakeIn } from '../session/take-in.ts'
import { wantPicture } from './store.ts'

const selectSince: Statement = {
  name: 'select-since-when-it-stands',
  text: 'select since from lane_occupancy where bucket = $1 and lot_id = $2 and lane_id = $3 and occupancy = $4',
}

/**
 * Takes in as `takeIn` does, and has the picture fetched of every vehicle that a person let through, at the lot or from afar: such an opening
 * leaves who, why and a picture (domain.md 8). Told again, it is wanted once.
 */
export const leavingPictures =
  (takeIn: TakeIn, { database, clock }: { readonly database: Database; readonly clock: Clock }): TakeIn =>
  async (from, piece) => {
    const seq = await takeIn(from, piece)
    for (const event of piece.events) {
      if (!isKnownEvent(event) || event.kind !== 'gate-opened' || event.occupancy === null) continue
      if (!('by' in event.cause) || event.cause.by === undefined) continue
      const { lane } = event
      const db = database.of(from.bucket)
      const [standing] = await db.query<{ since: number }>(selectSince, [
        from.bucket,
        from.lotId,
        lane,
        event.occupancy,
      ])
      if (standing) await wantPicture(db, from, { lane, at: standing.since, now: clock.now() })
    }
    return seq
  }

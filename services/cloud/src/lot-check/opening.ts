import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { openingLine, queueOpening, standingIn } from '../session/opening.ts'
import { noteLine } from '../staff/trail.ts'
import { abilitiesOfLot } from './store.ts'

const lockLane: Statement = {
  name: 'lot-check-lock-lane',
  text: 'select l.operator_id from lane a join lot l using (bucket, lot_id) where bucket = $1 and lot_id = $2 and lane_id = $3 for update of a',
}
const selectWaiting: Statement = {
  name: 'lot-check-waiting-opening',
  text: `select id from lot_command
          where bucket = $1 and lot_id = $2 and lane_id = $3 and kind = 'open-gate' and send_at is not null and payment_id is null
            and body ->> 'by' = $4 and expires_at > $5
          order by id desc
          limit 1`,
}
const selectOpening: Statement = {
  name: 'lot-check-opening-of-number',
  text: 'select state::text as state, because from lot_command where bucket = $1 and lot_id = $2 and id = $3',
}

/**
 * Orders a lane of a lot to open, in a person's name and with a reason, as the console does; its line in the trail is in the same
 * transaction. The order of the same person that still waits at this lane is the same order: an arm moves once.
 */
export async function orderOpening(
  deps: { readonly database: Database; readonly clock: Clock; readonly newId: () => Id; readonly houseKey: Uint8Array },
  lot: LotKey,
  { lane, by, reason }: { readonly lane: number; readonly by: string; readonly reason: string },
): Promise<Result<Id, 'lot-cannot' | 'lane-unknown' | 'lane-empty'>> {
  const { database, clock, newId, houseKey } = deps
  const { bucket, lotId } = lot
  const abilities = await abilitiesOfLot(database, lot)
  if (!abilities.includes('opens-gate')) return err('lot-cannot')
  const id = newId() // made once: a repeat after a lost answer finds it
  return twiceIfUnknown(() =>
    database.of(bucket).transaction(async (tx) => {
      const [of] = await tx.query<{ operator_id: string }>(lockLane, [bucket, lotId, lane])
      if (!of) return err('lane-unknown')
      const now = clock.now()
      const [waiting] = await tx.query<{ id: string }>(selectWaiting, [bucket, lotId, lane, by, instantOut(now)])
      if (waiting) return ok(waiting.id as Id)
      const seen = await standingIn(tx, lot, lane)
      if (!seen && abilities.includes('reports-occupancy')) return err('lane-empty')
      const opening = { lane, occupancy: seen?.occupancy ?? null, seen, reason, by }
      await queueOpening(tx, lot, opening, { id, now, tellAt: now })
      const who = { staffId: null, account: by, role: 'server', address: '', lookId: null }
      const line = openingLine(opening, of.operator_id, numberOf('command', lot, id))
      await noteLine(tx, { houseKey, newId, now }, lot, who, line)
      return ok(id)
    }),
  )
}

/** What became of an order to open. */
export async function openingOf(
  database: Database,
  { bucket, lotId }: LotKey,
  id: Id,
): Promise<{ readonly state: string; readonly because: string | null } | null> {
  const [row] = await database
    .of(bucket)
    .query<{ state: string; because: string | null }>(selectOpening, [bucket, lotId, id])
  return row ?? null
}

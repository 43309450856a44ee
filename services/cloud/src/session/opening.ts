import { instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import { insertOpenGate } from '../command/store.ts'
import { wantPicture } from '../picture/store.ts'
import type { Line } from '../staff/trail.ts'

/** A lane that a person has opened from afar: for the vehicle that was seen there, or (null) for whoever the lot lets go. */
export type Opening = {
  readonly lane: number
  readonly occupancy: string | null
  readonly seen: Standing | null
  readonly reason: string
  readonly by: string
}
export type Standing = { readonly occupancy: string; readonly session_id: string | null; readonly since: number }

/** A gate is not opened for whoever stands there much later. */
export const openWithinMs = 60_000

const selectStandingIn: Statement = {
  name: 'select-who-stands-in-lane',
  text: `select occupancy, session_id, since from lane_occupancy
          where bucket = $1 and lot_id = $2 and lane_id = $3 and ended_at is null`,
}

/** The vehicle that stands in a lane; `occupancy`: only if it is still this one. */
export async function standingIn(
  db: Pick<Tx, 'query'>,
  { bucket, lotId }: LotKey,
  lane: number,
  occupancy?: string | null,
): Promise<Standing | null> {
  const [standing] = await db.query<Standing>(selectStandingIn, [bucket, lotId, lane])
  return standing && (occupancy === undefined || standing.occupancy === occupancy) ? standing : null
}

/** Queues the order under its number, with the picture that it leaves; false: it was queued before. A worker tells it from now on. */
export async function queueOpening(
  tx: Tx,
  lot: LotKey,
  { lane, occupancy, seen, reason, by }: Opening,
  { id, now, tellAt = now + 1_000 }: { readonly id: Id; readonly now: number; readonly tellAt?: number },
): Promise<boolean> {
  const command: Command = {
    ...{ id: numberOf('command', lot, id), kind: 'open-gate', issuedAt: now, expiresAt: now + openWithinMs },
    ...{ lane, occupancy: occupancy ?? '0', reason, by },
  }
  const made = await tx.query(insertOpenGate, [
    ...[lot.bucket, lot.lotId, id, null, lane, occupancy, seen?.session_id ?? null, command],
    ...[instantOut(now), instantOut(command.expiresAt), instantOut(tellAt)],
  ])
  if (made.length > 0 && seen) await wantPicture(tx, lot, { lane, at: seen.since, now })
  return made.length > 0
}

/** Its line in the trail. */
export const openingLine = ({ lane, seen, reason }: Opening, operatorId: string | null, number: string): Line => ({
  ...{ act: 'gate.open', operatorId, about: seen?.session_id ? `session ${seen.session_id}` : `lane ${lane}`, reason },
  after: `lane ${lane}, order ${number}${seen ? `, picture of ${new Date(seen.since).toISOString()}` : ''}`,
})

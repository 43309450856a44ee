import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { EveryLot, LotError, LotPicture } from '@lanepay/lot-systems/lot-system.ts'
import { openBytesAtRest, sealBytesAtRest } from '../server/at-rest.ts'
import {
  claimDuePictures,
  type DueRow,
  dropPictures,
  giveUpPicture,
  keepPicture,
  keptForMs,
  selectLastPicture,
  selectPicture,
  selectSentPicture,
} from './store.ts'

/*
 * Pictures of reads, for persons alone. They stay at the lot until somebody looks at one, or an act must leave it: then it is fetched over
 * the link, sealed and kept for a month. Nothing that drivers or payments wait for waits for one.
 */

/** Why there is none: the lot has none of that read, cannot be asked for any, or is not there. */
export type NoPicture = 'no-picture' | 'unsupported' | 'lot-offline'
/** A lot that was asked so often and had none will have none. */
const asksAtMost = 6
/** So many are fetched in a round; one at a time, each over its lot's own line. */
const inARound = 20

const rowOf = ({ bucket, lotId }: LotKey, lane: number, at: number): string => `${bucket}/${lotId}/${lane}/${at}`

export function pictures({
  database,
  clock,
  houseKey,
  lots,
}: {
  readonly database: Database
  readonly clock: Clock
  readonly houseKey: Uint8Array
  readonly lots: Pick<EveryLot, 'picture' | 'stayPicture' | 'isOnline'>
}) {
  const whyNot = (error: LotError): NoPicture =>
    error.kind === 'offline'
      ? 'lot-offline'
      : ['unsupported', 'unreadable'].includes(error.because)
        ? 'unsupported'
        : 'no-picture'
  const fetch = async (lot: LotKey, lane: number, at: number | null): Promise<Result<LotPicture, NoPicture>> => {
    if (!lots.isOnline(lot)) return err('lot-offline')
    const said = await lots.picture(lot, { lane, at })
    if (!said.ok) return err(whyNot(said.error))
    const { jpeg, at: of } = said.value
    const now = clock.now()
    await database
      .of(lot.bucket)
      .query(keepPicture, [
        ...[lot.bucket, lot.lotId, lane, instantOut(of), instantOut(now)],
        ...[sealBytesAtRest(houseKey, 'lot-picture', rowOf(lot, lane, of), jpeg), instantOut(now + keptForMs)],
      ])
    return ok(said.value)
  }
  return {
    /** The picture of a read, as the lot numbers reads: by lane and instant. */
    async of(lot: LotKey, lane: number, at: number): Promise<Result<Uint8Array, NoPicture>> {
      const [kept] = await database
        .of(lot.bucket)
        .query<{ content: Buffer | null }>(selectPicture, [lot.bucket, lot.lotId, lane, instantOut(at)])
      if (kept?.content) return ok(openBytesAtRest(houseKey, 'lot-picture', rowOf(lot, lane, at), kept.content))
      const fetched = await fetch(lot, lane, at)
      return fetched.ok ? ok(fetched.value.jpeg) : fetched
    },
    /** When the lane's last picture was taken, asked of the lot; of a lot that is not there, the last that is kept here. */
    async last(
      lot: LotKey,
      lane: number,
    ): Promise<Result<{ readonly at: number; readonly asked: boolean }, NoPicture>> {
      const fetched = await fetch(lot, lane, null)
      if (fetched.ok) return ok({ at: fetched.value.at, asked: true })
      const [kept] = await database
        .of(lot.bucket)
        .query<{ at: number }>(selectLastPicture, [lot.bucket, lot.lotId, lane])
      return kept ? ok({ at: kept.at, asked: false }) : fetched
    },
    /** The picture of a stay's entry or exit that a lot's own charging software has sent, or gives when it is asked. */
    async ofStay(lot: LotKey, session: string, part: 'in' | 'out'): Promise<Result<Uint8Array, NoPicture>> {
      const [row] = await database
        .of(lot.bucket)
        .query<{ content: Buffer }>(selectSentPicture, [lot.bucket, lot.lotId, session, part])
      if (row) return ok(row.content)
      const said = await lots.stayPicture(lot, { session, part })
      if (said.ok) return said
      const because = whyNot(said.error)
      // Whoever sends its pictures by itself has sent none of it.
      return err(because === 'unsupported' ? 'no-picture' : because)
    },
    /** Fetches what acts have left to be fetched, and lets go what is over. */
    async round(): Promise<void> {
      for (const { db, buckets } of database.nodes) {
        const now = instantOut(clock.now())
        for (const row of await db.query<DueRow>(claimDuePictures, [buckets, now, inARound])) {
          const lot = { bucket: row.bucket, lotId: row.lot_id }
          const fetched = await fetch(lot, row.lane_id, row.at)
          const isOver = !fetched.ok && fetched.error !== 'lot-offline' && row.asks >= asksAtMost
          if (isOver || (!fetched.ok && fetched.error === 'unsupported'))
            await db.query(giveUpPicture, [row.bucket, row.lot_id, row.lane_id, instantOut(row.at)])
        }
        await db.query(dropPictures, [buckets, now])
      }
    },
  }
}
export type Pictures = ReturnType<typeof pictures>

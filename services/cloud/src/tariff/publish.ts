import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ScheduleDocument } from '@lanepay/domain/tariff/tariff.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { queueOrder } from '../lot-order/order.ts'
import { newestOrder, replaceOpenOrders, wasOrdered } from '../lot-order/told.ts'
import type { Who } from '../staff/route.ts'
import type { Person } from '../staff/signed-in.ts'
import { noteLine } from '../staff/trail.ts'
import type { PublishAsk, TakeBackAsk } from './api.ts'
import { fromText, type ScheduleRefusal, withoutVersion, withVersion } from './decide.ts'
import { holdLot, insertVersion, selectNewestVersion, type VersionRow, versionsOf } from './store.ts'

export type PublishRefusal =
  | ScheduleRefusal
  /** Its agent tells of no such area inside. */
  | { readonly kind: 'area-unknown' }
  /** Nothing is known that the lot could go by outside the area. */
  | { readonly kind: 'lot-list-first' }
  /** Charging software of the lot's own decides there. */
  | { readonly kind: 'lot-decides-itself' }
  /** Somebody published another one since this was written. */
  | { readonly kind: 'seen-is-old' }

type By = { readonly lot: LotKey; readonly operatorId: string; readonly person: Person; readonly who: Who }
type Made = { readonly schedule: ScheduleDocument; readonly from: Instant | null }

/** Publishes versions of price lists, of a lot or of an area inside it: kept here and ordered from the lot in one transaction, with a line in the trail. */
export function publishing(deps: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
}) {
  const { database, clock, newId, houseKey } = deps

  const publish = (
    { lot, operatorId, person, who }: By,
    { area, ...asked }: { readonly area?: string; readonly reason: string; readonly seen: number },
    decide: (kept: ScheduleDocument | null, now: Instant) => Result<Made, ScheduleRefusal>,
  ): Promise<Result<{ readonly version: number }, PublishRefusal>> => {
    const key = [lot.bucket, lot.lotId]
    // Of the last try: its commit may have been lost on the way back.
    let tried: { readonly id: Id; readonly version: number } | null = null
    return twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx: Tx) => {
        const now = clock.now()
        const [held] = await tx.query<{ system: string; areas: readonly string[] }>(holdLot, key)
        if (held?.system !== 'agent') return err({ kind: 'lot-decides-itself' })
        if (area !== undefined && !held.areas.includes(area)) return err({ kind: 'area-unknown' })
        const [newest] = await tx.query<VersionRow>(selectNewestVersion, key)
        if (tried !== null && (await wasOrdered(tx, lot, tried.id))) return ok({ version: tried.version })
        if (Number(newest?.version ?? 0) !== asked.seen) return err({ kind: 'seen-is-old' })
        if (area !== undefined && newest === undefined) return err({ kind: 'lot-list-first' })
        const made = decide(versionsOf(newest, area), now)
        if (!made.ok) return made
        const before = await newestOrder(tx, lot, 'tariff')
        const version = Math.max(Number(newest?.version ?? 0), before?.version ?? 0) + 1
        const { from } = made.value
        const schedule = area === undefined ? made.value.schedule : newest!.schedule
        const areas = { ...newest?.areas, ...(area === undefined ? {} : { [area]: made.value.schedule }) }
        await replaceOpenOrders(tx, lot, 'tariff', now)
        const { id } = await queueOrder(tx, { clock, newId }, lot, {
          ...{ kind: 'tariff', version, schedule },
          ...(Object.keys(areas).length === 0 ? {} : { areas }),
        })
        tried = { id, version }
        await tx.query(insertVersion, [
          ...[...key, version, schedule, areas, area ?? null, instantOut(from), id, person.staffId, person.account],
          ...[asked.reason, instantOut(now)],
        ])
        await noteLine(tx, { houseKey, newId, now }, lot, who, {
          ...{
            act: 'prices.change',
            operatorId,
            about: `tariff version ${version}${area === undefined ? '' : ` of ${area}`}`,
            reason: asked.reason,
          },
          after: from === null ? 'taken back' : `from ${fromText(from)}`,
        })
        return ok({ version })
      }),
    )
  }
  return {
    publish: (by: By, { tariff, from, carsInside, ...asked }: PublishAsk) =>
      publish(by, asked, (kept, now) => withVersion(kept, { tariff, from: from as Instant | null, carsInside }, now)),
    takeBack: (by: By, { from, ...asked }: TakeBackAsk) =>
      publish(by, asked, (kept, now) => {
        const left = withoutVersion(kept, from as Instant, now)
        return left.ok ? ok({ schedule: left.value, from: null }) : left
      }),
  }
}

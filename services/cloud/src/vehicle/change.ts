import assert from 'node:assert/strict'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { parseOrder } from '../lot-order/decide.ts'
import { queueOrder } from '../lot-order/order.ts'
import { newestOrder, replaceOpenOrders, wasOrdered } from '../lot-order/told.ts'
import type { Who } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import { type Change, changed, type VehicleRefusal } from './decide.ts'
import { type Kept, listsOf } from './lists.ts'
import { holdKept, selectSystemOfLot, setList, writeChange } from './store.ts'

export type ChangeRefusal = VehicleRefusal | { readonly kind: 'lot-decides-itself' }
export type By = { readonly lot: LotKey; readonly operatorId: string; readonly who: Who }
export type Decided<T> = {
  readonly change: Change
  readonly value: T
  /** For the trail: without whose card it is. */
  readonly about: string
  readonly after?: string
  readonly reason?: string
}
export type VehicleDeps = {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
}
/** Changes what a lot goes by. */
export type Changing = <T>(
  by: By,
  decide: (kept: Kept, now: Instant) => Result<Decided<T>, VehicleRefusal>,
) => Promise<Result<T, ChangeRefusal>>

/**
 * One change of a lot's lists: decided against all that is kept, written, ordered from the lot as one list of a new version, and noted, in
 * one transaction. What the lot has not answered yet is replaced by it, so however many changes there are, one list is on its way. A change
 * of nothing orders nothing.
 */
export function changingVehicles({ database, clock, newId, houseKey }: VehicleDeps): Changing {
  return async <T>(by: By, decide: (kept: Kept, now: Instant) => Result<Decided<T>, VehicleRefusal>) => {
    const { lot, operatorId, who } = by
    // Of the last try: its commit may have been lost on the way back.
    let tried: { readonly id: Id; readonly value: T } | null = null
    return twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        const now = clock.now()
        const [about] = await tx.query<{ system: string }>(selectSystemOfLot, [lot.bucket, lot.lotId])
        if (about?.system !== 'agent') return err({ kind: 'lot-decides-itself' })
        const { row, kept } = await holdKept(tx, lot, now)
        if (tried !== null && (await wasOrdered(tx, lot, tried.id))) return ok(tried.value)
        const decided = decide(kept, now)
        if (!decided.ok) return decided
        const { change, value, ...line } = decided.value
        const isNothing =
          change.cards.length + change.put.length + change.removed.length === 0 && change.capacity === undefined
        if (isNothing) return ok(value)
        const after = changed(kept, change)
        const before = await newestOrder(tx, lot, 'lists')
        const version = Math.max(Number(row.version), before?.version ?? 0) + 1
        const order = parseOrder({ kind: 'lists', lists: listsOf(after, version, now) })
        assert(order.ok, `what was decided of lot ${lot.lotId} is no list: ${JSON.stringify(order)}`)
        await writeChange(tx, lot, change, { account: who.account, now, newId })
        await replaceOpenOrders(tx, lot, 'lists', now)
        const { id } = await queueOrder(tx, { clock, newId }, lot, order.value)
        tried = { id, value }
        await tx.query(setList, [lot.bucket, lot.lotId, version, after.capacity, id, instantOut(now)])
        await noteLine(tx, { houseKey, newId, now }, lot, who, { act: 'vehicles.change', operatorId, ...line })
        return ok(value)
      }),
    )
  }
}

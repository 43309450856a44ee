import assert from 'node:assert/strict'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
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
import { type PaidByDriver, renewalsOf, withoutQuestion, withoutWord } from './rows.ts'
import { wantRenewals, wantRows, wasWanted } from './rows-store.ts'
import { holdKept, listsTakenBy, setList, writeChange } from './store.ts'

export type ChangeRefusal = VehicleRefusal | { readonly kind: 'lot-decides-itself' }
export type By = { readonly lot: LotKey; readonly operatorId: string; readonly who: Who }
export type Decided<T> = {
  readonly change: Change
  readonly value: T
  /** For the trail: without whose card it is. */
  readonly about: string
  readonly after?: string
  readonly reason?: string
  /** What it was paid by, where a driver has. */
  readonly paid?: PaidByDriver
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
  /** Notes what the change is the effect of, in its transaction; false: that has had its effect before, and nothing is changed. */
  once?: (tx: Tx, value: T) => Promise<boolean>,
) => Promise<Result<T, ChangeRefusal>>

/**
 * One change of a lot's lists: decided against all that is kept, written, ordered from the lot, and noted, in one transaction. Our own agent
 * is ordered one list of a new version: what it has not answered yet is replaced by it, so however many changes there are, one list is on
 * its way. Charging software that takes lists is told of each row that changed; what asks of each vehicle is told nothing. A change of nothing
 * orders nothing.
 */
export function changingVehicles({ database, clock, newId, houseKey }: VehicleDeps): Changing {
  return async <T>(
    by: By,
    decide: (kept: Kept, now: Instant) => Result<Decided<T>, VehicleRefusal>,
    once?: (tx: Tx, value: T) => Promise<boolean>,
  ) => {
    const { lot, operatorId, who } = by
    // Of the last try: its commit may have been lost on the way back.
    let tried: { readonly id: Id; readonly value: T } | null = null
    return twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        const now = clock.now()
        const takenBy = await listsTakenBy(tx, lot)
        if (takenBy === null) return err({ kind: 'lot-decides-itself' })
        const { row, kept } = await holdKept(tx, lot, now)
        const wasDone = takenBy === 'whole' ? wasOrdered : wasWanted
        if (tried !== null && (await wasDone(tx, lot, tried.id))) return ok(tried.value)
        const decided = decide(kept, now)
        if (!decided.ok) return decided
        const { change, value, paid: byDriver = null, ...line } = decided.value
        const isNothing =
          change.cards.length + change.put.length + change.removed.length === 0 && change.capacity === undefined
        if (isNothing) return ok(value)
        const what =
          takenBy === 'rows' ? withoutWord(change, kept) : takenBy === 'asked' ? withoutQuestion(change) : null
        if (what !== null) return err({ kind: 'lot-has-no-word', what })
        if (once && !(await once(tx, value))) return ok(value)
        const after = changed(kept, change)
        await writeChange(tx, lot, change, { account: who.account, now, newId })
        const id =
          takenBy === 'asked' // it is answered by what is kept here
            ? null
            : takenBy === 'whole'
              ? await orderWhole(tx, lot, { kept: after, version: Number(row.version), now })
              : await wantRows(tx, lot, after, { now, newId })
        const paid = takenBy === 'rows' ? renewalsOf(change, kept, now, byDriver) : []
        if (paid.length > 0) await wantRenewals(tx, lot, paid, newId)
        if (id !== null) tried = { id, value }
        await noteLine(tx, { houseKey, newId, now }, lot, who, { act: 'vehicles.change', operatorId, ...line })
        return ok(value)
      }),
    )
  }

  /** All of the lists under a new version, in place of what the lot has not answered yet. */
  async function orderWhole(
    tx: Tx,
    lot: LotKey,
    { kept, version: was, now }: { readonly kept: Kept; readonly version: number; readonly now: Instant },
  ): Promise<Id> {
    const before = await newestOrder(tx, lot, 'lists')
    const version = Math.max(was, before?.version ?? 0) + 1
    const order = parseOrder({ kind: 'lists', lists: listsOf(kept, version, now) })
    assert(order.ok, `what was decided of lot ${lot.lotId} is no list: ${JSON.stringify(order)}`)
    await replaceOpenOrders(tx, lot, 'lists', now)
    const { id } = await queueOrder(tx, { clock, newId }, lot, order.value)
    await tx.query(setList, [lot.bucket, lot.lotId, version, kept.capacity, id, instantOut(now)])
    return id
  }
}

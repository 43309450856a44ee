import { createHmac } from 'node:crypto'
import type { Database } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { down } from '@lanepay/lot-systems/bolink/down.ts'
import { readMessage, writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { answers } from '@lanepay/lot-systems/bolink/up.ts'
import type { LotError } from '@lanepay/lot-systems/lot-system.ts'
import type { Orders } from './orders.ts'
import type { Outbox } from './outbox.ts'
import { type Parks, takes } from './park.ts'
import type { Polls } from './polls.ts'
import { declinedBy } from './wishes.ts'

/** The four digits that unlock at the lot what was locked from afar: the same for a record however often it is asked, and kept nowhere. */
const lockKeyOf = (orderId: string, key: string): string =>
  String(createHmac('sha256', key).update(`lock ${orderId}`).digest().readUInt32BE() % 10_000).padStart(4, '0')

/** Vehicles that a lot's software holds inside at their owners' wish (bolink-protocol.md 7.4, `lock_car`). */
export function vehicleLocks(options: {
  readonly database: Database
  readonly newId: () => Id
  readonly orders: Orders
  readonly outbox: Outbox
  readonly parks: Parks
  readonly polls: Polls
}) {
  const { database, newId, orders, outbox, parks, polls } = options
  return {
    /** Asked once: the lot has done it only when it says so, and asking again for the same is the same. */
    async lockVehicle(
      lot: LotKey,
      { plate, locked }: { readonly plate: string; readonly locked: boolean },
    ): Promise<Result<{ locked: boolean }, LotError>> {
      const park = await parks.ofLot(lot)
      if (!park || !takes(park, 'locks') || (await declinedBy(database, lot)).has('cloud'))
        return err({ kind: 'refused', because: 'unsupported' })
      const order = await orders.openOfPlate(lot, plate)
      if (!order) return err({ kind: 'refused', because: 'no-session' })
      const { order_id, local_id } = order
      const is_locked = locked ? 1 : 0
      const body = writeMessage(down.lock_car, {
        ...{ order_id, is_locked, lock_key: lockKeyOf(order_id, park.key), service_name: 'lock_car' },
      })
      const message = { id: newId(), service: 'lock_car', answeredBy: [`lock:${order_id}:${is_locked}`], orderId: null }
      const localId = polls.isThere(lot, local_id) ? local_id : null
      const said = await outbox.ask(lot, { ...message, localId, body }, park.settings)
      if (!said.ok) return said
      const read = readMessage(answers.lock_car, said.value)
      if (!read.ok) return err({ kind: 'offline' })
      return read.value.state === 1
        ? ok({ locked })
        : err({ kind: 'refused', because: 'not-admitted', detail: read.value.errmsg ?? '' })
    },
  }
}

import { randomUUID } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { down } from '@lanepay/lot-systems/bolink/down.ts'
import { writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { toVendor } from '@lanepay/lot-systems/bolink/platform.ts'
import type { Payers } from '../partner-wallet/senseless.ts'
import type { Orders } from './orders.ts'
import type { Outbox } from './outbox.ts'
import type { Parks } from './park.ts'
import { plateOf } from './words.ts'

/** Whoever has not heard of it by then asks when the vehicle leaves (`pay_status`), or tries and is told. */
const worthTellingMs = 600_000

/**
 * Tells a lot whose vehicles pay without any act of their drivers (bolink-protocol.md 5.5, 8.2): after an entry, and when it changes while
 * they are inside. Told once, without an answer. Where nobody is charged so, a lot hears nothing of it.
 */
export function tellingAutopay(options: {
  readonly clock: Clock
  readonly newId: () => Id
  readonly orders: Orders
  readonly outbox: Outbox
  readonly parks: Parks
  readonly payers: () => Payers
}) {
  const { clock, newId, orders, outbox, parks } = options
  return {
    /** Of the vehicle of this plate that is inside; of one that is not there is nothing to tell. */
    async tell(lot: LotKey, carNumber: string): Promise<void> {
      const plate = plateOf(carNumber)
      const payer = await options.payers().of(lot, plate)
      const park = payer === undefined ? null : await parks.ofLot(lot)
      const order = park && !park.settings.beside ? await orders.openOfPlate(lot, plate) : null
      if (!park || !order) return
      const autopay = payer ? 1 : 0
      const told =
        park.callUrl === null
          ? {
              service: 'update_balance',
              localId: order.local_id || null,
              // What a wallet holds is the wallet's to know.
              body: writeMessage(down.update_balance, {
                ...{ autopay, balance: '0.0', service_name: 'update_balance', car_number: plate },
              }),
            }
          : {
              service: 'notice_car_owner',
              localId: null,
              body: writeMessage(toVendor.notice_car_owner, {
                ...{ union_id: park.unionId, park_id: park.parkId, order_id: order.order_id, car_number: plate },
                ...{ is_union_user: autopay, rand: randomUUID().replaceAll('-', ''), service_name: 'notice_car_owner' },
              }),
            }
      await outbox.tellOnce(lot, { ...told, id: newId(), answeredBy: [], orderId: null }, clock.now() + worthTellingMs)
    },
  }
}
export type Autopay = ReturnType<typeof tellingAutopay>

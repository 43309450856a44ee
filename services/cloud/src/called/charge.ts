import { createHash } from 'node:crypto'
import type { Database } from '@lanepay/database/database.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Plate } from '@lanepay/domain/types.ts'
import type { CalledEvent } from '@lanepay/lot-systems/called.ts'
import type { Orders } from '../bolink/orders.ts'
import { selectLaneOfChannel } from '../bolink/store.ts'
import type { Payers } from '../partner-wallet/senseless.ts'
import type { PayCodes } from '../pay-code/pay-code.ts'
import type { Called } from './settings.ts'

export type AtLane = Extract<CalledEvent, { kind: 'at-lane' }>

/** Of this time at an exit: told again it is the same charge; another code, or coming there again, is another. */
const numberOfCharge = ({ stay, plate, lane }: AtLane, by: string): string =>
  `called-${createHash('sha256').update(`${stay}\n${plate}\n${lane}\n${by}`).digest('hex').slice(0, 32)}`

/**
 * Vehicles that come to stand at an exit of a called lot and pay there without a phone of their driver: by the code that he shows to an
 * attendant, or out of the wallet of whose vehicle it is. The lot is asked for the price and told of the payment as of any other, and opens
 * by that; what is not paid it is not told: no word for it is described, and whoever stands there pays in another way. A code is kept nowhere.
 */
export function chargingAtExits(options: {
  readonly database: Database
  readonly log: Log
  readonly orders: Orders
  readonly payCodes: () => PayCodes
  readonly payers: () => Payers
}) {
  const { database, log, orders } = options
  return async (called: Called, event: AtLane): Promise<void> => {
    const { bucket, lotId, system } = called
    const { plate, stay, payCode } = event
    const [row] = await database.of(bucket).query<{ lane_id: number }>(selectLaneOfChannel, [bucket, lotId, event.lane])
    if (!row) return
    const lane = row.lane_id
    const tellOf = (state: string, because: string | undefined) =>
      state === 'paid' || log('info', 'exit-not-charged', { lot: lotId, lane, because: because ?? state })
    if (payCode !== undefined) {
      const id = numberOfCharge(event, payCode)
      const ask = { id, kind: 'pay-code', plate: plate as Plate, by: '岗亭', code: payCode, lane } as const
      const { state, because } = await options.payCodes().scan(called, ask)
      return void tellOf(state, because)
    }
    if (!system.senseless || stay === null) return
    const payer = await options.payers().of(called, plate)
    const order = payer && (await orders.one(called, stay))
    if (!payer || !order) return
    const id = numberOfCharge(event, `wallet ${payer.unionId} ${event.at}`)
    const { state, because } = await options
      .payers()
      .charge(called, payer, { id, session: order.session_id, plate, lane })
    tellOf(state, because)
  }
}

import { type LotPlan, provision } from '@lanepay/cloud/lot/provision.ts'
import type { Habits } from '@lanepay/simulator-charging-software/habits.ts'
import { chargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'
import { codesOfPlan } from './codes.ts'
import { houseKey, lotPlan, type Road } from './road.ts'

const key = '8403A41ED5EF20BC'
const unionId = '200208'

/** A lot on this road that has charging software of its own, as its integrator opens it; its computer, not logged in yet. */
export async function connectedLot(
  road: Road,
  number: number,
  how: {
    readonly habits?: Partial<Habits>
    readonly prefix?: string
    /** Which process its computer polls; left out: the road's own. */
    readonly at?: string
    readonly localId?: string
    readonly hourFen?: number
    /** Hears each message of its line, in order. */
    readonly tell?: Tell
    /** What else its plan says. */
    readonly plan?: Partial<LotPlan>
    /** What is otherwise than usual, and where the vendor's cloud is called. */
    readonly bolink?: Partial<NonNullable<LotPlan['bolink']>>
  } = {},
) {
  const { agentSecret: _, ...rest } = lotPlan
  const parkId = `park-${number}`
  const plan: LotPlan = {
    ...rest,
    ...how.plan,
    number,
    lanes: [
      { id: 1, name: '入口', direction: 'entry', channel: 'A1' },
      { id: 2, name: '出口', direction: 'exit', channel: 'B1' },
    ],
    bolink: { unionId, parkId, key, ...how.bolink },
  }
  await provision(road.database, plan, road.clock.now(), Buffer.from(houseKey))
  const software = chargingSoftware({
    address: `${how.at ?? road.publicUrl}/${how.prefix ?? 'bpd'}`,
    unionId,
    parkId,
    key,
    localId: how.localId ?? 'box_channels_A1_B1',
    clock: road.clock,
    tariff: { hourFen: how.hourFen ?? 500, leaveMinutes: 15 },
    habits: how.habits ?? {},
    ...(how.tell === undefined ? {} : { tell: how.tell }),
  })
  const code = codesOfPlan(road, plan)
  /** The exit of its last record as its software uploads it to be charged: by the code that a driver shows, or out of a wallet. */
  const exits = (by: { readonly code: string } | 'wallet', total = '5.00') => {
    const { plate, enteredAt, orderId } = [...software.records.values()].at(-1)!
    const second = Math.floor(enteredAt / 1000)
    return software.send('outpark', {
      ...{ car_number: plate, in_time: second, out_time: second + 1800, order_id: orderId, empty_plot: 20, uid: '' },
      ...(by === 'wallet' ? { pay_type: by } : { pay_type: 'sweepcode', auth_code: by.code }),
      ...{ out_uid: 'zhang', total, amount_receivable: total, out_channel_id: 'B1' },
    })
  }
  return { number, software, code, exits }
}

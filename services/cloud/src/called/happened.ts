import { createHash } from 'node:crypto'
import type { Database } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import type { Id, LotKey, PlateColour } from '@lanepay/domain/types.ts'
import type { CalledEvent } from '@lanepay/lot-systems/called.ts'
import type { Happened } from '../bolink/happened.ts'
import type { Orders } from '../bolink/orders.ts'
import { selectLaneOfChannel } from '../bolink/store.ts'
import { seconds } from '../bolink/words.ts'
import { renamed } from './put-right.ts'
import type { Called } from './settings.ts'

const numberOfColour: Readonly<Partial<Record<PlateColour, number>>> = {
  ...{ blue: 0, yellow: 1, white: 2, black: 3, green: 4, 'yellow-green': 5 },
}

/** The same whenever the same is told of the same vehicle: a log of its own, in the time that it is of. */
const epochOf = (at: number, lane: string, plate: string): Id => {
  const hash = createHash('sha256')
    .update(JSON.stringify([at, lane, plate]))
    .digest()
  return (BigInt(firstIdAt(at)) + BigInt(hash.readUInt32BE() >>> 10)).toString() as Id
}

/** Who stands in a lane is asked when somebody scans: it is not kept. */
type Kept = Exclude<CalledEvent, { kind: 'at-lane' }>

/** Keeps what a called lot's software says happened, in one way with all connected lots: told twice, it is the same. */
export function takingIn(options: {
  readonly database: Database
  readonly happened: Happened
  readonly orders: Orders
}): (lot: Called, event: Kept) => Promise<void> {
  const { database, happened, orders } = options
  const laneOf = async (lot: LotKey, lane: string | null): Promise<number | null> => {
    const [row] =
      lane === null
        ? []
        : await database.of(lot.bucket).query<{ lane_id: number }>(selectLaneOfChannel, [lot.bucket, lot.lotId, lane])
    return row?.lane_id ?? null
  }
  return async (lot, event) => {
    const from = { ...lot, localId: '' }
    const lane = await laneOf(lot, event.lane)
    const { plate } = event
    if (event.kind === 'refused') {
      if (lane === null) return
      const { at, because } = event
      return happened.refused(lot, { epoch: epochOf(at, event.lane, plate), lane, at, plate, because })
    }
    if (event.kind === 'corrected') {
      const session = lane === null ? null : await renamed(database, lot, { ...event, lane })
      if (session !== null) await happened.corrected(lot, { session, plate, by: lot.system.title })
      return
    }
    if (event.kind === 'entered') {
      const colour = numberOfColour[event.colour]
      await happened.entered(from, {
        ...{ order_id: event.stay, car_number: plate, in_time: seconds(event.enteredAt), lane },
        ...(colour === undefined ? {} : { license_color: String(colour) }),
      })
      return
    }
    const stay = event.stay ?? (await orders.openOfPlate(lot, plate))?.order_id
    // An exit of a stay that nobody has told and whose entry is not said: there is nothing to keep it as.
    if (stay === undefined || (event.enteredAt === null && !(await orders.one(lot, stay)))) return
    const [entered, left] = [seconds(event.enteredAt ?? event.leftAt), seconds(event.leftAt)]
    const exit = { order_id: stay, car_number: plate, in_time: entered, out_time: left, lane }
    await happened.left(from, { ...exit, pay_type: 'left', total: 0 })
  }
}

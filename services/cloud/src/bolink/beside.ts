import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { lists, up } from '@lanepay/lot-systems/bolink/up.ts'
import { grossOf } from './figures.ts'
import { keep } from './keeping-store.ts'
import { type Computer, done, type Services, service, texts } from './service.ts'
import { plateColourOf, plateOf } from './words.ts'

/*
 * A lot that another platform runs, whose software tells us the same beside it (docs/moving.md): what it says is written down, and that is
 * all. No session, no lane, no debt, no payment and no message comes of it; what only makes sense where we run the lot is not answered.
 */

/** How a stay ended, as that software says: by the words of `pay_type` (bolink-protocol.md 4.2). */
export type BesideStay = {
  readonly order: string
  readonly plate: string
  readonly colour: ReturnType<typeof plateColourOf>
  readonly enteredAt: number
  readonly leftAt: number
  /** What that platform charges for it, before coupons and what was prepaid. */
  readonly saidFen: number
  readonly payType: string
}
const kind = 'beside-stay'

type Entry = { readonly car_number: string; readonly in_time: number; readonly license_color?: string }
const entryOf = (said: Entry) => ({
  ...{ plate: plateOf(said.car_number), colour: plateColourOf(said.license_color) },
  enteredAt: said.in_time * 1000,
})

/** All that is done with what the software of such a lot says. The same told again changes nothing. */
export function besideServices(options: {
  readonly database: Database
  readonly clock: Clock
  /** What it says of its own lists. */
  readonly kept: Services
}): Services {
  const { database, clock, kept } = options
  const note = (from: Computer, order: string, body: Readonly<Record<string, unknown>>) =>
    database
      .of(from.bucket)
      .query(keep, [from.bucket, from.lotId, kind, order, body, null, instantOut(clock.now()), false])
  const left = service(up.out_park, async (from, said) => {
    const { order_id, pay_type } = said
    // It would have us take this money. It settles it otherwise, and tells of it again.
    if (pay_type === 'wallet' || pay_type === 'etc_pay' || pay_type === 'sweepcode')
      return { state: 0, order_id, errmsg: texts.notYet }
    const end = { leftAt: said.out_time * 1000, saidFen: grossOf(said), payType: pay_type }
    await note(from, order_id, { ...entryOf(said), ...end })
    return { ...done, order_id }
  })
  return {
    ...kept,
    // Else a movement of its gate would be proven as one of ours.
    upload_liftrod: service(lists.upload_liftrod, async (from, { liftrod_id }) => ({
      ...{ ...done, liftrod_id, park_id: from.park.parkId },
    })),
    in_park: service(up.in_park, async (from, said) => {
      await note(from, said.order_id, entryOf(said))
      return { ...done, order_id: said.order_id }
    }),
    out_park: left,
    upload_order: left,
    laterpay_order_upload: service(up.laterpay_order_upload, async (from, said) => {
      const end = { leftAt: said.end_time * 1000, saidFen: said.amount_receivable ?? said.price, payType: 'escape' }
      await note(from, said.order_id, { ...entryOf(said), ...end })
      return { state: 1, uuid: said.uuid, message: '' }
    }),
  }
}

/** The same services for every other lot; for one that another platform runs they do nothing, and say so. */
export const notBeside = (services: Services): Services =>
  Object.fromEntries(
    Object.entries(services).map(([name, act]) => [
      name,
      async (from, data) => (from.park.settings.beside ? { state: 0, errmsg: texts.notYet } : act(from, data)),
    ]),
  )

// A person asks, once in a while: what is told of lists has no index by time.
const selectBesideStays: Statement = {
  name: 'select-beside-stays',
  text: `
  select key, body from bolink_kept
   where bucket = $1 and lot_id = $2 and kind = $3
     and (body ->> 'leftAt')::int8 >= $4 and (body ->> 'leftAt')::int8 < $5
   order by (body ->> 'leftAt')::int8, key`,
}
/** The stays that ended from one instant until before another, as told; the oldest end first. */
export async function besideStays(
  database: Database,
  lot: LotKey,
  fromMs: number,
  untilMs: number,
): Promise<readonly BesideStay[]> {
  const rows = await database
    .of(lot.bucket)
    .query<{ key: string; body: Omit<BesideStay, 'order'> }>(selectBesideStays, [
      ...[lot.bucket, lot.lotId, kind, fromMs, untilMs],
    ])
  return rows.map(({ key, body: { plate, colour, enteredAt, leftAt, saidFen, payType } }) => ({
    ...{ order: key, plate, colour, enteredAt, leftAt, saidFen, payType },
  }))
}

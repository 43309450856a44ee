import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { idEpochMs } from '@lanepay/domain/ids.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Message } from '@lanepay/lot-systems/bolink/fields.ts'
import { calls } from '@lanepay/lot-systems/bolink/platform.ts'
import type { bookOf } from '../book.ts'
import type { Debts } from '../debts.ts'
import type { Park, Parks } from '../park.ts'
import { type Computer, done, type Reply, type Services, service, texts } from '../service.ts'
import { seconds } from '../words.ts'
import type { Pays } from './pays.ts'
import { askPark, countStays, selectStays } from './store.ts'

const monthMs = 30 * 24 * 3_600_000
const usualSize = 20
const mostSize = 100
/** What lies before a page is passed over one by one. */
const mostPage = 10_000
const isOneOf = (number: number, most: number): boolean => Number.isInteger(number) && number >= 1 && number <= most
/** Of more of them it is asked lot by lot. */
const lotsAtOnce = 200

type StayRow = {
  readonly order_id: string
  readonly plate: string
  readonly entered_at: number
  readonly left_at: number | null
  readonly paid_fen: number
  readonly payment_id: Id | null
}

/** What a vendor's cloud tells of its lots' stays, and asks of them (bolink-protocol.md 8.1): mostly what a lot would upload itself. */
export function vendorStays(options: {
  readonly database: Database
  readonly clock: Clock
  readonly parks: Parks
  readonly debts: Debts
  readonly book: ReturnType<typeof bookOf>
  readonly pays: Pays
  readonly lotName: (lot: Computer) => Promise<string>
  /** What lots upload in HTTP mode. */
  readonly uploads: Services
}): Services {
  const { database, clock, parks, debts, book, pays, uploads } = options

  const askedOf = (park: Park, said: Message<typeof calls.queryorders>): readonly unknown[] => {
    const now = clock.now()
    const until = said.end_time === undefined ? now + 1 : said.end_time * 1000
    const from = said.start_time === undefined ? until - monthMs : said.start_time * 1000
    // An id is made when we hear of the stay, which may be later than it began; never long before.
    const oldest = BigInt(Math.max(0, from - idEpochMs - 3_600_000)) << 22n
    return [
      ...[park.bucket, park.lotId, oldest, instantOut(from), instantOut(until)],
      ...[said.order_id || null, said.car_number ? tidyPlate(said.car_number) : null],
    ]
  }
  const queryOrders = async (from: Computer, said: Message<typeof calls.queryorders>): Promise<Reply> => {
    const { park_id, order_id, car_number, start_time = 0, end_time, page = 1, size = usualSize } = said
    const tooLong = start_time > 0 && (end_time ?? seconds(clock.now())) - start_time > monthMs / 1000
    const isPage = isOneOf(page, mostPage) && isOneOf(size, mostSize)
    if ((!park_id && !order_id && !car_number) || tooLong || !isPage) return { state: 0, errmsg: texts.badData }
    const of = park_id ? [from.park] : await parks.ofVendor(from.park.unionId, lotsAtOnce + 1)
    if (of.length > lotsAtOnce) return { state: 0, errmsg: `${texts.badData}: park_id` }
    const shown: { park: Park; row: StayRow }[] = []
    let count = 0
    for (const park of of) {
      // Another key of the same vendor is another hand.
      if (park.key !== from.park.key) continue
      const [db, asked] = [database.of(park.bucket), askedOf(park, said)]
      const [here] = await db.query<{ count: number }>(countStays, asked)
      const skipped = Math.max(0, (page - 1) * size - count)
      count += here!.count
      if (skipped >= here!.count || shown.length === size) continue
      const rows = await db.query<StayRow>(selectStays, [...asked, skipped, size - shown.length])
      shown.push(...rows.map((row) => ({ park, row })))
    }
    const names = new Map<number, string>()
    for (const { park } of shown)
      if (!names.has(park.lotId)) names.set(park.lotId, await options.lotName({ ...from, ...park, park }))
    return {
      ...{ ...done, count, page },
      data: shown.map(({ park, row }) => ({
        car_number: row.plate,
        order_id: row.order_id,
        in_time: seconds(row.entered_at),
        ...(row.left_at === null ? {} : { out_time: seconds(row.left_at) }),
        money: toYuan(fen(row.paid_fen)),
        union_name: park.unionId,
        park_name: names.get(park.lotId) ?? '',
        trade_no: row.payment_id === null ? '' : numberOf('trade', park, row.payment_id),
      })),
    }
  }

  return {
    addpark: service(calls.addpark, async ({ park }, said) => {
      if (said.park_id !== park.parkId)
        await database.reference.query(askPark, [park.unionId, said.park_id, said, instantOut(clock.now())])
      return said.park_id === park.parkId
        ? { park_id: said.park_id, ...done }
        : { park_id: said.park_id, state: 1, errmsg: '等待审核' }
    }),
    // Where none is to be made (`create` 0) none is replaced either.
    getqrcodecloud: service(calls.getqrcodecloud, async (from, { create }, data) =>
      uploads.code_url!(from, create === 0 ? { ...data, change: 0 } : data),
    ),
    addorder: service(calls.addorder, async (from, _, data) => uploads.in_park!(from, data)),
    updateorder: service(calls.updateorder, async (from, said, data) => {
      // Needed for a stay that nobody has told of before, and there alone.
      const inTime = said.in_time ?? said.out_time
      return uploads.out_park!(from, { ...data, in_time: inTime })
    }),
    queryorders: service(calls.queryorders, queryOrders),
    queryOrderState: service(calls.queryOrderState, async (from, said) => {
      const payment = said.trade_no ? await pays.paymentOf(from, said.trade_no) : null
      const ours = payment === null ? null : numberOf('trade', from, payment)
      const asked = said.trade_no ? await pays.one(from, said.trade_no) : null
      const orderId = payment === null ? (said.order_id ?? asked?.subject) : await book.orderOf(from, payment)
      if (!orderId) return { state: 0, errmsg: texts.badData }
      const rows = (await book.ofOrder(from, orderId)).filter(({ trade_no }) => !said.trade_no || trade_no === ours)
      return {
        ...done,
        data: rows.map(({ state, trade_no, ...row }) => ({
          ...{ pay_state: state, ...row },
          ...(asked === null ? {} : { order_id: asked.subject }),
          ...(trade_no === ours ? { trade_no: said.trade_no, out_trade_no: trade_no } : { trade_no }),
        })),
      }
    }),
    queryescape: service(calls.queryescape, async (from, said) => ({
      ...done,
      escapeOrder: await debts.list(from, from.park.unionId, said.car_number),
    })),
    addInvoiceOrder: service(calls.addInvoiceOrder, async (from, _, data) => uploads.upload_invoice!(from, data)),
    uploaddurationinfo: service(calls.uploaddurationinfo, async (from, _, data) =>
      uploads.upload_duration_info!(from, data),
    ),
  }
}

import type { PartnerWallet } from '@lanepay/channels/zldpay/wallet.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { parsePlate, tidyPlate } from '@lanepay/domain/plate.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { type Message, readMessage, type Table } from '@lanepay/lot-systems/bolink/fields.ts'
import { ownerCalls } from '@lanepay/lot-systems/bolink/neighbours.ts'
import { done, type Reply, texts } from '../bolink/service.ts'
import { seconds } from '../bolink/words.ts'
import type { AskQuote } from '../quote/quote.ts'
import type { Refusal } from '../quote/refusal.ts'
import { used, walletAsks } from './asks.ts'
import { orderIdOf, parseOrderId } from './decide.ts'
import { ourUnionId } from './hearing.ts'
import type { LotsOfWallets } from './lots.ts'
import type { WalletCall } from './routes.ts'
import {
  deleteOwner,
  deletePlate,
  insertWalletPayment,
  type StayRow,
  selectIsTaken,
  selectOpenStayOfPlate,
  selectOpenStays,
  selectPlate,
  selectStay,
  selectWalletPayment,
  upsertPlate,
  type WalletPaymentRow,
} from './store.ts'

/** So long a payment that was just written down is gone on with by who wrote it, and by nobody else. */
const inHandMs = 60_000
const tradeNo = /^[A-Za-z0-9]{1,64}$/
/** What a quote's refusal is in the book's numbers: 3 the lot is not there; else 0. */
const stateOfRefusal = ({ code }: Refusal): 0 | 3 => (code === 'lot-offline' || code === 'lot-absent' ? 3 : 0)

const reads =
  <T extends Table>(table: T, act: (wallet: PartnerWallet, said: Message<T>) => Promise<Reply>): WalletCall =>
  async (wallet, data) => {
    const read = readMessage(table, data)
    return read.ok ? act(wallet, read.value) : { state: 0, errmsg: `${texts.badData}: ${read.error.field}` }
  }

/** What a wallet asks and says of its own users (third-party-wallets.md A.2 to A.4). A lot of another wallet's operator is no lot to it. */
export function walletCalls(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly lots: LotsOfWallets
  readonly askQuote: AskQuote
  /** Whether this plate is charged without being asked may have changed, while it stands in this lot. */
  readonly onPayer: (lot: LotKey, plate: string) => Promise<void>
  /** The page on which a lot's fees are paid. */
  readonly pageOf: (lot: LotKey) => Promise<string>
  /** Goes on with a payment that is written down. */
  readonly onAsked: (row: WalletPaymentRow) => Promise<void>
}): Readonly<Record<string, WalletCall>> {
  const { database, clock, newId, lots, askQuote, onAsked } = options

  const openStaysOf = async (plate: string, unionId: string): Promise<StayRow[]> => {
    const found = database.nodes.map(({ db, buckets }) => db.query<StayRow>(selectOpenStays, [buckets, plate, unionId]))
    return (await Promise.all(found)).flat()
  }
  const changed = async (unionId: string, plates: readonly string[]): Promise<void> => {
    for (const plate of plates)
      for (const { bucket, lot_id: lotId } of await openStaysOf(plate, unionId))
        await options.onPayer({ bucket, lotId }, plate)
  }

  /** The open stay that an order's number means, or else a plate in a lot. */
  const stayOf = async (
    wallet: PartnerWallet,
    orderId: string,
    plate: string,
    park: string,
  ): Promise<StayRow | null> => {
    if (orderId !== '') {
      const order = parseOrderId(orderId)
      const lot = order ? await lots.of(order) : null
      if (!order || lot?.wallet !== wallet.unionId) return null
      const key = [order.bucket, order.lotId, order.session]
      const [stay] = await database.of(order.bucket).query<StayRow>(selectStay, key)
      return stay && ['inside', 'leaving'].includes(stay.state) ? stay : null
    }
    const lot = await lots.byNumber(park, wallet.unionId)
    if (!lot || plate === '') return null
    const key = [lot.bucket, lot.lot_id, tidyPlate(plate)]
    const [stay] = await database.of(lot.bucket).query<StayRow>(selectOpenStayOfPlate, key)
    return stay ?? null
  }
  const noStay: Reply = { state: 0, errmsg: '没有在场订单' }

  const addUser = async ({ unionId }: PartnerWallet, said: Message<typeof ownerCalls.adduser>): Promise<Reply> => {
    const plate = parsePlate(said.plate_number, { overseas: true })
    if (!plate.ok || said.user_id === '' || ![0, 1].includes(said.nosence_pay))
      return { state: 0, errmsg: texts.badData, user_id: said.user_id }
    await database.reference.query(upsertPlate, [plate.value, unionId, said.user_id, said.nosence_pay === 1])
    await changed(unionId, [plate.value])
    return { ...done, user_id: said.user_id }
  }
  const updateUser = async (
    { unionId }: PartnerWallet,
    said: Message<typeof ownerCalls.updateuser>,
  ): Promise<Reply> => {
    const { user_id, type, nosence_pay } = said
    const db = database.reference
    const refused = { state: 0, errmsg: texts.badData, user_id }
    const [old, fresh] = [said.plate_number, said.new_plate_number ?? ''].map((one) =>
      parsePlate(one, { overseas: true }),
    )
    if (user_id === '') return refused
    if (type === 2) {
      const gone = await db.query<{ plate: string }>(deleteOwner, [unionId, user_id])
      await changed(
        unionId,
        gone.map((one) => one.plate),
      )
      return { ...done, user_id }
    }
    if (!old!.ok) return refused
    const plate = old!.value
    const [known] = await db.query<{ user_id: string; senseless: boolean }>(selectPlate, [plate, unionId])
    const isTheirs = known?.user_id === user_id
    const senseless = nosence_pay === undefined ? isTheirs && known.senseless : nosence_pay === 1
    if (type === 3) {
      if (said.new_plate_number && !fresh!.ok) return refused
      await db.transaction(async (tx) => {
        if (fresh!.ok) await tx.query(deletePlate, [plate, unionId, user_id])
        await tx.query(upsertPlate, [fresh!.ok ? fresh!.value : plate, unionId, user_id, senseless])
      })
    } else if (type === 4) await db.query(deletePlate, [plate, unionId, user_id])
    else if (type === 5 && isTheirs && nosence_pay !== undefined)
      await db.query(upsertPlate, [plate, unionId, user_id, nosence_pay === 1])
    else return refused
    await changed(unionId, [plate, ...(type === 3 && fresh!.ok ? [fresh!.value] : [])])
    return { ...done, user_id }
  }

  const asks = walletAsks({ ...options, stayOf: (wallet, orderId) => stayOf(wallet, orderId, '', '') })

  const openOrders = async (
    { unionId }: PartnerWallet,
    said: Message<typeof ownerCalls.quercarorder>,
  ): Promise<Reply> => {
    const plate = tidyPlate(said.plate_number)
    const data = (await openStaysOf(plate, unionId)).map((stay) => ({
      ...{
        plate_number: stay.plate,
        start_time: seconds(stay.entered_at),
        park_name: stay.lot_name,
        union_name: 'Lanepay',
      },
      ...{ park_union_id: ourUnionId, park_id: String(stay.lot_id), com_id: stay.lot_id },
      order_id: orderIdOf({ bucket: stay.bucket, lotId: stay.lot_id }, stay.id),
    }))
    return { ...done, data }
  }

  const price = async (wallet: PartnerWallet, said: Message<typeof ownerCalls.quercurrorder>): Promise<Reply> => {
    const stay = await stayOf(wallet, said.order_id ?? '', said.plate_number ?? '', said.park_id ?? '')
    if (!stay) return noStay
    const lot = { bucket: stay.bucket, lotId: stay.lot_id }
    const asked = { lot, lane: null, plate: stay.plate, pass: null, driver: `zldpay:asks-${wallet.unionId}` }
    const quote = await askQuote(asked)
    if (!quote.ok) return { state: stateOfRefusal(quote.error), errmsg: quote.error.message }
    const { enteredAt, quotedAt, owedFen, paidFen } = quote.value
    return {
      ...{ state: owedFen === 0 && paidFen > 0 ? 2 : 1, errmsg: '', order_id: orderIdOf(lot, stay.id) },
      ...{ start_time: seconds(enteredAt), end_time: seconds(quotedAt), money: toYuan(fen(owedFen)) },
      ...{ duration: Math.ceil((quotedAt - enteredAt) / 60_000), is_delay: 0 },
      ...{ union_name: 'Lanepay', park_name: stay.lot_name, plate_number: stay.plate },
    }
  }

  const prepay = async (wallet: PartnerWallet, said: Message<typeof ownerCalls.prepay>): Promise<Reply> => {
    const number = said.trade_no ?? ''
    const order = parseOrderId(said.order_id)
    const reply = { order_id: said.order_id, trade_no: number }
    if (!tradeNo.test(number) || said.prepay === 0 || said.user_id === '' || !order)
      return { ...reply, state: 0, errmsg: texts.badData }
    const key = [order.bucket, order.lotId, wallet.unionId, 'prepay', number]
    const db = database.of(order.bucket)
    const known = async () => (await db.query<WalletPaymentRow>(selectWalletPayment, key))[0]
    let row = (await lots.of(order))?.wallet === wallet.unionId ? await known() : undefined
    if (!row) {
      // A stay that has ended takes no money; a number that is known is answered whatever became of its stay.
      const stay = await stayOf(wallet, said.order_id, '', '')
      if (!stay || stay.plate !== tidyPlate(said.plate_number)) return { ...reply, ...noStay }
      const [other] = await db.query<{ taken: boolean }>(selectIsTaken, key)
      if (other!.taken) return { ...reply, state: 0, errmsg: used }
      const [at, lease] = [instantOut(clock.now()), instantOut(clock.now() + inHandMs)]
      const [isOurs] = await db.query(insertWalletPayment, [
        ...[
          ...key,
          newId(),
          stay.id,
          stay.plate,
          null,
          said.prepay,
          said.user_id,
          said.attach ?? null,
          at,
          lease,
          null,
        ],
      ])
      row = (await known())!
      if (isOurs) await onAsked(row)
    }
    if (row.session_id !== order.session || row.amount_fen !== said.prepay) return { ...reply, state: 0, errmsg: used }
    // Received, no more: what became of it is told (A.4, 1).
    return { ...reply, ...done }
  }

  return {
    adduser: reads(ownerCalls.adduser, addUser),
    updateuser: reads(ownerCalls.updateuser, updateUser),
    queryparkbyid: reads(ownerCalls.queryparkbyid, async (wallet, { com_id }) => {
      const lot = await lots.byNumber(com_id, wallet.unionId)
      if (!lot) return { state: 0, errmsg: texts.unknownPark }
      return {
        ...{ ...done, com_id: lot.lot_id, park_id: String(lot.lot_id), park_union_id: ourUnionId, name: lot.name },
      }
    }),
    quercarorder: reads(ownerCalls.quercarorder, openOrders),
    quercurrorder: reads(ownerCalls.quercurrorder, price),
    prepay: reads(ownerCalls.prepay, prepay),
    queryparks: reads(ownerCalls.queryparks, asks.parks),
    queryorders: reads(ownerCalls.queryorders, asks.history),
    confirmCoupon: reads(ownerCalls.confirmCoupon, asks.coupon),
    bolinkunifiedcarplat: reads(ownerCalls.bolinkunifiedcarplat, asks.throughUs),
  }
}

import type { PartnerWallet } from '@lanepay/channels/zldpay/wallet.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Message } from '@lanepay/lot-systems/bolink/fields.ts'
import type { ownerCalls } from '@lanepay/lot-systems/bolink/neighbours.ts'
import { done, type Reply, texts } from '../bolink/service.ts'
import { seconds } from '../bolink/words.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { queueOrder } from '../lot-order/order.ts'
import { listsTakenBy } from '../vehicle/store.ts'
import { boxAround, historyOf, metresBetween, orderIdOf, parseOrderId, placeOf } from './decide.ts'
import { ourUnionId } from './hearing.ts'
import {
  insertWalletPayment,
  type LotNearRow,
  lockStay,
  type PaidStayRow,
  type StayRow,
  selectCouponLimit,
  selectIsTaken,
  selectLotsNear,
  selectPlate,
  selectStaysOfPlate,
  selectTakenOff,
  selectWalletPayment,
  type WalletPaymentRow,
} from './store.ts'

const dayMs = 24 * 3_600_000
const tradeNo = /^\d{16,32}$/
/** A reduction is good for so long; the stay that it is of is over by then, or asks again. */
const couponLastsMs = dayMs
const noStay: Reply = { state: 0, errmsg: '没有在场订单' }
export const used = '交易号已使用'

/** What a wallet asks of lots near a place and of stays that are over, what it takes off a price, and what is paid through us for it. */
export function walletAsks(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  /** The open stay of an order that this wallet may know; null: there is none. */
  readonly stayOf: (wallet: PartnerWallet, orderId: string) => Promise<StayRow | null>
  /** The page on which a lot's fees are paid. */
  readonly pageOf: (lot: LotKey) => Promise<string>
}) {
  const { database, clock, newId, stayOf } = options

  const parks = async (wallet: PartnerWallet, said: Message<typeof ownerCalls.queryparks>): Promise<Reply> => {
    const place = placeOf(said.lng, said.lat)
    if (place === null) return { state: 0, errmsg: `${texts.badData}: lng` }
    if (said.distance < 100 || said.distance > 2000) return { state: 0, errmsg: `${texts.badData}: distance` }
    const { south, north, west, east } = boxAround(place, said.distance)
    const rows = await Promise.all(
      database.nodes.map(({ db, buckets }) =>
        db.query<LotNearRow>(selectLotsNear, [buckets, wallet.unionId, south, north, west, east]),
      ),
    )
    const near = rows
      .flat()
      .map((row) => ({ row, metres: metresBetween(place, { lngE6: row.lng_e6, latE6: row.lat_e6 }) }))
      .filter(({ metres }) => metres <= said.distance)
      .sort((a, b) => a.metres - b.metres || a.row.lot_id - b.row.lot_id)
    const found = near.map(({ row }) => ({
      ...{ com_id: row.lot_id, park_id: String(row.lot_id), park_union_id: ourUnionId, name: row.name },
      ...{ address: row.address ?? '', phone: row.help_phone ?? '' },
      ...{ lng: (row.lng_e6 / 1e6).toFixed(6), lat: (row.lat_e6 / 1e6).toFixed(6) },
      // Of a lot where nobody counts, nothing is said of its spaces.
      ...(row.capacity === null
        ? {}
        : { total_plot: row.capacity, empty_plot: Math.max(0, row.capacity - row.inside) }),
      ...{ price_desc: '', remark: '' },
    }))
    return { ...done, count: found.length, parks: found }
  }

  const history = async (wallet: PartnerWallet, said: Message<typeof ownerCalls.queryorders>): Promise<Reply> => {
    const plate = tidyPlate(said.plate_number)
    const [owner] = await database.reference.query<{ user_id: string }>(selectPlate, [plate, wallet.unionId])
    // Of a plate that it has not named it learns nothing.
    if (!owner) return { state: 0, errmsg: '车牌未绑定' }
    const asked = historyOf(said, clock.now())
    if (asked === null) return { state: 0, errmsg: `${texts.badData}: start_time` }
    const { from, until, page, size } = asked
    const rows = await Promise.all(
      database.nodes.map(({ db, buckets }) =>
        db.query<PaidStayRow>(selectStaysOfPlate, [
          ...[buckets, plate, wallet.unionId, instantOut(from), instantOut(until)],
        ]),
      ),
    )
    const all = rows.flat().sort((a, b) => b.left_at - a.left_at)
    const data = all.slice((page - 1) * size, page * size).map((row) => {
      const lot = { bucket: row.bucket, lotId: row.lot_id }
      return {
        ...{ plate_number: row.plate, start_time: seconds(row.entered_at), end_time: seconds(row.left_at) },
        ...{ money: toYuan(fen(row.paid_fen)), order_id: orderIdOf(lot, row.id) },
        ...{ union_name: 'Lanepay', park_name: row.lot_name, park_union_id: ourUnionId },
        ...{ park_id: String(row.lot_id), com_id: row.lot_id },
        trade_no: row.payment_id === null ? '' : numberOf('trade', lot, row.payment_id),
      }
    })
    return { ...done, count: all.length, page, data }
  }

  /** Its number says one thing: whether it is this. `upToFen`: all of its kind together may come to so much for one stay. */
  const once = async (
    wallet: PartnerWallet,
    kind: WalletPaymentRow['kind'],
    stay: StayRow,
    said: {
      readonly number: string
      readonly amountFen: number
      readonly dueAt: number | null
      readonly upToFen?: number
    },
    effect: (tx: Parameters<Parameters<ReturnType<Database['of']>['transaction']>[0]>[0]) => Promise<unknown>,
  ): Promise<'this' | 'another' | 'too-much'> => {
    const lot = { bucket: stay.bucket, lotId: stay.lot_id }
    const key = [lot.bucket, lot.lotId, wallet.unionId, kind, said.number]
    const id = newId()
    return twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        const now = clock.now()
        if (kind === 'through-us') {
          const [other] = await tx.query<{ taken: boolean }>(selectIsTaken, key)
          if (other!.taken) return 'another'
        }
        if (said.upToFen !== undefined) {
          await tx.query(lockStay, [lot.bucket, lot.lotId, stay.id])
          const taken = [lot.bucket, lot.lotId, wallet.unionId, stay.id, said.number]
          const [others] = await tx.query<{ fen: number }>(selectTakenOff, taken)
          if (others!.fen + said.amountFen > said.upToFen) return 'too-much'
        }
        const [owner] = await database.reference.query<{ user_id: string }>(selectPlate, [stay.plate, wallet.unionId])
        const [made] = await tx.query(insertWalletPayment, [
          ...[...key, id, stay.id, stay.plate, null, said.amountFen, owner?.user_id ?? '', null],
          ...[instantOut(now), instantOut(said.dueAt), said.dueAt === null ? 'applied' : null],
        ])
        if (made) await effect(tx)
        const [row] = await tx.query<WalletPaymentRow>(selectWalletPayment, key)
        return row!.session_id === stay.id && row!.amount_fen === said.amountFen ? 'this' : 'another'
      }),
    )
  }

  const coupon = async (wallet: PartnerWallet, said: Message<typeof ownerCalls.confirmCoupon>): Promise<Reply> => {
    const reply = { trade_no: said.trade_no, order_id: said.order_id }
    const no = (errmsg: string): Reply => ({ ...reply, state: 0, errmsg })
    if (!tradeNo.test(said.trade_no)) return no(`${texts.badData}: trade_no`)
    if (said.coupon_amount <= 0 || said.coupon_amount > said.total) return no(`${texts.badData}: coupon_amount`)
    const stay = parseOrderId(said.order_id) && (await stayOf(wallet, said.order_id))
    if (!stay || stay.plate !== tidyPlate(said.plate_number)) return { ...reply, ...noStay }
    const [limit] = await database.reference.query<{ coupon_up_to_fen: number }>(selectCouponLimit, [wallet.unionId])
    const lot = { bucket: stay.bucket, lotId: stay.lot_id }
    const takenBy = await listsTakenBy(database.of(lot.bucket), lot)
    if (takenBy === null) return no(texts.notYet)
    const amountFen: number = said.coupon_amount
    const asked = { number: said.trade_no, amountFen, dueAt: null, upToFen: limit?.coupon_up_to_fen ?? 0 }
    const says = await once(wallet, 'coupon', stay, asked, (tx) =>
      queueOrder(tx, { clock, newId }, lot, {
        ...{ kind: 'coupon', coupon: `w${said.trade_no}`, worth: { kind: 'amount', fen: amountFen } },
        // Software of a lot's own knows coupons by plates alone.
        for: takenBy === 'whole' ? { session: stay.id } : { plate: stay.plate },
        validUntil: clock.now() + couponLastsMs,
      }),
    )
    if (says === 'too-much') return no('超过可减免金额')
    return says === 'this' ? { ...reply, ...done } : no(used)
  }

  const throughUs = async (
    wallet: PartnerWallet,
    said: Message<typeof ownerCalls.bolinkunifiedcarplat>,
  ): Promise<Reply> => {
    const reply = { trade_no: said.trade_no, order_id: said.order_id }
    const no = (errmsg: string): Reply => ({ ...reply, state: 0, errmsg })
    if (!tradeNo.test(said.trade_no)) return no(`${texts.badData}: trade_no`)
    if (said.amount <= 0) return no(`${texts.badData}: amount`)
    const stay = parseOrderId(said.order_id) && (await stayOf(wallet, said.order_id))
    if (!stay || stay.plate !== tidyPlate(said.plate_number)) return { ...reply, ...noStay }
    const asked = { number: said.trade_no, amountFen: said.amount, dueAt: clock.now() }
    const says = await once(wallet, 'through-us', stay, asked, async () => {})
    if (says !== 'this') return no(used)
    return { ...reply, ...done, payurl: await options.pageOf({ bucket: stay.bucket, lotId: stay.lot_id }) }
  }

  return { parks, history, coupon, throughUs }
}

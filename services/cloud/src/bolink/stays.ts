import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { up } from '@lanepay/lot-systems/bolink/up.ts'
import type { Alarms } from '../alarm/alarm.ts'
import type { CodePlace } from '../code/places.ts'
import type { Payers } from '../partner-wallet/senseless.ts'
import type { Autopay } from './autopay.ts'
import type { Book } from './book.ts'
import type { Charges } from './charge.ts'
import type { Debts } from './debts.ts'
import type { Happened } from './happened.ts'
import type { Orders } from './orders.ts'
import { type Computer, done, type Services, service, texts } from './service.ts'
import { noteFree, selectLaneOfChannel } from './store.ts'
import { freeIn, plateOf } from './words.ts'

type Exit = {
  readonly pay_type: string
  readonly order_id: string
  readonly car_number: string
  readonly total: number
}

/** What a lot tells of its stays, and asks of them (bolink-protocol.md 4). */
export function stays(options: {
  readonly database: Database
  readonly clock: Clock
  readonly orders: Orders
  readonly happened: Happened
  readonly charges: Charges
  readonly debts: Debts
  readonly book: Book
  readonly autopay: Autopay
  readonly payers: () => Payers
  readonly alarms: Alarms
  /** The address of what hangs at a place. */
  readonly codeAt: (lot: LotKey, place: CodePlace) => Promise<string>
  /** Hangs another one there; false: nothing hangs there any more. */
  readonly renewCode: (from: Computer, place: CodePlace) => Promise<boolean>
}): Services {
  const { database, clock, orders, happened, charges, debts, book, autopay } = options
  const laneOf = async (lot: LotKey, channel: string | undefined) => {
    if (channel === undefined || channel === '') return null
    const [lane] = await database
      .of(lot.bucket)
      .query<{ lane_id: number; direction: string }>(selectLaneOfChannel, [lot.bucket, lot.lotId, channel])
    return lane ?? null
  }
  const free = async ({ bucket, lotId }: LotKey, spaces: unknown, atSeconds: number): Promise<void> => {
    const now = freeIn(spaces)
    if (now === null) return
    // Of a clock that is ahead the time is ours.
    const at = instantOut(Math.min(atSeconds * 1000, clock.now()))
    await database.of(bucket).query(noteFree, [bucket, lotId, now, at])
  }
  /** What it owes from before goes with the answer to its entry, where there is anything. */
  const escapes = async (from: Computer, plate: string) => {
    const list = await debts.list(from, from.park.unionId, plate)
    return list.length === 0 ? {} : { escapeOrder: list }
  }
  const left = async (from: Computer, said: Exit & Parameters<Happened['left']>[1]): Promise<void> => {
    await happened.left(from, said)
    await orders.ended(from, said)
    const twice = await orders.paidTwice(from, said)
    if (twice)
      await options.alarms.raise(from, {
        kind: 'paid-twice-kept',
        payment: twice.payment,
        because: `¥${toYuan(fen(twice.cashFen))} in cash and ¥${toYuan(fen(twice.paidFen))} by phone for one stay, told by its lot`,
      })
    if (said.pay_type === 'escape') await debts.note(from, { ...said, left: said.out_time, owedFen: said.total })
    else await debts.dropped(from, said.order_id)
  }

  return {
    in_park: service(up.in_park, async (from, said, { empty_plot }) => {
      await free(from, empty_plot, said.in_time)
      const lane = await laneOf(from, said.in_channel_id)
      const isNew = (await orders.one(from, said.order_id)) === null
      await happened.entered(from, { ...said, lane: lane?.lane_id ?? null })
      if (isNew) await autopay.tell(from, said.car_number)
      return { ...done, order_id: said.order_id, ...(await escapes(from, said.car_number)) }
    }),
    out_park: service(up.out_park, async (from, said, { empty_plot }) => {
      await free(from, empty_plot, said.out_time)
      const { order_id } = said
      // Money that we cannot charge: said so before anybody is let out on it, unless whoever reads the lot's ETC has it.
      if (said.pay_type === 'etc_pay' && from.park.settings.etc === 'refused')
        return { state: 0, order_id, errmsg: texts.notYet }
      const lane = (await laneOf(from, said.out_channel_id))?.lane_id ?? null
      if (said.pay_type === 'wallet') return charges.exitByWallet(from, { ...said, lane })
      // The code that a driver shows is passed on, and kept nowhere.
      const { auth_code, ...exit } = said
      if (said.pay_type === 'sweepcode') return charges.exit(from, { ...exit, lane }, auth_code)
      await left(from, { ...said, lane })
      return { ...done, order_id }
    }),
    // The whole record, from lots that tell it so: of what was paid by phone, or had no entry. Nothing is to be charged on it.
    upload_order: service(up.out_park, async (from, said, { empty_plot }) => {
      await free(from, empty_plot, said.out_time)
      const lane = await laneOf(from, said.out_channel_id)
      await left(from, { ...said, lane: lane?.lane_id ?? null })
      return { ...done, order_id: said.order_id }
    }),
    laterpay_order_upload: service(up.laterpay_order_upload, async (from, said) => {
      const lane = await laneOf(from, said.out_channel_id)
      const exit = { ...said, out_time: said.end_time, pay_type: 'escape', total: said.price }
      await left(from, { ...exit, lane: lane?.lane_id ?? null })
      return { state: 1, uuid: said.uuid, message: '' }
    }),
    pay_status: service(up.pay_status, async (from, said) => {
      const pays = (await options.payers().of(from, plateOf(said.car_number))) ? 1 : 0
      return {
        ...{ state: 1, balance: '0.0', is_exist: pays, net_status: 1, car_number: said.car_number },
        ...(said.order_id === undefined ? {} : { order_id: said.order_id }),
        ...{ autopay: pays, errmsg: '' },
      }
    }),
    query_escape: service(up.query_escape, async (from, said) => ({
      ...done,
      escapeOrder: await debts.list(from, from.park.unionId, said.car_number),
    })),
    query_inpark: service(up.query_inpark, async (from, said) => ({
      query_time: said.query_time,
      state: 1,
      errmsg: '查询成功',
      data: (await orders.allOfPlate(from, said.car_number)).map((row) => ({
        local_id: row.local_id,
        in_time: Math.floor(row.entered_at / 1000),
        car_number: tidyPlate(said.car_number),
        order_id: row.order_id,
      })),
    })),
    query_order: service(up.query_order, async (from, said) => {
      const { amountMember, payTimeMember } = from.park.settings
      const paid = await book.ofOrder(from, said.order_id)
      return {
        ...done,
        data: paid.map(({ total, pay_time, ...one }) => ({ ...one, [amountMember]: total, [payTimeMember]: pay_time })),
      }
    }),
    query_blpay: service(up.query_blpay, async (from, said) => {
      const page = await book.between(from, said.begin_time * 1000, said.end_time * 1000, said.page_number ?? 1)
      return page ? { ...done, data: { ...page, park_id: from.park.parkId } } : { state: 0, errmsg: texts.badData }
    }),
    check_account: service(up.check_account, async (from, said) => {
      const time = { fromMs: said.begin_time * 1000, untilMs: said.end_time * 1000 }
      const data = await book.account(from, time, said.type === 0, said.page_number)
      return data ? { ...done, data } : { state: 0, errmsg: texts.badData }
    }),
    code_url: service(up.code_url, async (from, said) => {
      const kind = ({ 1: 'prepay', 2: 'exit', 3: 'entry' } as const)[said.type]
      const lane = await laneOf(from, said.channel_id)
      const leads = kind === 'prepay' || lane?.direction === kind || lane?.direction === 'both'
      const { type, channel_id, message_uuid } = said
      const echo = { type, ...(channel_id ? { channel_id } : {}), ...(message_uuid ? { message_uuid } : {}) }
      if (kind === undefined || !leads) return { state: 0, ...echo, errmsg: texts.badData }
      const place = { kind, laneId: kind === 'prepay' ? 0 : (lane?.lane_id ?? 0) }
      const renews = said.change === 1 && from.park.settings.renewsCodes
      if (renews && !(await options.renewCode(from, place))) return { state: 0, ...echo, errmsg: '二维码已停用' }
      return { state: 1, code_url: await options.codeAt(from, place), ...echo, errmsg: '' }
    }),
  }
}

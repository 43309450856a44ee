import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import { down } from '@lanepay/lot-systems/bolink/down.ts'
import { writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { Payers } from '../partner-wallet/senseless.ts'
import type { PayCodes } from '../pay-code/pay-code.ts'
import type { AskQuote } from '../quote/quote.ts'
import { insertQuote, noteSession } from '../quote/store.ts'
import { inTurn } from '../server/in-turn.ts'
import { answersWithinMs, type Standing, type Turn, turnOf } from './charge-decide.ts'
import {
  answerCharge,
  type ChargeRow,
  endCharge,
  holdCharge,
  holdOrder,
  insertCharge,
  type StandingRow,
  selectCharge,
  selectChargeHasOrder,
  selectChargeOfWallet,
  selectChargesOfOrder,
  selectDriverOfPayment,
  selectVainCharges,
  settleCharge,
  type VainRow,
} from './charge-store.ts'
import type { Computers } from './computers.ts'
import type { ExitMoney } from './figures.ts'
import type { Happened } from './happened.ts'
import { deleteMessage, deleteUnlessOpen, stopSending } from './message-store.ts'
import { debtIn, type Orders } from './orders.ts'
import type { Outbox } from './outbox.ts'
import type { Parks } from './park.ts'
import { type Computer, type Reply, texts } from './service.ts'
import { usual } from './settings.ts'
import { payChannel, plateOf, scannedBy } from './words.ts'

/** An exit as a lot uploads it to be charged (bolink-protocol.md 4.2, `sweepcode` and `wallet`). */
export type ChargedExit = Omit<ExitMoney, 'pay_type'> & {
  readonly order_id: string
  readonly car_number: string
  readonly in_time: number
  readonly out_time: number
  readonly out_uid?: string
  readonly out_channel_id?: string
  /** Null: it names no lane of ours. */
  readonly lane: number | null
  /** It is paid for and goes on standing: its exit is told by another message. */
  readonly stays?: true
  /** Under which a vendor's cloud asked for it. */
  readonly tradeNo?: string
}
type Kept = ChargedExit & {
  readonly pay_type: 'sweepcode' | 'wallet'
  /** Whose number is the wallet's that pays. */
  readonly wallet?: string
  /** The computer that had it charged. */
  readonly localId: string
}

const notPaid = '支付失败'
/** How often it is looked whether a charge that takes long has come to an order, and whether one that is being answered is. */
const lookMs = 100
const noWords = {
  failed: notPaid,
  unclear: `${notPaid}: 上一笔支付尚未确认，请稍后出示新的付款码`,
  'paid-otherwise': `${notPaid}: 已有一笔支付且与本次应收不符，请人工处理`,
} as const satisfies Record<Extract<Turn, { act: 'no' }>['because'], string>

type Paid = { readonly state: string; readonly because?: string }

/**
 * Exits that a lot has us charge, by the code which its driver shows or out of the wallet of whose vehicle it is: 1 paid, 0 not, 2 the lot
 * hears later, within its settings' time, and its gate stays shut until it hears 1. The same upload again is the same charge; another one
 * for the same record is not begun while the one before is not certain (charge-decide.ts), and hears what became of that.
 */
export function charging(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly orders: Orders
  readonly happened: Happened
  readonly outbox: Outbox
  readonly parks: Parks
  readonly computers: Computers
  readonly payCodes: () => PayCodes
  readonly payers: () => Payers
}) {
  const { database, clock, log, orders, happened, outbox, parks, newId } = options
  const one = async (lot: LotKey, id: string): Promise<ChargeRow | null> =>
    (await database.of(lot.bucket).query<ChargeRow>(selectCharge, [lot.bucket, lot.lotId, id]))[0] ?? null
  const answer = (lot: LotKey, id: string, state: 0 | 1 | 2): Promise<unknown> =>
    database
      .of(lot.bucket)
      .query(answerCharge, [lot.bucket, lot.lotId, id, state, state === 2 ? null : instantOut(clock.now())])

  /** Of which charge a payment is, by whom its order is; null: of none. */
  const chargeOf = async (lot: LotKey, payment: string, driver: string): Promise<ChargeRow | null> => {
    if (driver.startsWith(`${scannedBy}bolink-`)) return one(lot, driver.slice(scannedBy.length))
    if (!driver.startsWith('zldpay:')) return null
    const key = [lot.bucket, lot.lotId, payment]
    return (await database.of(lot.bucket).query<ChargeRow>(selectChargeOfWallet, key))[0] ?? null
  }
  /** The price of such an exit is what its lot asked for: it is not asked a second time while it waits for us. */
  const priceOf = async (lot: LotKey, charge: string, driver: string): ReturnType<AskQuote> => {
    const row = await one(lot, charge)
    const order = row && (await orders.one(lot, row.order_id))
    if (!row || !order || row.ended_at !== null)
      return err({ code: 'no-session', message: 'no such exit is to be charged' })
    const exit = row.body as unknown as Kept
    const { lane } = exit
    const plate = plateOf(exit.car_number)
    const pass = isPass(plate)
    const enteredAt = exit.in_time * 1000
    const db = database.of(lot.bucket)
    const [stay] = await db.query<{ state: string; paid_fen: number }>(noteSession, [
      ...[lot.bucket, lot.lotId, order.session_id, plate, pass, instantOut(enteredAt)],
    ])
    if (!stay || (stay.state !== 'inside' && stay.state !== 'leaving'))
      return err({ code: 'no-session', message: 'this stay has ended' })
    const quote = newId()
    const quotedAt = clock.now()
    const expiresAt = quotedAt + 60_000
    const lines = [{ kind: 'unit', text: { 'zh-CN': '停车费', en: 'Parking' }, amountFen: exit.total }]
    await db.query(insertQuote, [
      ...[lot.bucket, lot.lotId, quote, order.session_id, driver, plate, lane, lane === null ? null : order.session_id],
      ...[exit.total + stay.paid_fen, stay.paid_fen, exit.total, JSON.stringify(lines), usual.leaveMinutes],
      ...[instantOut(quotedAt), instantOut(expiresAt)],
    ])
    return ok({
      ...{ now: quotedAt, state: 'owed', plate, pass, enteredAt, quotedAt, expiresAt, quote, lines },
      ...{ priceFen: exit.total + stay.paid_fen, paidFen: stay.paid_fen, owedFen: exit.total },
      ...{ leaveBy: null, leaveMinutes: usual.leaveMinutes, lotOnline: true },
    })
  }
  const said = ({ order_id }: ChargedExit, state: 0 | 1 | 2, errmsg: string): Reply => ({ state, order_id, errmsg })

  const left = async (from: LotKey & { readonly localId: string }, exit: ChargedExit, pay_type: string) => {
    if (exit.stays) return
    await happened.left(from, { ...exit, pay_type })
    await orders.ended(from, { ...exit, pay_type })
  }

  /**
   * What became of a charge; `waiting` where its channel has not said so within the settings' time (4.2). Only of one that has an order: of
   * that the lot hears for certain, of any other by this answer alone.
   */
  const inTime = async (from: Computer, id: string, paying: Promise<Paid>): Promise<Paid> => {
    const isOver = new AbortController()
    const { signal } = isOver
    const hasOrder = async () =>
      (await database.of(from.bucket).query(selectChargeHasOrder, [from.bucket, from.lotId, id])).length > 0
    const late = async (): Promise<Paid> => {
      await sleep(from.park.settings.chargeAnswerSeconds * 1000, undefined, { signal })
      while (!(await hasOrder())) await sleep(lookMs, undefined, { signal })
      // Whatever it is in the end, its order says so: the upload has been answered.
      paying.catch((error) => log('error', 'charge-failed', { lot: from.lotId, error: String(error) }))
      return { state: 'waiting' }
    }
    return Promise.race([paying, late()]).finally(() => isOver.abort())
  }

  /** Nobody waits for it any more: unless it is paid by now, whatever comes of it goes back. */
  const takeBack = (lot: LotKey, payType: string, payment: Id): Promise<void> =>
    (payType === 'wallet' ? options.payers().close : options.payCodes().takeBack)(lot, payment)

  /** What is done about this exit by all charges of its record, with all of it that is the database's; another upload of it waits meanwhile. */
  const turn = (from: Computer, id: string, exit: Kept): Promise<Turn> =>
    twiceIfUnknown(() =>
      database.of(from.bucket).transaction(async (tx) => {
        const { order_id, total: totalFen, tradeNo = null } = exit
        const key = [from.bucket, from.lotId]
        await tx.query(holdOrder, [...key, order_id])
        const now = clock.now()
        const charges = (await tx.query<StandingRow>(selectChargesOfOrder, [...key, order_id])).map(standingOf)
        const next = turnOf(charges, { id, totalFen, tradeNo }, now, from.park.settings.chargeSeconds)
        const settle = (charge: Standing, state: 0 | 1) =>
          tx.query(settleCharge, [...key, charge.id, state, instantOut(now)])
        const kept = (state: 0 | 1 | null) =>
          tx.query(insertCharge, [...key, id, order_id, exit, instantOut(now), state])
        switch (next.act) {
          case 'paid':
            await settle(next.by, 1)
            // It hears so now. A rule by which it would have gone back ends with it.
            await tx.query(deleteMessage, [...key, next.by.payment!.id])
            await kept(1)
            break
          case 'charge':
          case 'no': {
            const payment = next.over?.payment
            if (next.over) await settle(next.over, 0)
            // What goes back by rule does so by its message.
            if (payment && payment.goesBackAt === null) {
              await tx.query(stopSending, [...key, payment.id, null])
              await tx.query(deleteUnlessOpen, [...key, payment.id])
            }
            await kept(next.act === 'no' ? 0 : null)
          }
        }
        return next
      }),
    )

  /** One charge of an exit: `by` makes it another one than those that were tried before. */
  const charged = async (
    from: Computer,
    exit: ChargedExit,
    how: {
      readonly by: string
      readonly kept: Pick<Kept, 'pay_type' | 'wallet'>
      readonly pay: (id: string) => Promise<Paid>
    },
  ): Promise<Reply> => {
    const { order_id } = exit
    const { pay_type } = how.kept
    if (exit.total === 0) {
      await left(from, exit, 'free')
      return said(exit, 1, '')
    }
    await happened.known(from, exit)
    const id = `bolink-${createHash('sha256').update(`${order_id}\n${how.by}`).digest('hex').slice(0, 32)}`
    const kept: Kept = { ...exit, ...how.kept, localId: from.localId }
    let next = await turn(from, id, kept)
    for (let looks = 0; next.act === 'take-back' || next.act === 'look'; looks++) {
      if (looks * lookMs > answersWithinMs) throw new Error(`the charge before ${id} is not answered, and not certain`)
      if (next.act === 'look') await sleep(lookMs)
      else await takeBack(from, next.charge.payType, next.charge.payment!.id as Id)
      next = await turn(from, id, kept)
    }
    if (next.act === 'wait') return said(exit, 2, '上一笔支付结果确认中')
    if (next.act === 'no') return said(exit, 0, noWords[next.because])
    if (next.act === 'paid') {
      await left(from, exit, next.by.payType)
      return said(exit, 1, '')
    }
    /** What a charge that is over is answered: of one that the lot heard of later, its order says what it came to. */
    const over = async ({ answered }: ChargeRow): Promise<Reply> => {
      const isPaid = answered === 1 || (answered === 2 && (await how.pay(id)).state === 'paid')
      if (!isPaid) return said(exit, 0, notPaid)
      // Also where its exit was not noted any more the first time: noted twice, it is one.
      await left(from, exit, pay_type)
      return said(exit, 1, '')
    }
    const row = (await one(from, id))!
    if (row.ended_at !== null) return over(row)
    const reply = await inTime(from, id, how.pay(id))
    if (reply.state === 'paid') {
      // First: whoever ends in between leaves a charge that the lot is told of, and not one that another is made beside.
      await left(from, exit, pay_type)
      await answer(from, id, 1)
      return said(exit, 1, '')
    }
    if (reply.state === 'waiting') {
      await answer(from, id, 2)
      // Another upload of the same may have been answered meanwhile: of that no message follows.
      const now = await one(from, id)
      return now !== null && now.ended_at !== null ? over(now) : said(exit, 2, '支付中')
    }
    await answer(from, id, 0)
    return said(exit, 0, `${notPaid}: ${reply.because ?? ''}`)
  }

  /** What is done about a charge that the lot waits for and whose order is not paid. */
  const inVain = async (row: VainRow, now: Instant): Promise<void> => {
    const lot = { bucket: row.bucket, lotId: row.lot_id }
    if (row.payment_id === null) {
      // It never came to an order: its upload failed, and is sent again.
      if (row.answered === null) await answer(lot, row.id, 0)
      else await database.of(lot.bucket).query(endCharge, [lot.bucket, lot.lotId, row.id, instantOut(now)])
      return
    }
    const park = await parks.ofLot(lot)
    const settings = park?.settings ?? usual
    const isOver = row.state === 'closed' || row.state === 'unapplied'
    if (!isOver && now < row.asked_at + settings.chargeSeconds * 1000) return
    const exit = row.body as unknown as Kept
    if (!isOver) {
      // What its channel says after that is nobody's. Told by the next round, unless it was faster.
      await takeBack(lot, exit.pay_type, row.payment_id as Id)
      return
    }
    const tradeNo = numberOf('trade', lot, row.payment_id as Id)
    const facts = {
      ...{ state: 0, pay_channel: payChannel[row.channel], trade_no: tradeNo, total: fen(row.amount_fen) },
      ...{ errmsg: `${notPaid}: ${row.because ?? ''}`, pay_time: Math.floor(now / 1000), remark: notPaid },
      ...{ arrive_money: fen(0), fee: fen(0), account_type: 1 },
    }
    const owed = debtIn(row.order_id)
    const service = owed === null ? 'outpark' : 'escape_order'
    const message = {
      ...{ id: row.payment_id as Id, service, answeredBy: [`trade:${tradeNo}`] },
      ...{ orderId: row.order_id, localId: park && (await options.computers.ofExit(lot, park, exit)) },
      body:
        owed === null
          ? writeMessage(down.outpark, {
              ...{ ...facts, service_name: service, pay_type: exit.pay_type, order_id: row.order_id },
              car_number: exit.car_number,
              ...(exit.out_channel_id ? { out_channel_id: exit.out_channel_id } : {}),
            })
          : writeMessage(down.escape_order, {
              ...{ ...facts, service_name: service, order_id: owed },
              ...{ park_id: park?.parkId ?? '', union_id: park?.unionId ?? '' },
            }),
    }
    await database.of(lot.bucket).transaction(async (tx) => {
      const held = await tx.query(holdCharge, [lot.bucket, lot.lotId, row.id])
      if (held.length > 0) await outbox.tellWithin(tx, lot, message, settings)
    })
    outbox.wake(lot)
  }

  return {
    askQuote: (({ lot, driver }) => priceOf(lot, driver.slice(scannedBy.length), driver)) satisfies AskQuote,
    priceOf,

    /** By the code that the driver shows (6.4). */
    async exit(from: Computer, exit: ChargedExit, code: string | undefined): Promise<Reply> {
      if (code === undefined || code === '') return said(exit, 0, `${texts.badData}: auth_code`)
      const lane = exit.lane === null ? {} : { lane: exit.lane }
      const ask = {
        kind: 'pay-code',
        plate: plateOf(exit.car_number),
        by: exit.out_uid || '岗亭',
        code,
        ...lane,
      } as const
      const pay = (id: string) => options.payCodes().scan(from, { id, ...ask })
      return charged(from, exit, { by: code, kept: { pay_type: 'sweepcode' }, pay })
    },
    /** Out of the wallet of whose vehicle it is, without any act of theirs (6.5). */
    async exitByWallet(from: Computer, exit: ChargedExit): Promise<Reply> {
      const plate = plateOf(exit.car_number)
      const payer = await options.payers().of(from, plate)
      if (!payer) return said(exit, 0, '未开通无感支付')
      const { unionId: wallet } = payer
      return charged(from, exit, {
        ...{ by: `wallet ${wallet} ${exit.total}`, kept: { pay_type: 'wallet', wallet } },
        pay: async (id) => {
          const { session_id: session } = (await orders.one(from, exit.order_id))!
          return options.payers().charge(from, payer, { id, session, plate, lane: exit.lane })
        },
      })
    },

    /** Of which charge this payment is; null: of none. `wait`: its upload is being answered now. */
    async ofPayment(lot: LotKey, payment: string, driver: string): Promise<ChargeRow | 'wait' | null> {
      const row = await chargeOf(lot, payment, driver)
      return row?.answered === null && clock.now() - row.asked_at < answersWithinMs ? 'wait' : row
    },

    /** The lot has answered what it was told of a charge. True: that was all there was to do about it. */
    async heard(lot: LotKey, payment: string, isDone: boolean): Promise<boolean> {
      const db = database.of(lot.bucket)
      const [paying] = await db.query<{ driver: string; state: string }>(selectDriverOfPayment, [
        ...[lot.bucket, lot.lotId, payment],
      ])
      const charge = paying ? await chargeOf(lot, payment, paying.driver) : null
      if (!paying || !charge) return false
      const wasPaid = ['paid', 'partly-refunded', 'refunded'].includes(paying.state)
      // It was on its way while the lot heard 1 by the answer to an upload: that counts.
      const isSaid = wasPaid && charge.answered === 1
      if (wasPaid && !isDone && !isSaid) return false // money that the lot will not have: as of any payment
      const [ended] = await db.query<{ body: Kept }>(endCharge, [
        ...[lot.bucket, lot.lotId, charge.id, instantOut(clock.now())],
      ])
      const park = await parks.ofLot(lot)
      if (ended && wasPaid && park) await left({ ...lot, localId: '' }, ended.body, ended.body.pay_type)
      if (!wasPaid || isSaid) await db.query(deleteMessage, [lot.bucket, lot.lotId, payment])
      return !wasPaid || isSaid
    },

    /** One round: what will not be paid any more, or is not certain when its time is over, the lot hears. */
    async round(): Promise<void> {
      for (const { db, buckets } of database.nodes) {
        const now = clock.now()
        const vain = await db.query<VainRow>(selectVainCharges, [buckets, instantOut(now - answersWithinMs)])
        await inTurn(vain, (row) => inVain(row, now))
      }
    },
  }
}
export type Charges = ReturnType<typeof charging>

const standingOf = (row: StandingRow): Standing => ({
  ...{ id: row.id, payType: row.pay_type, tradeNo: row.trade_no, askedAt: row.asked_at, answered: row.answered },
  isOver: row.ended_at !== null,
  payment:
    row.payment_id === null
      ? null
      : {
          ...{ id: row.payment_id, state: row.state!, isAsked: row.is_asked!, leftFen: row.left_fen! },
          goesBackAt: row.goes_back_at,
        },
})

import { createHash } from 'node:crypto'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { ChannelName, Fen, Id, LotKey } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import { down } from '@lanepay/lot-systems/bolink/down.ts'
import { writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import type { PayCodes } from '../pay-code/pay-code.ts'
import type { AskQuote } from '../quote/quote.ts'
import { insertQuote, noteSession } from '../quote/store.ts'
import type { Happened } from './happened.ts'
import type { Orders } from './orders.ts'
import type { Outbox } from './outbox.ts'
import type { Parks } from './park.ts'
import { type Computer, type Reply, texts } from './service.ts'
import { usual } from './settings.ts'
import {
  answerCharge,
  type ChargeRow,
  deleteMessage,
  endCharge,
  insertCharge,
  selectCharge,
  selectDriverOfPayment,
  selectVainCharges,
} from './store.ts'
import { payChannel, plateOf } from './words.ts'

/** An exit as a lot uploads it to be charged (bolink-protocol.md 4.2, `sweepcode`). */
export type ChargedExit = {
  readonly order_id: string
  readonly car_number: string
  readonly in_time: number
  readonly out_time: number
  readonly total: Fen
  readonly out_uid?: string
  readonly out_channel_id?: string
  /** Null: it names no lane of ours. */
  readonly lane: number | null
  /** It is paid for and goes on standing: its exit is told by another message. */
  readonly stays?: true
}
type Kept = Omit<ChargedExit, 'total'> & { readonly total: number; readonly pay_type: 'sweepcode' }

/** A driver in the rows of quotes and payments that stand for such an exit. */
const prefix = 'code:'
/** Before it is told of an order that is not paid: so long an upload may take to be answered itself. */
const answersWithinMs = 15_000
const notPaid = '支付失败'

/**
 * Exits that a lot has us charge by the code which its driver shows: 1 paid, 0 not, 2 the lot hears later, within its settings'
 * time, and its gate stays shut until it hears 1. The same upload again is the same scan; another code for the same record is
 * not taken while the one before is not certain.
 */
export function charging(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly orders: Orders
  readonly happened: Happened
  readonly outbox: Outbox
  readonly parks: Parks
  readonly payCodes: () => PayCodes
}) {
  const { database, clock, newId, orders, happened, outbox, parks } = options
  const one = async (lot: LotKey, id: string): Promise<ChargeRow | null> =>
    (await database.of(lot.bucket).query<ChargeRow>(selectCharge, [lot.bucket, lot.lotId, id]))[0] ?? null
  const answer = (lot: LotKey, id: string, state: 0 | 1 | 2): Promise<unknown> =>
    database
      .of(lot.bucket)
      .query(answerCharge, [lot.bucket, lot.lotId, id, state, state === 2 ? null : instantOut(clock.now())])

  return {
    /** The price of such an exit is what its lot asked for: it is not asked a second time while it waits for us. */
    askQuote: (async ({ lot, lane, driver }) => {
      const row = await one(lot, driver.slice(prefix.length))
      const order = row && (await orders.one(lot, row.order_id))
      if (!row || !order) return err({ code: 'no-session', message: 'no such exit is to be charged' })
      const exit = row.body as unknown as Kept
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
        ...[
          lot.bucket,
          lot.lotId,
          quote,
          order.session_id,
          driver,
          plate,
          lane,
          lane === null ? null : order.session_id,
        ],
        ...[exit.total + stay.paid_fen, stay.paid_fen, exit.total, JSON.stringify(lines), usual.leaveMinutes],
        ...[instantOut(quotedAt), instantOut(expiresAt)],
      ])
      return ok({
        ...{ now: quotedAt, state: 'owed', plate, pass, enteredAt, quotedAt, expiresAt, quote, lines },
        ...{ priceFen: exit.total + stay.paid_fen, paidFen: stay.paid_fen, owedFen: exit.total },
        ...{ leaveBy: null, leaveMinutes: usual.leaveMinutes, lotOnline: true },
      })
    }) satisfies AskQuote,

    async exit(from: Computer, exit: ChargedExit, code: string | undefined): Promise<Reply> {
      const { order_id } = exit
      const said = (state: 0 | 1 | 2, errmsg: string) => ({ state, order_id, errmsg })
      if (code === undefined || code === '') return said(0, `${texts.badData}: auth_code`)
      if (exit.total === 0) {
        if (!exit.stays) await happened.left(from, { ...exit, pay_type: 'free' })
        return said(1, '')
      }
      await happened.known(from, exit)
      const id = `bolink-${createHash('sha256').update(`${order_id}\n${code}`).digest('hex').slice(0, 32)}`
      const kept: Kept = { ...exit, total: exit.total, pay_type: 'sweepcode' }
      await database
        .of(from.bucket)
        .query(insertCharge, [from.bucket, from.lotId, id, order_id, kept, instantOut(clock.now())])
      const row = await one(from, id)
      if (row === null) return said(2, '上一笔支付结果确认中') // the code before this one is not certain yet
      if (row.ended_at !== null) return said(row.answered === 1 ? 1 : 0, row.answered === 1 ? '' : notPaid)
      const reply = await options.payCodes().scan(from, {
        ...{ id, kind: 'pay-code', plate: plateOf(exit.car_number), by: exit.out_uid || '岗亭', code },
        ...(exit.lane === null ? {} : { lane: exit.lane }),
      })
      if (reply.state === 'paid') {
        await answer(from, id, 1)
        if (!exit.stays) await happened.left(from, { ...exit, pay_type: 'sweepcode' })
        return said(1, '')
      }
      if (reply.state === 'waiting') {
        await answer(from, id, 2)
        return said(2, '支付中')
      }
      await answer(from, id, 0)
      return said(0, `${notPaid}: ${reply.because ?? ''}`)
    },

    /** Of which charge this payment is; null: of none. `wait`: its upload is being answered now. */
    async ofPayment(lot: LotKey, driver: string): Promise<ChargeRow | 'wait' | null> {
      const row = driver.startsWith(`${prefix}bolink-`) ? await one(lot, driver.slice(prefix.length)) : null
      return row?.answered === null && clock.now() - row.asked_at < answersWithinMs ? 'wait' : row
    },

    /** The lot has answered what it was told of a charge. True: that was all there was to do about it. */
    async heard(lot: LotKey, payment: string, isDone: boolean): Promise<boolean> {
      const db = database.of(lot.bucket)
      const [paying] = await db.query<{ driver: string; state: string }>(selectDriverOfPayment, [
        ...[lot.bucket, lot.lotId, payment],
      ])
      if (!paying?.driver.startsWith(`${prefix}bolink-`)) return false
      const wasPaid = ['paid', 'partly-refunded', 'refunded'].includes(paying.state)
      if (wasPaid && !isDone) return false // money that the lot will not have: as of any payment
      const [ended] = await db.query<{ body: Kept }>(endCharge, [
        ...[lot.bucket, lot.lotId, paying.driver.slice(prefix.length), instantOut(clock.now())],
      ])
      const park = await parks.ofLot(lot)
      if (ended && wasPaid && park && !ended.body.stays)
        await happened.left(
          { ...lot, localId: '' },
          { ...ended.body, total: fen(ended.body.total), pay_type: 'sweepcode' },
        )
      if (!wasPaid) await db.query(deleteMessage, [lot.bucket, lot.lotId, payment])
      return !wasPaid
    },

    /** One round: what will not be paid any more, or is not certain when its time is over, the lot hears. */
    async round(): Promise<void> {
      for (const { db, buckets } of database.nodes) {
        const now = clock.now()
        const vain = await db.query<
          ChargeRow & {
            bucket: number
            lot_id: number
            payment_id: string | null
            amount_fen: number
            channel: ChannelName
            plate: string
            state: string | null
            because: string | null
          }
        >(selectVainCharges, [buckets, instantOut(now - answersWithinMs)])
        for (const row of vain) {
          const lot = { bucket: row.bucket, lotId: row.lot_id }
          if (row.payment_id === null) {
            await answer(lot, row.id, 0) // it never came to an order: its upload failed, and is sent again
            continue
          }
          const park = await parks.ofLot(lot)
          const settings = park?.settings ?? usual
          const isOver = row.state === 'closed' || row.state === 'unapplied'
          if (!isOver && now < row.asked_at + settings.chargeSeconds * 1000) continue
          const exit = row.body as unknown as Kept
          await outbox.tell(
            lot,
            {
              id: row.payment_id as Id,
              service: 'outpark',
              answeredBy: [`trade:${numberOf('trade', lot, row.payment_id as Id)}`],
              orderId: row.order_id,
              localId: null,
              body: writeMessage(down.outpark, {
                ...{ state: 0, pay_type: 'sweepcode', pay_channel: payChannel[row.channel], service_name: 'outpark' },
                ...{
                  errmsg: `${notPaid}: ${row.because ?? ''}`,
                  trade_no: numberOf('trade', lot, row.payment_id as Id),
                },
                ...{ total: fen(row.amount_fen), pay_time: Math.floor(now / 1000), order_id: row.order_id },
                ...{ car_number: exit.car_number, account_type: 1, arrive_money: fen(0), fee: fen(0), remark: notPaid },
                ...(exit.out_channel_id ? { out_channel_id: exit.out_channel_id } : {}),
              }),
            },
            settings,
          )
        }
      }
    },
  }
}
export type Charges = ReturnType<typeof charging>

import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import type { Fen, Id, LotKey } from '@lanepay/domain/types.ts'
import type { CommandResult } from '@lanepay/lot-link/messages.ts'
import { type Message, readMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { answers } from '@lanepay/lot-systems/bolink/up.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { notInside } from '../coupon/give.ts'
import type { Charges } from './charge.ts'
import type { Debts } from './debts.ts'
import { operates } from './gates.ts'
import { deleteMessage } from './message-store.ts'
import { countTold, type Orders } from './orders.ts'
import type { Outbox } from './outbox.ts'
import { answerOf, badField, type Computer, done, type Service, type Services, service } from './service.ts'
import { selectAmount } from './store.ts'
import { plateOf } from './words.ts'

/** Whether a lot says a number of ours, and none that it has made itself. */
const isOurs = (trade: string | undefined): boolean => trade !== undefined && parseNumber('trade', trade).ok

/** How answers to questions name them. */
const names = { query_order_no: 'id?', order_id: 'id?', car_number: 'id?' } as const

type Said = { readonly state: number; readonly errmsg?: string }

/** What a lot answers to what it was asked and told (bolink-protocol.md 2.6). The same answer twice is one answer. */
export function answering(options: {
  readonly database: Database
  readonly clock: Clock
  readonly alarms: Alarms
  readonly outbox: Outbox
  readonly charges: Charges
  readonly orders: Pick<Orders, 'one' | 'quoted'>
  readonly debts: Debts
  readonly onResult: (lot: LotKey, result: CommandResult) => Promise<void>
  /** A payment that the lot will not have. */
  readonly onRefused: (from: Computer, payment: string) => Promise<void>
}): Services {
  const { database, clock, outbox, alarms, onResult } = options

  const amountOf = async (from: LotKey, payment: string): Promise<Fen> => {
    const [row] = await database
      .of(from.bucket)
      .query<{ amount_fen: Fen }>(selectAmount, [from.bucket, from.lotId, payment])
    return row!.amount_fen
  }
  /** A payment's message was answered: the lot knows of it, or will not have it, which is a person's to look at. */
  const paymentAnswered = async (from: Computer, name: string, by: string, said: Said): Promise<void> => {
    const message = await outbox.sent(from, name, [by])
    if (!message) return // answered before, or never sent to this lot
    const isDone = said.state === 1
    if (await options.charges.heard(from, message.id, isDone)) return
    await options.debts.told(from, message.id, isDone)
    if (isDone) {
      const paid = { payment: message.id, orderId: message.order_id!, amountFen: await amountOf(from, message.id) }
      await database.of(from.bucket).transaction((tx) => countTold(tx, from, paid, clock.now()))
    } else {
      const because = `the lot refused ${name}: ${said.errmsg ?? ''}`
      await alarms.raise(from, { kind: 'lot-not-told', payment: message.id, because })
    }
    await onResult(from, {
      id: numberOf('command', from, message.id as Id),
      at: clock.now(),
      state: isDone ? 'done' : 'refused',
      ...(name === 'outpark' ? { gate: isDone ? ('opened' as const) : ('refused' as const) } : {}),
      ...(isDone ? {} : { because: said.errmsg ?? 'refused' }),
    })
    // After its answer is noted: in between the dispatch would put it there again, and the lot be told once more.
    if (isDone) await database.of(from.bucket).query(deleteMessage, [from.bucket, from.lotId, message.id])
    if (!isDone) await options.onRefused(from, message.id)
  }
  /** The answer to a refund, to cash change, or to what was paid for a card, only ends its repeats; one that is refused is a person's. */
  const noteAnswered = async (
    from: Computer,
    name: 'refund' | 'recharge' | 'month_pay_sync',
    by: string,
    said: Said,
  ) => {
    const message = await outbox.sent(from, name, [by])
    if (!message) return
    if (said.state !== 1) {
      const because = `the lot refused ${name}: ${said.errmsg ?? ''}`
      const number = name === 'refund' ? { refund: message.id } : {}
      await alarms.raise(from, { kind: 'lot-not-told', ...number, because })
    }
    await database.of(from.bucket).query(deleteMessage, [from.bucket, from.lotId, message.id])
  }

  /** The answer to what a driver asks. One that cannot be read is heard by who asked, too: else it would be waited for, and asked for again. */
  const answered =
    (name: 'query_price' | 'nolicence_in_park', namesOf: (said: Message<typeof names>) => readonly string[]): Service =>
    async (from, data) => {
      const named = readMessage(names, data)
      const read = readMessage(answers[name], data)
      if (named.ok && (read.ok || !JSON.stringify(data).includes('\\u0000'))) {
        const by = namesOf(named.value)
        if (by.length > 0) await outbox.answer(from, name, by, data)
        // That nothing is there, and not a word of what: all else may be left out (5.1).
        else await outbox.answerOnly(from, name, data)
      }
      return read.ok ? done : badField(read.error.field)
    }

  return {
    query_price: answered('query_price', ({ query_order_no: no, order_id: order, car_number: car }) =>
      no ? [`no:${no}`] : [...(order ? [`order:${order}`] : []), ...(car ? [`car:${plateOf(car)}`] : [])],
    ),
    nolicence_in_park: answered('nolicence_in_park', ({ car_number }) => [`car:${car_number}`]),
    prepay_order: answerOf(answers.prepay_order, async (from, said) => {
      // Two payments of one amount are told apart by those that say which one it was.
      const by = isOurs(said.trade_no) ? `trade:${said.trade_no}` : `order:${said.order_id}:${said.prepay}`
      await paymentAnswered(from, 'prepay_order', by, said)
      return done
    }),
    outpark: answerOf(answers.outpark, async (from, said) => {
      await paymentAnswered(from, 'outpark', `trade:${said.trade_no}`, said)
      return done
    }),
    escape_order: answerOf(answers.escape_order, async (from, said) => {
      await paymentAnswered(from, 'escape_order', `trade:${said.trade_no}`, said)
      return done
    }),
    monthcard_pay: answerOf(answers.monthcard_pay, async (from, said) => {
      await paymentAnswered(from, 'monthcard_pay', `trade:${said.trade_no}`, said)
      return done
    }),
    query_prodprice: service(answers.query_prodprice, async (from, said, data) => {
      await outbox.answer(from, 'query_prodprice', [`trade:${said.trade_no}`], data)
      return done
    }),
    deliver_ticket: answerOf(answers.deliver_ticket, async (from, said) => {
      const message = await outbox.sent(from, 'deliver_ticket', [`ticket:${said.ticket_id}`])
      if (!message) return done
      const { order_id: orderId, car_number: plate = null, in_time: inTime } = said
      const wasNotInside = said.have_order === '0'
      // A record that it never uploaded: by it the lot will say that the coupon was used.
      if (
        said.state === 1 &&
        wasNotInside &&
        orderId &&
        inTime !== undefined &&
        !(await options.orders.one(from, orderId))
      )
        await options.orders.quoted(from, { orderId, plate, enteredAt: inTime * 1000 })
      const taken = { state: 'done' as const, ...(wasNotInside && !orderId ? { because: notInside } : {}) }
      await onResult(from, {
        ...{ id: numberOf('command', from, message.id as Id), at: clock.now() },
        ...(said.state === 1 ? taken : { state: 'refused', because: said.errmsg || 'refused' }),
      })
      await database.of(from.bucket).query(deleteMessage, [from.bucket, from.lotId, message.id])
      return done
    }),
    refund: answerOf(answers.refund, async (from, said) => {
      await noteAnswered(from, 'refund', `trade:${said.trade_no}`, said)
      return done
    }),
    recharge: answerOf(answers.recharge, async (from, said) => {
      await noteAnswered(from, 'recharge', `change:${said.trade_no}`, said)
      return done
    }),
    month_pay_sync: answerOf(answers.month_pay_sync, async (from, said) => {
      await noteAnswered(from, 'month_pay_sync', `pay:${said.trade_no}`, said)
      return done
    }),
    lock_car: answerOf(answers.lock_car, async (from, said, data) => {
      await outbox.answer(from, 'lock_car', [`lock:${said.order_id}:${said.is_locked}`], data)
      return done
    }),
    operate_liftrod: answerOf(answers.operate_liftrod, async (from, said, data) => {
      const name = said.liftrod_id ? `liftrod:${said.liftrod_id}` : `lane:${said.channel_id}:${said.operate}`
      if (said.operate === operates.lower) {
        await outbox.answer(from, 'operate_liftrod', [name], data)
        return done
      }
      const message = await outbox.sent(from, 'operate_liftrod', [name])
      if (!message) return done
      await onResult(from, {
        id: numberOf('command', from, message.id as Id),
        at: clock.now(),
        state: said.state === 1 ? 'done' : 'refused',
        gate: said.state === 1 ? 'opened' : 'refused',
        ...(said.state === 1 ? {} : { because: said.errmsg ?? 'refused' }),
      })
      await database.of(from.bucket).query(deleteMessage, [from.bucket, from.lotId, message.id])
      return done
    }),
  }
}

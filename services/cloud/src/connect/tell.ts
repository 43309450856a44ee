import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelName, Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command, CommandResult } from '@lanepay/lot-link/messages.ts'
import { type Ability, type LotSystem, mayAskAgain, unreadable } from '@lanepay/lot-systems/lot-system.ts'
import type { Answer, Message } from '@lanepay/lot-systems/own/api.ts'
import { ownLotSystem } from '@lanepay/lot-systems/own/own.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { deleteMessage, noteRefundTold, selectRefundsToTell } from '../bolink/message-store.ts'
import type { Orders } from '../bolink/orders.ts'
import { idOfRequest, type Outbox } from '../bolink/outbox.ts'
import type { Polls } from '../bolink/polls.ts'
import { oldestRefund, type RefundRow } from '../bolink/refunds.ts'
import { usual } from '../bolink/settings.ts'
import { selectPaid } from '../bolink/store.ts'
import { inTurn } from '../server/in-turn.ts'
import { selectCannot } from './store.ts'

/** So long the software may take to answer a question. */
const answerSeconds = 8
/** A payment is told again after each of these, and then every hour of a day. */
const untilAnswered = {
  ...usual,
  repeatSeconds: [5, 10, 20, 40, 60, 120, 300, 600, 1800, ...Array<number>(23).fill(3600)],
}

/** Asks and tells lots whose software speaks our own protocol, and takes in what it answers: the same answer twice is one answer. */
export function telling(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly polls: Polls
  readonly outbox: Outbox
  readonly orders: Orders
  readonly alarms: Alarms
  readonly onResult: (lot: LotKey, result: CommandResult) => Promise<void>
}): {
  readonly lots: LotSystem & { tell(lot: LotKey, command: Command): Promise<void> }
  answered(lot: LotKey, answer: Answer): Promise<Result<null, 'message-unknown'>>
  /** What was answered fits no schema: where it names a question, that has its answer. */
  unreadable(lot: LotKey, body: unknown): Promise<void>
  /** One round: each lot hears of its refunds that are final. */
  round(): Promise<void>
} {
  const { database, clock, newId, outbox, orders, alarms, onResult } = options
  const outgoing = (id: Id, message: Message, orderId: string | null) => ({
    ...{ id, service: message.kind, answeredBy: [message.id], orderId, localId: null, body: JSON.stringify(message) },
  })

  const system = ownLotSystem({
    clock,
    isOnline: options.polls.isOnline,
    cannot: async ({ bucket, lotId }) =>
      (await database.of(bucket).query<{ cannot: Ability[] | null }>(selectCannot, [bucket, lotId]))[0]?.cannot ?? [],
    stays: {
      sessionOf: async (lot, { stay, plate, enteredAt }) =>
        ((await orders.quoted(lot, { orderId: stay, plate, enteredAt }))?.session_id as Id | undefined) ?? null,
      nameOf: async (lot, session) => (await orders.ofSession(lot, session))?.order_id ?? null,
    },
    ask: async (lot, question, requestId) => {
      const id = requestId === undefined ? newId() : idOfRequest(requestId)
      const message = { ...question, id: numberOf('command', lot, id), until: clock.now() + answerSeconds * 1000 }
      const said = await outbox.ask(lot, outgoing(id, message, null), { answerSeconds }, requestId !== undefined)
      // Judged by its schema when it came, at the door.
      if (!said.ok) return said
      return said.value.unreadable === true ? err(unreadable('schema')) : ok(said.value as Answer)
    },
  })

  const paid = async (lot: LotKey, command: Extract<Command, { kind: 'clearance' }>): Promise<void> => {
    const stay = (await orders.ofSession(lot, command.session))?.order_id
    const [payment] = await database.of(lot.bucket).query<{
      channel: ChannelName
      amount_fen: number
      plate: string
      paid_at: number
      lane_id: number | null
      is_over: boolean
    }>(selectPaid, [...[lot.bucket, lot.lotId, command.clearance]])
    if (stay === undefined || !payment)
      throw new Error(`payment ${command.clearance} is of no stay of lot ${lot.lotId}`)
    if (payment.is_over)
      return onResult(lot, { id: command.id, at: clock.now(), state: 'refused', because: 'refunded' })
    const { gate, expiresAt } = command
    const message: Message = {
      ...{ id: command.id, kind: 'paid', stay, plate: payment.plate },
      ...{ payment: numberOf('trade', lot, command.clearance as Id), channel: payment.channel },
      ...{ amountFen: payment.amount_fen, paidAt: payment.paid_at, leaveMinutes: command.leaveMinutes },
      // Too late for a gate: whoever stands there by now may be another.
      ...(gate && clock.now() <= expiresAt ? { gate: { lane: gate.lane, until: expiresAt } } : {}),
      // Nobody knows whether its vehicle stands there: told, and no order.
      ...(!gate && payment.lane_id !== null ? { lane: payment.lane_id } : {}),
    }
    await outbox.tell(lot, outgoing(command.clearance as Id, message, stay), untilAnswered)
  }

  const open = async (lot: LotKey, command: Extract<Command, { kind: 'open-gate' }>, id: Id): Promise<void> => {
    const stay = (await orders.ofSession(lot, command.occupancy))?.order_id
    if (stay === undefined) return onResult(lot, { id: command.id, at: clock.now(), state: 'refused', gate: 'refused' })
    const { lane, reason, by } = command
    const message: Message = {
      ...{ id: command.id, kind: 'open', lane, stay, reason, until: command.expiresAt },
      ...(by === undefined ? {} : { by }),
    }
    await outbox.tellOnce(lot, outgoing(id, message, null), command.expiresAt)
  }

  const tellRefund = async (row: RefundRow): Promise<void> => {
    const lot = { bucket: row.bucket, lotId: row.lot_id }
    // One that failed was asked for by a vendor's cloud that the lot no longer has.
    if (row.done_at !== null) {
      const message: Message = {
        ...{ id: numberOf('command', lot, row.id), kind: 'refunded', stay: row.order_id, plate: row.plate },
        ...{ payment: numberOf('trade', lot, row.payment_id), amountFen: row.amount_fen, refundedAt: row.done_at },
      }
      await outbox.tell(lot, outgoing(row.id, message, row.order_id), untilAnswered)
    }
    // After it lies there, under the refund's own number: told twice it is one message.
    await database.of(lot.bucket).query(noteRefundTold, [row.bucket, row.lot_id, row.id, instantOut(clock.now())])
  }

  return {
    lots: {
      ...system,
      tell: async (lot, command) => {
        const number = parseNumber('command', command.id)
        if (command.kind === 'clearance') await paid(lot, command)
        else if (command.kind === 'open-gate' && number.ok) await open(lot, command, number.value.id)
        else await onResult(lot, { id: command.id, at: clock.now(), state: 'unsupported' })
      },
    },
    answered: async (lot, answer) => {
      const number = parseNumber('command', answer.id)
      if (!number.ok || number.value.bucket !== lot.bucket || number.value.lotId !== lot.lotId)
        return err('message-unknown')
      if (answer.kind === 'quote' || answer.kind === 'admit') {
        await outbox.answer(lot, answer.kind, [answer.id], answer)
        return ok(null)
      }
      const message = await outbox.sent(lot, answer.kind, [answer.id])
      // Answered before, or nobody waits for it any more.
      if (!message) return ok(null)
      if (answer.kind !== 'open' && !answer.ok) {
        // What cannot be booked just now is told again.
        if (mayAskAgain({ kind: 'refused', because: answer.because })) return ok(null)
        const what = answer.kind === 'paid' ? 'payment' : 'refund'
        const because = `the lot refused the ${what}: ${answer.because} ${answer.detail ?? ''}`.trim()
        await alarms.raise(lot, { kind: 'lot-not-told', [what]: message.id, because })
      }
      if (answer.kind !== 'refunded') await onResult(lot, resultOf(answer, clock.now()))
      await database.of(lot.bucket).query(deleteMessage, [lot.bucket, lot.lotId, message.id])
      return ok(null)
    },
    unreadable: async (lot, body) => {
      const { id, kind } = (body ?? {}) as Readonly<Record<string, unknown>>
      if (typeof id === 'string' && (kind === 'quote' || kind === 'admit'))
        await outbox.answer(lot, kind, [id.slice(0, 40)], { unreadable: true })
    },
    round: async () => {
      for (const { db, buckets } of database.nodes)
        await inTurn(
          await db.query<RefundRow>(selectRefundsToTell, [buckets, oldestRefund(clock.now()), 'own']),
          tellRefund,
        )
    },
  }
}

/** What became of a command, in the words of the lot link. */
function resultOf(answer: Answer, at: number): CommandResult {
  const { id } = answer
  if (!answer.ok)
    return { id, at, state: 'refused', because: answer.because, ...(answer.kind === 'open' ? { gate: 'refused' } : {}) }
  const gate = 'gate' in answer ? answer.gate : undefined
  return { id, at, state: 'done', ...(gate === undefined ? {} : { gate }) }
}

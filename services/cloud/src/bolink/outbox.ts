import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Alarms } from '../alarm/alarm.ts'
import type { Polls } from './polls.ts'
import {
  answerQuestion,
  claimMessage,
  deleteMessage,
  giveUpMessages,
  insertMessage,
  readAnswer,
  selectAnswered,
} from './store.ts'

/** A payment's message without answer is sent again after so many seconds; the last is how long its last answer may take. */
const stepSeconds = [10, 20, 30, 40, 50, 80, 120, 160, 200, 300, 10]

export type Outgoing = {
  readonly id: Id
  readonly service: string
  /** How the lot's answer may name this message (bolink-protocol.md 2.6). */
  readonly answeredBy: readonly string[]
  readonly orderId: string | null
  readonly localId: string | null
  readonly body: string
}

/**
 * What a connected lot must hear, in the database, so that any process may hold its poll: payments until the lot has answered or
 * ten repeats are over (bolink-protocol.md 2.6), questions and gate commands once.
 */
export function outbox(options: {
  readonly database: Database
  readonly clock: Clock
  readonly polls: Polls
  readonly alarms: Alarms
  readonly answerWithinMs: number
}) {
  const { database, clock, polls, alarms } = options
  const put = async (lot: LotKey, message: Outgoing, repeats: boolean): Promise<void> => {
    const { id, service, answeredBy, orderId, localId, body } = message
    await database
      .of(lot.bucket)
      .query(insertMessage, [
        lot.bucket,
        lot.lotId,
        id,
        service,
        [...answeredBy],
        orderId,
        localId,
        body,
        repeats,
        instantOut(clock.now()),
      ])
    polls.wake(lot)
  }
  return {
    /** Sends until it is answered. The same id is one message, however often it is put. */
    tell: (lot: LotKey, message: Outgoing) => put(lot, message, true),
    /** Sends once: a gate that opens twice lets the next vehicle through. */
    tellOnce: (lot: LotKey, message: Outgoing) => put(lot, message, false),
    /** Asks once and waits; null: nobody there, or no answer in time. A question is never sent after its time. */
    async ask(lot: LotKey, message: Outgoing): Promise<Readonly<Record<string, unknown>> | null> {
      const db = database.of(lot.bucket)
      const key = [lot.bucket, lot.lotId, message.id]
      await put(lot, message, false)
      const until = performance.now() + options.answerWithinMs
      const pickedUpUntil = performance.now() + Math.min(3_000, options.answerWithinMs)
      for (;;) {
        await polls.forAnswer(message.id, 300)
        const [row] = await db.query<{ sends: number; answer: Record<string, unknown> | null }>(readAnswer, key)
        const now = performance.now()
        if (row?.answer === null && now < (row.sends === 0 ? pickedUpUntil : until)) continue
        await db.query(deleteMessage, key)
        return row?.answer ?? null
      }
    },
    /** The next message for this computer, or null. */
    async next(lot: LotKey, localId: string): Promise<string | null> {
      const [row] = await database
        .of(lot.bucket)
        .query<{ body: string }>(claimMessage, [lot.bucket, lot.lotId, localId, instantOut(clock.now()), stepSeconds])
      return row?.body ?? null
    },
    /** Takes in the answer to a question. */
    async answer(lot: LotKey, service: string, names: readonly string[], answer: unknown): Promise<void> {
      const rows = await database
        .of(lot.bucket)
        .query<{ id: string }>(answerQuestion, [lot.bucket, lot.lotId, service, [...names], answer])
      for (const { id } of rows) polls.answered(id)
    },
    /** The message that an answer names; null when it was answered already. */
    async sent(
      lot: LotKey,
      service: string,
      names: readonly string[],
    ): Promise<{ id: string; order_id: string | null } | null> {
      const [row] = await database
        .of(lot.bucket)
        .query<{ id: string; order_id: string | null }>(selectAnswered, [lot.bucket, lot.lotId, service, [...names]])
      return row ?? null
    },
    /** One round; called by a timer: what has been sent in vain for the last time is shown to a person. */
    async round(): Promise<void> {
      for (const { db, buckets } of database.nodes)
        for (const row of await db.query<{ bucket: number; lot_id: number; id: string; service: string }>(
          giveUpMessages,
          [buckets, instantOut(clock.now()), stepSeconds.length],
        ))
          await alarms.raise(
            { bucket: row.bucket, lotId: row.lot_id },
            { kind: 'paid-but-shut', payment: row.id, because: `the lot never answered ${row.service}` },
          )
    },
  }
}
export type Outbox = ReturnType<typeof outbox>

import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Alarms } from '../alarm/alarm.ts'
import type { Polls } from './polls.ts'
import { type Settled, stepsOf } from './settings.ts'
import {
  answerQuestion,
  claimMessage,
  deleteMessage,
  dropOldMessages,
  giveUpMessages,
  insertMessage,
  readAnswer,
  selectAnswered,
} from './store.ts'

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
  /** Something lies there for this lot. */
  readonly onPut: (lot: LotKey) => void
  /** A payment's message was given up. */
  readonly onGivenUp?: (lot: LotKey, message: { id: string; service: string; because: string }) => Promise<void>
}) {
  const { database, clock, polls, alarms } = options
  const put = async (lot: LotKey, message: Outgoing, how: { steps: readonly number[] } | { until: number }) => {
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
        'steps' in how ? [...how.steps] : null,
        instantOut(clock.now()),
        'until' in how ? instantOut(how.until) : null,
      ])
    options.onPut(lot)
  }
  return {
    /** Sends until it is answered, as often as the lot's settings say. The same id is one message, however often it is put. */
    tell: (lot: LotKey, message: Outgoing, settings: Settled) => put(lot, message, { steps: stepsOf(settings) }),
    /** Sends once, and never after this instant: a gate that opens late or twice lets the next vehicle through. */
    tellOnce: (lot: LotKey, message: Outgoing, until: number) => put(lot, message, { until }),
    /** Asks once and waits; null: nobody there, or no answer in time. A question is never sent after its time. */
    async ask(
      lot: LotKey,
      message: Outgoing,
      { answerSeconds }: Pick<Settled, 'answerSeconds'>,
    ): Promise<Readonly<Record<string, unknown>> | null> {
      const db = database.of(lot.bucket)
      const key = [lot.bucket, lot.lotId, message.id]
      const answerWithinMs = answerSeconds * 1000
      await put(lot, message, { until: clock.now() + answerWithinMs })
      const until = performance.now() + answerWithinMs
      const pickedUpUntil = performance.now() + Math.min(3_000, answerWithinMs)
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
    async next(lot: LotKey, localId: string): Promise<{ id: string; service: string; body: string } | null> {
      const [row] = await database
        .of(lot.bucket)
        .query<{ id: string; service: string; body: string }>(claimMessage, [
          lot.bucket,
          lot.lotId,
          localId,
          instantOut(clock.now()),
        ])
      return row ?? null
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
      const now = instantOut(clock.now())
      for (const { db, buckets } of database.nodes) {
        for (const row of await db.query<{ bucket: number; lot_id: number; id: string; service: string }>(
          giveUpMessages,
          [buckets, now],
        )) {
          const lot = { bucket: row.bucket, lotId: row.lot_id }
          const because = `the lot never answered ${row.service}`
          await alarms.raise(lot, { kind: 'lot-not-told', payment: row.id, because })
          await options.onGivenUp?.(lot, { ...row, because })
        }
        await db.query(dropOldMessages, [buckets, now])
      }
    },
  }
}
export type Outbox = ReturnType<typeof outbox>

import { createHash, randomUUID } from 'node:crypto'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import { microBatch } from '@lanepay/database/micro-batch.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { LotError } from '@lanepay/lot-systems/lot-system.ts'
import type { Alarms } from '../alarm/alarm.ts'
import {
  answerOnlyQuestion,
  answerQuestion,
  claimMessages,
  deleteMessage,
  dropOldMessages,
  giveUpMessage,
  insertMessage,
  noteMissed,
  readAnswer,
  selectAnswered,
  selectLotsToTell,
  selectMissed,
  selectVain,
} from './message-store.ts'
import type { Claimed, Polls } from './polls.ts'
import { type Settled, stepsOf } from './settings.ts'
import { isRowService } from './words.ts'

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
 * What a message is about that is repeated until it is answered: its number is that of one of these; of a row of a list, a card's renewal,
 * cash change, a stay that is closed, and a coupon that left nothing to be paid, it is none. `permit`: a payment, of a card that
 * a called system keeps.
 */
export type About = 'payment' | 'permit' | 'refund' | 'coupon' | 'settled' | 'row' | 'renewal' | 'change' | 'close'
const aboutOthers: Readonly<Record<string, About>> = {
  ...{ refund: 'refund', deliver_ticket: 'coupon', grant: 'coupon', settled: 'settled' },
  ...{ renewal: 'permit', month_pay_sync: 'renewal', recharge: 'change', order_zero_balance: 'close' },
}
/** Whose number an alarm names. */
const numbered: Readonly<Partial<Record<About, 'payment' | 'refund'>>> = {
  ...{ payment: 'payment', permit: 'payment', refund: 'refund' },
}
const aboutOf = (service: string): About => (isRowService(service) ? 'row' : (aboutOthers[service] ?? 'payment'))

/** The number of the question that a request asks: the same of the same request, whichever process asks. */
export const idOfRequest = (requestId: string): Id =>
  (createHash('sha256').update(requestId).digest().readBigUInt64BE() >> 1n).toString() as Id

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
  /** A lot was away for as long as a message is repeated; it is told when it is back. */
  readonly onMissed?: (lot: LotKey, message: { readonly id: Id; readonly about: About }) => Promise<void>
  /** A message was sent in vain for the last time. */
  readonly onGivenUp?: (lot: LotKey, message: { readonly id: Id; readonly about: About }) => Promise<void>
}) {
  const { database, clock, polls, alarms } = options
  type How = { readonly steps: readonly number[] } | { readonly until: number }
  /** `handedBy`: the put by which a poll that waits is handed it. */
  const valuesOf = (lot: LotKey, message: Outgoing, how: How, handedBy: string | null) => {
    const { id, service, answeredBy, orderId, localId, body } = message
    return [
      ...[lot.bucket, lot.lotId, id, service, [...answeredBy], orderId, localId, body],
      ...['steps' in how ? [...how.steps] : null, instantOut(clock.now())],
      ...['until' in how ? instantOut(how.until) : null, handedBy],
    ]
  }
  const put = async (lot: LotKey, message: Outgoing, how: How) => {
    const { id, service, localId, body } = message
    // A poll that waits here is handed it as soon as it is there: no other is, and nobody looks for it.
    const poll = polls.waiting(lot, localId)
    const claimed = database
      .of(lot.bucket)
      .query<{ sends: number }>(insertMessage, valuesOf(lot, message, how, poll === null ? null : randomUUID()))
      .then(([row]) => row?.sends === 1)
    // That it could not be put is for whoever puts it; the poll waits on.
    poll?.give(claimed.then((isClaimed) => (isClaimed ? { id, service, body } : null)).catch(() => null))
    if (!(await claimed)) options.onPut(lot)
  }
  // One server holds every bucket today, so one call may claim for the polls of many.
  const next = microBatch<LotKey & { localId: string }, Claimed | null>({
    largest: 200,
    keyOf: ({ bucket, lotId }) => `${bucket}/${lotId}`,
    run: async (computers) => {
      try {
        const rows = await database
          .of(computers[0]!.bucket)
          .query<Claimed & { bucket: number; lot_id: number }>(claimMessages, [
            computers.map(({ bucket }) => bucket),
            computers.map(({ lotId }) => lotId),
            computers.map(({ localId }) => localId),
            instantOut(clock.now()),
          ])
        return computers.map(
          ({ bucket, lotId }) => rows.find((row) => row.bucket === bucket && row.lot_id === lotId) ?? null,
        )
      } catch (error) {
        // Of each alike: alone none of them fares better, and what may have been claimed is not claimed twice.
        return computers.map(() => error as Error)
      }
    },
  })
  return {
    /** Sends until it is answered, as often as the lot's settings say. The same id is one message, however often it is put. */
    tell: (lot: LotKey, message: Outgoing, settings: Settled) => put(lot, message, { steps: stepsOf(settings) }),
    /** The same as a part of the transaction of which it is the effect: `wake` when that is committed. */
    tellWithin: (tx: Tx, lot: LotKey, message: Outgoing, settings: Settled): Promise<unknown> =>
      tx.query(insertMessage, valuesOf(lot, message, { steps: stepsOf(settings) }, null)),
    wake: (lot: LotKey): void => options.onPut(lot),
    /** Sends once, and never after this instant: a gate that opens late or twice lets the next vehicle through. */
    tellOnce: (lot: LotKey, message: Outgoing, until: number) => put(lot, message, { until }),
    /**
     * Asks once and waits. No answer in time is `offline`, `absent` where no computer took the question. A question is never sent after its
     * time. `isKept`: with its answer, so that whoever asks it again under its number, at this process or another, has the same answer and
     * nothing is sent; until it is dropped.
     */
    async ask(
      lot: LotKey,
      message: Outgoing,
      { answerSeconds }: Pick<Settled, 'answerSeconds'>,
      isKept = false,
    ): Promise<Result<Readonly<Record<string, unknown>>, Extract<LotError, { kind: 'offline' }>>> {
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
        const [last] = isKept ? [row] : await db.query<{ sends: number }>(deleteMessage, key)
        if (row?.answer) return ok(row.answer)
        return err({ kind: 'offline', ...(last?.sends === 0 ? { absent: true } : {}) })
      }
    },
    /** The next message for this computer, or null. */
    next: ({ bucket, lotId }: LotKey, localId: string): Promise<Claimed | null> => next({ bucket, lotId, localId }),
    /** Looks once for all polls that are open here: for what other processes have put there, and for what is due again. */
    async look(): Promise<void> {
      const now = instantOut(clock.now())
      const lots = polls.lots()
      for (const { db, buckets } of database.nodes) {
        const here = new Set(buckets)
        const asked = lots.filter(({ bucket }) => here.has(bucket))
        if (asked.length === 0) continue
        for (const { bucket, lot_id } of await db.query<{ bucket: number; lot_id: number }>(selectLotsToTell, [
          asked.map(({ bucket }) => bucket),
          asked.map(({ lotId }) => lotId),
          now,
        ]))
          polls.wake({ bucket, lotId: lot_id })
      }
    },
    /** Takes in the answer to a question. */
    async answer(lot: LotKey, service: string, names: readonly string[], answer: unknown): Promise<void> {
      const rows = await database
        .of(lot.bucket)
        .query<{ id: string }>(answerQuestion, [lot.bucket, lot.lotId, service, [...names], answer])
      for (const { id } of rows) polls.answered(id)
    },
    /** Takes in an answer that does not say to which question: where this computer has one alone to answer, it is to that. */
    async answerOnly(lot: LotKey & { localId: string }, service: string, answer: unknown): Promise<void> {
      const rows = await database
        .of(lot.bucket)
        .query<{ id: string }>(answerOnlyQuestion, [
          ...[lot.bucket, lot.lotId, service, answer, lot.localId, instantOut(clock.now())],
        ])
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
        .query<{ id: string; order_id: string | null }>(selectAnswered, [
          ...[lot.bucket, lot.lotId, service, [...names], instantOut(clock.now())],
        ])
      return row ?? null
    },
    /** One round; called by a timer: what has been sent in vain for the last time, or could not be sent for as long, is shown to a person. */
    async round(): Promise<void> {
      type Row = { bucket: number; lot_id: number; id: Id; service: string }
      const now = instantOut(clock.now())
      const failed: unknown[] = []
      // One that cannot be acted on now stays due, and stands in no other's way.
      const each = async (rows: readonly Row[], act: (row: Row) => Promise<unknown>) => {
        for (const row of rows) await act(row).catch((error) => failed.push(error))
      }
      // Noted last: whoever ends before that is followed by another, for whom the same is one alarm and one act.
      for (const { db, buckets } of database.nodes) {
        await each(await db.query<Row>(selectMissed, [buckets, now]), async ({ bucket, lot_id, id, service }) => {
          const [lot, about] = [{ bucket, lotId: lot_id }, aboutOf(service)]
          // Lists and coupons wait for the lot; about money somebody has to know.
          const number = numbered[about]
          if (number !== undefined) {
            const because = `the lot is away, and has not heard ${service}`
            await alarms.raise(lot, { kind: 'lot-not-told', [number]: id, because })
            await options.onMissed?.(lot, { id, about })
          }
          await db.query(noteMissed, [bucket, lot_id, id, now])
        })
        await each(await db.query<Row>(selectVain, [buckets, now]), async ({ bucket, lot_id, id, service }) => {
          const [lot, about] = [{ bucket, lotId: lot_id }, aboutOf(service)]
          const isOfCoupon = about === 'coupon' || about === 'settled'
          const kind = isOfCoupon ? 'coupon-not-told' : 'lot-not-told'
          // Of many rows of a list one alarm: each says so where it stands, and is found by its own round.
          const member = isOfCoupon ? 'coupon' : numbered[about]
          const number = member === undefined ? {} : { [member]: id }
          await alarms.raise(lot, { kind, ...number, because: `the lot never answered ${service}` })
          await options.onGivenUp?.(lot, { id, about })
          await db.query(giveUpMessage, [bucket, lot_id, id])
        })
        await db.query(dropOldMessages, [buckets, now])
      }
      if (failed.length > 0) throw failed[0]
    },
  }
}
export type Outbox = ReturnType<typeof outbox>

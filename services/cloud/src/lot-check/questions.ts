import { claimDue } from '@lanepay/database/claim-due.ts'
import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { SystemLane } from '@lanepay/lot-systems/lists.ts'
import type { EveryLot, LotError } from '@lanepay/lot-systems/lot-system.ts'

/*
 * What a person has a lot asked by a command: the lines to lots are in the processes that work, so the question lies in the database until one
 * of them has asked it. Nothing is promised by asking; a question that a process took with it is asked anew.
 */

/** What the lot said it is owed for the plate, or why it did not say. */
export type Said = { readonly owedFen: number } | { readonly error: LotError }
/** Its lanes, or why it did not say them. */
export type LanesSaid = { readonly lanes: readonly SystemLane[] } | { readonly error: LotError }
/** Plate null: its lanes. */
type QuestionRow = { bucket: number; lot_id: number; id: string; plate: string | null }

/** A question that nobody took for so long is of no use to whoever asked. */
const takenWithinMs = 60_000
/** Kept for the list of the day (lot check --since), then forgotten. */
const keptMs = 24 * 3_600_000

const insertQuestion: Statement = {
  name: 'insert-lot-check-question',
  text: 'insert into lot_check_question (bucket, lot_id, id, plate, asked_at, ask_at) values ($1, $2, $3, $4, $5, $5)',
}
const claimQuestions = claimDue({
  ...{ name: 'claim-lot-check-questions', table: 'lot_check_question', due: 'ask_at', set: 'ask_at = null' },
  answer: 'c.bucket, c.lot_id, c.id, c.plate',
})
const answerQuestion: Statement = {
  name: 'answer-lot-check-question',
  text: 'update lot_check_question set answer = $4 where bucket = $1 and lot_id = $2 and id = $3',
}
const selectAnswer: Statement = {
  name: 'select-lot-check-answer',
  text: 'select answer from lot_check_question where bucket = $1 and lot_id = $2 and id = $3',
}
const dropOldQuestions: Statement = {
  name: 'drop-old-lot-check-questions',
  text: `delete from lot_check_question
          where bucket = any ($1::int4[]) and (asked_at < $2 or (ask_at is not null and asked_at < $3))`,
}

/** Has a lot asked what this plate owes now, or, without one, for its lanes; the number by which its answer is found. */
export async function putQuestion(
  { database, clock, newId }: { readonly database: Database; readonly clock: Clock; readonly newId: () => Id },
  { bucket, lotId }: LotKey,
  plate: string | null,
): Promise<Id> {
  const id = newId()
  await database.of(bucket).query(insertQuestion, [bucket, lotId, id, plate, instantOut(clock.now())])
  return id
}

/** What the lot said; null: nothing yet. */
export async function answerTo<A extends Said | LanesSaid>(
  database: Database,
  { bucket, lotId }: LotKey,
  id: Id,
): Promise<A | null> {
  const [row] = await database.of(bucket).query<{ answer: A | null }>(selectAnswer, [bucket, lotId, id])
  return row?.answer ?? null
}

/** One round of a working process; called by a timer: asks lots what persons want to know of them. */
export function askingForPersons({
  database,
  clock,
  log,
  lots,
}: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly lots: Pick<EveryLot, 'quote' | 'lanes'>
}): () => Promise<void> {
  const owedFor = async (lot: LotKey, plate: string): Promise<Said> => {
    const said = await lots.quote(lot, { plate })
    return said.ok ? { owedFen: said.value.owedFen } : { error: said.error }
  }
  const lanesOf = async (lot: LotKey): Promise<LanesSaid> => {
    const said = await lots.lanes(lot)
    return said.ok ? { lanes: said.value } : { error: said.error }
  }
  const ask = async ({ bucket, lot_id: lotId, id, plate }: QuestionRow): Promise<void> => {
    const lot = { bucket, lotId }
    const answer = plate === null ? await lanesOf(lot) : await owedFor(lot, plate)
    await database.of(bucket).query(answerQuestion, [bucket, lotId, id, answer])
  }
  return async () => {
    for (const { db, buckets } of database.nodes) {
      const now = clock.now()
      const [old, untaken] = [instantOut(now - keptMs), instantOut(now - takenWithinMs)]
      await db.query(dropOldQuestions, [buckets, old, untaken])
      const asked = (await db.query<QuestionRow>(claimQuestions, [buckets, instantOut(now), 20])).map(ask)
      for (const done of await Promise.allSettled(asked))
        if (done.status === 'rejected') log('error', 'lot-not-asked', { message: String(done.reason) })
    }
  }
}

import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { type LotError, wrongOf } from '@lanepay/lot-systems/lot-system.ts'
import type { Seen } from './decide.ts'
import type { LanesSaid } from './questions.ts'

const selectPlanLanes: Statement = {
  name: 'lot-check-lanes-of-plan',
  text: 'select coalesce(channel, name) as channel from lane where bucket = $1 and lot_id = $2 order by lane_id',
}
const selectLanesSaid: Statement = {
  name: 'lot-check-lanes-said',
  text: `
  select answer from lot_check_question
   where bucket = $1 and lot_id = $2 and asked_at >= $3 and plate is null and answer is not null
   order by id desc
   limit 1`,
}

/** What the lot's software said of its lanes the last time that a person had it asked since then; null: nobody has. */
export async function lanesSeen(
  database: Database,
  { bucket, lotId }: LotKey,
  sinceMs: number,
): Promise<NonNullable<Seen['lanes']>['said']> {
  const db = database.of(bucket)
  const [row] = await db.query<{ answer: LanesSaid }>(selectLanesSaid, [bucket, lotId, instantOut(sinceMs)])
  if (!row) return null
  if ('error' in row.answer) return { because: inShort(row.answer.error) }
  const known = new Set(row.answer.lanes.map(({ channel }) => channel))
  const ours = await db.query<{ channel: string }>(selectPlanLanes, [bucket, lotId])
  return { unknown: ours.map(({ channel }) => channel).filter((channel) => !known.has(channel)) }
}
const inShort = (error: LotError): string => (error.kind === 'offline' ? 'no answer' : wrongOf(error))

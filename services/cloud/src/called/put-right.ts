import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'

type Wrong = { order_id: string; session_id: Id; plate: string }
/** Of one lane no two vehicles come in within a second. */
const selectEnteredThere: Statement = {
  name: 'select-entered-in-lane-of-called-lot',
  text: `
  select o.order_id, o.session_id, s.plate
    from session s
    join bolink_order o on o.bucket = s.bucket and o.lot_id = s.lot_id and o.session_id = s.id
   where s.bucket = $1 and s.lot_id = $2 and s.entry_lane = $3 and s.state in ('inside', 'leaving')
     and s.entered_at >= $4 and s.entered_at < $5 and o.debt_of is null`,
}
const renameOrder: Statement = {
  name: 'rename-order-of-called-lot',
  text: `
  update bolink_order set order_id = $4
   where bucket = $1 and lot_id = $2 and order_id = $3
     and not exists (select from bolink_order where bucket = $1 and lot_id = $2 and order_id = $4)
  returning order_id`,
}
/** What the lot is owed of it is told under its new name. */
const renameInMessages: Statement = {
  name: 'rename-order-in-messages-to-called-lot',
  text: `
  update bolink_message set order_id = $4, body = replace(body, to_json($3::text)::text, to_json($4::text)::text)
   where bucket = $1 and lot_id = $2 and order_id = $3`,
}

/**
 * The record of the vehicle that came in through this lane in this second is called otherwise from now on, as of software that names its
 * records by their plates. Answers the session of another plate whose record it was; null: there is none, or it has the name already.
 */
export async function renamed(
  database: Database,
  { bucket, lotId }: LotKey,
  { stay, plate, lane, enteredAt }: { stay: string; plate: string; lane: number; enteredAt: number },
): Promise<Id | null> {
  const from = Math.floor(enteredAt / 1000) * 1000
  return database.of(bucket).transaction(async (tx) => {
    const there = await tx.query<Wrong>(selectEnteredThere, [
      ...[bucket, lotId, lane, instantOut(from), instantOut(from + 1000)],
    ])
    const [wrong] = there
    if (!wrong || there.length > 1 || wrong.plate === plate) return null
    const [done] = await tx.query(renameOrder, [bucket, lotId, wrong.order_id, stay])
    if (!done) return null
    await tx.query(renameInMessages, [bucket, lotId, wrong.order_id, stay])
    return wrong.session_id
  })
}

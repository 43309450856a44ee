import { claimDue } from '@lanepay/database/claim-due.ts'
import type { Statement } from '@lanepay/database/database.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'

/** A command as it lies in the outbox, in its own words. */
export type CommandRow = { bucket: number; lot_id: number; body: Command }

/** A clearance that its lot has not answered yet: the facts its command is made of. */
export type ClearanceRow = {
  bucket: number
  lot_id: number
  id: string
  session_id: string
  paid_fen: number
  made_at: number
  leave_minutes: number
  lane_id: number | null
  occupancy: string | null
  expires_at: number
}

const outbox = (name: string, table: 'clearance' | 'lot_command', answer: string): Statement =>
  claimDue({
    ...{ name, table, answer },
    due: 'send_at',
    order: 'bucket, send_at',
    set: `state = 'sent', sends = c.sends + 1,
         send_at = $2::timestamptz + least(power(2, greatest(c.sends - 9, 0)), 60) * interval '1 second'`,
  })
export const claimDueCommands = outbox('claim-due-commands', 'lot_command', 'c.bucket, c.lot_id, c.body')
export const claimDueClearances = outbox(
  'claim-due-clearances',
  'clearance',
  `c.bucket, c.lot_id, c.id, c.session_id, c.paid_fen, c.made_at, (extract(epoch from c.leave_by - c.made_at) / 60)::int4 as leave_minutes,
   c.lane_id, c.occupancy, c.expires_at`,
)

/**
 * A lot that is back hears at once what is still open. `+ 0` keeps the planner to the index of what is due, which is small
 * however many commands the lot has had.
 */
export const hurryCommandsOfLot: Statement = {
  name: 'hurry-commands-of-lot',
  text: `update lot_command set send_at = $3 where bucket = $1 and lot_id + 0 = $2 and send_at is not null`,
}
export const hurryClearancesOfLot: Statement = {
  name: 'hurry-clearances-of-lot',
  text: `update clearance set send_at = $3 where bucket = $1 and lot_id + 0 = $2 and send_at is not null`,
}

export const answerCommand: Statement = {
  name: 'answer-command',
  text: `
  update lot_command
     set state = $4, because = $5, answered_at = $6, send_at = null
   where bucket = $1 and lot_id = $2 and id = $3 and send_at is not null
  returning payment_id, lane_id, occupancy, session_id`,
}
export const answerClearance: Statement = {
  name: 'answer-clearance',
  text: `
  update clearance
     set state = $4, because = $5, answered_at = $6, send_at = null
   where bucket = $1 and lot_id = $2 and id = $3 and send_at is not null
  returning id as payment_id, lane_id, occupancy, session_id`,
}

/** What nobody answered in its time is over; a clearance is told until the lot has it. */
export const expireOpenings: Statement = {
  name: 'expire-openings',
  text: `
  update lot_command
     set state = 'expired', because = 'no-answer', answered_at = $2, send_at = null
   where bucket = any ($1::int4[]) and send_at is not null and expires_at < $2
  returning bucket, lot_id, id, payment_id, lane_id, occupancy`,
}

/** What a person or a list wants of a lot, in the command's own words; told until the lot answers or it is too late. */
export const insertOrder: Statement = {
  name: 'insert-lot-order',
  text: `
  insert into lot_command (bucket, lot_id, id, kind, body, issued_at, expires_at, state, send_at)
  values ($1, $2, $3, $4, $5, $6, $7, 'queued', $6)
  on conflict (bucket, lot_id, id) do nothing
  returning id`,
}

export const insertOpenGate: Statement = {
  name: 'insert-open-gate',
  text: `
  insert into lot_command (bucket, lot_id, id, kind, payment_id, lane_id, occupancy, session_id, body, issued_at, expires_at, state, send_at)
  values ($1, $2, $3, 'open-gate', $4, $5, $6, $7, $8, $9, $10, 'queued', $11)
  on conflict (bucket, lot_id, id) do nothing
  returning id`,
}

/** How often this payment's gate was asked for (once by its clearance), and whether its vehicle still stands there. */
export const openingsOfPayment: Statement = {
  name: 'openings-of-payment',
  text: `
  select 1 + count(*)::int4 as openings,
         coalesce(bool_or(send_at is not null), false) as waiting,
         exists (select from lane_occupancy o
                  where o.bucket = $1 and o.lot_id = $2 and o.lane_id = $4 and o.occupancy = $5 and o.ended_at is null) as stands
    from lot_command
   where bucket = $1 and lot_id = $2 and payment_id = $3 and kind = 'open-gate'`,
}

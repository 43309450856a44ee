import type { Statement } from '@lanepay/database/database.ts'

/** A command as it lies in the outbox: in its own words, or, for a clearance, as the facts it is made of. */
export type CommandRow = {
  bucket: number
  lot_id: number
  body: import('@lanepay/lot-link/messages.ts').Command | null
  payment_id: string
  session_id: string
  lane_id: number | null
  occupancy: string | null
  issued_at: number
  expires_at: number
  paid_fen: number
  leave_minutes: number
}

/** Claims what is due: the next send is set before it goes out, so that two workers do not send the same one at once. */
export const claimDueCommands: Statement = {
  name: 'claim-due-commands',
  text: `
  update lot_command c
     set state = 'sent', sends = c.sends + 1,
         send_at = $2::timestamptz + least(power(2, greatest(c.sends - 9, 0)), 60) * interval '1 second'
    from (select o.bucket, o.lot_id, o.id, k.paid_fen, (extract(epoch from k.leave_by - k.made_at) / 60)::int4 as leave_minutes
            from (select bucket, lot_id, id, kind, payment_id
                    from lot_command
                   where bucket = any ($1::int4[]) and send_at <= $2
                   order by bucket, send_at
                   limit $3
                     for update skip locked) as o
            left join clearance k on k.bucket = o.bucket and k.lot_id = o.lot_id and k.id = o.payment_id and o.kind = 'clearance') as due
   where c.bucket = due.bucket and c.lot_id = due.lot_id and c.id = due.id
  returning c.bucket, c.lot_id, c.body, c.payment_id, c.session_id, c.lane_id, c.occupancy, c.issued_at, c.expires_at,
            due.paid_fen, due.leave_minutes`,
}

/**
 * A lot that is back hears at once what is still open. `+ 0` keeps the planner to the index of what is due, which is small
 * however many commands the lot has had.
 */
export const hurryCommandsOfLot: Statement = {
  name: 'hurry-commands-of-lot',
  text: `update lot_command set send_at = $3 where bucket = $1 and lot_id + 0 = $2 and send_at is not null`,
}

export const answerCommand: Statement = {
  name: 'answer-command',
  text: `
  update lot_command
     set state = $4, because = $5, answered_at = $6, send_at = null
   where bucket = $1 and lot_id = $2 and id = $3 and send_at is not null
  returning kind, payment_id, lane_id, occupancy, session_id`,
}

/** Openings that nobody answered in their time are over; a clearance is told until the lot has it. */
export const expireOpenings: Statement = {
  name: 'expire-openings',
  text: `
  update lot_command
     set state = 'expired', because = 'no-answer', answered_at = $2, send_at = null
   where bucket = any ($1::int4[]) and kind <> 'clearance' and send_at is not null and expires_at < $2
  returning bucket, lot_id, id, payment_id, lane_id, occupancy`,
}

/** What a person or a list wants of a lot, in the command's own words; told until the lot answers or it is too late. */
export const insertOrder: Statement = {
  name: 'insert-lot-order',
  text: `
  insert into lot_command (bucket, lot_id, id, kind, body, issued_at, expires_at, state, send_at)
  values ($1, $2, $3, $4, $5, $6, $7, 'queued', $6)
  on conflict (bucket, lot_id, id) do nothing`,
}

export const insertOpenGate: Statement = {
  name: 'insert-open-gate',
  text: `
  insert into lot_command (bucket, lot_id, id, kind, payment_id, lane_id, occupancy, session_id, body, issued_at, expires_at, state, send_at)
  values ($1, $2, $3, 'open-gate', $4, $5, $6, $7, $8, $9, $10, 'queued', $11)
  on conflict (bucket, lot_id, id) do nothing`,
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

import type { Statement } from '@lanepay/database/database.ts'

/** The session of a quote may reach us before its `entered` event: whichever comes first makes the row. */
export const noteSession: Statement = {
  name: 'note-session',
  text: `
  with made as (
    insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen)
    values ($1, $2, $3, $4, $5, 'unknown', 'inside', $6, 0)
    on conflict (bucket, lot_id, id) do nothing
    returning state, paid_fen, leave_by, left_how)
  select stay.*, (select suspended_at is not null from lot where bucket = $1 and lot_id = $2) as suspended
    from (select state, paid_fen, leave_by, left_how from made
          union all
          select state, paid_fen, leave_by, left_how from session where bucket = $1 and lot_id = $2 and id = $3 and not exists (select from made)) as stay`,
}
export const insertQuote: Statement = {
  name: 'insert-quote',
  text: `
  insert into quote (bucket, lot_id, id, session_id, driver, plate, lane_id, occupancy, price_fen, paid_before_fen, owed_fen,
                     lines, leave_minutes, quoted_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
  on conflict (bucket, lot_id, id) do nothing`,
}
/**
 * What has gone back, or goes, of payments that the lot of this stay never had: it asks for that money again. Payments are found by when
 * their ids were made (`$4`): after the vehicle came.
 */
export const selectGoneBack: Statement = {
  name: 'select-gone-back-of-untold-payments',
  text: `
  select coalesce(sum(r.amount_fen), 0)::int4 as fen
    from payment p
    join clearance c on c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id and c.told_at is null
    join refund r on r.bucket = p.bucket and r.lot_id = p.lot_id and r.payment_id = p.id and r.state <> 'failed'
   where p.bucket = $1 and p.lot_id = $2 and p.session_id = $3 and p.id >= $4 and c.id >= $4`,
}
/** Whether a gate was ordered to open for this vehicle since this id was made. */
export const selectOrderedOpening: Statement = {
  name: 'select-ordered-opening-of-occupancy',
  text: 'select id from lot_command where bucket = $1 and lot_id = $2 and occupancy = $3 and id >= $4 limit 1',
}
/** The last thing a gate was told about one vehicle: the opening itself, or a command on its way (`+ 0`: see hurryCommandsOfLot). */
export const selectOpening: Statement = {
  name: 'select-opening-of-occupancy',
  text: `
  select (select silent from gate_opening g
           where g.bucket = $1 and g.lot_id = $2 and g.occupancy = $3 order by g.epoch desc, g.seq desc limit 1) as silent,
         exists (select from clearance c
                  where c.bucket = $1 and c.lot_id + 0 = $2 and c.send_at is not null and c.occupancy = $3)
      or exists (select from lot_command c
                  where c.bucket = $1 and c.lot_id + 0 = $2 and c.send_at is not null and c.occupancy = $3) as waiting`,
}

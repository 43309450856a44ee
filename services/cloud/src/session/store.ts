import type { Statement } from '@lanepay/database/database.ts'

export type SessionRow = {
  id: string
  plate: string
  pass: boolean
  state: 'inside' | 'leaving' | 'left' | 'superseded' | 'voided'
  entered_at: number
  paid_fen: number
  leave_by: number | null
}

export const lockLog: Statement = {
  name: 'lock-log',
  text: `select committed_seq::int8 as committed_seq from lot_log where bucket = $1 and lot_id = $2 and device = $3 and epoch = $4 for update`,
}
export const startLog: Statement = {
  name: 'start-log',
  text: `insert into lot_log (bucket, lot_id, device, epoch, committed_seq) values ($1, $2, $3, $4, 0) on conflict (bucket, lot_id, device, epoch) do nothing`,
}
export const advanceLog: Statement = {
  name: 'advance-log',
  text: `update lot_log set committed_seq = $5 where bucket = $1 and lot_id = $2 and device = $3 and epoch = $4`,
}
export const insertEvents: Statement = {
  name: 'insert-events',
  text: `
  insert into lot_event (bucket, lot_id, epoch, seq, device, kind, at, received_at, body)
  select $1, $2, $3, e.seq, $4, e.kind, e.at, $8, e.body
    from unnest($5::int8[], $6::text[], $7::timestamptz[], $9::jsonb[]) as e (seq, kind, at, body)
  on conflict (bucket, lot_id, epoch, seq) do nothing`,
}
/** A quote may speak of a session before its `entered` event arrives: whichever comes first makes the row. */
export const insertSession: Statement = {
  name: 'insert-session',
  text: `
  insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, entry_lane, paid_fen, standing, vehicle_class)
  values ($1, $2, $3, $4, $5, $6, 'inside', $7, $8, 0, $9, $10)
  on conflict (bucket, lot_id, id) do update
     set colour = excluded.colour, entry_lane = coalesce(excluded.entry_lane, session.entry_lane), standing = excluded.standing`,
}
export const supersede: Statement = {
  name: 'supersede-session',
  text: `update session set state = 'superseded', ended_because = $4 where bucket = $1 and lot_id = $2 and id = $3 and state in ('inside', 'leaving')`,
}
export const setLeaving: Statement = {
  name: 'set-leaving',
  text: `update session set state = $4 where bucket = $1 and lot_id = $2 and id = $3 and state = $5`,
}
export const setLeft: Statement = {
  name: 'set-left',
  text: `update session set state = 'left', left_at = $4, exit_lane = $5, owed_when_left_fen = $6, left_how = $7
          where bucket = $1 and lot_id = $2 and id = $3 and state in ('inside', 'leaving')`,
}
/** What a person put right at the lot; what he did not speak of stays. */
export const correctSession: Statement = {
  name: 'correct-session',
  text: `update session
            set plate = coalesce($4, plate), entered_at = coalesce($5, entered_at), vehicle_class = coalesce($6, vehicle_class)
          where bucket = $1 and lot_id = $2 and id = $3`,
}
export const voidSession: Statement = {
  name: 'void-session',
  text: `update session set state = 'voided', ended_because = $4
          where bucket = $1 and lot_id = $2 and id = $3 and state in ('inside', 'leaving')`,
}
/** Cash that the lot took: the clearance was made there, so nobody need tell it. */
export const insertCashClearance: Statement = {
  name: 'insert-cash-clearance',
  text: `insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by, told_at)
         values ($1, $2, $3, $4, $5, $6, $7, $6) on conflict (bucket, lot_id, id) do nothing`,
}
/** A payment by phone may have been heard of first, and let it leave for longer. */
export const addCash: Statement = {
  name: 'add-cash-to-session',
  text: `update session set paid_fen = paid_fen + $4, leave_by = greatest(leave_by, $5) where bucket = $1 and lot_id = $2 and id = $3`,
}
/** Told again of the same vehicle when it is known whose it is: it has stood there since it came. */
export const occupy: Statement = {
  name: 'occupy-lane',
  text: `
  insert into lane_occupancy (bucket, lot_id, lane_id, occupancy, plate, session_id, since, ended_at)
  values ($1, $2, $3, $4, $5, $6, $7, null)
  on conflict (bucket, lot_id, lane_id) do update
     set occupancy = excluded.occupancy, plate = excluded.plate, session_id = excluded.session_id, ended_at = null,
         since = case when lane_occupancy.occupancy = excluded.occupancy then lane_occupancy.since else excluded.since end`,
}
export const vacate: Statement = {
  name: 'vacate-lane',
  text: `update lane_occupancy set ended_at = $5 where bucket = $1 and lot_id = $2 and lane_id = $3 and occupancy = $4 and ended_at is null returning session_id`,
}
export const insertOpening: Statement = {
  name: 'insert-gate-opening',
  text: `
  insert into gate_opening (bucket, lot_id, epoch, seq, lane_id, at, occupancy, session_id, cause_kind, cause_id, silent)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (bucket, lot_id, epoch, seq) do nothing`,
}
export const clearanceTold: Statement = {
  name: 'clearance-told',
  text: `update clearance set told_at = $4 where bucket = $1 and lot_id = $2 and id = $3 and told_at is null`,
}
export const selectSession: Statement = {
  name: 'select-session',
  text: `select id, plate, pass, state, entered_at, paid_fen, leave_by from session where bucket = $1 and lot_id = $2 and id = $3`,
}
export const selectOccupancy: Statement = {
  name: 'select-occupancy',
  text: `select occupancy, plate, session_id, ended_at from lane_occupancy where bucket = $1 and lot_id = $2 and lane_id = $3`,
}

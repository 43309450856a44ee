import type { Statement } from '@lanepay/database/database.ts'
import type { InsideView } from './api.ts'

export type OfferRow = { take_over: boolean; expires_at: number; used_at: number | null }
export type AgentRow = { secret_hash: string; enrolled_at: number | null; name: string | null }
export type InsideRow = {
  id: string
  plate: string
  pass: boolean
  colour: string
  entered_at: number
  entry_lane: number | null
  standing: string | null
  vehicle_class: string | null
  clearances: InsideView['clearances']
}

export const selectLotOfCode: Statement = {
  name: 'select-lot-of-code',
  // fanout: once in the life of an agent, by a code that names no bucket
  text: '-- fanout\n select bucket, lot_id from enrolment where code_hash = $1',
}
/** One enrolment of a lot at a time: what is read of its agent stays so until the commit. */
export const lockLot: Statement = {
  name: 'lock-lot',
  text: 'select name from lot where bucket = $1 and lot_id = $2 for no key update',
}
export const selectOffer: Statement = {
  name: 'select-enrolment-offer',
  text: 'select take_over, expires_at, used_at from enrolment where bucket = $1 and lot_id = $2 and code_hash = $3',
}
export const endOffers: Statement = {
  name: 'end-enrolment-offers',
  text: `delete from enrolment where bucket = $1 and lot_id = $2 and used_at is null`,
}
export const insertOffer: Statement = {
  name: 'insert-enrolment-offer',
  text: `insert into enrolment (bucket, lot_id, code_hash, take_over, offered_at, expires_at) values ($1, $2, $3, $4, $5, $6)`,
}
export const useOffer: Statement = {
  name: 'use-enrolment-offer',
  text: `update enrolment set used_at = $4, agent_name = $5
          where bucket = $1 and lot_id = $2 and code_hash = $3 and used_at is null`,
}
export const selectAgent: Statement = {
  name: 'select-agent',
  text: `select secret_hash, enrolled_at, name from lot_device where bucket = $1 and lot_id = $2 and device = 'agent'`,
}
export const replaceAgent: Statement = {
  name: 'replace-agent',
  text: `
  insert into lot_device (bucket, lot_id, device, secret_hash, enrolled_at, name) values ($1, $2, 'agent', $3, $4, $5)
  on conflict (bucket, lot_id, device) do update
     set secret_hash = excluded.secret_hash, enrolled_at = excluded.enrolled_at, name = excluded.name`,
}
export const selectLanes: Statement = {
  name: 'select-lanes',
  text: 'select lane_id, name, direction from lane where bucket = $1 and lot_id = $2 order by lane_id',
}
export const selectInside: Statement = {
  name: 'select-inside',
  text: `
  select s.id, s.plate, s.pass, s.colour, s.entered_at, s.entry_lane, s.standing, s.vehicle_class,
         coalesce((select jsonb_agg(jsonb_build_object('clearance', c.id::text, 'paidFen', c.paid_fen,
                                                       'paidAt', (extract(epoch from c.made_at) * 1000)::int8,
                                                       'leaveBy', (extract(epoch from c.leave_by) * 1000)::int8) order by c.id)
                     from clearance c
                    where c.bucket = s.bucket and c.lot_id = s.lot_id and c.session_id = s.id), '[]') as clearances
    from session s
   where s.bucket = $1 and s.lot_id = $2 and s.state in ('inside', 'leaving') and s.renews_card is null
   order by s.entered_at, s.id`,
}
/** What the lot's log says of areas inside since an instant, in its order. */
export const selectAreaEvents: Statement = {
  name: 'select-area-events',
  text: `select body from lot_event
          where bucket = $1 and lot_id = $2 and kind in ('area-entered', 'area-left') and at >= $3
          order by epoch, seq`,
}

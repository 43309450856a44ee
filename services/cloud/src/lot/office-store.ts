import type { Statement } from '@lanepay/database/database.ts'
import type { LotSystemName } from './api.ts'

/* What an office reads of lots, all of one bucket at once: $1 the bucket, $2 the lots. */

export type OfficeLotRow = {
  lot_id: number
  name: string
  help_phone: string | null
  system: LotSystemName
  agent_name: string | null
  enrolled_at: number | null
  has_agent: boolean
  suspended_at: number | null
  suspended_because: string | null
}
export const selectOfficeLots: Statement = {
  name: 'select-office-lots',
  text: `
  select l.lot_id, l.name, l.help_phone, l.system, d.name as agent_name, d.enrolled_at, d.device is not null as has_agent,
         l.suspended_at, l.suspended_because
    from lot l
    left join lot_device d on d.bucket = l.bucket and d.lot_id = l.lot_id and d.device = 'agent'
   where l.bucket = $1 and l.lot_id = any ($2::int4[])`,
}
export type StateRow = {
  lot_id: number
  device: string
  since: number
  state: 'well' | 'ill' | 'lost'
  because: string
  drift_ms: string | null
  version: string | null
  until_at: number | null
}
const stateColumns = 'lot_id, device, since, state, because, drift_ms, version, until_at'
/** How every device is now. */
export const selectStatesNow: Statement = {
  name: 'select-device-states-now',
  text: `select ${stateColumns} from device_state where bucket = $1 and lot_id = any ($2::int4[]) and until_at is null`,
}
/** How those of one lot were, the newest first. */
export const selectHistory: Statement = {
  name: 'select-device-history',
  text: `select ${stateColumns} from device_state where bucket = $1 and lot_id = $2 and ($3::text[] is null or device = any ($3))
          order by since desc, device limit 200`,
}
export const countInside: Statement = {
  name: 'count-inside-of-lots',
  text: `select lot_id, count(*)::int4 as inside from session
          where bucket = $1 and lot_id = any ($2::int4[]) and state in ('inside', 'leaving') and renews_card is null group by lot_id`,
}
export const selectFree: Statement = {
  name: 'select-free-of-bolink-lot',
  text: 'select spaces, said_at as at from bolink_free where bucket = $1 and lot_id = $2',
}
export type OfficeLaneRow = {
  lane_id: number
  name: string
  direction: 'entry' | 'exit' | 'both'
  occupancy: string | null
  plate: string | null
  session_id: string | null
  since: number | null
}
export const selectOfficeLanes: Statement = {
  name: 'select-office-lanes',
  text: `
  select l.lane_id, l.name, l.direction, o.occupancy, o.plate, o.session_id, o.since
    from lane l
    left join lane_occupancy o on o.bucket = l.bucket and o.lot_id = l.lot_id and o.lane_id = l.lane_id and o.ended_at is null
   where l.bucket = $1 and l.lot_id = $2
   order by l.lane_id`,
}
export const selectOpenOffer: Statement = {
  name: 'select-open-enrolment-offer',
  text: `select expires_at, take_over from enrolment
          where bucket = $1 and lot_id = $2 and used_at is null and expires_at > $3 order by offered_at desc limit 1`,
}
export const updateNames: Statement = {
  name: 'update-names-of-lot',
  text: 'update lot set name = $3, help_phone = $4 where bucket = $1 and lot_id = $2',
}
export const updateLaneName: Statement = {
  name: 'update-name-of-lane',
  text: 'update lane set name = $4 where bucket = $1 and lot_id = $2 and lane_id = $3',
}

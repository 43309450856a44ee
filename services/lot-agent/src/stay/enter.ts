import type { Id, Instant, Plate, PlateColour } from '@lanepay/domain/types.ts'
import type { Standing } from '@lanepay/lot-link/messages.ts'
import type { Occupancy, Session } from '../disk/store.ts'
import { endsStay } from '../lane/leads.ts'
import type { Lot } from '../lot.ts'
import type { LanePlan } from '../plan.ts'
import { seenOutside } from './part.ts'
import { sessionOf } from './session-of.ts'
import { allotSpaces, endStay } from './spaces.ts'

/**
 * A session begins. The same car inside already is closed as superseded: its fee stands as a question for a person, it is
 * never zeroed (domain.md 4). Runs inside a turn.
 */
export function enter(
  lot: Lot,
  vehicle: {
    readonly plate: Plate
    readonly pass: boolean
    readonly colour: PlateColour
    readonly lane: number
    readonly deviceAt: Instant | null
    readonly as: Standing
  },
  now: Instant,
): Session {
  const { store, newId } = lot
  const { plate, pass, colour, lane, deviceAt, as } = vehicle
  const { capacity } = store.book().lists
  const occupancyPercent = percentFull(store.inside(), capacity)
  const before = sessionOf(store.openSessions(plate), colour)
  const session: Session = {
    id: newId(),
    plate,
    pass,
    colour,
    enteredAt: now,
    entryLane: lane,
    standing: as,
    vehicleClass: null,
    occupancyPercent,
  }
  if (before) endStay(lot, before.id, now)
  store.enter(session)
  const { card } = store.book().known(plate, now)
  if (card) allotSpaces(lot, card.card, now)
  store.log({
    kind: 'entered',
    at: now,
    session: session.id,
    plate,
    pass,
    colour,
    lane,
    enteredAt: now,
    as,
    ...(deviceAt === null ? {} : { deviceAt }),
    ...(before ? { supersedes: before.id } : {}),
  })
  return session
}

export const percentFull = (inside: number, capacity: number | null): number | null =>
  capacity ? Math.min(100, Math.round((inside * 100) / capacity)) : null

/** The vehicle that stands in a lane now has a number of its own, and maybe a session. Runs inside a turn. */
export function occupy(
  lot: Lot,
  lane: LanePlan,
  plate: Plate | null,
  session: Id | null,
  now: Instant,
): { readonly number: Id } {
  const number = lot.newId()
  stands(lot, lane, { lane: lane.id, number, plate, session, since: now, position: 'at-camera' }, now)
  return { number }
}

/** It is known now whose stay the vehicle is that stands in a lane. Runs inside a turn. */
export function standsAs(lot: Lot, lane: LanePlan, standing: Occupancy, session: Id, now: Instant): Id {
  stands(lot, lane, { ...standing, session }, now)
  return standing.number
}

function stands(lot: Lot, lane: LanePlan, occupancy: Occupancy, now: Instant): void {
  const { number, plate, session } = occupancy
  lot.store.occupy(occupancy)
  lot.store.log({
    kind: 'occupied',
    at: now,
    lane: lane.id,
    occupancy: number,
    plate,
    session,
    leaving: endsStay(lane),
  })
  if (session !== null) seenOutside(lot, { lane, session }, now)
}

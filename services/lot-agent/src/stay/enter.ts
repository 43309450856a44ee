import type { Id, Instant, Plate, PlateColour } from '@lanepay/domain/types.ts'
import type { Standing } from '@lanepay/lot-link/messages.ts'
import type { Occupancy, Session } from '../disk/store.ts'
import type { Lot } from '../lot.ts'
import type { LanePlan } from '../plan.ts'
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
  const occupancyPercent = capacity ? Math.min(100, Math.round((store.inside() * 100) / capacity)) : null
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

/** The vehicle that stands in a lane now has a number of its own, and maybe a session. Runs inside a turn. */
export function occupy(
  { store, newId }: Lot,
  { id: lane, direction }: LanePlan,
  plate: Plate | null,
  session: Id | null,
  now: Instant,
): { readonly number: Id } {
  const number = newId()
  store.occupy({ lane, number, plate, session, since: now, position: 'at-camera' })
  store.log({ kind: 'occupied', at: now, lane, occupancy: number, plate, session, leaving: direction === 'exit' })
  return { number }
}

/** It is known now whose stay the vehicle is that stands in a lane. Runs inside a turn. */
export function standsAs(
  { store }: Lot,
  { id: lane, direction }: LanePlan,
  standing: Occupancy,
  session: Id,
  now: Instant,
): Id {
  const { number, plate } = standing
  store.occupy({ ...standing, session })
  store.log({ kind: 'occupied', at: now, lane, occupancy: number, plate, session, leaving: direction === 'exit' })
  return number
}

import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Occupancy, Opening } from '../disk/store.ts'
import { isOpening, orderOpening } from '../gate/openings.ts'
import type { Lot } from '../lot.ts'
import type { LanePlan } from '../plan.ts'
import { enter, occupy } from '../stay/enter.ts'
import { owedBy } from '../stay/owed.ts'
import { sessionOf } from '../stay/session-of.ts'
import { historyOf, isSameVehicle } from './read.ts'
import { type Shown, shown } from './text.ts'
import { vacate } from './vacate.ts'

/** What a read leads to: the order to the gate and the words, for the answer to the camera. */
export type Seen = { readonly opening: Opening | null; readonly shown: Shown | null }
const nothing: Seen = { opening: null, shown: null }

/** One read of one lane's camera. Runs inside a turn: what it answers is on disk before the camera hears it. */
export function seeVehicle(lot: Lot, lane: LanePlan, read: LaneRead, now: Instant): Seen {
  const { store, plan } = lot
  const takenAt = read.takenAt ?? 0
  const ignored = (because: string): Seen => {
    store.log({
      kind: 'read-ignored',
      at: now,
      lane: lane.id,
      plate: read.plate,
      because,
      ...(read.takenAt === null ? {} : { deviceAt: read.takenAt }),
    })
    return nothing
  }
  const history = historyOf(read, now, plan)
  if (!store.see(read.serial, read.recordId, takenAt, now)) {
    if (history) return nothing // sent again until it hears that we have it
    return sentAgain(lot, lane, store.seen(read.serial, read.recordId, takenAt)?.opening ?? null)
  }
  if (history) return ignored(history)
  if (read.trigger === 'turned-back' || read.trigger === 'stay-ended') return turnedBack(lot, lane, read, now)

  const standing = store.occupancy(lane.id)
  const same = isSameVehicle(standing, read)
  if (same && isOpening(lot, standing.number)) return ignored('repeated')
  if (standing && !same) vacate(lot, standing, wentOf(lot, standing), now)
  const seen = lane.direction === 'entry' ? atEntry(lot, lane, read, same, now) : atExit(lot, lane, read, same, now)
  if (seen.opening) store.bindSeen(read.serial, read.recordId, takenAt, seen.opening.id)
  return seen
}

function atEntry(lot: Lot, lane: LanePlan, read: LaneRead, same: boolean, now: Instant): Seen {
  const { store } = lot
  if (!same && read.plate === null) occupy(lot, lane, null, null, now)
  else if (!same && read.plate !== null) {
    const vehicle = { plate: read.plate, pass: false, colour: read.colour, lane: lane.id, deviceAt: read.takenAt }
    occupy(lot, lane, read.plate, enter(lot, vehicle, now).id, now)
  }
  const here = store.occupancy(lane.id)!
  const session = here.session === null ? null : store.session(here.session)
  if (session === null) return { opening: null, shown: shown.unplatedAtEntry }
  const cause = { kind: 'entry' } as const
  const opening = orderOpening(lot, { lane: lane.id, occupancy: here.number, session: session.id, cause }, now)
  return { opening, shown: shown.welcome(session.plate) }
}

function atExit(lot: Lot, lane: LanePlan, read: LaneRead, same: boolean, now: Instant): Seen {
  const { store, price } = lot
  if (!same) {
    const known = read.plate === null ? null : sessionOf(store.openSessions(read.plate), read.colour)
    occupy(lot, lane, read.plate, known?.id ?? null, now)
  }
  const here = store.occupancy(lane.id)!
  if (here.plate === null) return { opening: null, shown: shown.unplatedAtExit }
  const session = here.session === null ? null : store.session(here.session)
  if (session === null) return { opening: null, shown: shown.noSession(here.plate) }
  const owed = owedBy(session, store.cleared(session.id), price, now)
  if (owed.owedFen > 0) return { opening: null, shown: shown.owes(here.plate, session.enteredAt, owed, now) }
  const cause =
    owed.clearedBy === null
      ? ({ kind: 'nothing-owed' } as const)
      : ({ kind: 'clearance', clearance: owed.clearedBy } as const)
  const opening = orderOpening(lot, { lane: lane.id, occupancy: here.number, session: session.id, cause }, now)
  return { opening, shown: shown.goodbye(here.plate) }
}

/**
 * A camera that got no answer sends the same record again. An order that never went out goes out now; one that did is
 * uncertain, and a second pulse could let a second vehicle through: what the arm says decides.
 */
function sentAgain({ store }: Lot, lane: LanePlan, openingId: Id | null): Seen {
  const opening = openingId ? store.opening(openingId) : null
  const waits = opening?.state === 'ordered' && store.occupancy(lane.id)?.number === opening.occupancy
  return waits ? { opening, shown: null } : nothing
}

function turnedBack(lot: Lot, lane: LanePlan, read: LaneRead, now: Instant): Seen {
  const standing = lot.store.occupancy(lane.id)
  if (read.trigger === 'turned-back' && isSameVehicle(standing, read)) vacate(lot, standing, 'back', now)
  return nothing
}

/** Another vehicle is in its place: it went through if it was under the arm, or if the gate opened and nothing could tell. */
export function wentOf({ store, plan }: Lot, standing: Occupancy): 'through' | 'back' {
  if (standing.position === 'under-arm') return 'through'
  const inputs = plan.lanes.find((lane) => lane.id === standing.lane)?.inputs
  return inputs?.underArm === null && store.openingOf(standing.number)?.state === 'opened' ? 'through' : 'back'
}

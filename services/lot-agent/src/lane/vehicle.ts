import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import { matchMisread } from '@lanepay/domain/matching.ts'
import type { Id, Instant, Plate } from '@lanepay/domain/types.ts'
import type { GateCause } from '@lanepay/lot-link/messages.ts'
import { useCoupons } from '../coupon/use.ts'
import type { Occupancy, Opening, Session } from '../disk/store.ts'
import { isOpening, orderOpening } from '../gate/openings.ts'
import type { Lot } from '../lot.ts'
import type { LanePlan } from '../plan.ts'
import { decideEntry } from '../rules/admit.ts'
import { decideExit } from '../rules/leave.ts'
import { enter, occupy, standsAs } from '../stay/enter.ts'
import { owedBy } from '../stay/owed.ts'
import { partNow } from '../stay/part.ts'
import { sessionOf } from '../stay/session-of.ts'
import { letPass } from './inner.ts'
import { collects } from './leads.ts'
import { historyOf, isSameVehicle, isTail } from './read.ts'
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
  if (read.reverse) return ignored('wrong-direction')

  const standing = store.occupancy(lane.id)
  const same = isSameVehicle(standing, read, now)
  if (!standing && isTail(store.lastThrough(lane.id), read, now)) return ignored('repeated')
  if (same && isOpening(lot, standing.number)) return ignored('repeated')
  if (standing && !same) vacate(lot, standing, wentOf(lot, standing), now)
  const seen =
    lane.direction === 'entry' && lane.area === undefined
      ? atEntry(lot, lane, read, same, now)
      : atExit(lot, lane, read, same, now)
  if (seen.opening) store.bindSeen(read.serial, read.recordId, takenAt, seen.opening.id)
  return seen
}

function atEntry(lot: Lot, lane: LanePlan, read: LaneRead, same: boolean, now: Instant): Seen {
  const { store } = lot
  const standing = same ? store.occupancy(lane.id)! : null
  const plate = standing ? standing.plate : read.plate
  let session = standing?.session ? store.session(standing.session) : null
  if (plate === null && session === null) {
    if (!standing) occupy(lot, lane, null, null, now)
    return { opening: null, shown: shown.unplatedAtEntry }
  }
  let number = standing?.number
  if (session === null) {
    // Also whoever was refused before: a place may have become free meanwhile.
    const known = store.book().known(plate!, now)
    const decision = decideEntry({
      known,
      cardSpaceLeft: known.card !== null && store.holders(known.card.card).length < known.card.spaces,
      inside: store.inside(),
      capacity: store.book().lists.capacity,
    })
    if (decision.act === 'refuse') {
      const { because } = decision
      if (!standing) {
        const occupancy = occupy(lot, lane, plate, null, now).number
        store.log({ kind: 'refused', at: now, lane: lane.id, occupancy, plate, because })
      }
      return { opening: null, shown: because === 'full' ? shown.full : shown.blocked(plate!) }
    }
    const { colour, takenAt: deviceAt } = read
    session = enter(lot, { plate: plate!, pass: false, colour, lane: lane.id, deviceAt, as: decision.as }, now)
    number = standing
      ? standsAs(lot, lane, standing, session.id, now)
      : occupy(lot, lane, plate, session.id, now).number
  }
  const cause = { kind: 'entry' } as const
  const opening = orderOpening(lot, { lane: lane.id, occupancy: number!, session: session.id, cause }, now)
  return { opening, shown: welcome(lot, session, now) }
}

function welcome({ store }: Lot, session: Session, now: Instant): Shown {
  const { card } = store.book().known(session.plate, now)
  return session.standing === 'month-card' && card
    ? shown.monthCard(session.plate, card.until as Instant, now)
    : shown.welcome(session.plate)
}

/** At a gate that only lets on who came in before: at an exit, and at both gates of an area inside. */
function atExit(lot: Lot, lane: LanePlan, read: LaneRead, same: boolean, now: Instant): Seen {
  const { store } = lot
  if (!same) {
    const found = read.plate === null ? null : sessionOf(store.openSessions(read.plate), read.colour)
    occupy(lot, lane, read.plate, found?.id ?? null, now)
  }
  const here = store.occupancy(lane.id)!
  const mayBe = here.session === null ? misreadOf(lot, lane, read) : null
  if (mayBe && !same)
    store.log({
      ...{ kind: 'misread-offered', at: now, lane: lane.id, occupancy: here.number },
      ...{ plate: (read.plate ?? read.plateText) as Plate, session: mayBe.id },
    })
  const seen = letOn(lot, lane, here, now, !same) ?? { opening: null, shown: shown.unplatedAtExit }
  return mayBe && seen.shown?.moment === 'noSession' ? { ...seen, shown: shown.wait(here.plate!) } : seen
}

/**
 * What becomes of the vehicle that stands at an exit or at the gate of an area, as far as is known who it is; null when nobody
 * knows its plate. Runs inside a turn.
 */
export function letOn(
  lot: Lot,
  lane: LanePlan,
  here: Occupancy,
  now: Instant,
  /** It has just come. */
  isNew = false,
): Seen | null {
  if (lane.area !== undefined && !collects(lot.plan, lane)) return letPass(lot, lane, here, now, isNew)
  const { store } = lot
  const session = here.session === null ? null : store.session(here.session)
  const plate = session?.plate ?? here.plate
  if (plate === null) return null
  const owed = session && owedBy(lot, session, now)
  const decision = decideExit({ known: store.book().known(plate, now), session: owed })
  switch (decision.act) {
    case 'call-a-person':
      return { opening: null, shown: session ? shown.noPrice(plate) : shown.noSession(plate) }
    case 'ask-to-pay':
      return { opening: null, shown: shown.owes(plate, session!.enteredAt, owed!, now) }
    case 'open': {
      const cause = session ? withCoupons(lot, session, decision.cause, now) : decision.cause
      const order = { lane: here.lane, occupancy: here.number, session: session?.id ?? null, cause }
      const opening = orderOpening(lot, order, now)
      // The arm that rises for it may be another's: a neighbour's camera saw it in passing.
      return { opening, shown: opening.occupancy === here.number ? shown.goodbye(plate) : null }
    }
  }
}

/** What opens for nothing owed uses the coupons that made it so; a clearance has used its own. */
function withCoupons(lot: Lot, session: Session, cause: GateCause, now: Instant): GateCause {
  if (cause.kind !== 'nothing-owed') return cause
  // It stands here still when another lane has ended its stay, and that has told what it used.
  if (!lot.store.isOpen(session.id)) return cause
  const coupons = useCoupons(lot, session, { clearance: null, at: now })
  return coupons.length > 0 ? { ...cause, coupons: [...coupons] } : cause
}

/** Nobody inside has this plate: the stay of the vehicle that was misread, where it can be exactly one; for a person to say. */
function misreadOf({ store }: Lot, lane: LanePlan, read: LaneRead): Session | null {
  const plate = read.plate ?? read.plateText
  if (plate.length < 5 || plate.length > 12) return null
  // Whoever stands in a lane already is not looked for: its own read found it.
  const { area, direction } = lane
  const canBeHere = ({ id }: Session) =>
    area === undefined || (partNow({ store }, id)?.area === area) === (direction === 'exit')
  const inside = store
    .allOpen()
    .filter(canBeHere)
    .map((stay) => ({ ...stay, beingPaid: store.occupancyOf(stay.id) !== null }))
  const match = matchMisread({ plate, colour: read.colour }, inside)
  return match.kind === 'offer' ? match.stay : null
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
  if (read.trigger === 'turned-back' && isSameVehicle(standing, read, now)) vacate(lot, standing, 'back', now)
  return nothing
}

/** Another vehicle is in its place: it went through if it was under the arm, or if the gate opened and nothing could tell. */
export function wentOf({ store, plan }: Lot, standing: Occupancy): 'through' | 'back' {
  if (standing.position === 'under-arm') return 'through'
  const inputs = plan.lanes.find((lane) => lane.id === standing.lane)?.inputs
  return inputs?.underArm === null && store.openingOf(standing.number)?.state === 'opened' ? 'through' : 'back'
}

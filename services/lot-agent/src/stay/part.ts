import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Part } from '../disk/store.ts'
import { areaOf } from '../lane/leads.ts'
import type { Lot } from '../lot.ts'
import type { LanePlan } from '../plan.ts'
import { percentFull } from './enter.ts'

/*
 * The parts of a stay that it spends in areas inside the lot (tariffs.md 6.6). A part begins and ends with the order to open that
 * lets the vehicle in or out, as a stay does with its read; backing off the gate undoes it. These run inside a turn.
 */

/** The part that goes on now; null: the vehicle is in none of the areas. */
export const partNow = ({ store }: Pick<Lot, 'store'>, session: Id): Part | null =>
  store.parts(session).findLast(({ leftAt }) => leftAt === null) ?? null

type Passing = { readonly lane: LanePlan; readonly occupancy: Id; readonly session: Id }

/** A vehicle goes through the gate of an area, or is let through. Done twice it is done once. */
export function passes(lot: Lot, { lane, occupancy, session }: Passing, now: Instant): void {
  const { store, plan, newId } = lot
  const { id, area } = lane
  if (area === undefined || !store.isOpen(session)) return
  const part = partNow(lot, session)
  if (lane.direction === 'entry') {
    if (part?.area === area) return
    const occupancyPercent = percentFull(store.insideArea(area), areaOf(plan, lane)?.capacity ?? null)
    store.enterPart({ id: newId(), session, area, enteredAt: now, enteredBy: occupancy, occupancyPercent })
    store.log({ kind: 'area-entered', at: now, session, area, lane: id, enteredAt: now })
    return
  }
  if (part) store.leavePart(part.id, now, occupancy)
  store.log({ kind: 'area-left', at: now, session, area, lane: id, enteredAt: part?.enteredAt ?? null })
}

/** It backed off the gate of an area: it is where it was. */
export function turnsBack({ store }: Lot, { lane, occupancy, session }: Passing, now: Instant): void {
  const { id, area } = lane
  if (area === undefined || !store.isOpen(session)) return
  const last = store.parts(session).at(-1)
  if (!last || last.area !== area) return
  const { enteredAt } = last
  if (lane.direction === 'entry' && last.enteredBy === occupancy && last.leftAt === null) {
    store.dropPart(last.id)
    store.log({ kind: 'area-left', at: now, session, area, lane: id, enteredAt, back: true })
  }
  if (lane.direction === 'exit' && last.leftBy === occupancy) {
    store.resumePart(last.id)
    store.log({ kind: 'area-entered', at: now, session, area, lane: id, enteredAt, back: true })
  }
}

/** It stands in a lane that is outside of the area it was in: nobody saw it come out. */
export function seenOutside(lot: Lot, { lane, session }: Omit<Passing, 'occupancy'>, now: Instant): void {
  const part = partNow(lot, session)
  if (!part || (part.area === lane.area && lane.direction === 'exit')) return
  lot.store.leavePart(part.id, now, null)
  const { area, enteredAt } = part
  lot.store.log({ kind: 'area-left', at: now, session, area, lane: lane.id, enteredAt })
}

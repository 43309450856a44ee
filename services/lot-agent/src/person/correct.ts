import { parsePlate } from '@lanepay/domain/plate.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { couponsTold } from '../coupon/lowered.ts'
import { useCoupons } from '../coupon/use.ts'
import type { Opening } from '../disk/store.ts'
import { letOn } from '../lane/vehicle.ts'
import type { Lot } from '../lot.ts'
import { howItLeft } from '../rules/leave.ts'
import { standsAs } from '../stay/enter.ts'
import { owedBy } from '../stay/owed.ts'
import { allotSpaces, endStay } from '../stay/spaces.ts'

/** What a person says is wrong about a session, with who and why. */
export type Correction = {
  readonly session: string
  readonly by: string
  readonly reason: string
  readonly plate?: string
  readonly enteredAt?: number
  readonly vehicleClass?: string
}

/**
 * Puts a session right. The vehicle it was looked for with may stand at an exit unknown: then it is known from now on, and
 * let out if nothing is owed. Refused by name: `no-session`, `session-ended`, `not-a-plate`, `plate-inside` (another stay has
 * that plate), `entered-after-now`, `nothing-to-correct`, `not-priceable`. Runs inside a turn.
 */
export function correct(
  lot: Lot,
  { session: id, by, reason, ...change }: Correction,
  now: Instant,
): { readonly opening: Opening | null; readonly refused?: string } {
  const { store, plan } = lot
  const refuse = (refused: string) => ({ opening: null, refused })
  const before = store.session(id as Id)
  if (!before) return refuse('no-session')
  if (!store.isOpen(before.id)) return refuse('session-ended')
  const parsed = change.plate === undefined ? null : parsePlate(change.plate, { overseas: true })
  if (parsed?.ok === false) return refuse('not-a-plate')
  const plate = parsed ? parsed.value : before.plate
  if (plate !== before.plate && store.openSessions(plate).length > 0) return refuse('plate-inside')
  const enteredAt = (change.enteredAt ?? before.enteredAt) as Instant
  if (enteredAt > now) return refuse('entered-after-now')
  const vehicleClass = change.vehicleClass ?? before.vehicleClass
  if (plate === before.plate && enteredAt === before.enteredAt && vehicleClass === before.vehicleClass)
    return refuse('nothing-to-correct')
  // A class that has no price would shut the exit for this vehicle.
  if (!owedBy(lot, { ...before, plate, enteredAt, vehicleClass }, now)) return refuse('not-priceable')

  store.correct({ id: before.id, plate, enteredAt, vehicleClass })
  store.log({
    kind: 'corrected',
    at: now,
    session: before.id,
    by,
    reason,
    ...(plate === before.plate ? {} : { plate }),
    ...(enteredAt === before.enteredAt ? {} : { enteredAt }),
    ...(vehicleClass === null || vehicleClass === before.vehicleClass ? {} : { vehicleClass }),
  })
  if (plate !== before.plate) {
    const cards = store.giveBack(before.id, now)
    const { card } = store.book().known(plate, now)
    for (const one of new Set([...cards, ...(card ? [card.card] : [])])) allotSpaces(lot, one, now)
  }
  for (const lane of plan.lanes) {
    const standing = store.occupancy(lane.id)
    if (!standing || (lane.direction === 'entry' && lane.area === undefined)) continue
    if (standing.session === null && standing.plate === plate) standsAs(lot, lane, standing, before.id, now)
    else if (standing.session !== before.id) continue
    return { opening: letOn(lot, lane, store.occupancy(lane.id)!, now)?.opening ?? null }
  }
  return { opening: null }
}

/** Ends a session that should not be; null, or why not. Runs inside a turn. */
export function voidStay(
  lot: Lot,
  { session: id, by, reason }: { readonly session: string; readonly by: string; readonly reason: string },
  now: Instant,
): string | null {
  const { store } = lot
  const session = store.session(id as Id)
  if (!session) return 'no-session'
  if (!store.isOpen(session.id)) return 'session-ended'
  endStay(lot, session.id, now)
  store.log({ kind: 'voided', at: now, session: session.id, by, reason })
  return null
}

/**
 * Ends a session whose vehicle has gone without anybody seeing it, by this lane; what it owed then stands as a question. Null, or
 * why not: `no-session`, `session-ended`, `lane-unknown` (no way out), `stands-in-lane`, `left-before-entered`, `left-after-now`.
 * Runs inside a turn.
 */
export function closeStay(
  lot: Lot,
  said: {
    readonly session: string
    readonly by: string
    readonly reason: string
    readonly lane: number
    readonly leftAt?: number
  },
  now: Instant,
): string | null {
  const { store, plan } = lot
  const { by, reason } = said
  const session = store.session(said.session as Id)
  if (!session) return 'no-session'
  if (!store.isOpen(session.id)) return 'session-ended'
  const lane = plan.lanes.find(({ id }) => id === said.lane)
  if (!lane || lane.direction === 'entry' || lane.area !== undefined) return 'lane-unknown'
  if (store.occupancyOf(session.id)) return 'stands-in-lane'
  const leftAt = (said.leftAt ?? now) as Instant
  if (leftAt < session.enteredAt) return 'left-before-entered'
  if (leftAt > now) return 'left-after-now'
  const owed = owedBy(lot, session, leftAt)?.owedFen ?? 0
  useCoupons(lot, session, { clearance: null, at: leftAt })
  const coupons = couponsTold(lot, session)
  endStay(lot, session.id, now)
  const end = howItLeft({ kind: 'attendant', by, reason }, owed)
  store.log({
    ...{ kind: 'left', at: now, session: session.id, lane: lane.id, leftAt, ...end, by, reason },
    ...coupons,
  })
  return null
}

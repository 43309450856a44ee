import type { Id, Instant } from '@lanepay/domain/types.ts'
import { notBefore } from '../clock/not-before.ts'
import { couponsTold } from '../coupon/lowered.ts'
import { useCoupons } from '../coupon/use.ts'
import type { Occupancy } from '../disk/store.ts'
import { endOpening } from '../gate/openings.ts'
import type { Lot } from '../lot.ts'
import { howItLeft } from '../rules/leave.ts'
import { enter } from '../stay/enter.ts'
import { owedBy } from '../stay/owed.ts'
import { passes, turnsBack } from '../stay/part.ts'
import { endStay } from '../stay/spaces.ts'

/**
 * The vehicle of an occupancy is gone: through the gate, or back. What that means for its session: out through an exit, it
 * has left; back from an entry, it is outside as well; back from an exit, it is still inside. Whoever goes in without having
 * been let in is inside all the same. Runs inside a turn.
 */
export function vacate(lot: Lot, standing: Occupancy, went: 'through' | 'back', now: Instant): void {
  const { store, plan } = lot
  const order = store.openingOf(standing.number)
  // It drove through an arm that never reported: the arm was open.
  if (order && (order.state === 'ordered' || order.state === 'told'))
    endOpening(lot, order.id, went === 'through' && order.state === 'told' ? 'opened' : 'silent', now)
  const last = store.openingOf(standing.number)
  const opening = last?.state === 'opened' ? last : null
  store.vacate(standing.lane)
  const lane = plan.lanes.find((lane) => lane.id === standing.lane)
  const { direction, area } = lane ?? {}
  store.log({
    kind: 'vacated',
    at: now,
    lane: standing.lane,
    occupancy: standing.number,
    went,
    ...(area === undefined ? {} : { area }),
  })
  const sessionId = order?.session ?? standing.session
  if (went === 'through') {
    store.wentThrough(standing.lane, standing.plate, now)
    if (!opening)
      store.log({
        kind: 'unordered-passage',
        at: now,
        lane: standing.lane,
        occupancy: standing.number,
        session: sessionId,
      })
    if (direction === 'entry' && area === undefined && sessionId === null && standing.plate !== null) {
      const as = opening ? 'visitor' : 'unadmitted'
      enter(
        lot,
        { plate: standing.plate, pass: false, colour: 'unknown', lane: standing.lane, deviceAt: null, as },
        now,
      )
      return
    }
  }
  if (lane && area !== undefined) {
    if (sessionId === null) return
    const passing = { lane, occupancy: standing.number, session: sessionId }
    if (went === 'back') turnsBack(lot, passing, now)
    // Who was let through by an order is there already.
    else if (order?.session !== sessionId) passes(lot, passing, now)
    return
  }
  const session = sessionId ? store.session(sessionId) : null
  if (!session || !store.isOpen(session.id)) return
  if ((direction === 'exit') !== (went === 'through')) return
  const owed = direction === 'exit' ? owedBy(lot, session, now) : null
  const end =
    direction === 'entry'
      ? ({ how: 'left', owedFen: 0 } as const)
      : howItLeft(opening?.cause ?? null, owed?.owedFen ?? 0)
  // Whoever opened: a coupon that made this stay owe less is not there for the next one. Who had paid has used his.
  if (owed?.clearedBy === null && opening?.cause.kind !== 'clearance')
    useCoupons(lot, session, { clearance: null, at: now })
  const coupons = couponsTold(lot, session)
  endStay(lot, session.id, now)
  store.log({
    kind: 'left',
    at: now,
    session: session.id,
    lane: standing.lane,
    leftAt: notBefore(session.enteredAt, now),
    ...end,
    ...coupons,
  })
}

/**
 * An order certainly never reached its gate: it has not gone out, and waits again, for that very vehicle. Whoever left the loop
 * while it was under way, in front of an arm that says itself that it is down, has gone back. Runs inside a turn.
 */
export function neverReached(lot: Lot, id: Id, now: Instant): void {
  const { store, plan } = lot
  store.setOpening(id, 'ordered')
  const { lane: number, occupancy } = store.opening(id)!
  const standing = store.occupancy(number)
  if (standing?.number !== occupancy || standing.position !== 'off-loop' || store.armIsUp(number)) return
  const lane = plan.lanes.find((one) => one.id === number)
  if (lane && lane.inputs.armOpen !== null) vacate(lot, standing, 'back', now)
}

import type { Id, Instant } from '@lanepay/domain/types.ts'
import { useCoupons } from '../coupon/use.ts'
import type { Opening, Session } from '../disk/store.ts'
import { orderOpening } from '../gate/openings.ts'
import { collects } from '../lane/leads.ts'
import type { Lot } from '../lot.ts'
import type { Drawer } from './decide.ts'

/**
 * A stay is paid in cash, which is in this drawer: a clearance made here, with so many minutes to leave. `quotedAt`: its price is
 * the one of then, and the coupons of then are used. Opens where the vehicle stands at an exit. Runs inside a turn.
 */
export function clearByCash(
  lot: Lot,
  session: Session,
  {
    paidFen,
    leaveMinutes,
    drawer,
    quotedAt,
    ...told
  }: {
    readonly paidFen: number
    readonly leaveMinutes: number
    readonly drawer: Drawer
    readonly by: string
    readonly givenFen?: number
    readonly changeFen?: number
    readonly purchase?: string
    readonly quotedAt?: Instant
  },
  now: Instant,
): { readonly clearance: Id; readonly opening: Opening | null } {
  const { store, plan, newId } = lot
  const clearance = newId()
  const leaveBy = (now + leaveMinutes * 60_000) as Instant
  store.clear({ id: clearance, session: session.id, paidFen, paidAt: now, leaveBy, receivedAt: now })
  const coupons = useCoupons(lot, session, { clearance, at: quotedAt ?? now })
  const used = coupons.length > 0 ? { coupons: [...coupons] } : {}
  store.moveCash({ id: clearance, shift: drawer.shift ?? null, session: session.id, fen: paidFen, at: now })
  store.log({
    kind: 'cash-taken',
    at: now,
    session: session.id,
    clearance,
    paidFen,
    leaveBy,
    ...told,
    ...used,
    ...drawer,
  })
  const standing = store.occupancyOf(session.id)
  if (!standing || !plan.lanes.some((lane) => lane.id === standing.lane && collects(plan, lane)))
    return { clearance, opening: null }
  const cause = { kind: 'clearance', clearance } as const
  const order = { lane: standing.lane, occupancy: standing.number, session: session.id, cause }
  return { clearance, opening: orderOpening(lot, order, now) }
}

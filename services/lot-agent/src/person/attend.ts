import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Opening } from '../disk/store.ts'
import { orderOpening } from '../gate/openings.ts'
import type { Lot } from '../lot.ts'
import { drawerAt, isChangeRight } from '../shift/decide.ts'
import { clearByCash } from '../shift/take.ts'
import { owedBy } from '../stay/owed.ts'

type Done = { readonly opening: Opening | null; readonly refused?: string }

/**
 * An attendant took what a stay owes in cash, all of it: a clearance made here, with the time to leave that the tariff gives.
 * The amount he saw must still be what is owed. It goes into the drawer of the shift at his booth. Refused by name: `no-session`,
 * `session-ended`, `nothing-owed`, `owes-otherwise`, `not-priceable`, `change-wrong`, and as `drawerAt` refuses. Opens where the vehicle stands at an exit. Runs inside a turn.
 */
export function takeCash(
  lot: Lot,
  {
    session: id,
    by,
    paidFen,
    booth,
    givenFen,
    changeFen,
  }: {
    readonly session: string
    readonly by: string
    readonly paidFen: number
    readonly booth?: number
    readonly givenFen?: number
    readonly changeFen?: number
  },
  now: Instant,
): Done {
  const { store, plan } = lot
  const refuse = (refused: string): Done => ({ opening: null, refused })
  const session = store.session(id as Id)
  if (!session) return refuse('no-session')
  if (!store.isOpen(session.id)) return refuse('session-ended')
  const owed = owedBy(lot, session, now)
  if (!owed) return refuse('not-priceable')
  if (owed.owedFen === 0) return refuse('nothing-owed')
  if (owed.owedFen !== paidFen) return refuse('owes-otherwise')
  if (!isChangeRight({ paidFen, givenFen, changeFen })) return refuse('change-wrong')
  const drawer = drawerAt(plan.booths, booth, by, store.openShift)
  if (!drawer.ok) return refuse(drawer.error)
  const handed = givenFen === undefined ? {} : { givenFen, changeFen: givenFen - paidFen }
  const { leaveMinutes } = owed
  return clearByCash(lot, session, { paidFen, leaveMinutes, by, drawer: drawer.value, ...handed }, now)
}

/**
 * An attendant opens a lane for whoever stands there, with a reason; what the stay owes stands as a question. Refused by
 * name: `lane-unknown`, `lane-empty`. Runs inside a turn.
 */
export function openByAttendant(
  lot: Lot,
  { lane, by, reason }: { readonly lane: number; readonly by: string; readonly reason: string },
  now: Instant,
): Done {
  const { store, plan } = lot
  if (!plan.lanes.some((one) => one.id === lane)) return { opening: null, refused: 'lane-unknown' }
  const standing = store.occupancy(lane)
  if (!standing) return { opening: null, refused: 'lane-empty' }
  const { number: occupancy, session } = standing
  const cause = { kind: 'attendant', by, reason } as const
  return { opening: orderOpening(lot, { lane, occupancy, session, cause }, now) }
}

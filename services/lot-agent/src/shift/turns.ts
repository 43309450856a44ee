import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Lot } from '../lot.ts'
import { drawerAt } from './decide.ts'

type Done = {
  readonly opening: null
  readonly refused?: string
  readonly handedOver?: { readonly expectedFen: number; readonly overFen: number }
}
const refuse = (refused: string): Done => ({ opening: null, refused })

/**
 * Begins a shift with what was counted in the drawer, or the filling of a kiosk, which lasts from one emptying to the next. Refused by name: `booth-unknown`, `shift-open`.
 * Runs inside a turn.
 */
export function openShift(
  { store, plan, newId }: Lot,
  { booth, by, floatFen }: { readonly booth: number; readonly by: string; readonly floatFen: number },
  now: Instant,
): Done {
  const hasShifts =
    plan.booths?.some((one) => one.id === booth && one.shifts) || plan.kiosks?.some(({ id }) => id === booth)
  if (!hasShifts) return refuse('booth-unknown')
  if (store.openShift(booth)) return refuse('shift-open')
  const shift = newId()
  store.beginShift({ id: shift, booth, attendant: by, openedAt: now, floatFen })
  store.log({ kind: 'shift-opened', at: now, shift, booth, by, floatFen })
  return { opening: null }
}

/**
 * Ends a shift: what was counted is held against what the drawer should hold, and said only now. Anybody may count it, whose shift
 * it is may have gone. Of a kiosk it is the emptying, while no driver's money is in doubt. Refused by name: `no-shift`,
 * `purchase-under-way`. Runs inside a turn.
 */
export function handOver(
  { store }: Lot,
  {
    booth,
    by,
    to,
    countedFen,
  }: { readonly booth: number; readonly by: string; readonly to: string; readonly countedFen: number },
  now: Instant,
): Done {
  const shift = store.openShift(booth)
  if (!shift) return refuse('no-shift')
  if (store.purchaseUnderWay(booth)) return refuse('purchase-under-way')
  const expectedFen = store.inDrawer(shift)
  store.endShift({ id: shift.id, at: now, to, countedFen })
  store.log({ kind: 'shift-handed-over', at: now, shift: shift.id, booth, by, to, countedFen, expectedFen })
  return { opening: null, handedOver: { expectedFen, overFen: countedFen - expectedFen } }
}

/**
 * Gives back cash that was taken for a stay, which may have ended, out of the drawer in front of a person, with a reason. What the
 * stay has paid and its leave to go stay as they are. Refused by name: `no-session`, `more-than-taken`, `drawer-short`, and as
 * `drawerAt` refuses. Runs inside a turn.
 */
export function giveBack(
  { store, plan, newId }: Lot,
  {
    session: id,
    by,
    reason,
    amountFen,
    booth,
  }: {
    readonly session: string
    readonly by: string
    readonly reason: string
    readonly amountFen: number
    readonly booth?: number
  },
  now: Instant,
): Done {
  const session = store.session(id as Id)
  if (!session) return refuse('no-session')
  const drawer = drawerAt(plan.booths, booth, by, store.openShift)
  if (!drawer.ok) return refuse(drawer.error)
  if (amountFen > store.cashOf(session.id)) return refuse('more-than-taken')
  const shift = drawer.value.shift === undefined ? null : store.openShift(drawer.value.booth!)
  if (shift && amountFen > store.inDrawer(shift)) return refuse('drawer-short')
  const giving = newId()
  store.moveCash({ id: giving, shift: shift?.id ?? null, session: session.id, fen: -amountFen, at: now })
  store.log({ kind: 'cash-given-back', at: now, giving, session: session.id, amountFen, by, reason, ...drawer.value })
  return { opening: null }
}

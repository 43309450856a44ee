import { maskPlate } from '@lanepay/domain/plate.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { OwedChange, Purchase } from '../disk/purchases.ts'
import type { Lot } from '../lot.ts'
import { type Drawer, drawerAt } from '../shift/decide.ts'

/*
 * Change that a kiosk could not give back, each a case of its own: the money is in the kiosk's drawer and a person owes it to the
 * driver, until it is settled out of one. All of it runs inside a turn.
 */

type Done = { readonly opening: null; readonly refused?: string }
const refuse = (refused: string): Done => ({ opening: null, refused })

/** `who`: a person ended the purchase, and said why. */
export function oweChange(
  { store, newId }: Lot,
  purchase: Purchase,
  { amountFen, because, who }: { readonly amountFen: number; readonly because: string; readonly who?: Who },
  now: Instant,
): void {
  const { kiosk, session, shift } = purchase
  const owed = newId()
  store.oweChange({ id: owed, kiosk, purchase: purchase.number, session, shift, amountFen, because, at: now })
  store.moveChange({ id: owed, shift, fen: amountFen, at: now })
  const stay = store.session(session)
  if (!stay) throw new Error(`purchase ${purchase.number} is of no stay`)
  const plate = maskPlate(stay.plate)
  const said = { purchase: purchase.number, session, plate, amountFen, because, ...who, shift, booth: kiosk }
  store.log({ kind: 'change-owed', at: now, owed, ...said })
}
type Who = { readonly by: string; readonly reason: string }

/** So much of a case left a drawer. */
function settle(
  { store, newId }: Lot,
  owed: OwedChange,
  { amountFen, by, reason, drawer }: { readonly amountFen: number; readonly drawer: Drawer } & Who,
  now: Instant,
): void {
  const settling = newId()
  store.settleChange(owed.id, amountFen)
  store.moveChange({ id: settling, shift: drawer.shift ?? null, fen: -amountFen, at: now })
  const { session } = owed
  store.log({ kind: 'change-settled', at: now, settling, owed: owed.id, session, amountFen, by, reason, ...drawer })
}

/**
 * A kiosk told of money that it paid out beside what was due, as one does whose purchase was ended meanwhile: what is owed of the
 * purchase is less by it, and what is more than that left the drawer for nothing.
 */
export function paidBeside(
  lot: Lot,
  purchase: Purchase,
  { fen, by }: { readonly fen: number; readonly by: string },
  now: Instant,
): void {
  const { store, newId } = lot
  const { kiosk, shift, session, number } = purchase
  const drawer = { shift, booth: kiosk }
  let left = fen
  for (const owed of store.changeOwedAt(kiosk).filter((one) => one.purchase === number)) {
    const amountFen = Math.min(left, owed.leftFen)
    if (amountFen === 0) break
    settle(lot, owed, { amountFen, by, reason: 'told late', drawer }, now)
    left -= amountFen
  }
  if (left === 0) return
  const overpaying = newId()
  store.moveChange({ id: overpaying, shift, fen: -left, at: now })
  store.log({ kind: 'change-overpaid', at: now, overpaying, purchase: number, session, amountFen: left, ...drawer })
}

/**
 * A person pays owed change, all of it, out of the drawer in front of him; or found that the kiosk had paid it out. Refused by name:
 * `no-case`, `drawer-short`, and as `drawerAt` refuses.
 */
export function settleChange(
  lot: Lot,
  ask: { readonly owed: string; readonly booth?: number; readonly kioskPaid?: boolean } & Who,
  now: Instant,
): Done {
  const { store, plan } = lot
  const owed = store.owedChange(ask.owed as Id)
  if (!owed || owed.leftFen === 0) return refuse('no-case')
  const amountFen = owed.leftFen
  const { by, reason } = ask
  if (ask.kioskPaid === true) {
    settle(lot, owed, { amountFen, by, reason, drawer: { shift: owed.shift, booth: owed.kiosk } }, now)
    return { opening: null }
  }
  const drawer = drawerAt(plan.booths, ask.booth, by, store.openShift)
  if (!drawer.ok) return refuse(drawer.error)
  const shift = drawer.value.shift === undefined ? null : store.openShift(drawer.value.booth!)
  if (shift && amountFen > store.inDrawer(shift)) return refuse('drawer-short')
  settle(lot, owed, { amountFen, by, reason, drawer: drawer.value }, now)
  return { opening: null }
}

/**
 * A person ends the purchase of a kiosk that does not come to an end by itself: what was put in or is due is owed to the driver until
 * it is known better. Refused by name: `no-purchase`.
 */
export function endPurchase(
  lot: Lot,
  { kiosk, purchase: number, by, reason }: { readonly kiosk: number; readonly purchase: string } & Who,
  now: Instant,
): Done {
  const purchase = lot.store.purchaseUnderWay(kiosk)
  if (purchase?.number !== number) return refuse('no-purchase')
  const amountFen = purchase.state === 'open' ? purchase.insertedFen : purchase.dueFen
  lot.store.keepPurchase({ ...purchase, state: 'ended', dueFen: amountFen })
  if (amountFen > 0) oweChange(lot, purchase, { amountFen, because: 'ended-by-person', who: { by, reason } }, now)
  return { opening: null }
}

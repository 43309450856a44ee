import type { Id } from '@lanepay/domain/types.ts'
import type { KioskPlan } from '../kiosk/turns.ts'
import type { KioskView } from './api.ts'
import type { PageLot } from './page-lot.ts'

/** A hopper with fewer pieces runs empty within the hour of a busy lot. */
const lowPieces = 20

/** What whoever looks sees of a kiosk. */
export function kioskView({ lot: { store }, kiosk }: PageLot, { id, name, floatFen }: KioskPlan): KioskView {
  const { state, because, heardAt, till } = kiosk(id)
  const shift = store.openShift(id)
  const purchase = store.purchaseUnderWay(id)
  // Put in and not yet paid with, or not yet told as paid out.
  const inDoubtFen = purchase === null ? 0 : purchase.state === 'open' ? purchase.insertedFen : purchase.dueFen
  const plateOf = (session: Id) => store.session(session)?.plate ?? ''
  return {
    ...{ id, name, state, because, heardAt, floatFen: floatFen ?? null },
    hoppers: (till?.hoppers ?? []).map((hopper) => ({ ...hopper, low: hopper.count < lowPieces })),
    filled: shift && { by: shift.attendant, since: shift.openedAt, insideFen: store.inDrawer(shift) + inDoubtFen },
    purchase: purchase && {
      purchase: purchase.number,
      plate: plateOf(purchase.session),
      since: purchase.begunAt,
      insertedFen: purchase.insertedFen,
      dueFen: purchase.dueFen,
    },
    owed: store.changeOwedAt(id).map(({ id: owed, purchase: of, session, leftFen, because: why, at }) => ({
      ...{ owed, purchase: of, plate: plateOf(session), fen: leftFen, because: why, at },
    })),
  }
}

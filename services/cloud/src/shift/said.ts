import { instantOut } from '@lanepay/database/database.ts'
import { isKnownEvent, type LaterEvent, type LotEvent } from '@lanepay/lot-link/messages.ts'

/** What an event says of cash, by the columns of `take_cash` (0017_kiosk.sql). */
export type SaidOfCash = {
  readonly what: string
  /** Of the clearance, the giving back, the shift or the owed change. */
  readonly id: string
  /** Null: the lot's own drawer. */
  readonly shift: string | null
  readonly booth: number | null
  readonly person: string
  readonly to: string | null
  /** Taken, given back, or counted. */
  readonly fen: number
  readonly expectedFen: number | null
  readonly at: Date | null
}
/** In the order of the function's parameters. */
export const cashColumns = ['what', 'id', 'shift', 'booth', 'person', 'to', 'fen', 'expectedFen', 'at'] as const

/** What takes money out of a drawer, as SQL; all else that is told puts some in, but for the hand-over. */
export const outOfDrawer = `('cash-given-back', 'change-settled', 'change-overpaid')`

/** Null: it is not about cash. */
export function saidOfCash(event: LotEvent | LaterEvent): SaidOfCash | null {
  if (!isKnownEvent(event)) return null
  const moved = (
    id: string,
    fen: number,
    of: { readonly shift?: string; readonly booth?: number; readonly by?: string },
  ) => ({
    ...{ what: event.kind, id, shift: of.shift ?? null, booth: of.booth ?? null, person: of.by ?? '', to: null },
    ...{ fen, expectedFen: null, at: instantOut(event.at) },
  })
  switch (event.kind) {
    case 'cash-taken':
      return moved(event.clearance, event.paidFen, event)
    case 'cash-given-back':
      return moved(event.giving, event.amountFen, event)
    case 'change-owed':
      return moved(event.owed, event.amountFen, event)
    case 'change-settled':
      return moved(event.settling, event.amountFen, event)
    case 'change-overpaid':
      return moved(event.overpaying, event.amountFen, event)
    case 'shift-opened':
      return moved(event.shift, event.floatFen, event)
    case 'shift-handed-over':
      return { ...moved(event.shift, event.countedFen, event), to: event.to, expectedFen: event.expectedFen }
    default:
      return null
  }
}

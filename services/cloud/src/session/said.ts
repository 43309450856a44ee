import { instantOut } from '@lanepay/database/database.ts'
import { type GateCause, isKnownEvent, type LaterEvent, type LotEvent } from '@lanepay/lot-link/messages.ts'

/** What an event says, by the columns of `take_in` (0113_late_exit.sql); null where its kind says nothing of it. */
export type Said = {
  readonly lane: number | null
  readonly occupancy: string | null
  readonly session: string | null
  /** The session that this one replaced. */
  readonly supersedes: string | null
  readonly clearance: string | null
  readonly plate: string | null
  readonly pass: boolean | null
  readonly colour: string | null
  readonly standing: string | null
  readonly vehicleClass: string | null
  readonly enteredAt: Date | null
  readonly leaveBy: Date | null
  readonly leftAt: Date | null
  /** Paid, or owed when it left. */
  readonly fen: number | null
  readonly how: string | null
  /** It stands at an exit; false of one that backed off. */
  readonly leaving: boolean | null
  readonly because: string | null
  readonly causeKind: string | null
  readonly causeId: string | null
}
const nothing: Said = {
  lane: null,
  occupancy: null,
  session: null,
  supersedes: null,
  clearance: null,
  plate: null,
  pass: null,
  colour: null,
  standing: null,
  vehicleClass: null,
  enteredAt: null,
  leaveBy: null,
  leftAt: null,
  fen: null,
  how: null,
  leaving: null,
  because: null,
  causeKind: null,
  causeId: null,
}
/** In the order of the function's parameters. */
export const saidColumns = Object.keys(nothing) as readonly (keyof Said)[]

export function saidBy(event: LotEvent | LaterEvent): Said {
  if (!isKnownEvent(event)) return nothing
  switch (event.kind) {
    case 'entered':
      return {
        ...nothing,
        lane: event.lane ?? null,
        session: event.session,
        supersedes: event.supersedes ?? null,
        plate: event.plate,
        pass: event.pass,
        colour: event.colour,
        standing: event.as ?? null,
        vehicleClass: event.vehicleClass ?? null,
        enteredAt: instantOut(event.enteredAt),
      }
    case 'occupied': {
      const { lane, occupancy, plate, session } = event
      return { ...nothing, lane, occupancy, plate, session, leaving: event.leaving }
    }
    case 'vacated': {
      const { lane, occupancy, went, area } = event
      // At the gate of an area inside no stay was about to end.
      return { ...nothing, lane, occupancy, leaving: went === 'back' && area === undefined ? false : null }
    }
    case 'left': {
      const { lane = null, session, owedFen, how = 'left' } = event
      return { ...nothing, lane, session, leftAt: instantOut(event.leftAt), fen: owedFen, how }
    }
    case 'cleared':
      return { ...nothing, clearance: event.clearance }
    case 'gate-opened':
    case 'gate-silent': {
      const { lane, occupancy, cause } = event
      const session = event.kind === 'gate-opened' ? event.session : null
      return { ...nothing, lane, occupancy, session, causeKind: cause.kind, causeId: causeId(cause) }
    }
    case 'corrected':
      return {
        ...nothing,
        session: event.session,
        plate: event.plate ?? null,
        enteredAt: instantOut(event.enteredAt),
        vehicleClass: event.vehicleClass ?? null,
      }
    case 'voided':
      return { ...nothing, session: event.session, because: `${event.by}: ${event.reason}` }
    case 'cash-taken': {
      const { session, clearance, paidFen } = event
      return { ...nothing, session, clearance, fen: paidFen, leaveBy: instantOut(event.leaveBy) }
    }
    // Drawers have books of their own (shift/said.ts).
    case 'cash-given-back':
    case 'shift-opened':
    case 'shift-handed-over':
    case 'change-owed':
    case 'change-settled':
    case 'change-overpaid':
    case 'read-ignored':
    case 'refused':
    case 'unordered-opening':
    case 'unordered-passage':
    case 'misread-offered':
    case 'in-force':
    // What a stay pays for an area inside, its lot says: nobody here prices a stay.
    case 'area-entered':
    case 'area-left':
    case 'device':
      return nothing // the log itself is what is kept of these
  }
}

/** Which one of its kind the cause is. */
function causeId(cause: GateCause): string | null {
  if ('clearance' in cause) return cause.clearance
  if ('command' in cause) return cause.command
  if ('request' in cause) return cause.request
  if ('card' in cause) return cause.card
  if ('area' in cause) return cause.area
  return 'by' in cause ? `${cause.by}: ${cause.reason}` : null
}

import type { PaymentView } from '../driver/api.ts'
import type { PaymentRow } from './store.ts'

const states: Readonly<Record<string, PaymentView['state']>> = {
  created: 'pending',
  pending: 'pending',
  paid: 'paid',
  unapplied: 'refunding',
  'partly-refunded': 'paid',
  refunded: 'refunded',
  closed: 'closed',
}

/** What the driver sees of a payment: the money first, then what the gate did about it. */
export function viewOf(row: PaymentRow, number: string, lotOnline: boolean, now: number): PaymentView {
  const { renewal } = row
  // What its keeper would not have goes back by itself.
  const state = renewal?.outcome === 'refused' && row.state === 'paid' ? 'refunding' : states[row.state]!
  return {
    now,
    payment: number,
    state,
    amountFen: row.amount_fen,
    plate: row.plate,
    paidAt: row.paid_at,
    leaveBy: renewal === null ? row.leave_by : null,
    gate: state !== 'paid' ? null : row.occupancy !== null ? gateOf(row, lotOnline) : openedByItself(row),
    lotOnline,
    lotTold: row.lot_told,
    ...(renewal === null ? {} : { card: { renewed: renewal.outcome === 'renewed', until: renewal.until } }),
  }
}

/**
 * From what the lot answered; `silent` only when a vehicle that paid still stands before a shut gate. While the lot is not
 * reached, an opening that nobody answered says nothing of the gate, nor does who stood there when it was last heard of.
 */
export function gateOf(
  { commands, opened, stands }: Pick<PaymentRow, 'commands' | 'opened' | 'stands'>,
  lotOnline: boolean,
): NonNullable<PaymentView['gate']> {
  const all = commands ?? []
  if (opened || all.some((command) => command.state === 'opened')) return 'opened'
  const refused = all.filter((command) => command.state === 'refused')
  // A lot that would not have the payment, or of whose gate nobody knows (`uncertain`), has not said that another vehicle stands there.
  if (refused.some(({ because }) => because !== null && !ofAnother.includes(because)))
    return stands ? 'silent' : 'vehicle-changed'
  if (refused.length > 0) return 'vehicle-changed'
  if (!lotOnline) return 'offline'
  // `done`: the lot has the payment, which came too late for its gate.
  return all.some(({ state }) => state === 'expired' || state === 'done')
    ? stands
      ? 'silent'
      : 'vehicle-changed'
    : 'sent'
}

/** Our agent's words (lot-agent, link/command.ts) for a gate that it kept shut because of who stands there. */
const ofAnother = ['vehicle-changed', 'vehicle-gone', 'session-ended']

/** No gate was ordered, for nobody knew who stood there (quote.ts): whether the lot has opened one of itself, as it answered. */
const openedByItself = ({ commands, lane_id }: Pick<PaymentRow, 'commands' | 'lane_id'>): 'opened' | null =>
  lane_id !== null && commands?.some(({ state }) => state === 'opened') ? 'opened' : null

import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { CommandResult, GateCause } from '@lanepay/lot-link/messages.ts'
import type { Opening } from '../disk/store.ts'
import type { Lot } from '../lot.ts'
import { passes } from '../stay/part.ts'

/*
 * One order to one gate, for one occupancy, with one cause. It is on disk before it goes out (`ordered`), marked when it
 * goes out (`told`), and ends as `opened` (the arm said so, or the lane has no arm sensor) or `silent`. An order that is
 * silent is withdrawn: it never opens for whoever stands there later. These run inside a turn.
 */

/** Orders the gate of an occupancy to open, unless it was opened for it or is being opened: then answers that one. */
export function orderOpening(
  lot: Lot,
  order: { readonly lane: number; readonly occupancy: Id; readonly session: Id | null; readonly cause: GateCause },
  now: Instant,
): Opening {
  const { store, plan, newId } = lot
  const last = store.openingOf(order.occupancy)
  if (last && last.state !== 'silent') return last
  const id = newId()
  store.order({ ...order, id, orderedAt: now })
  const lane = plan.lanes.find((one) => one.id === order.lane)
  const { occupancy, session } = order
  // Given again to the same vehicle, it lets it through once.
  if (lane && session !== null && last?.session !== session) passes(lot, { lane, occupancy, session }, now)
  return store.opening(id)!
}

/** Whether the gate has been opened, or is being opened, for the vehicle that stands there. */
export const isOpening = ({ store }: Lot, occupancy: Id): boolean => {
  const last = store.openingOf(occupancy)
  return last !== null && last.state !== 'silent'
}

/** The order goes out with an answer to the camera now. A gate without a sensor counts as open with it. */
export function tellOpening(lot: Lot, id: Id, now: Instant): readonly CommandResult[] {
  const opening = lot.store.opening(id)
  if (opening?.state !== 'ordered') return []
  lot.store.setOpening(id, 'told')
  const lane = lot.plan.lanes.find((one) => one.id === opening.lane)
  return lane?.inputs.armOpen === null ? endOpening(lot, id, 'opened', now) : []
}

/**
 * The outcome of an order, written once; results of the commands that asked for it. An arm that rises after it was given
 * up is still the truth, and is told as well.
 */
export function endOpening(lot: Lot, id: Id, outcome: 'opened' | 'silent', now: Instant): readonly CommandResult[] {
  const { store } = lot
  const opening = store.opening(id)
  if (!opening || opening.state === 'opened' || (outcome === 'silent' && opening.state === 'silent')) return []
  store.setOpening(id, outcome)
  const what = { at: now, lane: opening.lane, occupancy: opening.occupancy, cause: opening.cause }
  store.log(
    outcome === 'opened'
      ? { kind: 'gate-opened', ...what, session: opening.session }
      : { kind: 'gate-silent', ...what },
  )
  return store.commandsOf(id).map((command) => {
    const result: CommandResult = {
      id: command,
      at: now,
      state: 'done',
      gate: outcome,
      ...(outcome === 'silent' ? { because: 'silent' } : {}),
    }
    store.answerCommand(result)
    return result
  })
}

const triesAtMost = 3

/**
 * The gate stayed silent for a vehicle that was let through here, and the arm's own sensor says that it did not move: the
 * order is given again, a few times, while that vehicle stands there. What the cloud commanded, the cloud repeats.
 */
export function tryAgain(lot: Lot, id: Id, now: Instant): Opening | null {
  const { store, plan } = lot
  const silent = store.opening(id)
  if (silent?.state !== 'silent' || silent.cause.kind === 'command' || store.isCommanded(id)) return null
  const lane = plan.lanes.find((one) => one.id === silent.lane)
  const standing = store.occupancy(silent.lane)
  if (lane?.inputs.armOpen == null || standing?.number !== silent.occupancy || standing.position !== 'at-camera')
    return null
  if (store.tries(silent.occupancy) >= triesAtMost) return null
  const { lane: at, occupancy, session, cause } = silent
  return orderOpening(lot, { lane: at, occupancy, session, cause }, now)
}

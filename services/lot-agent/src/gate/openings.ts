import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { CommandResult, GateCause } from '@lanepay/lot-link/messages.ts'
import type { Opening } from '../disk/store.ts'
import type { Lot } from '../lot.ts'
import { passes } from '../stay/part.ts'

/*
 * One order to one gate, for one occupancy, with one cause. It is on disk before it goes out (`ordered`), marked when it
 * goes out (`told`), and ends as `opened` (the arm said so, or the lane has no arm sensor) or `silent`. An order that is
 * silent is withdrawn: it never opens for whoever stands there later. These run inside a turn.
 *
 * A clearance stands until its time to leave is over, so it may let the same stay on more than once: out of an area and then out
 * of the lot, or after it backed off. It opens one gate at a time, and is told as the cause of one opening.
 */

/** The orders by the same clearance for where its stay stood besides: without loops nobody saw it leave there. */
const elsewhere = (
  { store }: Lot,
  { cause, occupancy }: { readonly cause: GateCause; readonly occupancy: Id },
): Opening[] => (cause.kind === 'clearance' ? store.openingsBy(cause).filter((one) => one.occupancy !== occupancy) : [])

/** Its arm is rising, or is up, for a vehicle that still stands there. */
const isLettingThrough = ({ store }: Lot, { state, lane, occupancy }: Opening): boolean =>
  state === 'told' || (state === 'opened' && store.armIsUp(lane) && store.occupancy(lane)?.number === occupancy)

/** Its clearance was to open another gate after it: nothing that happens here is for this order any more. */
export const isOvertaken = (lot: Lot, opening: Opening): boolean =>
  elsewhere(lot, opening).some(({ id }) => BigInt(id) > BigInt(opening.id))

/**
 * Orders the gate of an occupancy to open, unless it was opened for it or is being opened, or another is being opened by the same
 * clearance: then answers that one. An order by the clearance that has not gone out to another gate is withdrawn.
 */
export function orderOpening(
  lot: Lot,
  order: { readonly lane: number; readonly occupancy: Id; readonly session: Id | null; readonly cause: GateCause },
  now: Instant,
): Opening {
  const { store, plan, newId } = lot
  const last = store.openingOf(order.occupancy)
  if (last && last.state !== 'silent') return last
  for (const other of elsewhere(lot, order)) {
    if (isLettingThrough(lot, other)) return other
    if (other.state === 'ordered') endOpening(lot, other.id, 'silent', now)
  }
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
  // Who is let on again within his time to leave owes nothing: the payment was for the first time.
  const isAgain = outcome === 'opened' && elsewhere(lot, opening).some(({ state }) => state === 'opened')
  store.setOpening(id, outcome)
  const cause: GateCause = isAgain ? { kind: 'nothing-owed' } : opening.cause
  const what = { at: now, lane: opening.lane, occupancy: opening.occupancy, cause }
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

/** Who stood there so long ago may have been let on by hand, and another may stand there unread. */
const resumesForMs = 60_000

/**
 * An order of before, as an agent finds it that starts again: it goes on for about as long as a power cut of the box takes, and is
 * withdrawn after that. The results of the commands that asked for it.
 */
export const resumeOpening = (lot: Lot, { id, orderedAt }: Opening, now: Instant): readonly CommandResult[] =>
  now - orderedAt > resumesForMs ? endOpening(lot, id, 'silent', now) : []

const triesAtMost = 3

/**
 * The gate stayed silent for a vehicle that was let through here, and the arm's own sensor says that it did not move: the
 * order is given again, a few times, while that vehicle stands there. What the cloud commanded, the cloud repeats.
 */
export function tryAgain(lot: Lot, id: Id, now: Instant): Opening | null {
  const { store, plan } = lot
  const silent = store.opening(id)
  if (silent?.state !== 'silent' || silent.cause.kind === 'command' || store.isCommanded(id)) return null
  if (isOvertaken(lot, silent)) return null
  const lane = plan.lanes.find((one) => one.id === silent.lane)
  const standing = store.occupancy(silent.lane)
  if (lane?.inputs.armOpen == null || standing?.number !== silent.occupancy || standing.position !== 'at-camera')
    return null
  if (store.tries(silent.occupancy) >= triesAtMost) return null
  const { lane: at, occupancy, session, cause } = silent
  return orderOpening(lot, { lane: at, occupancy, session, cause }, now)
}

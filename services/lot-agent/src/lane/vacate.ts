import type { Instant } from '@lanepay/domain/types.ts'
import type { Occupancy } from '../disk/store.ts'
import { endOpening } from '../gate/openings.ts'
import type { Lot } from '../lot.ts'
import { owedBy } from '../stay/owed.ts'

/**
 * The vehicle of an occupancy is gone: through the gate, or back. What that means for its session: out through an exit, it
 * has left; back from an entry, it is outside as well; back from an exit, it is still inside. Runs inside a turn.
 */
export function vacate(lot: Lot, standing: Occupancy, went: 'through' | 'back', now: Instant): void {
  const { store, plan, price } = lot
  const opening = store.openingOf(standing.number)
  // It drove through an arm that never reported: the arm was open.
  if (opening && (opening.state === 'ordered' || opening.state === 'told'))
    endOpening(lot, opening.id, went === 'through' && opening.state === 'told' ? 'opened' : 'silent', now)
  store.vacate(standing.lane)
  store.log({ kind: 'vacated', at: now, lane: standing.lane, occupancy: standing.number, went })
  const direction = plan.lanes.find((lane) => lane.id === standing.lane)?.direction
  const sessionId = opening?.session ?? standing.session
  const session = sessionId ? store.session(sessionId) : null
  if (!session || !store.isOpen(session.id)) return
  if ((direction === 'exit') !== (went === 'through')) return
  const owed = owedBy(session, store.cleared(session.id), price, now)
  const free = direction === 'entry' || opening?.cause.kind === 'clearance' || opening?.cause.kind === 'nothing-owed'
  store.endSession(session.id, now)
  store.log({
    kind: 'left',
    at: now,
    session: session.id,
    lane: standing.lane,
    leftAt: now,
    owedFen: free ? 0 : owed.owedFen,
  })
}

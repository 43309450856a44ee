import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Command, CommandResult } from '@lanepay/lot-link/messages.ts'
import { takeCoupon } from '../coupon/take.ts'
import { useCoupons } from '../coupon/use.ts'
import { showsWords } from '../equipment/abilities.ts'
import { orderOpening } from '../gate/openings.ts'
import { collects } from '../lane/leads.ts'
import type { Lot } from '../lot.ts'
import { closeStay, correct, voidStay } from '../person/correct.ts'
import { takeLists, takeTariff } from './in-force.ts'

/** What is to be answered now; null when the gate has to answer first. */
type Answer = Omit<CommandResult, 'id' | 'at'> | null

/**
 * Takes a command once: its number is on disk before anything is done, and a repeat is answered with what became of it.
 * Null: the answer comes when the gate has moved, or stayed silent. Runs inside a turn.
 */
export function takeCommand(lot: Lot, command: Command, now: Instant): CommandResult | null {
  const { store } = lot
  if (!store.keepCommand(command.id, now)) return store.command(command.id)?.result ?? null
  const answer = act(lot, command, now)
  if (answer === null) return null
  const result = { id: command.id, at: now, ...answer }
  store.answerCommand(result)
  return result
}

function act(lot: Lot, command: Command, now: Instant): Answer {
  const { store } = lot
  switch (command.kind) {
    case 'clearance':
      return clear(lot, command, now)
    case 'open-gate':
      return open(
        ...([lot, command, command.lane, command.occupancy as Id] as const),
        {
          ...{ kind: 'command', command: command.id },
          // With whoever gave it, so that the opening itself says who and why.
          ...(command.by === undefined ? {} : { by: command.by, reason: command.reason }),
        },
        now,
      )
    case 'lists':
      return takeLists(lot, command.lists, now)
    case 'tariff':
      return takeTariff(lot, command, now)
    case 'coupon': {
      const { opening, ...answer } = takeCoupon(lot, command, now)
      if (opening) store.bindCommand(command.id, opening.id)
      return answer
    }
    case 'correct': {
      const { opening, refused } = correct(lot, command, now)
      if (refused) return { state: 'refused', because: refused }
      if (opening) store.bindCommand(command.id, opening.id)
      return { state: 'done' }
    }
    case 'void': {
      const refused = voidStay(lot, command, now)
      return refused ? { state: 'refused', because: refused } : { state: 'done' }
    }
    case 'close': {
      const refused = closeStay(lot, command, now)
      return refused ? { state: 'refused', because: refused } : { state: 'done' }
    }
    case 'show': {
      const lane = lot.plan.lanes.find(({ id }) => id === command.lane)
      if (now > command.expiresAt) return { state: 'expired' }
      return lane && showsWords(lane)
        ? { state: 'done' }
        : { state: 'refused', because: lane ? 'no-display' : 'lane-unknown' }
    }
    default:
      return { state: 'unsupported', because: `unknown kind ${(command as { kind: string }).kind}` }
  }
}

/** The clearance is kept for good, whenever it comes; only the opening depends on time and vehicle. */
function clear(lot: Lot, command: Extract<Command, { kind: 'clearance' }>, now: Instant): Answer {
  const { store } = lot
  const session = command.session as Id
  const clearance = command.clearance as Id
  const leaveBy = command.leaveBy as Instant
  const paidAt = command.issuedAt as Instant
  if (store.clear({ id: clearance, session, paidFen: command.paidFen, paidAt, leaveBy, receivedAt: now })) {
    const stay = store.session(session)
    // What was quoted with it was paid for with it, though it ended meanwhile.
    const graceMs = lot.plan.quoteMinutes * 60_000
    const coupons = stay ? useCoupons(lot, stay, { clearance, at: paidAt, graceMs }) : []
    const used = coupons.length > 0 ? { coupons: [...coupons] } : {}
    store.log({ kind: 'cleared', at: now, session, clearance, paidFen: command.paidFen, leaveBy, ...used })
  }
  const cause = { kind: 'clearance', clearance } as const
  if (command.gate) return open(lot, command, command.gate.lane, command.gate.occupancy as Id, cause, now, session)
  // Paid by the code inside the lot while standing at the exit: the vehicle need not be read a second time.
  const standing = store.occupancyOf(session)
  const atExit = lot.plan.lanes.some((lane) => lane.id === standing?.lane && collects(lot.plan, lane))
  if (standing && atExit && now <= leaveBy && store.isOpen(session))
    return open(lot, { ...command, expiresAt: leaveBy }, standing.lane, standing.number, cause, now, session)
  return { state: 'done' }
}

/** Opens for this occupancy, in time, once; a lane where another vehicle stands stays shut and says so. */
function open(
  lot: Lot,
  command: Command,
  lane: number,
  occupancy: Id,
  cause: Parameters<typeof orderOpening>[1]['cause'],
  now: Instant,
  payer: Id | null = null,
): Answer {
  const { store } = lot
  const kept = command.kind === 'clearance' // the clearance itself is done, whatever the gate does
  const refused = (gate: 'refused' | 'expired', because: string): Answer => ({
    state: kept ? 'done' : gate,
    gate,
    because,
  })
  const standing = store.occupancy(lane)
  if (!standing)
    return refused('refused', lot.plan.lanes.some((one) => one.id === lane) ? 'vehicle-gone' : 'lane-unknown')
  if (standing.number !== occupancy) return refused('refused', 'vehicle-changed')
  if (now > command.expiresAt) return refused('expired', 'too late')
  const session = payer ?? standing.session
  if (session !== null && !store.isOpen(session)) return refused('refused', 'session-ended')
  const opening = orderOpening(lot, { lane, occupancy, session, cause }, now)
  if (opening.state === 'opened') return { state: 'done', gate: 'opened' }
  store.bindCommand(command.id, opening.id)
  return null
}

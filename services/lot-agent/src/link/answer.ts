import type { Id, Instant, Plate } from '@lanepay/domain/types.ts'
import type { LotRefusal, QuoteAnswer, Request } from '@lanepay/lot-link/messages.ts'
import type { Occupancy, Opening, Session } from '../disk/store.ts'
import { orderOpening } from '../gate/openings.ts'
import { areaOf, collects } from '../lane/leads.ts'
import type { Lot } from '../lot.ts'
import { enter, standsAs } from '../stay/enter.ts'
import { owedBy } from '../stay/owed.ts'

type Refusal = { readonly because: LotRefusal; readonly detail?: string }
type QuoteRequest = Extract<Request, { kind: 'quote' }>

/** What a vehicle owes, asked by lane, plate or session. Reads only. */
export function quoteFor(lot: Lot, by: QuoteRequest['by'], now: Instant): { readonly quote: QuoteAnswer } | Refusal {
  const { store, plan } = lot
  let session: Session | null
  let standing: Occupancy | null
  if ('lane' in by) {
    const lane = plan.lanes.find((one) => one.id === by.lane)
    if (!lane) return { because: 'lane-unknown' }
    if (!collects(plan, lane)) return { because: 'lane-wrong-direction' }
    standing = store.occupancy(lane.id)
    if (!standing) return { because: 'lane-empty' }
    session = standing.session === null ? null : store.session(standing.session)
    if (!session) return { because: standing.plate === null ? 'ambiguous' : 'no-session' }
  } else {
    session = 'plate' in by ? (store.openSessions(by.plate as Plate)[0] ?? null) : store.session(by.session as Id)
    if (!session || !store.isOpen(session.id)) return { because: 'no-session' }
    standing = store.occupancyOf(session.id)
    const lane = plan.lanes.find((one) => one.id === standing?.lane)
    if (!lane || !collects(plan, lane)) standing = null
  }
  const owed = owedBy(lot, session, now)
  if (!owed) return { because: 'not-priceable' }
  return {
    quote: {
      session: session.id,
      plate: session.plate,
      pass: session.pass,
      enteredAt: session.enteredAt,
      ...(standing ? { lane: standing.lane, occupancy: standing.number } : {}),
      quotedAt: now,
      expiresAt: Math.min(now + plan.quoteMinutes * 60_000, owed.standsUntil ?? Number.POSITIVE_INFINITY),
      priceFen: owed.priceFen,
      paidFen: owed.paidFen,
      owedFen: owed.owedFen,
      lines: [...owed.lines],
      leaveMinutes: owed.leaveMinutes,
      ...(owed.leaveBy === null ? {} : { leaveBy: owed.leaveBy }),
    },
  }
}

/**
 * Admits a driver without plate to the entry lane he stands in, or on into an area where he is in the lot already. The same
 * request is one admission. Runs inside a turn.
 */
export function admitUnplated(
  lot: Lot,
  ask: { readonly id: string; readonly lane: number; readonly pass: string },
  now: Instant,
): { readonly session: Id; readonly opening: Opening } | Refusal {
  const { store, plan } = lot
  const before = store.admission(ask.id)
  if (before) return { session: before.session, opening: store.opening(before.opening)! }
  const lane = plan.lanes.find((one) => one.id === ask.lane)
  if (!lane) return { because: 'lane-unknown' }
  if (lane.direction !== 'entry') return { because: 'lane-wrong-direction' }
  const standing = store.occupancy(lane.id)
  if (standing?.position !== 'at-camera') return { because: 'lane-empty' }
  if (standing.plate !== null) return { because: 'has-plate' }
  // Somebody was let in for this very vehicle already: a second phone in the same car gets no second stay.
  if (standing.session !== null) return { because: 'busy' }
  const plate = ask.pass as Plate
  const { area } = lane
  const [capacity, inside] =
    area === undefined
      ? [store.book().lists.capacity, store.inside()]
      : [areaOf(plan, lane)?.capacity ?? null, store.insideArea(area)]
  if (capacity !== null && inside >= capacity) return { because: 'lot-full' }
  const vehicle = { plate, pass: true, colour: 'unknown', lane: lane.id, deviceAt: null, as: 'visitor' } as const
  const session = area === undefined ? enter(lot, vehicle, now) : store.openSessions(plate)[0]
  if (!session) return { because: 'no-session' }
  standsAs(lot, lane, standing, session.id, now)
  const cause = { kind: 'unplated-admission', request: ask.id } as const
  const opening = orderOpening(lot, { lane: lane.id, occupancy: standing.number, session: session.id, cause }, now)
  store.admit(ask.id, session.id, opening.id, now)
  return { session: session.id, opening }
}

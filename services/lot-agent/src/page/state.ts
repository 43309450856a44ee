import type { Instant } from '@lanepay/domain/types.ts'
import type { DeviceReport } from '../equipment/health.ts'
import { collects } from '../lane/leads.ts'
import type { Lot } from '../lot.ts'
import type { LanePlan } from '../plan.ts'
import type { LaneView, OwedView, SessionStory, SessionView, StateView } from './api.ts'
import { kioskView } from './kiosks.ts'
import type { PageLot } from './page-lot.ts'
import { owedView, sessionView } from './views.ts'

/** What whoever looks at the page sees at this instant. `since`: since when the line to the cloud is as it is. */
export function stateOf(page: PageLot, since: Instant, now: Instant): StateView {
  const { store, plan } = page.lot
  const { version, cards, free, guests, blocked, capacity } = store.book().lists
  const devices = page.devices()
  return {
    now,
    lot: plan.number,
    planRefused: page.planRefused,
    lanes: plan.lanes.map((lane) => laneOf(page, lane, devices, now)),
    link: {
      connected: page.connected(),
      since,
      lastSeq: store.lastSeq(),
      ackedSeq: store.ackedSeq(),
      cloudOffMs: wholeSeconds(page.cloudOffMs()),
    },
    inside: store.inside(),
    capacity,
    lists: {
      version,
      cards: cards.length,
      free: free.length,
      guests: guests.length,
      blocked: blocked.length,
    },
    tariffVersion: store.tariff()?.version ?? null,
    booths: (plan.booths ?? []).map((booth) => {
      const shift = store.openShift(booth.id)
      return { ...booth, shift: shift && { attendant: shift.attendant, since: shift.openedAt } }
    }),
    kiosks: (plan.kiosks ?? []).map((kiosk) => kioskView(page, kiosk)),
    classes: page.lot.price.classes?.(now) ?? [],
  }
}

/** Every answer of the cloud measures it a little otherwise: that alone is no other state. */
const wholeSeconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 1000) * 1000)

function laneOf(
  { lot, seen, pictures }: PageLot,
  lane: LanePlan,
  devices: readonly DeviceReport[],
  now: Instant,
): LaneView {
  const { store } = lot
  const standing = store.occupancy(lane.id)
  const session = standing?.session ? store.session(standing.session) : null
  return {
    id: lane.id,
    direction: lane.direction,
    area: lane.area === undefined ? null : { name: lane.area, collects: collects(lot.plan, lane) },
    arm: lane.inputs.armOpen === null ? null : store.armIsUp(lane.id) ? 'up' : 'down',
    occupancy: standing && {
      number: standing.number,
      plate: session?.plate ?? standing.plate,
      since: standing.since,
      position: standing.position,
      session: session && sessionView(lot, session),
      owed: session && owing(owedView(lot, session, now)),
      gate: store.openingOf(standing.number)?.state ?? null,
      mayBe: session ? null : mayBe(lot, standing.number),
    },
    shown: seen.shownIn(lane.id),
    reads: seen.readsOf(lane.id).map((read) => {
      const { plate, plateText, at, stored } = read
      return { plate, plateText, at, stored, picture: pictures.ofRead(lane.id, at) }
    }),
    devices: devices.filter((one) => one.lane === lane.id).map(({ lane: _, ...device }) => device),
  }
}

/** Without its lines: some of them end now, and the state would be another one at every look. */
const owing = (owed: SessionStory['owed']): OwedView | null => {
  if (owed === null) return null
  const { lines: _, ...rest } = owed
  return rest
}

/** An offer is made when a vehicle comes, so it is among the newest of the log. */
const looksBack = 200

/** The stay that was offered for a vehicle nobody inside is known to be, while it is still inside. */
function mayBe(lot: Lot, occupancy: string): SessionView | null {
  const { store } = lot
  const offer = store
    .eventsAfter(Math.max(0, store.lastSeq() - looksBack), looksBack)
    .findLast((event) => event.kind === 'misread-offered' && event.occupancy === occupancy)
  if (offer?.kind !== 'misread-offered') return null
  const session = store.session(offer.session as never)
  return session && store.isOpen(session.id) ? sessionView(lot, session) : null
}

import type { Instant } from '@lanepay/domain/types.ts'
import type { Occupancy } from '../disk/store.ts'
import { orderOpening } from '../gate/openings.ts'
import type { Lot } from '../lot.ts'
import type { LanePlan } from '../plan.ts'
import { decidePass } from '../rules/pass.ts'
import { areaOf } from './leads.ts'
import { shown } from './text.ts'
import type { Seen } from './vehicle.ts'

/**
 * What becomes of the vehicle that stands at a gate between the lot and an area inside it where nothing is asked for. Out goes
 * everybody, read or not: nobody is kept in there for a plate that was misread. Runs inside a turn.
 */
export function letPass(lot: Lot, lane: LanePlan, here: Occupancy, now: Instant, isNew: boolean): Seen {
  const { store, plan } = lot
  const session = here.session === null ? null : store.session(here.session)
  const plate = session?.plate ?? here.plate
  const open = () =>
    orderOpening(
      lot,
      {
        lane: lane.id,
        occupancy: here.number,
        session: session?.id ?? null,
        cause: { kind: 'area', area: lane.area! },
      },
      now,
    )
  if (lane.direction === 'exit') return { opening: open(), shown: plate === null ? null : shown.goodbye(plate) }
  if (plate === null) return { opening: null, shown: shown.unplatedAtEntry }
  const decision = decidePass({
    known: store.book().known(plate, now),
    standing: session?.standing ?? null,
    inside: store.insideArea(lane.area!),
    capacity: areaOf(plan, lane)?.capacity ?? null,
  })
  switch (decision.act) {
    case 'open':
      return { opening: open(), shown: shown.welcome(plate) }
    case 'call-a-person':
      return { opening: null, shown: shown.noSession(plate) }
    case 'refuse': {
      const { because } = decision
      // Told once of a vehicle, however often it is looked at.
      if (isNew) store.log({ kind: 'refused', at: now, lane: lane.id, occupancy: here.number, plate, because })
      return { opening: null, shown: because === 'full' ? shown.full : shown.blocked(plate) }
    }
  }
}

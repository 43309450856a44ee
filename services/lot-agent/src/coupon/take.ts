import { isDeepStrictEqual } from 'node:util'
import { parsePlate } from '@lanepay/domain/plate.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import type { Opening } from '../disk/store.ts'
import { collects } from '../lane/leads.ts'
import { letOn } from '../lane/vehicle.ts'
import type { Lot } from '../lot.ts'

type Taken = {
  readonly state: 'done' | 'refused' | 'expired'
  readonly because?: string
  readonly opening?: Opening | null
}

/** A stay with more is no stay; each is priced with and without. */
const mostAtOnce = 20

/**
 * Keeps a coupon for a plate's next settled stay, or for one stay. Its id is kept with it: the same coupon again is the same
 * coupon, used or not. Whoever stands at an exit and owes nothing by it is let out. Refused by name: `no-session`,
 * `session-ended`, `not-a-plate`, `too-many`, `another-coupon` (one of this id is there, and says otherwise). Runs inside a turn.
 */
export function takeCoupon(lot: Lot, command: Extract<Command, { kind: 'coupon' }>, now: Instant): Taken {
  const { store, plan } = lot
  const { coupon: id, for: whose, worth } = command
  const validUntil = command.validUntil as Instant
  const refuse = (because: string): Taken => ({ state: 'refused', because })
  const parsed = 'plate' in whose ? parsePlate(whose.plate, { overseas: true }) : null
  if (parsed?.ok === false) return refuse('not-a-plate')
  const [plate, session] = [parsed?.value ?? null, 'session' in whose ? (whose.session as Id) : null]
  const known = store.coupon(id)
  if (known) {
    const same = isDeepStrictEqual(
      [known.plate, known.session, known.validUntil, known.worth],
      [plate, session, validUntil, worth],
    )
    if (!same) return refuse('another-coupon')
    return { state: 'done', ...(known.usedBy === null ? {} : { because: 'it was used' }) }
  }
  if (now > validUntil) return { state: 'expired', because: 'it ended before it came' }
  if (session !== null && !store.session(session)) return refuse('no-session')
  if (session !== null && !store.isOpen(session)) return refuse('session-ended')
  if (store.unusedCoupons(session, plate) >= mostAtOnce) return refuse('too-many')
  store.keepCoupon({ id, plate, session, worth, validUntil }, now)

  for (const lane of plan.lanes) {
    const standing = collects(plan, lane) ? store.occupancy(lane.id) : null
    const stay = standing?.session ? store.session(standing.session) : null
    if (!standing || !stay || !(stay.id === session || stay.plate === plate)) continue
    return { state: 'done', opening: letOn(lot, lane, standing, now)?.opening ?? null }
  }
  return { state: 'done' }
}

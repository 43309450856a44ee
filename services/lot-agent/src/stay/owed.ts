import type { EarlierVisit } from '@lanepay/domain/tariff/tariff.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { QuoteLine } from '@lanepay/lot-link/messages.ts'
import type { Session } from '../disk/store.ts'
import type { Lot } from '../lot.ts'
import { coverOf } from '../rules/cover.ts'

export type Owed = {
  readonly priceFen: number
  readonly paidFen: number
  readonly owedFen: number
  readonly lines: readonly QuoteLine[]
  readonly leaveMinutes: number
  readonly leaveBy: Instant | null
  /** The clearance that lets it leave now, if one does. */
  readonly clearedBy: Id | null
  /** Card or list spared it all of the stay so far. */
  readonly wholeCovered: boolean
}

/** What a session owes at an instant: its price less what was paid; nothing while a clearance stands. */
export function owedBy(lot: Lot, session: Session, now: Instant): Owed {
  const { store, price } = lot
  const { enteredAt, plate, colour, vehicleClass, occupancyPercent } = session
  const { paidFen, payments, best } = store.cleared(session.id)
  const { lists } = store.book()
  const of = (one: { readonly plate: string }) => one.plate === plate
  const cover = coverOf({
    enteredAt,
    at: now,
    listed: [...lists.free.filter(of), ...lists.guests.filter(of)],
    cards: lists.cards,
    holds: store.holds(session.id),
  })
  const { priceFen, lines, leaveMinutes } = price({
    enteredAt,
    at: now,
    plate,
    colour,
    vehicleClass,
    occupancyPercent,
    cover,
    payments,
    earlier: () => earlierVisits(lot, session),
  })
  const clearedBy = best !== null && now <= best.leaveBy ? best.id : null
  return {
    priceFen,
    paidFen,
    owedFen: clearedBy === null ? Math.max(0, priceFen - paidFen) : 0,
    lines,
    leaveMinutes,
    leaveBy: best?.leaveBy ?? null,
    clearedBy,
    wholeCovered: cover.some(({ from, to, windows }) => !windows && from <= enteredAt && to >= now),
  }
}

/** No rolling window or re-entry looks back further. */
const lookBackMs = 31 * 24 * 3_600_000

function earlierVisits({ store }: Lot, { plate, enteredAt }: Session): EarlierVisit[] {
  return store.earlier(plate, (enteredAt - lookBackMs) as Instant).map(({ occupancyPercent, ...visit }) => ({
    ...visit,
    ...(occupancyPercent === null ? {} : { occupancyPercent }),
  }))
}

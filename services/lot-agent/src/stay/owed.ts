import { type EarlierVisit, NotPriceable } from '@lanepay/domain/tariff/tariff.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { QuoteLine } from '@lanepay/lot-link/messages.ts'
import type { Session } from '../disk/store.ts'
import type { Lot, PriceStay, StayToPrice } from '../lot.ts'
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

/**
 * What a session owes at an instant: its price less what was paid; nothing while a clearance stands. Null where the price list
 * has no price for it: its ladder ended, or a person gave the vehicle a class it does not know. Then a person decides.
 */
export function owedBy(lot: Lot, session: Session, now: Instant): Owed | null {
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
  const clearedBy = best !== null && now <= best.leaveBy ? best.id : null
  const priced = priceOrNull(price, {
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
  if (!priced && clearedBy === null) return null
  const { priceFen, lines, leaveMinutes } = priced ?? { priceFen: paidFen, lines: [], leaveMinutes: 0 }
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

function priceOrNull(price: PriceStay, stay: StayToPrice): ReturnType<PriceStay> | null {
  try {
    return price(stay)
  } catch (error) {
    if (error instanceof NotPriceable) return null
    throw error
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

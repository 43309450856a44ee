import { type EarlierVisit, NotPriceable } from '@lanepay/domain/tariff/tariff.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { QuoteLine } from '@lanepay/lot-link/messages.ts'
import { couponsOf } from '../coupon/of-stay.ts'
import type { Coupon, Session } from '../disk/store.ts'
import type { Lot, PartToPrice, PriceStay, StayToPrice } from '../lot.ts'
import { type Cover, coverOf } from '../rules/cover.ts'

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
  /** It rests on a coupon that ends then; null: on none that is not used yet. */
  readonly standsUntil: Instant | null
}

/**
 * What a session owes at an instant: its price less what was paid; nothing while a clearance stands. Null where the price list
 * has no price for it: its ladder ended, or a person gave the vehicle a class it does not know. Then a person decides.
 */
export function owedBy(lot: Lot, session: Session, now: Instant): Owed | null {
  const { enteredAt } = session
  const { paidFen, best } = lot.store.cleared(session.id)
  const clearedBy = best !== null && now <= best.leaveBy ? best.id : null
  const coupons = couponsOf(lot, session, now)
  const priced = priceWith(lot, session, now, coupons)
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
    wholeCovered: coverAt(lot, session, now).some(
      ({ from, to, windows }) => !windows && from <= enteredAt && to >= now,
    ),
    standsUntil: coupons.reduce<Instant | null>(
      (least, { usedBy, validUntil }) =>
        usedBy !== null || (least !== null && least <= validUntil) ? least : validUntil,
      null,
    ),
  }
}

/** The price of a stay at an instant with these coupons; null where the price list has none. */
export function priceWith(
  lot: Lot,
  session: Session,
  at: Instant,
  coupons: readonly Coupon[],
): ReturnType<PriceStay> | null {
  const { enteredAt, plate, colour, vehicleClass, occupancyPercent } = session
  try {
    return lot.price({
      enteredAt,
      at,
      plate,
      colour,
      vehicleClass,
      occupancyPercent,
      cover: coverAt(lot, session, at),
      payments: lot.store.cleared(session.id).payments,
      coupons: coupons.map(({ worth }) => worth as StayToPrice['coupons'][number]),
      parts: partsUntil(lot, session, at),
      earlier: () => earlierVisits(lot, session),
    })
  } catch (error) {
    if (error instanceof NotPriceable) return null
    throw error
  }
}

function coverAt({ store }: Lot, { id, enteredAt, plate }: Session, at: Instant): readonly Cover[] {
  const { lists } = store.book()
  const of = (one: { readonly plate: string }) => one.plate === plate
  const listed = [...lists.free.filter(of), ...lists.guests.filter(of)]
  return coverOf({ enteredAt, at, listed, cards: lists.cards, holds: store.holds(id) })
}

/** As far as they lie within the stay: a person may have corrected its entry. */
const partsUntil = ({ store }: Lot, { id, enteredAt }: Session, at: Instant): readonly PartToPrice[] =>
  store.parts(id).flatMap(({ area, occupancyPercent, ...part }) => {
    const [from, to] = [Math.max(enteredAt, part.enteredAt), Math.min(part.leftAt ?? at, at)]
    return from < to ? [{ area, enteredAt: from as Instant, leftAt: to as Instant, occupancyPercent }] : []
  })

/** No rolling window or re-entry looks back further. */
const lookBackMs = 31 * 24 * 3_600_000

function earlierVisits({ store }: Lot, { plate, enteredAt }: Session): EarlierVisit[] {
  return store.earlier(plate, (enteredAt - lookBackMs) as Instant).map(({ occupancyPercent, ...visit }) => ({
    ...visit,
    ...(occupancyPercent === null ? {} : { occupancyPercent }),
  }))
}

import { plateKind } from '@lanepay/domain/plate.ts'
import { coveredBy, NotPriceable, quoteBySchedule, type Schedule, tariffFor } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant, Plate } from '@lanepay/domain/types.ts'
import type { Lists } from '@lanepay/lot-link/messages.ts'
import type { BesideStay } from '../bolink/beside.ts'

/* What the stays that another platform charged would have cost by our price list and our lists. Pure; money in fen. */

export type Verdict =
  | 'same'
  /** We would take more, or less. */
  | 'more'
  | 'less'
  /** It let the vehicle go for nothing as its own, and our lists do not know it; or the other way round. */
  | 'only-there'
  | 'only-here'
  /** Our price list has no price for it. */
  | 'no-price'
export type Compared = { readonly stay: BesideStay; readonly ourFen: number | null; readonly verdict: Verdict }

type Covers = Pick<Lists, 'cards' | 'free' | 'guests'>
const always = { from: 0 as Instant, until: Number.MAX_SAFE_INTEGER as Instant }

/**
 * Each stay with our price. Cards, free and announced vehicles pay nothing in their time; how many spaces a card has is not counted, and
 * nor are coupons and earlier visits: what is compared is the price of the one stay, before anything was taken off.
 */
export function compareStays(
  schedule: Schedule,
  { cards, free, guests }: Covers,
  stays: readonly BesideStay[],
): readonly Compared[] {
  const covers = Map.groupBy(
    [
      ...cards.flatMap(({ plates, ...card }) => plates.map((plate) => ({ ...card, plate: plate as string }))),
      ...[...free, ...guests].map((one) => ({ ...always, ...one, windows: undefined })),
    ],
    ({ plate }) => plate,
  )
  return stays.map((stay) => {
    const enteredAt = stay.enteredAt as Instant
    const at = stay.leftAt as Instant
    const tariff = tariffFor(schedule, enteredAt, at)
    const covered = (covers.get(stay.plate) ?? [])
      .map(({ windows, from, until }) => ({
        ...{ windows, from: Math.max(from, enteredAt) as Instant, to: Math.min(until, at) as Instant },
      }))
      .filter(({ from, to }) => from < to)
      .flatMap(({ windows, from, to }) => (windows ? coveredBy(tariff, { windows }, from, to) : [{ from, to }]))
    try {
      const { priceFen } = quoteBySchedule(schedule, {
        ...{ enteredAt, at, covered, plateColour: stay.colour, plateKind: plateKind(stay.plate as Plate) },
      })
      return { stay, ourFen: priceFen, verdict: verdictOf(stay, priceFen, covered.length > 0) }
    } catch (error) {
      if (error instanceof NotPriceable) return { stay, ourFen: null, verdict: 'no-price' }
      throw error
    }
  })
}

function verdictOf({ saidFen, payType }: BesideStay, ourFen: number, isOurs: boolean): Verdict {
  if (ourFen === saidFen) return 'same'
  const isTheirs = payType === 'monthuser' || payType === 'free'
  if (isTheirs && saidFen === 0 && !isOurs) return 'only-there'
  if (isOurs && !isTheirs && ourFen < saidFen) return 'only-here'
  return ourFen > saidFen ? 'more' : 'less'
}

export type Sum = { readonly stays: number; readonly saidFen: number; readonly ourFen: number }
/** How many stays have each verdict, and what they come to by each side; a stay without a price of ours counts nothing with us. */
export function sumsOf(compared: readonly Compared[]): ReadonlyMap<Verdict, Sum> {
  const sums = new Map<Verdict, Sum>()
  for (const { stay, ourFen, verdict } of compared) {
    const before = sums.get(verdict) ?? { stays: 0, saidFen: 0, ourFen: 0 }
    sums.set(verdict, {
      ...{ stays: before.stays + 1, saidFen: before.saidFen + stay.saidFen, ourFen: before.ourFen + (ourFen ?? 0) },
    })
  }
  return sums
}

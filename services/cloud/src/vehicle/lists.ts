import type { Lists, MonthCard } from '@lanepay/lot-link/messages.ts'
import type { ListName, Window } from './api.ts'

/* Who is who in a lot as it is kept here, and as the lot is told. Pure. */

export type Card = {
  readonly id: string
  readonly card: string
  readonly product: string
  readonly plates: readonly string[]
  readonly spaces: number
  readonly from: number
  readonly until: number
  /** Sealed. */
  readonly holder: string | null
  readonly stoppedAt: number | null
}
export type Product = {
  readonly id: string
  readonly name: string
  readonly monthFen: number
  readonly spaces: number
  readonly windows: readonly Window[] | null
  readonly ended: boolean
}
export type Listed = {
  readonly list: ListName
  readonly plate: string
  readonly from: number | null
  readonly until: number | null
  readonly note: string
}
export type Kept = {
  readonly capacity: number | null
  readonly products: readonly Product[]
  readonly cards: readonly Card[]
  readonly listed: readonly Listed[]
}

/**
 * What the lot is told: cards that are not stopped, and of cards and vehicles those whose time is not over. A stay that a card has spared
 * goes on being spared in its time, so one that has run out is told for a month more: longer no stay is priced back.
 */
const toldAfterMs = 31 * 86_400_000
export const stands = ({ until }: { readonly until: number | null }, now: number): boolean =>
  until === null || until > now - toldAfterMs

export function listsOf({ capacity, products, cards, listed }: Kept, version: number, now: number): Lists {
  const windowsOf = new Map(products.map(({ id, windows }) => [id, windows]))
  const of = (name: ListName) =>
    listed
      .filter((one) => one.list === name && stands(one, now))
      .map(({ plate, from, until, note }) => ({
        plate,
        ...(from === null ? {} : { from }),
        ...(until === null ? {} : { until }),
        ...(note === '' ? {} : { note }),
      }))
  return {
    ...{ version, capacity },
    cards: cards.filter((card) => card.stoppedAt === null && stands(card, now)).map((card) => cardOf(card, windowsOf)),
    ...{ free: of('free'), guests: of('guests'), blocked: of('blocked') },
  }
}

function cardOf(
  { card, product, plates, spaces, from, until }: Card,
  windowsOf: ReadonlyMap<string, readonly Window[] | null>,
): MonthCard {
  const windows = windowsOf.get(product)
  return {
    ...{ card, plates: [...plates], spaces, from, until },
    ...(windows
      ? { windows: windows.map(({ days, ...window }) => ({ ...window, ...(days ? { days: [...days] } : {}) })) }
      : {}),
  }
}

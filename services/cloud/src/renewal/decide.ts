import { maskPlate } from '@lanepay/domain/plate.ts'
import type { Plate } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import type { Card, Kept } from '../vehicle/lists.ts'
import { withoutWord } from '../vehicle/rows.ts'

/* Rules of month cards that their drivers make longer: pure, time is an argument. */

/** A price stands so long. */
export const priceStandsMs = 5 * 60_000
/** So long after the last price that was asked for it a card that nobody has paid is let go; no order is open by then. */
export const letGoAfterMs = 30 * 60_000
export const mostMonths = 12
/** Nobody pays further ahead than this. */
const aheadMs = 3 * 366 * 86_400_000

/** A period as lots say it. */
export const month = '月'
/** A card as its driver may make it longer. Instants in ms, money in fen. */
export type Renewable = {
  /** As drivers' pages call it: `here:` and our id, or `lot:` and what the lot's software calls it. */
  readonly card: string
  readonly product: string
  readonly from: number | null
  readonly until: number | null
  /** Null: the lot is asked for the price. */
  readonly monthFen: number | null
  /** What is bought several of: a month, or as the lot's software calls it. */
  readonly period: string
  /** Of its holder; null: nobody has noted one. */
  readonly phone: string | null
}

/** The cards kept here that this plate is on and that a driver may make longer: sold still, for money, and of nobody who is blocked. */
export function renewableCards(
  { cards, products, listed }: Omit<Kept, 'capacity'>,
  plate: string,
  takenBy: 'whole' | 'rows',
  phoneOf: (card: Card) => string | null,
): Renewable[] {
  if (listed.some((one) => one.list === 'blocked' && one.plate === plate)) return []
  return cards.flatMap((card) => {
    const product = products.find(({ id }) => id === card.product)
    const isSold = product !== undefined && !product.ended && product.monthFen > 0
    if (card.stoppedAt !== null || !card.plates.includes(plate) || !isSold) return []
    // Its software could not be told.
    if (takenBy === 'rows' && withoutWord({ cards: [card], put: [] }, { products }) !== null) return []
    const { name, monthFen } = product
    const { from, until } = card
    return [{ card: `here:${card.id}`, product: name, from, until, monthFen, period: month, phone: phoneOf(card) }]
  })
}

/**
 * Whether who asks may see and renew a card (domain.md 8): its holder's telephone is known by its last four digits. Of a card without one
 * nobody can show that it is his: it can be paid for, and says nothing of itself.
 */
export function standingOf(phone: string | null, end: string | undefined): 'proven' | 'open' | 'unproven' {
  const digits = (phone ?? '').replace(/\D/g, '')
  if (digits.length < 4) return 'open'
  return end !== undefined && digits.endsWith(end) ? 'proven' : 'unproven'
}

/** A card that is good until then is paid far ahead. */
export const isTooFar = (until: number, now: number): boolean => until > now + aheadMs

/**
 * From when on a card is made longer: from its end, or from the day at Beijing where it is over or says none. `from`: of a lot whose cards go
 * on without a gap, also from an end that is past.
 */
export function startOf(until: number | null, now: number, from: 'end' | 'payment' = 'payment'): number {
  const today = Math.floor((now + 8 * 3_600_000) / 86_400_000) * 86_400_000 - 8 * 3_600_000
  return from === 'end' ? (until ?? today) : Math.max(until ?? today, today)
}

/** Its id, or what the lot's software calls it. */
export const idOf = (card: string): string => card.slice(card.indexOf(':') + 1)

/** Nobody has to leave after it, and it opens nothing: of nearly all clearances of stays that says that they are. */
export const mayBeRenewal = (command: Command): command is Extract<Command, { kind: 'clearance' }> =>
  command.kind === 'clearance' && command.leaveMinutes === 0 && command.gate === undefined

/** The one line of its price. */
export function lineOf(
  { product, period }: Pick<Renewable, 'product' | 'period'>,
  months: number,
  amountFen: number,
  time: { readonly from?: number; readonly to?: number },
) {
  const [zh, en] =
    period === month
      ? [`${months} 个月`, `${months} ${months === 1 ? 'month' : 'months'}`]
      : [`${months} 期（${period}）`, `${months} × ${period}`]
  return {
    kind: 'month-card',
    text: {
      'zh-CN': `月卡续费 ${zh}${product && `（${product}）`}`,
      en: `Month card, ${en}${product && ` (${product})`}`,
    },
    ...time,
    amountFen,
  }
}

/** What the driver reads in the wallet, and the operator in the channel's books. */
export const describeRenewal = (lotName: string, plate: Plate): string => `月卡续费 ${lotName} ${maskPlate(plate)}`

import { fen } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import { dayOf } from '../reconciliation/day.ts'
import type { Settled } from './settings.ts'
import { seconds } from './words.ts'

type Coupon = Extract<Command, { kind: 'coupon' }>

/** What a coupon is worth, as `deliver_ticket` has it (bolink-protocol.md 5.8). */
export type Worth = {
  readonly limit_day: number
  readonly ticket_type: number
  readonly discount: string
  readonly time_range: number
  readonly money?: Fen
  readonly duration?: number
  readonly ticket_unit?: number
}

/** Of a coupon by which `pay` in 100 are paid. */
const rateText: Readonly<Record<Exclude<Settled['ticketRate'], 'untold'>, (pay: number) => string>> = {
  'tenths-paid': (pay) => String(pay / 10),
  'fraction-paid': (pay) => String(pay / 100),
  'percent-paid': (pay) => String(pay),
  'percent-off': (pay) => String(100 - pay),
}

const limitDay: Readonly<Record<Settled['ticketLimitDay'], (until: number, days: number) => number>> = {
  seconds,
  days: (_, days) => days,
  date: (until) => Number(dayOf(until).replaceAll('-', '')),
}

/**
 * A coupon's worth in the words of the protocol; null: it has none that is sure. How a rate is written is published nowhere, and one that is
 * read otherwise would take off nearly all: it is told where the lot's plan says how (`ticketRate`). How its last day and its hours are
 * written is published nowhere either (`ticketLimitDay`, `ticketTimeRange`).
 */
export function ticketOf(
  { worth, validUntil }: Pick<Coupon, 'worth' | 'validUntil'>,
  now: number,
  {
    ticketRate: rate,
    ticketLimitDay,
    ticketTimeRange,
  }: Pick<Settled, 'ticketRate' | 'ticketLimitDay' | 'ticketTimeRange'>,
): Worth | null {
  const begun = (ms: number) => Math.max(1, Math.ceil((validUntil - now) / ms))
  const usual = {
    ...{ discount: '0', limit_day: limitDay[ticketLimitDay](validUntil, begun(86_400_000)) },
    time_range: ticketTimeRange === 'hours' ? begun(3_600_000) : 0,
  }
  switch (worth.kind) {
    case 'amount':
      return { ...usual, ticket_type: 0, money: fen(worth.fen) }
    case 'minutes':
      return { ...usual, ticket_type: 1, duration: worth.minutes, ticket_unit: 1 }
    case 'whole':
      return { ...usual, ticket_type: 2 }
    case 'until':
      return { ...usual, ticket_type: 5, time_range: seconds(worth.at) }
    case 'percent':
      return rate === 'untold' ? null : { ...usual, ticket_type: 3, discount: rateText[rate](worth.pay) }
  }
}

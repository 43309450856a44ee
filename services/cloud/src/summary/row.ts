import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import type { Day } from '../reconciliation/day.ts'

/*
 * What a day came to at a lot: the lot as a whole, and the same once more by lane, by channel, by attendant and by product. Whatever
 * belongs to no lane, channel, attendant or product is of the member `''`, so that of each dimension the members add up to the lot.
 *
 * A payment is of the day on which its driver paid, cash of the day on which it was taken, what was over or short of the day of
 * the hand-over, a stay of the days on which it began and ended; everything else of the day on which it was posted. Days are Beijing's.
 */

/** By what a summary is told apart; `lot`: not at all. */
export const dimensions = ['lot', 'lane', 'channel', 'attendant', 'product'] as const
export type Dimension = (typeof dimensions)[number]

/**
 * Every figure, by its name; those that end in `Fen` are whole fen, `staySeconds` is seconds, the others count. All of them add up,
 * over members, days and lots. Of each row: `netFen` = `paidFen` - `refundedFen` - `channelFeeFen` - `platformFeeFen` - `sharedFen`.
 */
export const figures = [
  /** Through channels, and counting for a stay. */
  'payments',
  'paidFen',
  /** Asked for, without those that failed. */
  'refunds',
  'refundedFen',
  /** What channels keep of it; with what their bills corrected, and gave back with refunds. */
  'channelFeeFen',
  'platformFeeFen',
  /** Owed to partners. */
  'sharedFen',
  /** What of it the operator gets. */
  'netFen',
  /** Paid and counting for nothing: they go back by themselves, and are in no other figure. */
  'unappliedPayments',
  'unappliedFen',
  'cashPayments',
  'cashFen',
  'cashGivenBack',
  'cashGivenBackFen',
  /** Drawers with something in them that were handed over, and by how much they were over; short: below zero. */
  'handOvers',
  'overShortFen',
  'entries',
  /** All that left, those below too; `staySeconds` / `exits` is the average length of a stay. */
  'exits',
  'staySeconds',
  /** Nothing was owed and nothing paid. */
  'freeExits',
  /** A person let them go although they owed, or they went under an arm that was not opened for them. */
  'releasedOwing',
  'escaped',
  /** What these two owed. */
  'owedFen',
  /** Openings of gates, by their reason. */
  'openedForEntry',
  'openedForPayment',
  'openedFree',
  'openedByCard',
  'openedByPerson',
  /** Nobody had ordered it. */
  'openedUnordered',
] as const
export type Figure = (typeof figures)[number]
/** Each of them whole, and safe as a number. */
export type Figures = Readonly<Record<Figure, number>>

/** What is printed and sorted by: a day `2026-11-01` or a month `2026-11`. */
export type Period = { readonly by: 'day'; readonly day: Day } | { readonly by: 'month'; readonly month: Month }
/** `2026-11`, at Beijing. */
export type Month = `${number}-${number}`

/** One row: what one lot came to in one day or month, by one member of one dimension. */
export type SummaryRow = {
  readonly lot: LotKey
  readonly period: Period
  readonly dimension: Dimension
  /**
   * lot: `''`. lane: its number. channel: `wechatpay`, `alipay`, `cash`. attendant: the holder of the drawer, whoever scanned the
   * pay code or opened the gate. product: `parking`, `parking:CLASS`, `month-card`. `''`: of none of them.
   */
  readonly member: string
  readonly figures: Figures
  /**
   * open: the lot has not told all of it, or it is not reconciled. closed: it is; whatever comes later is a correction.
   * Of a month: all its days are closed.
   */
  readonly state: 'open' | 'closed'
  /** How often it was corrected after it was closed, and when the last time. */
  readonly corrections: number
  readonly correctedAt: Instant | null
}

/** One figure of one row that changed after its day was closed. Never edited. */
export type Correction = {
  readonly lot: LotKey
  readonly day: Day
  readonly dimension: Dimension
  readonly member: string
  /** The first of a row is 1; the figures that one round changed have the same number. */
  readonly number: number
  readonly figure: Figure
  readonly from: number
  readonly to: number
  /** What came late or was put right: `entry:SESSION`, `exit:SESSION`, `opening:EPOCH/SEQ`, or a transfer as `CAUSE:ID`. */
  readonly because: readonly string[]
  readonly at: Instant
}

export const nothing: Figures = Object.fromEntries(figures.map((figure) => [figure, 0])) as Figures

import { type Database, instantOut } from '@lanepay/database/database.ts'
import { idEpochMs } from '@lanepay/domain/ids.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { ChannelName, Id, LotKey } from '@lanepay/domain/types.ts'
import { type BookedStay, receivableOf, sumsOf, yuan } from './figures.ts'
import { selectBegun, selectEnded, selectOrderOfPayment, selectPaidBetween, selectPaidOfOrder } from './store.ts'
import { payChannel, scannedBy, seconds } from './words.ts'

const pageSize = 100
const longestMs = 24 * 3_600_000
/** An order that is paid was made at most this long before. */
const orderLivesMs = 3_600_000
/** Older stays are not counted among those that end on a day. */
const longestStayMs = 92 * 24 * 3_600_000

type PaidRow = {
  readonly id: Id
  readonly order_id: string
  /** It was owed by one who had left without paying. */
  readonly owed: boolean
  readonly plate: string
  readonly channel: ChannelName
  readonly driver: string
  /** Out of a wallet, without any act. */
  readonly senseless: boolean
  readonly amount_fen: number
  readonly refunded_fen: number
  readonly refunding: boolean
  readonly lane_id: number | null
  readonly paid_at: number
  readonly entered_at: number
  readonly left_at: number | null
}

/** 1 settled, 2 prepaid, 3 refunded, 4 refunding: a prepaid one is settled when its vehicle has left. */
const stateOf = (row: PaidRow): number => {
  if (row.refunding) return 4
  if (row.refunded_fen > 0) return 3
  return sceneOf(row) === 'prepay' && row.left_at === null ? 2 : 1
}
const sceneOf = ({ lane_id, owed }: PaidRow): 'prepay' | 'outpay' => (lane_id === null && !owed ? 'prepay' : 'outpay')
/** By whom it was begun (4.2): the driver, an attendant with a scanner, or nobody. */
const payTypeOf = ({ driver, senseless }: PaidRow): string => {
  if (senseless) return 'wallet'
  return driver.startsWith(scannedBy) ? 'sweepcode' : 'scancode'
}
const entryOf = (lot: LotKey, row: PaidRow) => ({
  order_id: row.order_id,
  trade_no: numberOf('trade', lot, row.id),
  pay_type: payTypeOf(row),
  pay_channel: payChannel[row.channel],
  total: yuan(row.amount_fen),
  car_number: row.plate,
  state: stateOf(row),
  pay_time: seconds(row.paid_at),
})
/** A record in the words of an exit (4.2): no list of `check_account` is published. */
const lineOf = (stay: BookedStay) => ({
  ...{ order_id: stay.order_id, car_number: stay.plate, in_time: seconds(stay.entered_at) },
  ...(stay.left_at === null ? {} : { out_time: seconds(stay.left_at) }),
  ...(stay.exit_how === null ? {} : { pay_type: stay.exit_how }),
  ...{ amount_receivable: yuan(receivableOf(stay)), electronic_pay: yuan(stay.paid_fen) },
  ...{ cash_pay: yuan(stay.cash_fen ?? 0), reduce_amount: yuan(stay.reduced_fen ?? 0) },
})

/** What a lot asks of what was paid by phone, when it missed a result or reconciles its day (bolink-protocol.md 4.4, 4.6). */
export const bookOf = (database: Database) => ({
  /** Every payment of one record. */
  async ofOrder(lot: LotKey, orderId: string) {
    const rows = await database.of(lot.bucket).query<PaidRow>(selectPaidOfOrder, [lot.bucket, lot.lotId, orderId])
    return rows.map((row) => ({
      ...entryOf(lot, row),
      pay_scene: sceneOf(row),
      in_time: seconds(row.entered_at),
      ...(row.left_at === null ? {} : { out_time: seconds(row.left_at) }),
    }))
  },
  /** The record that a payment is of. */
  async orderOf(lot: LotKey, payment: string): Promise<string | null> {
    const [row] = await database
      .of(lot.bucket)
      .query<{ order_id: string }>(selectOrderOfPayment, [lot.bucket, lot.lotId, payment])
    return row?.order_id ?? null
  },
  /** The records that began (or ended) from one instant until before another, at most so long; null: a longer time, or none. */
  async staysBetween(
    lot: LotKey,
    {
      fromMs,
      untilMs,
      atMostMs = longestMs,
    }: { readonly fromMs: number; readonly untilMs: number; readonly atMostMs?: number },
    entries: boolean,
  ): Promise<readonly BookedStay[] | null> {
    if (untilMs < fromMs || untilMs - fromMs > atMostMs) return null
    const oldest = BigInt(Math.max(0, fromMs - longestStayMs - idEpochMs)) << 22n
    return database
      .of(lot.bucket)
      .query<BookedStay>(entries ? selectBegun : selectEnded, [
        ...[lot.bucket, lot.lotId, oldest, instantOut(fromMs), instantOut(untilMs)],
      ])
  },
  /** All of it that a lot asks by `check_account` (4.6): whole, or one page of its list. */
  async account(
    lot: LotKey,
    time: { readonly fromMs: number; readonly untilMs: number },
    entries: boolean,
    page?: number,
  ) {
    const stays = await this.staysBetween(lot, time, entries)
    if (stays === null || (page !== undefined && page < 1)) return null
    const sums = sumsOf(stays)
    const listed = page === undefined ? stays : stays.slice((page - 1) * pageSize, page * pageSize)
    return {
      ...(page === undefined ? {} : { page_number: page, page_count: Math.max(1, Math.ceil(stays.length / pageSize)) }),
      ...{ count: sums.count, amount_receive_total: yuan(sums.receivableFen), cash_pay_total: yuan(sums.cashFen) },
      ...{ ele_pay_total: yuan(sums.paidFen), reduce_total: yuan(sums.reducedFen) },
      order_list: listed.map(lineOf),
    }
  },
  /** One page of what was paid from one instant until before another, at most a day; null: a longer time, or none. */
  async between(lot: LotKey, fromMs: number, untilMs: number, page: number, atMostMs = longestMs) {
    if (untilMs < fromMs || untilMs - fromMs > atMostMs || page < 1) return null
    // Ids are ordered in time: what is older than any order paid then is not looked at.
    const oldest = BigInt(Math.max(0, fromMs - orderLivesMs - idEpochMs)) << 22n
    const rows = await database
      .of(lot.bucket)
      .query<PaidRow>(selectPaidBetween, [lot.bucket, lot.lotId, oldest, instantOut(fromMs), instantOut(untilMs)])
    const sum = (of: (row: PaidRow) => number) => yuan(rows.reduce((total, row) => total + of(row), 0))
    return {
      page_number: page,
      page_count: Math.max(1, Math.ceil(rows.length / pageSize)),
      count: rows.length,
      ele_pay_total: sum((row) => row.amount_fen),
      ele_refund: sum((row) => row.refunded_fen),
      // The page's own misspelling too: some read the one, some the other.
      order_list: rows.slice((page - 1) * pageSize, page * pageSize).map((row) => {
        const entry = entryOf(lot, row)
        return { ...entry, tader_no: entry.trade_no }
      }),
    }
  },
})
export type Book = ReturnType<typeof bookOf>

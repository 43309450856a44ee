import { type Database, instantOut } from '@lanepay/database/database.ts'
import { idEpochMs } from '@lanepay/domain/ids.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { ChannelName, Id, LotKey } from '@lanepay/domain/types.ts'
import { countEntries, countExits, selectOrderOfPayment, selectPaidBetween, selectPaidOfOrder } from './store.ts'
import { payChannel, seconds } from './words.ts'

const pageSize = 100
const longestMs = 24 * 3_600_000
/** An order that is paid was made at most this long before. */
const orderLivesMs = 3_600_000
/** Older stays are not counted among those that end on a day. */
const longestStayMs = 92 * 24 * 3_600_000

type PaidRow = {
  readonly id: Id
  readonly order_id: string
  readonly plate: string
  readonly channel: ChannelName
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
  return row.lane_id === null && row.left_at === null ? 2 : 1
}
const entryOf = (lot: LotKey, row: PaidRow) => ({
  order_id: row.order_id,
  trade_no: numberOf('trade', lot, row.id),
  pay_type: 'scancode',
  pay_channel: payChannel[row.channel],
  total: toYuan(fen(row.amount_fen)),
  car_number: row.plate,
  state: stateOf(row),
  pay_time: seconds(row.paid_at),
})

/** What a lot asks of what was paid by phone, when it missed a result or reconciles its day (bolink-protocol.md 4.4, 4.6). */
export const bookOf = (database: Database) => ({
  /** Every payment of one record. */
  async ofOrder(lot: LotKey, orderId: string) {
    const rows = await database.of(lot.bucket).query<PaidRow>(selectPaidOfOrder, [lot.bucket, lot.lotId, orderId])
    return rows.map((row) => ({
      ...entryOf(lot, row),
      pay_scene: row.lane_id === null ? 'prepay' : 'outpay',
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
  /** How many came (or left), and what was paid by phone for them, at most a day; null: a longer time, or none. */
  async staysBetween(lot: LotKey, fromMs: number, untilMs: number, entries: boolean) {
    if (untilMs < fromMs || untilMs - fromMs > longestMs) return null
    const oldest = BigInt(Math.max(0, fromMs - longestStayMs - idEpochMs)) << 22n
    const [row] = await database
      .of(lot.bucket)
      .query<{ count: number; paid_fen: number }>(entries ? countEntries : countExits, [
        ...[lot.bucket, lot.lotId, oldest, instantOut(fromMs), instantOut(untilMs)],
      ])
    return { count: row?.count ?? 0, paidFen: row?.paid_fen ?? 0 }
  },
  /** One page of what was paid from one instant until before another, at most a day; null: a longer time, or none. */
  async between(lot: LotKey, fromMs: number, untilMs: number, page: number) {
    if (untilMs < fromMs || untilMs - fromMs > longestMs || page < 1) return null
    // Ids are ordered in time: what is older than any order paid then is not looked at.
    const oldest = BigInt(Math.max(0, fromMs - orderLivesMs - idEpochMs)) << 22n
    const rows = await database
      .of(lot.bucket)
      .query<PaidRow>(selectPaidBetween, [lot.bucket, lot.lotId, oldest, instantOut(fromMs), instantOut(untilMs)])
    const sum = (of: (row: PaidRow) => number) => toYuan(fen(rows.reduce((total, row) => total + of(row), 0)))
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

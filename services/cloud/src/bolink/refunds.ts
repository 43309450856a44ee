import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { idEpochMs } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { ChannelName, Id } from '@lanepay/domain/types.ts'
import { down } from '@lanepay/lot-systems/bolink/down.ts'
import { writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { inTurn } from '../server/in-turn.ts'
import { noteRefundTold, selectRefundsToTell } from './message-store.ts'
import type { Outbox } from './outbox.ts'
import type { Parks } from './park.ts'
import { payChannel, seconds } from './words.ts'

/** A refund that took longer is told by nobody: channels keep theirs for days. */
const monthMs = 31 * 24 * 3_600_000

export type RefundRow = {
  readonly bucket: number
  readonly lot_id: number
  readonly id: Id
  readonly payment_id: Id
  readonly amount_fen: number
  readonly state: 'done' | 'failed'
  /** Null: it has failed. */
  readonly done_at: number | null
  readonly channel: ChannelName
  readonly plate: string
  readonly order_id: string
}
/** The first id of the refunds that are told. */
export const oldestRefund = (now: number): bigint => BigInt(Math.max(0, now - monthMs - idEpochMs)) << 22n

/** Refunds of connected lots: each lot hears of its own (bolink-protocol.md 5.6). */
export function lotRefunds(options: {
  readonly database: Database
  readonly clock: Clock
  readonly outbox: Outbox
  readonly parks: Parks
}) {
  const { database, clock, outbox, parks } = options

  const tell = async (row: RefundRow): Promise<void> => {
    const lot = { bucket: row.bucket, lotId: row.lot_id }
    const park = await parks.ofLot(lot)
    if (!park) return
    const tradeNo = numberOf('trade', lot, row.payment_id)
    const message = {
      id: row.id,
      service: 'refund',
      answeredBy: [`trade:${tradeNo}`],
      orderId: row.order_id,
      localId: null,
      body: writeMessage(down.refund, {
        ...{ service_name: 'refund', union_id: park.unionId, park_id: park.parkId, trade_no: tradeNo },
        ...{ refund_money: fen(row.amount_fen), ...ended[row.state] },
        ...{
          refund_channel: payChannel[row.channel],
          refund_time: seconds(row.done_at ?? clock.now()),
          car_number: row.plate,
        },
        ...{ order_id: row.order_id, arrive_moeny: fen(0), fee: fen(0), account_type: 0, remark: '停车费退款' },
        arrive_money: fen(0),
      }),
    }
    // Noted with it: whoever has found it untold as well would put it there again once the lot has answered.
    await database.of(row.bucket).transaction(async (tx) => {
      const key = [row.bucket, row.lot_id, row.id, instantOut(clock.now())]
      const noted = await tx.query(noteRefundTold, key)
      if (noted.length > 0) await outbox.tellWithin(tx, lot, message, park.settings)
    })
    outbox.wake(lot)
  }

  return {
    async round(): Promise<void> {
      const now = clock.now()
      for (const { db, buckets } of database.nodes) {
        // Whoever asked for it hears of one that the channel would not do, too (8.1).
        await inTurn(await db.query<RefundRow>(selectRefundsToTell, [buckets, oldestRefund(now), 'bolink']), tell)
      }
    },
  }
}

const ended = { done: { state: 1, errmsg: '退款成功' }, failed: { state: 0, errmsg: '退款失败' } } as const

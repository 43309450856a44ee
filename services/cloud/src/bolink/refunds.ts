import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { idEpochMs } from '@lanepay/domain/ids.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { ChannelName, Fen, Id, LotKey } from '@lanepay/domain/types.ts'
import { down } from '@lanepay/lot-systems/bolink/down.ts'
import { writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { askRefund } from '../refund/ask.ts'
import {
  deleteUnlessOpen,
  noteRefundTold,
  refundUnlessTold,
  selectRefundsToTell,
  selectToRefund,
  stopSending,
} from './message-store.ts'
import type { Outbox } from './outbox.ts'
import type { Parks } from './park.ts'
import { selectFailedToTell } from './platform/store.ts'
import { payChannel, seconds } from './words.ts'

/** A refund that took longer is told by nobody: channels keep theirs for days. */
const monthMs = 31 * 24 * 3_600_000
const hourMs = 3_600_000
const byRule = 'rule: the lot was never told'

export type RefundRow = {
  readonly bucket: number
  readonly lot_id: number
  readonly id: Id
  readonly payment_id: Id
  readonly amount_fen: number
  readonly done_at: number
  readonly channel: ChannelName
  readonly plate: string
  readonly order_id: string
}
/** The first id of the refunds that are told. */
export const oldestRefund = (now: number): bigint => BigInt(Math.max(0, now - monthMs - idEpochMs)) << 22n

/** Refunds of connected lots: each lot hears of its own (bolink-protocol.md 5.6), and by rule what no lot would have goes back. */
export function lotRefunds(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly outbox: Outbox
  readonly parks: Parks
}) {
  const { database, clock, log, newId, outbox, parks } = options

  const tell = async (row: RefundRow, how: keyof typeof ended): Promise<void> => {
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
        ...{ refund_money: fen(row.amount_fen), ...ended[how] },
        ...{ refund_channel: payChannel[row.channel], refund_time: seconds(row.done_at), car_number: row.plate },
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

  /**
   * It is a person's from here on. Of a payment that the lot has not answered the message stays, never to be sent again: without it the
   * dispatch would put it there anew, and an answer that comes late after all would be to nothing.
   */
  const letGo = async (lot: LotKey, payment: string): Promise<void> => {
    const [db, key] = [database.of(lot.bucket), [lot.bucket, lot.lotId, payment]]
    await db.query(stopSending, [...key, null])
    await db.query(deleteUnlessOpen, key)
  }

  return {
    /** A lot will not have a payment, or never answered: kept for a person, and by rule to be given back later. */
    async unheard(lot: LotKey, payment: string): Promise<void> {
      const park = await parks.ofLot(lot)
      const db = database.of(lot.bucket)
      if (park?.settings.notTold !== 'refund') return letGo(lot, payment)
      const at = clock.now() + park.settings.refundAfterHours * 3_600_000
      await db.query(stopSending, [lot.bucket, lot.lotId, payment, instantOut(at)])
    },
    /** A lot was away while it should have heard of a payment: by rule what it has not taken after that time goes back. */
    async missed(lot: LotKey, payment: string): Promise<void> {
      const park = await parks.ofLot(lot)
      if (park?.settings.notTold !== 'refund') return
      const at = clock.now() + park.settings.refundAfterHours * 3_600_000
      await database.of(lot.bucket).query(refundUnlessTold, [lot.bucket, lot.lotId, payment, instantOut(at)])
    },
    async round(): Promise<void> {
      const now = clock.now()
      for (const { db, buckets } of database.nodes) {
        for (const row of await db.query<RefundRow>(selectRefundsToTell, [buckets, oldestRefund(now), 'bolink']))
          await tell(row, 'done')
        // Whoever asked for it hears of one that the channel would not do, too (8.1).
        for (const row of await db.query<RefundRow>(selectFailedToTell, [buckets, instantOut(now)]))
          await tell(row, 'failed')
        for (const row of await db.query<{ bucket: number; lot_id: number; id: Id }>(selectToRefund, [
          buckets,
          instantOut(now),
        ])) {
          const lot = { bucket: row.bucket, lotId: row.lot_id }
          const asked = await askRefund(
            { database, clock, newId, rights: rightsOf(byRule, fen(100_000_000)) },
            ...[{ lot, payment: row.id, amountFen: 'all' as const, reason: byRule, by: byRule, secondFactor: null }],
          )
          if (!asked.ok) log('warn', 'not-refunded-by-rule', { lot: row.lot_id, because: asked.error.kind })
          // Of an operator who holds too little yet it is tried again; whatever else keeps it is a person's, who was told.
          if (!asked.ok && asked.error.kind === 'not-enough-held')
            await db.query(stopSending, [row.bucket, row.lot_id, row.id, instantOut(now + hourMs)])
          else await letGo(lot, row.id)
        }
      }
    },
  }
}

const ended = { done: { state: 1, errmsg: '退款成功' }, failed: { state: 0, errmsg: '退款失败' } } as const

/** Rights of a rule that the lot's plan has set, up to so much of one payment. */
export const rightsOf = (name: string, limitFen: Fen) => ({
  limitFen,
  limitOfOperator: {},
  people: [{ name, operators: 'all' as const }],
})

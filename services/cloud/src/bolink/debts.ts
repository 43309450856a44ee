import { type Database, instantOut } from '@lanepay/database/database.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import {
  addDebt,
  type DebtRow,
  dropDebt,
  endDebtSession,
  payDebt,
  selectDebt,
  selectDebtsOfPlate,
  selectOrderOfPayment,
} from './store.ts'
import { plateOf } from './words.ts'

/** What a lot says of one who left without paying. Times in seconds, as it sends them. */
export type Owed = {
  readonly order_id: string
  readonly car_number: string
  readonly in_time: number
  readonly left: number
  readonly owedFen: number
}

/**
 * What vehicles that left without paying owe a connected lot (bolink-protocol.md 6.9, 6.10). A debt is paid as a stay is: by a
 * session of its own, which ends when the lot knows. Its first stay has ended, and stays as it ended.
 */
export const debtsOf = (database: Database, lotName: (lot: LotKey) => Promise<string>) => ({
  /** The same record twice is one debt, of what was said last. */
  async note(lot: LotKey, owed: Owed): Promise<void> {
    if (owed.owedFen <= 0) return
    await database
      .of(lot.bucket)
      .query(addDebt, [
        lot.bucket,
        lot.lotId,
        owed.order_id,
        plateOf(owed.car_number),
        owed.owedFen,
        instantOut(owed.in_time * 1000),
        instantOut(owed.left * 1000),
      ])
  },
  /** The lot says that it was settled there. */
  async dropped(lot: LotKey, orderId: string): Promise<void> {
    await database.of(lot.bucket).query(dropDebt, [lot.bucket, lot.lotId, orderId])
  },
  ofPlate: (lot: LotKey, plate: string) =>
    database.of(lot.bucket).query<DebtRow>(selectDebtsOfPlate, [lot.bucket, lot.lotId, plateOf(plate)]),
  async one(lot: LotKey, orderId: string): Promise<DebtRow | null> {
    return (await database.of(lot.bucket).query<DebtRow>(selectDebt, [lot.bucket, lot.lotId, orderId]))[0] ?? null
  },
  /** Paid, before the lot hears of it: nobody is asked for it again. */
  async paid(lot: LotKey, orderId: string, payment: string): Promise<void> {
    await database.of(lot.bucket).query(payDebt, [lot.bucket, lot.lotId, orderId, payment])
  },
  /** The lot has answered the message of this payment: the session that was the debt ends, if it was one. */
  async told(lot: LotKey, payment: string, isDone: boolean): Promise<void> {
    if (!isDone) return
    const db = database.of(lot.bucket)
    const [order] = await db.query<{ session_id: string; debt_of: string | null; paid_at: number }>(
      selectOrderOfPayment,
      [lot.bucket, lot.lotId, payment],
    )
    if (order?.debt_of)
      await db.query(endDebtSession, [lot.bucket, lot.lotId, order.session_id, instantOut(order.paid_at)])
  },
  /** As the protocol lists them (4.8). */
  async list(lot: LotKey, unionId: string, plate: string) {
    const parkName = await lotName(lot)
    return (await this.ofPlate(lot, plate)).map((debt) => ({
      carNumber: debt.plate,
      unionId,
      orderId: debt.order_id,
      parkName,
      inTime: Math.floor(debt.entered_at / 1000),
      outTime: Math.floor(debt.left_at / 1000),
      money: toYuan(fen(debt.owed_fen)),
      duration: durationText(debt.left_at - debt.entered_at),
      inParkPic: '',
      outParkPic: '',
    }))
  },
})
export type Debts = ReturnType<typeof debtsOf>

/** `1小时5分钟` */
const durationText = (ms: number): string => {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  return minutes < 60 ? `${minutes}分钟` : `${Math.floor(minutes / 60)}小时${minutes % 60}分钟`
}

import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Fen, Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import { noteSession } from '../quote/store.ts'
import { type ExitMoney, figuresOf } from './figures.ts'
import {
  addTold,
  claimDebtOrder,
  claimOrder,
  noteExit,
  noteHeard,
  notePrice,
  type OrderRow,
  selectOrder,
  selectOrderOfSession,
  selectOrdersOfPlate,
  selectPaidTwice,
  selectSession,
} from './store.ts'
import { plateOf, plateOfRecord } from './words.ts'

/**
 * The lot has this payment of the record: counted once, however often it is told and answered, as when we die between an answer and the
 * note of it. Clearing holds a later payment of the stay against this sum. Answers whether it was the first time.
 */
export async function countTold(
  tx: Tx,
  { bucket, lotId }: LotKey,
  paid: { readonly payment: string; readonly orderId: string; readonly amountFen: Fen },
  at: Instant,
): Promise<boolean> {
  const [first] = await tx.query<{ id: string }>(noteHeard, [bucket, lotId, paid.payment, instantOut(at)])
  if (first) await tx.query(addTold, [bucket, lotId, paid.orderId, paid.amountFen])
  return first !== undefined
}

/** The record that stands for what an earlier one still owes. */
export const debtName = (orderId: string): string => `debt:${orderId}`
/** Of which earlier record this one is what is still owed; null: it is a record of its own. */
export const debtIn = (orderId: string): string | null => /^debt:(.+)$/s.exec(orderId)?.[1] ?? null

/** Parking records of connected lots, by the lot's own names for them, and the sessions they are here. */
export function ordersOf({ database, newId }: { readonly database: Database; readonly newId: () => Id }) {
  const one = async (lot: LotKey, orderId: string): Promise<OrderRow | null> => {
    const [row] = await database.of(lot.bucket).query<OrderRow>(selectOrder, [lot.bucket, lot.lotId, orderId])
    return row ?? null
  }
  /** The record's session: made once, whoever speaks of it first. */
  const claim = async (lot: LotKey, orderId: string, localId: string): Promise<OrderRow> => {
    await database.of(lot.bucket).query(claimOrder, [lot.bucket, lot.lotId, orderId, newId(), localId])
    return (await one(lot, orderId))!
  }
  return {
    one,
    claim,
    /** What the lot says that a record came to; its last word counts. */
    async ended(
      lot: LotKey,
      exit: ExitMoney & { readonly order_id: string; readonly out_time: number; readonly out_uid?: string },
    ): Promise<void> {
      const { how, receivableFen, cashFen, reducedFen } = figuresOf(exit)
      const by = [exit.out_uid || null, instantOut(exit.out_time * 1000)]
      const said = [exit.order_id, how, receivableFen, cashFen, reducedFen, ...by]
      await database.of(lot.bucket).query(noteExit, [lot.bucket, lot.lotId, ...said])
    },
    /**
     * The last payment by phone of a record that its lot has settled in cash as well: the two, and what was taken off, are more than it came to.
     * Null: not so, or the lot does not say what it came to.
     */
    async paidTwice(
      lot: LotKey,
      exit: ExitMoney & { readonly order_id: string },
    ): Promise<{ readonly payment: Id; readonly paidFen: number; readonly cashFen: number } | null> {
      const { receivableFen, cashFen, reducedFen } = figuresOf(exit)
      if (cashFen === 0 || exit.amount_receivable === undefined) return null
      const knownFen = (exit.electronic_prepay ?? 0) + (exit.electronic_pay ?? 0)
      const [found] = await database
        .of(lot.bucket)
        .query<{ id: Id; paid_fen: number }>(selectPaidTwice, [
          ...[lot.bucket, lot.lotId, exit.order_id, knownFen, cashFen + reducedFen, receivableFen],
        ])
      return found ? { payment: found.id, paidFen: found.paid_fen, cashFen } : null
    },
    /** What the lot named its last answer to a price by, to be said back with what is prepaid on it (bolink-protocol.md 5.2). */
    async priced(
      lot: LotKey,
      orderId: string,
      { no, at }: { readonly no: string | undefined; readonly at: number | undefined },
    ): Promise<void> {
      await database.of(lot.bucket).query(notePrice, [lot.bucket, lot.lotId, orderId, no ?? null, at ?? null])
    },
    /** The record that stands for what an earlier one still owes. */
    claimDebt: async (lot: LotKey, orderId: string): Promise<OrderRow> => {
      await database.of(lot.bucket).query(claimDebtOrder, [lot.bucket, lot.lotId, orderId, newId()])
      return (await one(lot, debtName(orderId)))!
    },
    ofSession: async (lot: LotKey, session: string): Promise<OrderRow | null> => {
      const [row] = await database
        .of(lot.bucket)
        .query<OrderRow>(selectOrderOfSession, [lot.bucket, lot.lotId, session])
      return row ?? null
    },
    allOfPlate: (lot: LotKey, plate: string) =>
      database
        .of(lot.bucket)
        .query<OrderRow & { entered_at: number }>(selectOrdersOfPlate, [lot.bucket, lot.lotId, plateOf(plate)]),
    openOfPlate: async (lot: LotKey, plate: string): Promise<OrderRow | null> => {
      const [row] = await database
        .of(lot.bucket)
        .query<OrderRow>(selectOrdersOfPlate, [lot.bucket, lot.lotId, plateOf(plate)])
      return row ?? null
    },
    /**
     * The record that a price is of. One never uploaded is made from the answer when it has both plate and entry time
     * (bolink-protocol.md 5.1); else null.
     */
    async quoted(
      lot: LotKey,
      said: { readonly orderId: string; readonly plate: string | null; readonly enteredAt: number | null },
    ): Promise<(OrderRow & { plate: string; enteredAt: number }) | null> {
      const known = await one(lot, said.orderId)
      if (!known && (said.plate === null || said.enteredAt === null)) return null
      const order = known ?? (await claim(lot, said.orderId, ''))
      const plate = plateOfRecord(said.plate ?? '', said.orderId)
      const db = database.of(lot.bucket)
      if (said.plate && said.enteredAt !== null)
        await db.query(noteSession, [
          lot.bucket,
          lot.lotId,
          order.session_id,
          plate,
          isPass(plate),
          instantOut(said.enteredAt),
        ])
      const [session] = await db.query<{ plate: string; entered_at: number }>(selectSession, [
        lot.bucket,
        lot.lotId,
        order.session_id,
      ])
      return session ? { ...order, plate: session.plate, enteredAt: session.entered_at } : null
    },
  }
}
export type Orders = ReturnType<typeof ordersOf>

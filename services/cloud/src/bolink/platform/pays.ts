import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { isOfLot } from '../service.ts'
import {
  claimPay,
  insertPay,
  type PayRow,
  selectCardsOfPlate,
  selectIsPaid,
  selectNumberOfCharge,
  selectPay,
  selectPaymentsOfPay,
  selectPayOfPayment,
} from './store.ts'

export type ToPay = {
  readonly tradeNo: string
  readonly kind: PayRow['kind']
  /** Of what: the record, or the card. */
  readonly subject: string
  readonly plate: string
  /** Null: what the record owes when it is paid. */
  readonly amountFen: number | null
  readonly attach?: string
  readonly notifyUrl?: string
}

/** Payments that a vendor's cloud has made a number for (bolink-protocol.md 8.1), and the payments of ours that paid them. */
export function paysOf({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
  const one = async (lot: LotKey, tradeNo: string): Promise<PayRow | null> =>
    (await database.of(lot.bucket).query<PayRow>(selectPay, [lot.bucket, lot.lotId, tradeNo]))[0] ?? null
  /** The vendor's number that this payment has paid: bound once, to the one that was asked for first. */
  const ofPayment = async (lot: LotKey, payment: string): Promise<PayRow | null> => {
    const db = database.of(lot.bucket)
    const key = [lot.bucket, lot.lotId, payment]
    const [known] = await db.query<PayRow>(selectPayOfPayment, key)
    if (known) return known
    await db.query(claimPay, key)
    return (await db.query<PayRow>(selectPayOfPayment, key))[0] ?? null
  }
  return {
    one,
    ofPayment,
    /** What the vendor asked for by this payment, also where it is by a code and not paid; null: nothing. */
    async askedBy(lot: LotKey, payment: string): Promise<PayRow | null> {
      const paid = await ofPayment(lot, payment)
      if (paid) return paid
      const key = [lot.bucket, lot.lotId, payment]
      const [row] = await database.of(lot.bucket).query<{ trade_no: string | null }>(selectNumberOfCharge, key)
      return row?.trade_no ? one(lot, row.trade_no) : null
    },
    /** The same number is one payment. `number-used`: it was made for something else, or another amount. */
    async ask(lot: LotKey, asked: ToPay): Promise<'asked' | 'number-used'> {
      const plate = tidyPlate(asked.plate)
      await database
        .of(lot.bucket)
        .query(insertPay, [
          ...[lot.bucket, lot.lotId, asked.tradeNo, asked.kind, asked.subject, plate, asked.amountFen],
          ...[asked.attach ?? null, asked.notifyUrl ?? null, instantOut(clock.now())],
        ])
      const kept = (await one(lot, asked.tradeNo))!
      const isSame =
        kept.kind === asked.kind && kept.subject === asked.subject && kept.amount_fen === (asked.amountFen ?? null)
      return isSame ? 'asked' : 'number-used'
    },
    /** The month card that is to be paid for this plate. */
    async cardOf(lot: LotKey, plate: string, standsMinutes: number): Promise<PayRow | null> {
      const since = instantOut(clock.now() - standsMinutes * 60_000)
      const [card] = await database
        .of(lot.bucket)
        .query<PayRow>(selectCardsOfPlate, [lot.bucket, lot.lotId, tidyPlate(plate), since])
      return card ?? null
    },
    /** Our payment that one of its numbers means, its own or ours. Null: there is none that is paid, or it is another lot's. */
    async paymentOf(lot: LotKey, tradeNo: string): Promise<Id | null> {
      const number = parseNumber('trade', tradeNo)
      const db = database.of(lot.bucket)
      if (number.ok && isOfLot(lot, number.value)) {
        const [paid] = await db.query<{ id: Id }>(selectIsPaid, [lot.bucket, lot.lotId, number.value.id])
        return paid?.id ?? null
      }
      // Bound when it is told; what nobody has told yet is bound here, in the order in which it was paid.
      for (const { id } of await db.query<{ id: Id }>(selectPaymentsOfPay, [lot.bucket, lot.lotId, tradeNo]))
        if ((await ofPayment(lot, id))?.trade_no === tradeNo) return id
      return null
    },
  }
}
export type Pays = ReturnType<typeof paysOf>

import { type Database, instantOut } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Clear } from '../clearing/clear.ts'
import type { Refunds } from '../refund/refund.ts'
import { type BoundaryRow, compareTrade, neighboursOf, room, selectBoundaries } from './compare-trade.ts'
import { dayAfter, startOf } from './day.ts'
import { afterClearing } from './decide.ts'
import { postFeesOf } from './fees.ts'
import { bucketSlices } from './slices.ts'
import { handOverFound, type TakenStep, takeStepsOf } from './steps.ts'
import { closeTradeDay, type KeptBill, type LotDay, selectUnheard, sumTradeDay, type UnheardRow } from './store.ts'

export type TradeDeps = {
  readonly database: Database
  /** The one road by which a payment is paid; nothing here marks one. */
  readonly clear: Clear
  readonly refunds: Pick<Refunds, 'heard'>
  readonly now: () => number
}

const who = 'reconciliation'

/**
 * One trade bill from its lines to its result: differences found, what was unheard taken to the road it should have come by, what
 * explains itself explained, fees posted, the day closed. Every part is the same when done twice, so it goes on wherever it was
 * broken off.
 */
export async function workTradeBill(deps: TradeDeps, bill: KeptBill): Promise<void> {
  const { database, now } = deps
  await compareTrade(database, bill, now())
  for (const { db, buckets } of database.nodes)
    await handOverFound(db, { buckets, accountId: bill.accountId, day: bill.day, proof: 'trade' }, now())
  await hearUnheard(deps, bill)
  await explainBoundaries(deps, bill)
  await postFeesOf(database, bill, now())
  await closeDay(database, bill, now())
}

const lotsAtOnce = 10_000

/** What the day came to, for each lot: written once and never changed. */
export async function closeDay(database: Database, bill: KeptBill, now: number): Promise<void> {
  const from = startOf(bill.day)
  for (const { db, buckets } of bucketSlices(database, bill.lines))
    await db.transaction(async (tx) => {
      await tx.query(room)
      const lots = await tx.query<LotDay>(sumTradeDay, [
        ...[buckets, bill.billId, bill.accountId, bill.day],
        ...[instantOut(from), instantOut(startOf(dayAfter(bill.day))), bill.channel, bill.accountKey],
        firstIdAt(startOf(dayAfter(bill.day, -1))),
      ])
      for (let first = 0; first < lots.length; first += lotsAtOnce) {
        const some = lots.slice(first, first + lotsAtOnce)
        await tx.query(closeTradeDay, [
          ...[some.map((lot) => lot.bucket), some.map((lot) => lot.lot_id), some.map((lot) => lot.ours)],
          ...[some.map((lot) => lot.theirs), some.map((lot) => lot.ours_fen), some.map((lot) => lot.theirs_fen)],
          ...[some.map((lot) => lot.fee_milli_fen), some.map((lot) => lot.discrepancies)],
          ...[bill.accountId, bill.day, instantOut(now)],
        ])
      }
    })
}

const unheardAtOnce = 200

/** Money that only the bill told us of is cleared late or refunded, by the same rule as any other. */
async function hearUnheard({ database, clear, refunds, now }: TradeDeps, bill: KeptBill): Promise<void> {
  for (const { db, buckets } of database.nodes) {
    const rows = await db.query<UnheardRow>(selectUnheard, [
      ...[buckets, bill.accountId, bill.day, bill.accountKey, bill.billId],
    ])
    for (let first = 0; first < rows.length; first += unheardAtOnce) {
      const steps = await Promise.all(rows.slice(first, first + unheardAtOnce).map(hear))
      await takeStepsOf(db, steps, { from: ['found'], who, now: now() })
    }
  }

  async function hear(row: UnheardRow): Promise<TakenStep> {
    const lot = { bucket: row.bucket, lotId: row.lot_id }
    const id = row.id as Id
    const amountFen = fen(Number(row.amount_fen))
    if (row.kind === 'refund') {
      const refundNumber = numberOf('refund', lot, id)
      await refunds.heard(lot, id, { state: 'done', refundNumber, amountFen, doneAt: row.at as Instant })
      return { key: row, state: 'explained-by-itself', why: 'noted as done late' }
    }
    const outcome = await clear({
      number: { kind: 'trade', ...lot, id },
      facts: {
        tradeNumber: numberOf('trade', lot, id),
        accountKey: row.account_key,
        amountFen,
        // A bill is of yuan alone, and its reader has refused any other (packages/channels).
        currency: 'CNY',
        channelTradeNo: row.channel_no,
        paidAt: row.at as Instant,
        payer: null,
      },
    })
    return { key: row, ...afterClearing(outcome) }
  }
}

/** What waited for a neighbour's bill: found there, or a person's. */
async function explainBoundaries({ database, now }: TradeDeps, bill: KeptBill): Promise<void> {
  const bills = await neighboursOf(database, bill)
  const values = [bill.accountId, bills.map((one) => one.bill_id), bills.map((one) => one.day)]
  for (const { db, buckets } of database.nodes) {
    const rows = await db.query<BoundaryRow>(selectBoundaries, [buckets, ...values])
    const steps = rows.flatMap((row): TakenStep[] => {
      const key = row
      if (row.in_bill_of !== null)
        return [{ key, state: 'explained-by-itself', why: `in the bill of ${row.in_bill_of}` }]
      if (row.next_is_here) return [{ key, state: 'with-a-person', why: 'not in the bill of the next day either' }]
      return []
    })
    await takeStepsOf(db, steps, { from: ['found'], who, now: now() })
  }
}

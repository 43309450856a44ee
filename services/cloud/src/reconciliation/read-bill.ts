import type { Bills } from '@lanepay/channels/bills.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { deletePieces, fileKeeper, type KeptFile } from './bill-file.ts'
import { afterError } from './decide.ts'
import { knowLines, loadLines } from './load.ts'
import { askAgain, type BillAccount, type BillRow, beginReading, deleteLines, giveBillUp, keepBill } from './store.ts'

/** `kept`: the lines are whole and stay. `overtaken`: another process has read it meanwhile. */
export type ReadOutcome = 'kept' | 'again' | 'refused' | 'overtaken'

/**
 * Fetches one bill into the database: all of it or nothing. Its lines carry the number of this reading, which the bill names as
 * its own only when the channel's last word was that they are whole; what an earlier reading left is deleted first. So is its file.
 */
export async function readBill(
  deps: { readonly database: Database; readonly newId: () => Id; readonly now: () => number },
  row: BillRow,
  account: BillAccount,
  bills: Bills,
): Promise<ReadOutcome> {
  const { database, newId, now } = deps
  const home = database.of(0)
  const key = [row.account_id, row.day, row.kind]
  const billId = newId()
  if (row.bill_id !== null) await dropLines(database, row.bill_id)
  const begun = await home.query(beginReading, [...key, billId, row.bill_id])
  if (begun.length === 0) return 'overtaken'

  const file = fileKeeper(database, billId)
  const read = await loadLines(database, { billId, accountKey: row.account_key }, (take) =>
    bills.read(account.merchant, { kind: row.kind, day: row.day }, take, file.keep),
  )
  const keep = async (lines: number, because: string | null, whole: KeptFile | null): Promise<ReadOutcome> => {
    const values = [billId, lines, instantOut(now()), because, whole?.bytes ?? null, whole?.sha256 ?? null]
    const kept = await home.query(keepBill, [...key, ...values])
    if (kept.length > 0) return 'kept'
    await dropLines(database, billId)
    return 'overtaken'
  }
  if (read.ok) {
    await knowLines(database, billId, read.value.lines)
    return keep(read.value.lines, null, await file.end())
  }

  await dropLines(database, billId)
  const next = afterError(read.error, { day: row.day, asks: row.asks, now: now() })
  switch (next.act) {
    case 'empty':
      return keep(0, 'the channel has no bill of this day', null)
    case 'give-up':
      await home.query(giveBillUp, [...key, next.because])
      return 'refused'
    case 'again':
      await home.query(askAgain, [...key, instantOut(now() + next.inMs), next.because])
      return 'again'
  }
}

async function dropLines(database: Database, billId: string): Promise<void> {
  for (const { db, buckets } of database.nodes) {
    await db.query(deleteLines, [billId])
    await db.query(deletePieces, [buckets, billId])
  }
}

import { createHash } from 'node:crypto'
import { ok, type Result } from '@lanepay/domain/result.ts'
import { type BillRow, BillTable, type Damage, rowOf } from './bill-table.ts'

export type { BillRow } from './bill-table.ts'
/** All cells are text under the header's own names; amounts stay yuan text, fees keep their five decimals. */
export type Bill = { readonly header: readonly string[]; readonly rows: readonly BillRow[]; readonly summary: BillRow }

/** SHA-1 of the uncompressed file, lower-case hexadecimal: compare with `hash_value` (wechat-pay.md 13.2). */
export const billHash = (file: Uint8Array): string => createHash('sha1').update(file).digest('hex')

/**
 * Reads a small WeChat Pay bill whole (wechat-pay.md 13.3): UTF-8 with or without byte-order mark, LF or CRLF. A line
 * whose cells do not fit the header refuses the whole file: half a bill reconciles nothing.
 */
export function readBill(file: Uint8Array): Result<Bill, Damage> {
  const table = new BillTable()
  const rows: BillRow[] = []
  // The decoder drops the byte-order mark.
  for (const line of new TextDecoder('utf-8').decode(file).split(/\r?\n/)) {
    const cells = table.take(line)
    if (!cells.ok) return cells
    if (cells.value !== null) rows.push(rowOf(table.header ?? [], cells.value))
  }
  const summary = table.end()
  return summary.ok ? ok({ header: table.header ?? [], rows, summary: summary.value }) : summary
}

import { createHash } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'

export type BillRow = Readonly<Record<string, string>>
/** All cells are text under the header's own names; amounts stay yuan text, fees keep their five decimals. */
export type Bill = { readonly header: readonly string[]; readonly rows: readonly BillRow[]; readonly summary: BillRow }

/** SHA-1 of the uncompressed file, lower-case hexadecimal: compare with `hash_value` before reading (wechat-pay.md 13.2). */
export const billHash = (file: Uint8Array): string => createHash('sha1').update(file).digest('hex')

/**
 * Reads a WeChat Pay bill (wechat-pay.md 13.3): UTF-8 with or without byte-order mark, LF or CRLF, data cells led by a
 * backtick. A line whose cells do not fit the header refuses the whole file: half a bill reconciles nothing.
 */
export function readBill(file: Uint8Array): Result<Bill, { readonly line: number; readonly rule: string }> {
  const text = new TextDecoder('utf-8').decode(file) // drops the byte-order mark
  const all = text.split(/\r?\n/).filter((line) => line !== '')
  const summaryAt = all.findIndex((line, index) => index > 0 && !line.startsWith('`'))
  if (summaryAt < 0) return err({ line: all.length, rule: 'the summary is missing: is the file whole?' })
  if (all.length !== summaryAt + 2) return err({ line: summaryAt + 2, rule: 'one summary line ends the file' })
  const header = titles(all[0])
  const rows: BillRow[] = []
  for (let index = 1; index < summaryAt; index++) {
    const row = readRow(header, all[index])
    if (row === null) return err({ line: index + 1, rule: `${header.length} cells, as in the header` })
    rows.push(row)
  }
  const summaryHeader = titles(all[summaryAt])
  const summary = readRow(summaryHeader, all[summaryAt + 1])
  if (summary === null) return err({ line: summaryAt + 2, rule: `${summaryHeader.length} cells, as in its header` })
  return ok({ header, rows, summary })
}

const titles = (line = ''): readonly string[] => line.split(',')

/** Cut at comma and backtick, not at the comma: a description may contain commas. */
function readRow(header: readonly string[], line = ''): BillRow | null {
  const cells = line.replace(/^`/, '').split(',`')
  if (!line.startsWith('`') || cells.length !== header.length) return null
  return Object.fromEntries(header.map((title, index) => [title, cells[index] ?? '']))
}

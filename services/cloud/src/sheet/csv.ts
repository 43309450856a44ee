import { err, type Result } from '@lanepay/domain/result.ts'
import { type Sheet, type SheetFault, trimmed } from './sheet.ts'

/**
 * CSV (RFC 4180), in UTF-8 or as Excel in Chinese writes it (GB 18030), with commas, semicolons or tabs between cells. What our own
 * export puts before or behind text, so that it stays text (report/csv.ts), is taken off again.
 */
export function readCsv(bytes: Buffer): Result<Sheet, SheetFault> {
  if (bytes.includes(0)) return err('not-a-sheet')
  const text = textOf(bytes)
  if (text === null) return err('not-a-sheet')
  const [head = ''] = text.split(/\r?\n/, 1)
  const between = ['\t', ';', ','].find((sign) => head.includes(sign)) ?? ','
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  const cell = /"((?:[^"]|"")*)"|([^"\r\n]*)/y
  // Between two cells stands one sign; each of them ends where the sign or the line does.
  const plain = new RegExp(`[^"\\r\\n${between}]*`, 'y')
  while (at <= text.length) {
    const quoted: boolean = text[at] === '"'
    const pattern: RegExp = quoted ? cell : plain
    pattern.lastIndex = at
    const found: RegExpExecArray | null = pattern.exec(text)
    if (!found || (quoted && found[1] === undefined)) return err('not-a-sheet')
    row.push(asItWas(quoted ? found[1]!.replaceAll('""', '"') : found[0]))
    at = pattern.lastIndex
    if (text[at] === between) {
      at++
      continue
    }
    rows.push(row)
    row = []
    if (at === text.length) break
    const line = /\r\n|\r|\n/y
    line.lastIndex = at
    if (!line.test(text)) return err('not-a-sheet')
    at = line.lastIndex
  }
  return trimmed(rows)
}

const asItWas = (cell: string): string => cell.replace(/^'(?=[=+\-@\t\r\n])/, '').replace(/\t$/, '')

function textOf(bytes: Buffer): string | null {
  for (const encoding of ['utf-8', 'gb18030'])
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {
      // Not in this one.
    }
  return null
}

import { BillReader, type Fault, type Layout, type Wanted } from './bill-reader.ts'
import { type Archive, filesIn, unpack } from './zip.ts'

/** Far more than a busy merchant's day; whoever packs more than this into an archive does not mean well. */
const largestFile = 2 * 1024 ** 3
const longestLine = 64 * 1024

/** Rows as they are read. Ends with null when the bill was whole, else with the fault that makes all of them worthless. */
export type BillRows<Row> = AsyncGenerator<Row, Fault | null>

/**
 * The rows of a bill as it is downloaded: an archive with the bill and its summary, whose columns nobody wrote down
 * (alipay.md 11.2, 18). Unpacked, decoded and read piece by piece.
 */
export async function* readBillArchive<Column extends string, Row>(
  layout: Layout<Column, Row>,
  wanted: Wanted,
  archive: Archive,
): BillRows<Row> {
  const files = await filesIn(archive)
  if (!files.ok) return { fault: 'cut', line: null, detail: `archive: ${files.error}` }
  const bills = files.value.filter(({ name }) => name.endsWith(`_${layout.word}明细.csv`))
  const [bill] = bills
  if (!bill || bills.length > 1) return { fault: 'bad-row', line: null, detail: `archive: ${bills.length} bills in it` }
  if (bill.size > largestFile) return { fault: 'too-large', line: null, detail: `${bill.size} bytes` }
  return yield* readBill(layout, wanted, unpack(bill))
}

/** The rows of a bill in GBK. What the pieces end with, when it is not null, is what was wrong with them. */
export async function* readBill<Column extends string, Row>(
  layout: Layout<Column, Row>,
  wanted: Wanted,
  pieces: AsyncGenerator<Uint8Array, string | null>,
): BillRows<Row> {
  const reader = new BillReader(layout, wanted)
  const decoder = new TextDecoder('gbk', { fatal: true })
  let rest = ''
  try {
    for (;;) {
      const piece = await pieces.next()
      if (piece.done && piece.value !== null) return { fault: 'not-unpacked', line: null, detail: piece.value }
      const text = decode(decoder, piece.done ? null : piece.value)
      if (text === null) return { fault: 'not-unpacked', line: null, detail: 'not GBK' }
      const lines = (rest + text).split(/\r?\n/)
      rest = piece.done ? '' : (lines.pop() ?? '')
      if (rest.length > longestLine) return { fault: 'bad-row', line: null, detail: 'a line without an end' }
      for (const line of lines) {
        const row = reader.line(line)
        if (!row.ok) return row.error
        if (row.value !== null) yield row.value
      }
      if (piece.done) break
    }
  } finally {
    await pieces.return(null) // whoever stops reading half-way leaves nothing unpacking
  }
  const end = reader.end()
  return end.ok ? null : end.error
}

function decode(decoder: TextDecoder, piece: Uint8Array | null): string | null {
  try {
    return piece === null ? decoder.decode() : decoder.decode(piece, { stream: true })
  } catch {
    return null // decoding fails for one reason only
  }
}

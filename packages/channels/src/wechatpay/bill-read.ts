import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { BillLine, BillRead } from '../bills.ts'
import { BrokenDownload } from '../download.ts'
import { flowBill } from './bill-flow.ts'
import type { BillForm, BillOf } from './bill-form.ts'
import { DamagedBill, linesOf } from './bill-lines.ts'
import { BillTable, type Damage, damaged } from './bill-table.ts'
import { tradeBill } from './bill-trade.ts'

const forms = { trade: tradeBill, 'fund-flow': flowBill } as const
export type BillTold = BillOf & {
  readonly kind: keyof typeof forms
  /** `hash_value` of the apply answer, over the unpacked bytes; `null` where each piece was held to one of its own. */
  readonly sha1: string | null
}

/**
 * Reads one bill from the file's bytes, packed or not (wechat-pay.md 13.2, 13.3): hands lines over as they come and says
 * at the end whether they may be believed. What `take` throws is thrown.
 */
export async function readBillStream(
  told: BillTold,
  file: AsyncIterable<Uint8Array>,
  take: (lines: readonly BillLine[]) => void | Promise<void>,
): Promise<Result<BillRead, Damage>> {
  const hash = createHash('sha1')
  async function* hashed(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      hash.update(piece)
      yield piece
    }
  }
  const read = (bytes: AsyncIterable<Uint8Array>) => readLines(told, hashed(bytes), take)
  try {
    const { packed, bytes } = await whetherPacked(file)
    const facts = await (packed ? pipeline(bytes, createGunzip(), read) : read(bytes))
    if (told.sha1 === null || hash.digest('hex') === told.sha1) return facts
    // Whatever else was found: these are not the bytes that the channel vouches for. Only a file that ends early is
    // called by the name that says so, and one whose sums disagree is what the wrong hash foretold.
    return !facts.ok && facts.error.fault === 'cut' ? facts : damaged('wrong-hash', null, 'SHA-1 is not hash_value')
  } catch (error) {
    const damage = damageOf(error)
    if (damage === null) throw error
    return err(damage)
  }
}

/** `null` for what nobody planned for. */
function damageOf(error: unknown): Damage | null {
  if (error instanceof DamagedBill) return error.damage
  if (error instanceof BrokenDownload)
    return { fault: 'cut', line: null, detail: `the download ended: ${error.message}` }
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === 'Z_BUF_ERROR') return { fault: 'cut', line: null, detail: 'the packed file ends early' }
  return code?.startsWith('Z_') ? { fault: 'not-unpacked', line: null, detail: code } : null
}

/** By the first two bytes and not by what was asked for: one account's bills come packed, another's do not. */
async function whetherPacked(
  file: AsyncIterable<Uint8Array>,
): Promise<{ readonly packed: boolean; readonly bytes: AsyncIterable<Uint8Array> }> {
  const source = file[Symbol.asyncIterator]()
  let head: Uint8Array = Buffer.alloc(0)
  while (head.length < 2) {
    const { done, value } = await source.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      yield head
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
    } finally {
      await source.return?.()
    }
  }
  return { packed: head[0] === 0x1f && head[1] === 0x8b, bytes: bytes() }
}

async function readLines(
  told: BillTold,
  bytes: AsyncIterable<Uint8Array>,
  take: (lines: readonly BillLine[]) => void | Promise<void>,
): Promise<Result<BillRead, Damage>> {
  const table = new BillTable()
  let form: BillForm | null = null
  const facts = { lines: 0, payments: 0, refunds: 0 }
  for await (const texts of linesOf(bytes)) {
    const lines: BillLine[] = []
    for (const text of texts) {
      const cells = value(table.take(text))
      if (form === null && table.header !== null) form = value(forms[told.kind](told, table.header))
      if (cells === null || form === null) continue
      const line = value(form.row(cells, table.line))
      facts.lines++
      if (line.kind === 'payment') facts.payments++
      if (line.kind === 'refund') facts.refunds++
      lines.push(line)
    }
    if (lines.length > 0) await take(lines)
  }
  const summary = table.end()
  if (!summary.ok) return summary
  if (form === null) return damaged('cut', 0, 'the file is empty')
  const sums = form.end(summary.value)
  return sums.ok ? ok(facts) : sums
}

/** Out of the loop with the first damage: the rest of the file is not even fetched. */
function value<T>(result: Result<T, Damage>): T {
  if (!result.ok) throw new DamagedBill(result.error)
  return result.value
}

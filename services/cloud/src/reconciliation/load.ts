import type { BillLine } from '@lanepay/channels/bills.ts'
import type { Copying } from '@lanepay/database/copy-in.ts'
import { type CopyRows, copyRows } from '@lanepay/database/copy-rows.ts'
import type { Database, Statement } from '@lanepay/database/database.ts'
import { bucketCount } from '@lanepay/domain/bucket.ts'
import { type HouseNumber, type NumberKind, parseNumber } from '@lanepay/domain/numbers.ts'
import { seenBefore } from './seen-before.ts'

/*
 * A bill's lines into the database as they come: each goes where its own number leads, those whose number is not ours to
 * bucket 0, lot 0.
 */

/** Where lines of no lot are kept. */
export const nowhere = { bucket: 0, lotId: 0 } as const

// By COPY in its binary form: 3 us a line, against 8.9 by unnested arrays of 5,000 (bench/README.md). It is one transaction, so lines
// that did not all come are not there.
const copyLines = `
  copy bill_line (bill_id, bucket, lot_id, item_id, line, again, kind, payment_id, amount_fen, settled_fen, fee_milli_fen, channel_no,
                  channel_item_no, account_key, our_number, refund_state, balance_fen, at, product, note) from stdin (format binary)`
const cellsOfLine = 20

/** Takes the lines of one reading, some hundred at a time. */
export type Take = (lines: readonly BillLine[]) => Promise<void>

/** Lets `act` hand over the lines of one reading: all of them are there when it is done, none when it throws. */
export async function loadLines<T>(
  database: Database,
  { billId, accountKey }: { readonly billId: string; readonly accountKey: string },
  act: (take: Take) => Promise<T>,
): Promise<T> {
  const nodeOf = Array.from<number>({ length: bucketCount })
  for (const [index, { buckets }] of database.nodes.entries()) for (const bucket of buckets) nodeOf[bucket] = index
  /** One COPY for each server, opened one inside the other. */
  const onEach = (writes: readonly Copying['write'][]): Promise<T> =>
    writes.length < database.nodes.length
      ? database.nodes[writes.length]!.db.copy(copyLines, (write) => onEach([...writes, write]))
      : loading(writes)

  async function loading(writes: readonly Copying['write'][]): Promise<T> {
    const waiting = writes.map((write) => ({ write, rows: copyRows() }))
    const seen = seenBefore()
    let line = 0
    const value = await act(async (lines) => {
      for (const one of lines) {
        line += 1
        const home = homeOf(one)
        const { write, rows } = waiting[nodeOf[home.bucket]!]!
        writeLine(rows, { billId, accountKey, line, home, seen }, one)
        if (rows.isFull) await write(rows.take())
      }
    })
    for (const { write, rows } of waiting) await write(rows.end())
    return value
  }
  return onEach([])
}

const partitionOf: Statement = {
  name: 'partition-of-lines',
  text: 'select tableoid::regclass::text as partition from bill_line where bill_id = $1 limit 1',
}
const many = 10_000
/** Of this transaction alone: 9,000 lines tell how many there are as well as 30,000, for which a page of each would be read. */
const fewSamples: Statement = {
  name: 'few-samples',
  text: `select set_config('default_statistics_target', '30', true)`,
}

/** Lets PostgreSQL know how many lines a long bill has brought: a search over them is planned by that. */
export async function knowLines(database: Database, billId: string, lines: number): Promise<void> {
  if (lines < many) return
  for (const { db } of database.nodes) {
    const [row] = await db.query<{ partition: string }>(partitionOf, [billId])
    if (!row) continue
    await db.transaction(async (tx) => {
      await tx.query(fewSamples)
      await tx.query({ name: `know-${row.partition}`, text: `analyze ${row.partition} (bill_id, bucket, kind, again)` })
    })
  }
}

type Home = {
  readonly bucket: number
  readonly lotId: number
  readonly itemId: string
  readonly paymentId: string | null
  /** Of a flow: what its number names, or what the line says that its number is of. */
  readonly of: 'payment' | 'refunds' | Exclude<NumberKind, 'trade' | 'command'> | 'share-returns' | null
}
const away: Home = { ...nowhere, itemId: '0', paymentId: null, of: null }
const at = ({ bucket, lotId }: HouseNumber, itemId: string, paymentId: string | null, of: Home['of']): Home => ({
  ...{ bucket, lotId, itemId, paymentId, of },
})

/** Where a line belongs: its own number says so. A refund that is not ours of a payment that is goes to the payment's lot. */
function homeOf(line: BillLine): Home {
  if (line.kind === 'flow') {
    if (line.ourNumber === null) return away
    const trade = parseNumber('trade', line.ourNumber)
    if (trade.ok) return at(trade.value, trade.value.id, null, line.of ?? 'payment')
    for (const kind of ['refund', 'share', 'share-return', 'withdrawal', 'change'] as const) {
      const number = parseNumber(kind, line.ourNumber)
      if (number.ok) return at(number.value, number.value.id, null, kind)
    }
    return away
  }
  const trade = parseNumber('trade', line.tradeNumber)
  if (!trade.ok) return away
  if (line.kind !== 'refund') return at(trade.value, trade.value.id, null, null)
  const refund = parseNumber('refund', line.refundNumber)
  const ours = refund.ok && refund.value.lotId === trade.value.lotId && refund.value.bucket === trade.value.bucket
  return at(trade.value, ours ? refund.value.id : '0', trade.value.id, null)
}

type Where = {
  readonly billId: string
  readonly accountKey: string
  readonly line: number
  readonly home: Home
  readonly seen: (itemId: string) => boolean
}

function writeLine(rows: CopyRows, where: Where, line: BillLine): void {
  const { billId, home } = where
  rows.row(cellsOfLine)
  rows.int8(billId)
  rows.int4(home.bucket)
  rows.int4(home.lotId)
  rows.int8(home.itemId)
  rows.int4(where.line)
  // Ids of a payment and of a refund are never alike.
  const again = (line.kind === 'payment' || line.kind === 'refund') && home.itemId !== '0' && where.seen(home.itemId)
  if (again) rows.bool(true)
  else rows.null()
  if (line.kind === 'flow') writeFlow(rows, home, line)
  else writeTrade(rows, where, line)
}

function writeTrade(rows: CopyRows, { accountKey, home }: Where, line: Exclude<BillLine, { kind: 'flow' }>): void {
  const refund = line.kind === 'refund' ? line : null
  const foreign = refund ? `${line.tradeNumber} ${refund.refundNumber}` : line.tradeNumber
  rows.text(line.kind)
  if (home.paymentId === null) rows.null()
  else rows.int8(home.paymentId)
  rows.int8(line.amountFen)
  if (line.settledFen === line.amountFen) rows.null()
  else rows.int8(line.settledFen)
  rows.int8(line.feeMilliFen)
  rows.text(line.channelTradeNo)
  textOrNull(rows, refund ? refund.channelRefundNo : null)
  textOrNull(rows, line.accountKey === accountKey ? null : line.accountKey)
  textOrNull(rows, home.itemId === '0' ? foreign : null)
  textOrNull(rows, refund ? refund.state : null)
  rows.null()
  rows.instant(line.at)
  rows.text(line.product)
  rows.text(line.note)
}

function writeFlow(rows: CopyRows, { of }: Home, line: Extract<BillLine, { kind: 'flow' }>): void {
  rows.text(of !== null ? `flow-of-${of}` : line.isPayout ? 'flow-to-bank' : 'flow')
  rows.null()
  rows.int8(line.way === 'in' ? line.amountFen : -line.amountFen)
  rows.null()
  rows.int8(0)
  rows.text(line.channelNo)
  rows.text(line.flowNo)
  rows.null()
  textOrNull(rows, of === null ? line.ourNumber : null)
  rows.null()
  rows.int8(line.balanceFen)
  rows.instant(line.at)
  rows.text(line.business)
  rows.text(line.note)
}

function textOrNull(rows: CopyRows, text: string | null): void {
  if (text === null || text === '') rows.null()
  else rows.text(text)
}

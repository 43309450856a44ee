import type { BillLine } from '@lanepay/channels/bills.ts'
import { type Copying, copyCell } from '@lanepay/database/copy-in.ts'
import type { Database } from '@lanepay/database/database.ts'
import { bucketCount } from '@lanepay/domain/bucket.ts'
import { type HouseNumber, type NumberKind, parseNumber } from '@lanepay/domain/numbers.ts'

/*
 * A bill's lines into the database as they come: each goes where its own number leads, those whose number is not ours to
 * bucket 0, lot 0.
 */

/** Where lines of no lot are kept. */
export const nowhere = { bucket: 0, lotId: 0 } as const

// By COPY: 4.5 us a line, against 8.9 by unnested arrays of 5,000 (bench/README.md). It is one transaction, so lines that
// did not all come are not there.
const copyLines = `
  copy bill_line (bill_id, bucket, lot_id, item_id, line, kind, payment_id, amount_fen, settled_fen, fee_milli_fen, channel_no,
                  channel_item_no, account_key, our_number, refund_state, balance_fen, at, product, note) from stdin`
const linesAtOnce = 500

const none = '\\N'
const orNull = (text: string | null): string => (text === null || text === '' ? none : copyCell(text))

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
    const waiting = writes.map((write) => ({ write, rows: [] as string[] }))
    let line = 0
    const flush = async (node: (typeof waiting)[number]) => {
      const rows = node.rows
      node.rows = []
      await node.write(rows.join(''))
    }
    const value = await act(async (lines) => {
      for (const one of lines) {
        line += 1
        const home = homeOf(one)
        const node = waiting[nodeOf[home.bucket]!]!
        node.rows.push(rowOf(billId, one, line, home, accountKey))
        if (node.rows.length === linesAtOnce) await flush(node)
      }
    })
    for (const node of waiting) await flush(node)
    return value
  }
  return onEach([])
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
    for (const kind of ['refund', 'share', 'share-return', 'withdrawal'] as const) {
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

function rowOf(billId: string, line: BillLine, n: number, home: Home, accountKey: string): string {
  const where = `${billId}\t${home.bucket}\t${home.lotId}\t${home.itemId}\t${n}`
  return line.kind === 'flow'
    ? `${where}\t${flowCells(line, home)}\n`
    : `${where}\t${line.kind}\t${home.paymentId ?? none}\t${tradeCells(line, home.itemId === '0', accountKey)}\n`
}

function tradeCells(line: Exclude<BillLine, { kind: 'flow' }>, isForeign: boolean, accountKey: string): string {
  const isRefund = line.kind === 'refund'
  const settled = line.settledFen === line.amountFen ? none : line.settledFen
  const refundNo = isRefund ? orNull(line.channelRefundNo) : none
  const account = line.accountKey === accountKey ? none : copyCell(line.accountKey)
  const number = isForeign ? copyCell(isRefund ? `${line.tradeNumber} ${line.refundNumber}` : line.tradeNumber) : none
  const money = `${line.amountFen}\t${settled}\t${line.feeMilliFen}`
  const names = `${copyCell(line.channelTradeNo)}\t${refundNo}\t${account}\t${number}\t${isRefund ? line.state : none}\t${none}`
  return `${money}\t${names}\t${timeOf(line.at)}\t${copyCell(line.product)}\t${copyCell(line.note)}`
}

function flowCells(line: Extract<BillLine, { kind: 'flow' }>, { of }: Home): string {
  const kind = of !== null ? `flow-of-${of}` : line.isPayout ? 'flow-to-bank' : 'flow'
  const amount = line.way === 'in' ? line.amountFen : -line.amountFen
  const number = of === null ? orNull(line.ourNumber) : none
  const names = `${copyCell(line.channelNo)}\t${copyCell(line.flowNo)}\t${none}\t${number}\t${none}\t${line.balanceFen}`
  return `${kind}\t${none}\t${amount}\t${none}\t0\t${names}\t${timeOf(line.at)}\t${copyCell(line.business)}\t${copyCell(line.note)}`
}

let timeAt = Number.NaN
let timeText = ''
/** Lines come in the order of time, many in one second. */
function timeOf(at: number): string {
  if (at !== timeAt) {
    timeAt = at
    timeText = new Date(at).toISOString()
  }
  return timeText
}

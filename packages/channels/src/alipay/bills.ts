import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import { type BillAsk, type BillError, type BillLine, type BillRead, type Bills, type Keep, keeping } from '../bills.ts'
import { BrokenDownload, download } from '../download.ts'
import type { Account } from './account.ts'
import { type AccountRow, accountLayout } from './bill-account.ts'
import { type BillRows, readBillArchive } from './bill-file.ts'
import { type TradeRow, tradeLayout } from './bill-trade.ts'
import type { Client } from './client.ts'
import { bareCode, channelErrorOf, type Failure, unclearOf } from './errors.ts'
import type { ApiRequest } from './gateway.ts'
import { textOf } from './json.ts'
import { malformedAnswer } from './order.ts'
import { type Spool, spool } from './spool.ts'

/** An archive is written to the disk whole, since its directory stands at its end; what is in it is unpacked piece by piece. */
const largestArchive = 256 * 1024 * 1024
const linesAtOnce = 500

const typeOf = { trade: 'trade', 'fund-flow': 'signcustomer' } as const satisfies Record<BillAsk['kind'], string>

/** `alipay.data.dataservice.bill.downloadurl.query` for one day (alipay.md 11.1). */
export const billRequest = (account: Account, { kind, day }: BillAsk): ApiRequest => ({
  method: 'alipay.data.dataservice.bill.downloadurl.query',
  biz: { bill_type: typeOf[kind], bill_date: day },
  beside: { app_auth_token: account.appAuthToken },
})

/**
 * Asks for a bill, downloads it at once and hands its lines over (`Bills.read`). Its address is a secret for as long as it
 * is good: it is neither kept nor told to anybody.
 */
export async function readBillOf(
  client: Client,
  account: Account,
  ask: BillAsk,
  take: Parameters<Bills['read']>[2],
  keep?: Keep,
): Promise<Result<BillRead, BillError>> {
  const answer = await client(billRequest(account, ask))
  if (!answer.ok) return err(answer.error.kind === 'unclear' ? answer.error.error : billErrorOf(answer.error.failure))
  const url = textOf(answer.value.bill_download_url)
  if (url === null || !/^https?:/.test(url) || !URL.canParse(url))
    return malformedAnswer('bill_download_url is no address')
  const spooled = await archiveAt(url, keep)
  if (!spooled.ok) return spooled
  const { archive, close } = spooled.value
  const wanted = { account: account.sellerId, day: ask.day }
  try {
    return await (ask.kind === 'trade'
      ? handOver(readBillArchive(tradeLayout, wanted, archive), (row) => tradeLine(account, row), take)
      : handOver(readBillArchive(accountLayout, wanted, archive), flowLine, take))
  } finally {
    await close()
  }
}

/** Whether a bill is not made yet or never will be, Alipay does not say: both are asked for once more later (11.1). */
function billErrorOf(failure: Failure): BillError {
  const reason = bareCode(failure.subCode)
  if (['NO_BILL_DATA', 'BILL_NOT_EXIST'].includes(reason)) return { kind: 'no-bill', code: failure.subCode }
  return reason === 'UNKNOWN_ERROR' ? unclearOf(failure) : channelErrorOf(failure)
}

async function archiveAt(url: string, keep: Keep | undefined): Promise<Result<Spool, BillError>> {
  const http = await download({ url, headers: { 'user-agent': 'Lanepay/1 (Node.js)' }, idleTimeoutMs: 15_000 })
  if (http.kind !== 'answer') return unclear('NO_ANSWER', http.reason)
  const isFile = http.status === 200
  try {
    const spooled = await spool(keeping(http.body, isFile ? keep : undefined), largestArchive)
    if (!spooled.ok) {
      const detail = `an archive over ${largestArchive} bytes`
      return err({ kind: 'damaged', fault: spooled.error, line: null, detail })
    }
    if (isFile) return spooled
    await spooled.value.close()
    return unclear(`HTTP_${http.status}`, 'the bill was not handed out')
  } catch (error) {
    if (error instanceof BrokenDownload) return unclear('BROKEN_DOWNLOAD', error.message)
    throw error
  }
}

const unclear = (code: string, message: string) => err({ kind: 'unclear' as const, code, message })

async function handOver<Row>(
  rows: BillRows<Row>,
  lineOf: (row: Row) => BillLine,
  take: Parameters<Bills['read']>[2],
): Promise<Result<BillRead, BillError>> {
  const read = { lines: 0, payments: 0, refunds: 0 }
  let lines: BillLine[] = []
  try {
    for (;;) {
      const next = await rows.next()
      if (next.done && next.value !== null) return err({ kind: 'damaged', ...next.value })
      if (!next.done) {
        const line = lineOf(next.value)
        lines.push(line)
        read.lines++
        if (line.kind === 'payment') read.payments++
        if (line.kind === 'refund') read.refunds++
      }
      if (lines.length === linesAtOnce || (next.done && lines.length > 0)) {
        await take(lines)
        lines = []
      }
      if (next.done) return ok(read)
    }
  } finally {
    await rows.return(null)
  }
}

const positive = (fen: Fen): Fen => Math.abs(fen) as Fen

/** A row is there once its money has moved: what failed or waits is none. */
function tradeLine({ sellerId }: Account, row: TradeRow): BillLine {
  const common = {
    tradeNumber: row.tradeNumber,
    channelTradeNo: row.channelTradeNo,
    accountKey: sellerId,
    amountFen: positive(row.amountFen),
    settledFen: positive(row.receivedFen),
    feeMilliFen: row.feeFen === 0 ? 0 : -row.feeFen * 1000,
    at: row.doneAt,
    product: row.product,
    note: row.note,
  }
  if (row.kind === 'payment') return { ...common, kind: 'payment' }
  return { ...common, kind: 'refund', refundNumber: row.refundNumber, channelRefundNo: null, state: 'done' }
}

/** What goes back of a payment, and what comes back of its shares then, stands under its number (alipay.md 11.2). */
const underPayment: Readonly<Record<string, 'refunds' | 'share-returns'>> = {
  交易退款: 'refunds',
  退费: 'refunds',
  分账退回: 'share-returns',
}
/** The merchant's own way to its bank, in the portal or agreed once; what we ask for is a 转账 (alipay.md 10.1). */
const payouts: ReadonlySet<string> = new Set(['提现', '提现退票', '提现退回'])

const flowLine = (row: AccountRow): BillLine => ({
  kind: 'flow',
  flowNo: row.flowNo,
  channelNo: row.channelNo,
  ourNumber: row.outNumber === '' ? null : row.outNumber,
  way: row.amountFen < 0 ? 'out' : 'in',
  amountFen: positive(row.amountFen),
  balanceFen: row.balanceFen,
  at: row.at,
  business: row.kind,
  ...(underPayment[row.kind] === undefined ? {} : { of: underPayment[row.kind] }),
  ...(payouts.has(row.kind) ? { isPayout: true } : {}),
  note: row.memo,
})

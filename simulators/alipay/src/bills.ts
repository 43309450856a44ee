import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { beijing } from './beijing.ts'
import { type BillHarm, harmedFlows, harmedLines } from './bill-harms.ts'
import type { Book } from './book.ts'
import { feeOf } from './fees.ts'
import { type Flow, flowsOf } from './flows.ts'
import { maskedLogon } from './notices.ts'
import type { Trade } from './trade.ts'

/* What the two files of a bill say, written from the book (alipay.md 11.2). Lines without their line ends. */

export type BillType = 'trade' | 'signcustomer'

/** Whose, of which time (end excluded), and when it is written. */
export type BillAsk = {
  readonly pid: string
  readonly from: Instant
  readonly until: Instant
  readonly now: Instant
  readonly harm?: BillHarm | undefined
}

export type Bill = { readonly lines: readonly string[]; readonly summary: readonly string[]; readonly rows: number }

/** The words in titles and file names. */
export const billWord: Readonly<Record<BillType, string>> = { trade: '业务', signcustomer: '账务' }

export const writeBill = (type: BillType, book: Book, ask: BillAsk): Bill =>
  type === 'trade' ? tradeBill(book, ask) : accountBill(book, ask)

const yuan = (fen: number): string => toYuan(fen as Fen)
/** A tab keeps spreadsheets from rounding a long number. */
const long = (number: string): string => (number === '' ? '' : `${number}\t`)
const cell = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const row = (cells: readonly string[]): string => cells.map(cell).join(',')
const chinese = (at: Instant): string => {
  const [date = '', time] = beijing(at).split(' ')
  const [year, month, day] = date.split('-')
  return `${year}年${month}月${day}日 ${time}`
}
const rule = (text: string): string => `#${'-'.repeat(41)}${text}${'-'.repeat(40)}`

function framed(type: BillType, { pid, from, until, now }: BillAsk, table: string[], totals: string[]): string[] {
  const word = billWord[type]
  return [
    `#支付宝${word}明细查询`,
    `#账号：[${pid}0156]`,
    `#起始日期：[${chinese(from)}]   终止日期：[${chinese((until - 1000) as Instant)}]`,
    rule(`${word}明细列表`),
    ...table,
    rule(`${word}明细列表结束`),
    ...totals,
    `#导出时间：[${chinese(now)}]`,
  ]
}

const tradeColumns =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,' +
  '商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,' +
  '卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'

export type TradeLine = {
  readonly trade: Trade
  readonly at: Instant
  readonly fen: number
  readonly requestNo: string
  readonly feeFen: number
}

function tradeBill(book: Book, ask: BillAsk): Bill {
  const own = book
    .trades(ask.now)
    .filter(({ sellerId }) => sellerId === ask.pid)
    .flatMap(linesOf)
    .filter(({ at }) => at >= ask.from && at < ask.until)
    .sort((one, other) => one.at - other.at)
  const lines = harmedLines(own, ask.harm)
  const sums = (some: readonly TradeLine[]) => yuan(some.reduce((total, { fen }) => total + fen, 0))
  const paid = lines.filter(({ requestNo }) => requestNo === '')
  const back = lines.filter(({ requestNo }) => requestNo !== '')
  const totals = [
    `#交易合计：${paid.length}笔，商家实收共${sums(paid)}元，商家优惠共0.00元`,
    `#退款合计：${back.length}笔，商家实收退款共${sums(back)}元，商家优惠退款共0.00元`,
  ]
  return {
    lines: framed('trade', ask, [tradeColumns, ...lines.map(tradeRow)], totals),
    summary: framed('trade', ask, ['交易订单总笔数,退款订单总笔数', row([`${paid.length}`, `${back.length}`])], []),
    rows: lines.length,
  }
}

function linesOf(trade: Trade): TradeLine[] {
  if (trade.state !== 'paid' && trade.state !== 'returned') return []
  const paid = {
    trade,
    at: trade.billedAt ?? trade.paidAt,
    fen: trade.totalFen,
    requestNo: '',
    feeFen: -feeOf(trade.totalFen),
  }
  let kept: number = trade.totalFen
  return [
    paid,
    ...trade.refunds.map(({ at, amountFen, requestNo }) => {
      const before = kept
      kept -= amountFen
      return { trade, at, fen: -amountFen, requestNo, feeFen: feeOf(before) - feeOf(kept) }
    }),
  ]
}

const tradeRow = ({ trade, at, fen, requestNo, feeFen }: TradeLine): string =>
  row([
    long(trade.tradeNo),
    long(trade.outTradeNo),
    requestNo === '' ? '交易' : '退款',
    trade.subject,
    beijing(trade.createdAt),
    beijing(at),
    trade.storeId ?? '',
    '',
    '',
    trade.terminalId ?? '',
    maskedLogon(trade.buyer),
    yuan(fen),
    yuan(fen),
    ...['0.00', '0.00', '0.00', '0.00', '0.00', '', '0.00', '0.00'],
    long(requestNo),
    yuan(feeFen),
    '0.00',
    trade.body ?? '',
  ])

const accountColumns =
  '账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注'

function accountBill(book: Book, ask: BillAsk): Bill {
  let balance = 0
  const all = harmedFlows(flowsOf(book, ask.pid, ask.now), ask).map((flow, index) => {
    balance += flow.fen
    return { flow, index, balance }
  })
  const shown = all.filter(({ flow }) => flow.at >= ask.from && flow.at < ask.until)
  const total = (sign: 1 | -1) => {
    const some = shown.filter(({ flow }) => Math.sign(flow.fen) === sign)
    return `${some.length}笔，共${yuan(some.reduce((sum, { flow }) => sum + flow.fen, 0))}元`
  }
  const totals = [`#支出合计：${total(-1)}`, `#收入合计：${total(1)}`]
  return {
    lines: framed('signcustomer', ask, [accountColumns, ...shown.map(accountRow)], totals),
    summary: framed('signcustomer', ask, ['笔数', `${shown.length}`], []),
    rows: shown.length,
  }
}

const accountRow = ({ flow, index, balance }: { flow: Flow; index: number; balance: number }): string =>
  row([
    long(`${beijing(flow.at).slice(0, 10).replaceAll('-', '')}${String(index + 1).padStart(20, '0')}`),
    long(flow.number),
    long(flow.outNumber),
    flow.title,
    beijing(flow.at),
    long(flow.other),
    flow.fen > 0 ? yuan(flow.fen) : '0.00',
    flow.fen < 0 ? yuan(flow.fen) : '0.00',
    yuan(balance),
    '支付宝',
    flow.kind,
    flow.memo,
  ])

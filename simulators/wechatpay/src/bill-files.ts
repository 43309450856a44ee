import { createHash } from 'node:crypto'
import { harmedFlows, harmedRows } from './bill-harms.ts'
import type { BillDamage, BillTicket, Book, Order, Refund } from './book.ts'
import { writeTime } from './fields.ts'
import { flowsOf, ownerOf } from './flows.ts'
import { feeBackOf, feeOf } from './rest.ts'

/* Bills made from the books (wechat-pay.md 13.3, 13.4): a day of them always reads the same. */

const hour = 3_600_000
const day = 24 * hour
const chinaAhead = 8 * hour

/** From the first instant of a day in Beijing to the first after it. */
export const spanOf = (text: string): { readonly from: number; readonly until: number } => {
  const from = Date.parse(`${text}T00:00:00Z`) - chinaAhead
  return { from, until: from + day }
}
/** What a bill says of a refund is frozen at nine on the next morning. */
const madeAt = (text: string): number => spanOf(text).until + 9 * hour

const stamp = (at: number): string => writeTime(at).slice(0, 19).replace('T', ' ')
const yuan = (fen: number, decimals = 2): string => (fen / 100).toFixed(decimals)

const all = [
  '交易时间',
  '公众账号ID',
  '商户号',
  '特约商户号',
  '设备号',
  '微信订单号',
  '商户订单号',
  '用户标识',
  '交易类型',
  '交易状态',
  '付款银行',
  '货币种类',
  '应结订单金额',
  '代金券金额',
  '微信退款单号',
  '商户退款单号',
  '退款金额',
  '充值券退款金额',
  '退款类型',
  '退款状态',
  '商品名称',
  '商户数据包',
  '手续费',
  '费率',
  '订单金额',
  '申请退款金额',
  '费率备注',
] as const
export type Column = (typeof all)[number] | '退款申请时间' | '退款成功时间'
const titles: Readonly<Record<BillTicket['which'], readonly Column[]>> = {
  ALL: all,
  SUCCESS: [...all.slice(0, 14), ...all.slice(20, 25), '费率备注'],
  REFUND: [...all.slice(0, 14), '退款申请时间', '退款成功时间', ...all.slice(14)],
}

export type Row = {
  readonly at: number
  readonly cells: Readonly<Partial<Record<Column, string>>>
  /** In fen, for the summary. */
  readonly sums: { readonly settled: number; readonly refunded: number; readonly fee: number }
}

function commonCells(order: Order, at: number): Row['cells'] {
  const { content, paid, tradeNumber } = order
  return {
    交易时间: stamp(at),
    公众账号ID: content.sp_appid ?? content.appid ?? '',
    商户号: content.sp_mchid ?? content.mchid ?? '',
    特约商户号: content.sub_mchid ?? '0',
    设备号: content.scene_info?.device_id ?? '',
    微信订单号: paid!.transactionId,
    商户订单号: tradeNumber,
    用户标识: content.payer.openid ?? content.payer.sp_openid ?? content.payer.sub_openid ?? '',
    交易类型: order.byCode ? 'MICROPAY' : 'JSAPI',
    付款银行: paid!.bankType,
    货币种类: 'CNY',
    代金券金额: '0.00',
    充值券退款金额: '0.00',
    商品名称: content.description,
    商户数据包: content.attach ?? '',
    费率: '0.60%',
  }
}

export const moneyCells = (settled: number, refunded: number, fee: number): Row['cells'] => ({
  应结订单金额: yuan(settled),
  订单金额: yuan(settled),
  退款金额: yuan(refunded),
  申请退款金额: yuan(refunded),
  手续费: yuan(fee, 5),
})

function rowOf(order: Order, at: number, state: string, money: Row['sums'], more: Row['cells'] = {}): Row {
  const cells = {
    ...commonCells(order, at),
    ...moneyCells(money.settled, money.refunded, money.fee),
    交易状态: state,
    微信退款单号: '0',
    商户退款单号: '0',
    ...more,
  }
  return { at, cells, sums: money }
}

const billedAt = (order: Order): number | undefined => order.billedAt ?? order.paid?.at
const paidRow = (order: Order): Row =>
  rowOf(order, billedAt(order)!, 'SUCCESS', { settled: order.content.amount.total, refunded: 0, fee: feeOf(order) })

/** A reversal has no refund numbers: it appears under its order's (13.3). */
const reversedRow = (order: Order): Row =>
  rowOf(order, order.reversedAt!, 'REVOKED', { settled: 0, refunded: order.content.amount.total, fee: -feeOf(order) })

function refundRow(order: Order, refund: Refund, frozenAt: number): Row {
  const status = refund.endedAt !== undefined && refund.endedAt <= frozenAt ? refund.status : 'PROCESSING'
  const { refund: fen } = refund.content.amount
  const fee = status === 'CLOSED' ? 0 : -feeBackOf(order, fen)
  return rowOf(
    order,
    refund.createdAt,
    'REFUND',
    { settled: 0, refunded: fen, fee },
    {
      微信退款单号: refund.refundId,
      商户退款单号: refund.refundNumber,
      退款类型: 'ORIGINAL',
      退款状态: status === 'CLOSED' || status === 'ABNORMAL' ? 'FAIL' : status,
      退款申请时间: stamp(refund.createdAt),
      退款成功时间: status === 'SUCCESS' ? stamp(refund.endedAt!) : '',
    },
  )
}

/** What happened on the day to payments of this owner, or of everybody. Never an order that was not paid. */
function tradeRows(book: Book, { day: text, sub, which }: BillTicket): readonly Row[] {
  const { from, until } = spanOf(text)
  const within = (at: number | undefined): at is number => at !== undefined && at >= from && at < until
  const rows: Row[] = []
  for (const order of book.orders()) {
    if (!order.paid || (sub !== undefined && ownerOf(order) !== sub)) continue
    if (which !== 'REFUND' && within(billedAt(order))) rows.push(paidRow(order))
    if (which === 'ALL' && within(order.reversedAt)) rows.push(reversedRow(order))
    if (which === 'SUCCESS') continue
    for (const refund of book.refundsOf(order.tradeNumber))
      if (within(refund.createdAt)) rows.push(refundRow(order, refund, madeAt(text)))
  }
  return rows.toSorted((a, b) => a.at - b.at)
}

const ticked = (cells: readonly string[]): string => cells.map((cell) => `\`${cell}`).join(',')
type Table = { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } & Readonly<
  Record<'sumHeader' | 'sums', readonly string[]>
>

function tradeTable(book: Book, ticket: BillTicket): Table {
  const header = titles[ticket.which]
  const rows = harmedRows(tradeRows(book, ticket), ticket.harm)
  const sum = (name: keyof Row['sums']) => rows.reduce((total, { sums }) => total + sums[name], 0)
  const [settled, refunded, fee] = [yuan(sum('settled')), yuan(sum('refunded')), yuan(sum('fee'), 5)]
  const isShort = ticket.which === 'SUCCESS'
  return {
    header,
    rows: rows.map(({ cells }) => header.map((name) => cells[name] ?? '')),
    sumHeader: isShort
      ? ['总交易单数', '应结订单总金额', '手续费总金额', '订单总金额']
      : [
          '总交易单数',
          '应结订单总金额',
          '退款总金额',
          '充值券退款总金额',
          '手续费总金额',
          '订单总金额',
          '申请退款总金额',
        ],
    sums: isShort
      ? [String(rows.length), settled, fee, settled]
      : [String(rows.length), settled, refunded, '0.00', fee, settled, refunded],
  }
}

const flowTitles = [
  '记账时间',
  '微信支付业务单号',
  '资金流水单号',
  '业务名称',
  '业务类型',
  '收支类型',
  '收支金额（元）',
  '账户结余（元）',
  '资金变更提交申请人',
  '备注',
  '业务凭证号',
]

function flowTable(book: Book, mchid: string, { day: text, harm }: BillTicket): Table {
  const { from, until } = spanOf(text)
  let balance = 0
  const rows: string[][] = []
  const sums = { in: { count: 0, fen: 0 }, out: { count: 0, fen: 0 } }
  for (const flow of harmedFlows(flowsOf(book, mchid), { from, until, harm })) {
    balance += flow.way === 'in' ? flow.fen : -flow.fen
    if (flow.at < from || flow.at >= until) continue
    sums[flow.way].count++
    sums[flow.way].fen += flow.fen
    rows.push([
      stamp(flow.at),
      flow.channelNo,
      flowNumber(`${flow.channelNo}/${flow.business}/${flow.way}/${flow.voucher}`),
      flow.business,
      flow.type,
      flow.way === 'in' ? '收入' : '支出',
      yuan(flow.fen),
      yuan(balance),
      'system',
      flow.note,
      flow.voucher,
    ])
  }
  return {
    header: flowTitles,
    rows,
    sumHeader: ['资金流水总笔数', '收入笔数', '收入金额', '支出笔数', '支出金额'],
    sums: [String(rows.length), String(sums.in.count), yuan(sums.in.fen), String(sums.out.count), yuan(sums.out.fen)],
  }
}

/** 28 digits that are always the same for the same movement, and look like no other's. */
const flowNumber = (of: string): string =>
  BigInt(`0x${createHash('sha256').update(of).digest('hex').slice(0, 26)}`)
    .toString()
    .padStart(28, '4')
    .slice(0, 28)

/** The file as it would be if nothing went wrong, and as this ticket hands it out. `null` when the day was empty. */
export function billFile(
  book: Book,
  mchid: string,
  ticket: BillTicket,
): { readonly bytes: Buffer; readonly sha1: string } | null {
  const table = ticket.kind === 'trade' ? tradeTable(book, ticket) : flowTable(book, ticket.sub ?? mchid, ticket)
  if (table.rows.length === 0) return null
  const written = damagedText(table, ticket.damage)
  const sha1 = createHash('sha1').update(written).digest('hex')
  // Another rate, another applicant: nothing that any sum or rule of the format would notice.
  const sent = ticket.damage === 'changed' ? written.replace('0.60%', '0.38%').replace('system', 'nobody') : written
  return { bytes: Buffer.from(sent), sha1 }
}

function damagedText(table: Table, damage: BillDamage | undefined): string {
  const { header, rows, sumHeader, sums } = changed(table, damage)
  const end = damage === 'end-lost' ? [] : [sumHeader.join(','), ticked(sums)]
  return `\uFEFF${[header.join(','), ...rows.map(ticked), ...end].join('\r\n')}\r\n`
}

/** What the file of another day, another account, a spreadsheet or next year would look like. */
function changed(table: Table, damage: BillDamage | undefined): Table {
  const inColumns = (names: readonly string[], change: (cell: string) => string): Table => ({
    ...table,
    rows: table.rows.map((row) =>
      row.map((cell, at) => (names.includes(table.header[at] ?? '') ? change(cell) : cell)),
    ),
  })
  switch (damage) {
    case 'row-lost':
      return { ...table, rows: table.rows.slice(1) }
    case 'mangled':
      return inColumns(['商户订单号', '业务凭证号'], (cell) => `${cell[0]}.${cell.slice(1, 6)}E+${cell.length - 1}`)
    case 'of-another':
      return inColumns(['商户号'], () => '1900000000')
    case 'of-another-day':
      return inColumns(['交易时间', '记账时间'], (cell) => `2020-01-01${cell.slice(10)}`)
    case 'new-column':
      return { ...table, header: [...table.header, '新优惠金额'], rows: table.rows.map((row) => [...row, '0.00']) }
    default:
      return table
  }
}

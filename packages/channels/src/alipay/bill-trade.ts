import { ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { numberIn, timeIn, yuanIn } from './bill-cells.ts'
import { type Cells, type Count, type Layout, type Problem, problem } from './bill-reader.ts'

/** One row of the business bill: a payment, or money that went back (alipay.md 11.2, 11.3). */
export type TradeRow = {
  readonly kind: 'payment' | 'refund'
  readonly channelTradeNo: string
  readonly tradeNumber: string
  /** Of a refund. */
  readonly refundNumber: string
  readonly doneAt: Instant
  /** Money back is less than nothing, here and in all that follow. */
  readonly amountFen: Fen
  readonly receivedFen: Fen
  /** What it costs the merchant: a charge is less than nothing, one that is given back more. */
  readonly feeFen: Fen
  readonly sharedFen: Fen
  readonly product: string
  readonly note: string
}

const needed = [
  '支付宝交易号',
  '商户订单号',
  '业务类型',
  '商品名称',
  '完成时间',
  '订单金额',
  '商家实收',
  '退款批次号',
  '服务费',
  '分润',
  '备注',
] as const
type Column = (typeof needed)[number]

const kinds: Readonly<Record<string, TradeRow['kind']>> = { 交易: 'payment', 退款: 'refund' }

function rowOf(cells: Cells<Column>): Result<TradeRow, Problem> {
  const kind = kinds[cells.业务类型]
  if (kind === undefined) return problem('bad-row', `业务类型: ${cells.业务类型.slice(0, 20)}`)
  const channelTradeNo = numberIn(cells.支付宝交易号, '支付宝交易号')
  if (!channelTradeNo.ok) return channelTradeNo
  const tradeNumber = numberIn(cells.商户订单号, '商户订单号')
  if (!tradeNumber.ok) return tradeNumber
  const refundNumber = numberIn(cells.退款批次号, '退款批次号')
  if (!refundNumber.ok) return refundNumber
  const doneAt = timeIn(cells.完成时间, '完成时间')
  if (!doneAt.ok) return doneAt
  const amount = yuanIn(cells.订单金额, '订单金额')
  if (!amount.ok) return amount
  const received = yuanIn(cells.商家实收, '商家实收')
  if (!received.ok) return received
  const fee = yuanIn(cells.服务费, '服务费')
  if (!fee.ok) return fee
  const shared = yuanIn(cells.分润, '分润')
  if (!shared.ok) return shared
  if (kind === 'payment' ? amount.value < 0 : amount.value > 0)
    return problem('bad-row', `订单金额: the wrong way for ${cells.业务类型}`)
  return ok({
    kind,
    channelTradeNo: channelTradeNo.value,
    tradeNumber: tradeNumber.value,
    refundNumber: refundNumber.value,
    doneAt: doneAt.value,
    amountFen: amount.value,
    receivedFen: received.value,
    feeFen: fee.value,
    sharedFen: shared.value,
    product: cells.商品名称,
    note: cells.备注,
  })
}

const totalLine = /^#(交易|退款)合计：(\d+)笔，商家实收(?:退款)?共(-?[\d.]+)元/

function count(): Count<TradeRow> {
  const sums = { payment: { rows: 0, fen: 0 }, refund: { rows: 0, fen: 0 } }
  return {
    wanted: ['交易合计', '退款合计'],
    add({ kind, receivedFen }) {
      sums[kind].rows++
      sums[kind].fen += receivedFen
    },
    total(line) {
      const [, word = '', rows, yuan = ''] = totalLine.exec(line) ?? []
      const kind = kinds[word]
      if (kind === undefined) return null
      const fen = yuanIn(yuan, `${word}合计`)
      if (!fen.ok) return fen
      const { rows: counted, fen: summed } = sums[kind]
      if (Number(rows) === counted && fen.value === summed) return ok(`${word}合计`)
      return problem(
        'wrong-summary',
        `${word}合计: ${rows} rows and ${fen.value} fen, counted ${counted} and ${summed}`,
      )
    },
  }
}

export const tradeLayout: Layout<Column, TradeRow> = {
  word: '业务',
  needed,
  // The last five are of institutions (alipay.md 11.2).
  known: [
    '创建时间',
    '门店编号',
    '门店名称',
    '操作员',
    '终端号',
    '对方账户',
    '支付宝红包',
    '集分宝',
    '支付宝优惠',
    '商家优惠',
    '券核销金额',
    '券名称',
    '商家红包消费金额',
    '卡消费金额',
    '实收净额',
    '商户识别号',
    '交易方式',
    '花呗分期手续费',
    '花呗分期数',
  ],
  row: rowOf,
  count,
}

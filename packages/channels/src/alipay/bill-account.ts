import { ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { numberIn, timeIn, yuanIn } from './bill-cells.ts'
import { type Cells, type Count, type Layout, type Problem, problem } from './bill-reader.ts'

/** One row of the account's bill: a movement and what the account had then (alipay.md 11.2, 11.3). */
export type AccountRow = {
  /** Alipay's number for the movement. */
  readonly flowNo: string
  /** Alipay's number for what moved it: a trade, a sharing, a payout. */
  readonly channelNo: string
  /** The number that we gave it; empty where it was not ours. */
  readonly outNumber: string
  readonly at: Instant
  /** Money out is less than nothing. */
  readonly amountFen: Fen
  readonly balanceFen: Fen
  /** In Alipay's words: 在线支付, 收费, 交易退款, 分账, 转账, 提现 ... */
  readonly kind: string
  readonly memo: string
}

const needed = [
  '账务流水号',
  '业务流水号',
  '商户订单号',
  '发生时间',
  '收入金额',
  '支出金额',
  '账户余额',
  '业务类型',
  '备注',
] as const
type Column = (typeof needed)[number]

function rowOf(cells: Cells<Column>): Result<AccountRow, Problem> {
  const flowNo = numberIn(cells.账务流水号, '账务流水号')
  if (!flowNo.ok) return flowNo
  const channelNo = numberIn(cells.业务流水号, '业务流水号')
  if (!channelNo.ok) return channelNo
  const outNumber = numberIn(cells.商户订单号, '商户订单号')
  if (!outNumber.ok) return outNumber
  const at = timeIn(cells.发生时间, '发生时间')
  if (!at.ok) return at
  const income = yuanIn(cells.收入金额 || '0', '收入金额')
  if (!income.ok) return income
  const expense = yuanIn(cells.支出金额 || '0', '支出金额')
  if (!expense.ok) return expense
  const balance = yuanIn(cells.账户余额, '账户余额')
  if (!balance.ok) return balance
  if (income.value < 0 || (income.value !== 0 && expense.value !== 0))
    return problem('bad-row', 'income and expense in one row')
  return ok({
    flowNo: flowNo.value,
    channelNo: channelNo.value,
    outNumber: outNumber.value,
    at: at.value,
    // Whether money out stands there with its sign or without is not said (alipay.md 11.2): its column says it.
    amountFen: (income.value - Math.abs(expense.value)) as Fen,
    balanceFen: balance.value,
    kind: cells.业务类型,
    memo: cells.备注,
  })
}

const totalLine = /^#(支出|收入)合计：(\d+)笔，共(-?[\d.]+)元/

function count(): Count<AccountRow> {
  const sums = { 支出: { rows: 0, fen: 0 }, 收入: { rows: 0, fen: 0 } }
  return {
    wanted: ['支出合计', '收入合计'],
    add({ amountFen }) {
      if (amountFen === 0) return
      const sum = sums[amountFen < 0 ? '支出' : '收入']
      sum.rows++
      sum.fen += Math.abs(amountFen)
    },
    total(line) {
      const [, word, rows, yuan = ''] = totalLine.exec(line) ?? []
      if (word !== '支出' && word !== '收入') return null
      const fen = yuanIn(yuan, `${word}合计`)
      if (!fen.ok) return fen
      const { rows: counted, fen: summed } = sums[word]
      if (Number(rows) === counted && Math.abs(fen.value) === summed) return ok(`${word}合计`)
      return problem(
        'wrong-summary',
        `${word}合计: ${rows} rows and ${fen.value} fen, counted ${counted} and ${summed}`,
      )
    },
  }
}

export const accountLayout: Layout<Column, AccountRow> = {
  word: '账务',
  needed,
  known: ['商品名称', '对方账号', '交易渠道', '业务描述', '业务订单号', '业务基础订单号', '业务账单来源', '门店名称'],
  row: rowOf,
  count,
}

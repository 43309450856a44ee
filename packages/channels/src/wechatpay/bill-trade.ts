import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import type { BillLine } from '../bills.ts'
import { type Columns, checkNumber, dayOf, placesOf, readBillTime, readFen, readMilliFen } from './bill-cells.ts'
import type { BillForm, BillOf } from './bill-form.ts'
import { checkCount, checkFee, checkSum } from './bill-sums.ts'
import { type BillRow, type Damage, damaged } from './bill-table.ts'

const one = (...names: readonly string[]) => ({ names })
const unused = (...names: readonly string[]) => ({ names, optional: true }) as const

/** wechat-pay.md 13.3: the ALL bill, with the older names. */
const columns = {
  time: one('交易时间'),
  appid: unused('公众账号ID'),
  mchid: one('商户号'),
  subMchid: one('特约商户号', '子商户号'),
  device: unused('设备号'),
  transactionId: one('微信订单号'),
  tradeNumber: one('商户订单号'),
  payer: unused('用户标识'),
  tradeType: unused('交易类型'),
  state: one('交易状态'),
  bank: unused('付款银行'),
  currency: one('货币种类'),
  settled: one('应结订单金额', '总金额'),
  coupon: unused('代金券金额', '代金券或立减优惠金额', '企业红包金额'),
  refundId: one('微信退款单号'),
  refundNumber: one('商户退款单号'),
  refunded: one('退款金额'),
  refundedCoupon: unused('充值券退款金额', '代金券或立减优惠退款金额', '企业红包退款金额'),
  refundType: unused('退款类型'),
  refundState: one('退款状态'),
  product: one('商品名称'),
  note: unused('商户数据包'),
  fee: one('手续费'),
  rate: unused('费率'),
  amount: unused('订单金额'),
  asked: unused('申请退款金额'),
  rateNote: unused('费率备注'),
} as const satisfies Columns<string>

/** The ALL trade bill. Matched by the names of its columns; its sums are recomputed from the very rows handed over. */
export function tradeBill(of: BillOf, header: readonly string[]): Result<BillForm, Damage> {
  const found = placesOf(columns, header, of.alsoKnown)
  if (!found.ok) return found
  const at = found.value
  const { from, until } = dayOf(of.day)
  const sums = { rows: 0, settled: 0, refunded: 0, refundedCoupon: 0, fee: 0, amount: 0, asked: 0 }

  function row(cells: readonly string[], line: number): Result<BillLine, Damage> {
    const cell = (name: keyof typeof columns) => cells[at[name]] ?? ''
    const bad = (detail: string) => damaged('bad-row', line, detail)
    const paidAt = readBillTime(cell('time'))
    if (paidAt === null) return bad('交易时间 is no time of a bill')
    if (paidAt < from || paidAt >= until) return damaged('other-day', line, `${cell('time')} is not in ${of.day}`)
    const accountKey = accountKeyOf(of, cell('mchid'), cell('subMchid'))
    if (accountKey === null)
      return damaged(
        'other-account',
        line,
        `${cell('mchid').slice(0, 32)}/${cell('subMchid').slice(0, 32)} is not ours`,
      )
    if (cell('currency') !== 'CNY') return bad('货币种类 is not CNY')
    const numbers = ['transactionId', 'tradeNumber', 'refundId', 'refundNumber'] as const
    const mangled = numbers.find((name) => !checkNumber(cell(name)).ok)
    if (mangled) return damaged('mangled-number', line, `${columns[mangled].names[0]} was rounded by a spreadsheet`)
    if (cell('tradeNumber') === '' || cell('transactionId') === '') return bad('a number is missing')

    const money = readMoney(cell, at.amount < 0)
    if (!money.ok) return bad(money.error)
    const { settled, refunded, refundedCoupon, feeMilliFen, amount, asked } = money.value
    sums.rows++
    sums.settled += settled
    sums.refunded += refunded
    sums.refundedCoupon += refundedCoupon
    sums.fee += feeMilliFen
    sums.amount += amount
    sums.asked += asked
    const common = {
      tradeNumber: cell('tradeNumber'),
      channelTradeNo: cell('transactionId'),
      accountKey,
      feeMilliFen,
      at: paidAt,
      product: cell('product'),
      note: cell('note'),
    }
    switch (cell('state')) {
      case 'SUCCESS':
        return ok({ kind: 'payment', ...common, amountFen: amount, settledFen: settled })
      case 'REVOKED':
        // The money of a reversal stands where a refund's does, where there was any.
        return ok({
          kind: 'reversed',
          ...common,
          amountFen: fen(amount || asked),
          settledFen: fen(settled || refunded),
        })
      case 'REFUND': {
        const refundNumber = cell('refundNumber')
        if (refundNumber === '' || refundNumber === '0') return bad('a refund without 商户退款单号')
        const channelRefundNo = ['', '0'].includes(cell('refundId')) ? null : cell('refundId')
        const state = refundStateOf(cell('refundState'))
        return ok({
          kind: 'refund',
          ...common,
          refundNumber,
          channelRefundNo,
          amountFen: asked,
          settledFen: refunded,
          state,
        })
      }
      default:
        return bad(`交易状态 ${cell('state').slice(0, 20)} is not known`)
    }
  }

  function end(summary: BillRow): Result<void, Damage> {
    const said: readonly (readonly [names: readonly string[], sum: number])[] = [
      [['应结订单总金额', '总交易额', '总金额'], sums.settled],
      [['退款总金额', '总退款金额'], sums.refunded],
      [['充值券退款总金额', '总代金券或立减优惠退款金额', '总企业红包退款金额'], sums.refundedCoupon],
      ...(at.amount < 0 ? [] : [[['订单总金额'], sums.amount] as const]),
      ...(at.asked < 0 ? [] : [[['申请退款总金额'], sums.asked] as const]),
    ]
    return (
      checkCount(summary, ['总交易单数'], sums.rows) ??
      said.map(([names, sum]) => checkSum(summary, names, sum)).find((fault) => fault !== null) ??
      checkFee(summary, ['手续费总金额'], sums.fee) ??
      ok(undefined)
    )
  }

  return ok({ row, end })
}

type Money = Readonly<Record<'settled' | 'refunded' | 'refundedCoupon' | 'amount' | 'asked', Fen>> & {
  readonly feeMilliFen: number
}

/** Old bills name one amount only, which then is both what was ordered and what is settled. */
function readMoney(cell: (name: keyof typeof columns) => string, old: boolean): Result<Money, string> {
  const feeMilliFen = readMilliFen(cell('fee'))
  if (feeMilliFen === null) return err('手续费 is no amount')
  const read = (name: 'settled' | 'refunded' | 'refundedCoupon' | 'amount' | 'asked') => {
    const text = cell(name)
    return text === '' && name === 'refundedCoupon' ? fen(0) : readFen(text)
  }
  const settled = read('settled')
  const refunded = read('refunded')
  const refundedCoupon = read('refundedCoupon')
  const amount = old ? settled : read('amount')
  const asked = old ? refunded : read('asked')
  if (settled === null || refunded === null || refundedCoupon === null || amount === null || asked === null)
    return err('an amount is no yuan')
  if ([settled, refunded, refundedCoupon, amount, asked].some((one) => one < 0)) return err('an amount below nothing')
  return ok({ settled, refunded, refundedCoupon, amount, asked, feeMilliFen })
}

function accountKeyOf(of: BillOf, mchid: string, subMchid: string): string | null {
  if (mchid !== of.mchid) return null
  const isDirect = subMchid === '' || subMchid === '0'
  if (of.mode === 'direct') return isDirect ? mchid : null
  if (isDirect || (of.subMchid !== undefined && subMchid !== of.subMchid)) return null
  return `${mchid}/${subMchid}`
}

/** Frozen when the bill was made: a refund in progress then may be done by now. */
function refundStateOf(state: string): 'done' | 'pending' | 'failed' {
  switch (state) {
    case 'SUCCESS':
      return 'done'
    case 'FAIL':
    case 'CLOSED':
    case 'CHANGE':
    case 'ABNORMAL':
      return 'failed'
    default:
      return 'pending'
  }
}

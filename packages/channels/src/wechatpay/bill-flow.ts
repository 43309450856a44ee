import { ok, type Result } from '@lanepay/domain/result.ts'
import type { BillLine } from '../bills.ts'
import { type Columns, checkNumber, dayOf, placesOf, readBillTime, readFen } from './bill-cells.ts'
import type { BillForm, BillOf } from './bill-form.ts'
import { checkCount, checkSum } from './bill-sums.ts'
import { type BillRow, type Damage, damaged } from './bill-table.ts'

/** wechat-pay.md 13.4. Some files write the brackets in half width. */
const columns = {
  time: { names: ['记账时间'] },
  channelNo: { names: ['微信支付业务单号'] },
  flowNo: { names: ['资金流水单号'] },
  business: { names: ['业务名称'] },
  type: { names: ['业务类型'], optional: true },
  way: { names: ['收支类型'] },
  amount: { names: ['收支金额（元）', '收支金额(元)'] },
  balance: { names: ['账户结余（元）', '账户结余(元)'] },
  by: { names: ['资金变更提交申请人'], optional: true },
  note: { names: ['备注'] },
  voucher: { names: ['业务凭证号'] },
} as const satisfies Columns<string>

/** Whether by itself, by a person on the platform or by a call: how WeChat Pay calls it is in 19, its words are not in 13.4. */
const payouts = /^(自动)?提现(退票|退回)?$/

/** The fund-flow bill. It names no account, so whose it is rests on what was asked for. */
export function flowBill(of: BillOf, header: readonly string[]): Result<BillForm, Damage> {
  const found = placesOf(columns, header, of.alsoKnown)
  if (!found.ok) return found
  const places = found.value
  const { from, until } = dayOf(of.day)
  const sums = { in: { count: 0, fen: 0 }, out: { count: 0, fen: 0 } }

  function row(cells: readonly string[], line: number): Result<BillLine, Damage> {
    const cell = (name: keyof typeof columns) => cells[places[name]] ?? ''
    const bad = (detail: string) => damaged('bad-row', line, detail)
    const at = readBillTime(cell('time'))
    if (at === null) return bad('记账时间 is no time of a bill')
    if (at < from || at >= until) return damaged('other-day', line, `${cell('time')} is not in ${of.day}`)
    const numbers = ['channelNo', 'flowNo', 'voucher'] as const
    const mangled = numbers.find((name) => !checkNumber(cell(name)).ok)
    if (mangled) return damaged('mangled-number', line, `${columns[mangled].names[0]} was rounded by a spreadsheet`)
    const way = cell('way') === '收入' ? 'in' : cell('way') === '支出' ? 'out' : null
    if (way === null) return bad('收支类型 is neither 收入 nor 支出')
    const amountFen = readFen(cell('amount'))
    const balanceFen = readFen(cell('balance'))
    if (amountFen === null || amountFen < 0 || balanceFen === null) return bad('an amount is no yuan')
    if (cell('flowNo') === '') return bad('资金流水单号 is missing')
    sums[way].count++
    sums[way].fen += amountFen
    return ok({
      kind: 'flow',
      flowNo: cell('flowNo'),
      channelNo: cell('channelNo'),
      ourNumber: cell('voucher') || null,
      way,
      amountFen,
      balanceFen,
      at,
      business: cell('business'),
      ...(payouts.test(cell('business')) ? { isPayout: true as const } : {}),
      note: cell('note'),
    })
  }

  const end = (summary: BillRow): Result<void, Damage> =>
    checkCount(summary, ['资金流水总笔数'], sums.in.count + sums.out.count) ??
    checkCount(summary, ['收入笔数'], sums.in.count) ??
    checkSum(summary, ['收入金额'], sums.in.fen) ??
    checkCount(summary, ['支出笔数'], sums.out.count) ??
    checkSum(summary, ['支出金额'], sums.out.fen) ??
    ok(undefined)

  return ok({ row, end })
}

import { moneyCells, type Row } from './bill-files.ts'
import type { BillHarm } from './book.ts'
import type { Flow } from './flows.ts'

/* Bills that are whole and say something else than the books: their sums are of what they say. */

/** What becomes of the first payment of a trade bill. */
export function harmedRows(rows: readonly Row[], harm: BillHarm | undefined): readonly Row[] {
  const at = rows.findIndex(({ cells }) => cells.交易状态 === 'SUCCESS')
  const row = rows[at]
  if (!row || harm === undefined) return rows
  const { settled, fee } = row.sums
  const of = (sums: Row['sums'], cells: Row['cells'] = {}): Row => ({
    ...row,
    cells: { ...row.cells, ...moneyCells(sums.settled, sums.refunded, sums.fee), ...cells },
    sums,
  })
  const become: Partial<Record<BillHarm, readonly Row[]>> = {
    'bill-line-lost': [],
    'bill-line-twice': [row, row],
    'bill-line-more': [of({ ...row.sums, settled: settled + 1 })],
    'bill-fee-more': [of({ ...row.sums, fee: fee + 1 })],
    'bill-line-reversed': [of({ settled: 0, refunded: settled, fee: -fee }, { 交易状态: 'REVOKED' })],
    'bill-line-foreign': [row, of(row.sums, { 商户订单号: 'SHOP-0042', 微信订单号: '4200000000000000000000000042' })],
  }
  return rows.toSpliced(at, 1, ...(become[harm] ?? [row]))
}

/** What becomes of the first movement of the day; balances follow from what is left. */
export function harmedFlows(
  flows: readonly Flow[],
  { from, until, harm }: { readonly from: number; readonly until: number; readonly harm: BillHarm | undefined },
): readonly Flow[] {
  const at = flows.findIndex((flow) => flow.at >= from && flow.at < until)
  const flow = flows[at]
  if (!flow || harm === undefined) return flows
  if (harm === 'flow-line-again') {
    const known = flows.find((one) => one.at < from)
    const again = flows.filter((one) => one.at < from && one.channelNo === known?.channelNo)
    return flows.toSpliced(at, 0, ...again.map((one) => ({ ...one, at: from })))
  }
  const isOfIt = (one: Flow) => one.at >= from && one.at < until && one.channelNo === flow.channelNo
  switch (harm) {
    case 'flow-line-lost':
      return flows.filter((one) => !isOfIt(one))
    case 'flow-line-more':
      return flows.with(at, { ...flow, fen: flow.fen + 1 })
    case 'flow-line-foreign': {
      const foreign: Flow = {
        ...flow,
        channelNo: '1800000000000000000000000042',
        business: '其他',
        type: '其他',
        way: 'out',
      }
      return flows.toSpliced(at + 1, 0, { ...foreign, fen: 1, voucher: '' })
    }
    default:
      return flows
  }
}

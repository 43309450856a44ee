import type { Fen } from '@lanepay/domain/types.ts'
import type { TradeLine } from './bills.ts'
import type { Flow } from './flows.ts'

/* Bills that are whole and say something else than the book: their totals are of what they say. */

export const billHarms = [
  'bill-line-lost',
  'bill-line-twice',
  'bill-line-more',
  'bill-fee-more',
  'bill-line-foreign',
  'flow-line-lost',
  'flow-line-more',
  'flow-line-foreign',
  'flow-line-again',
] as const
export type BillHarm = (typeof billHarms)[number]

/** What becomes of the first payment of a trade bill. */
export function harmedLines(lines: readonly TradeLine[], harm: BillHarm | undefined): readonly TradeLine[] {
  const at = lines.findIndex(({ requestNo }) => requestNo === '')
  const line = lines[at]
  if (!line || harm === undefined) return lines
  const stranger = { ...line.trade, outTradeNo: 'SHOP-0042', tradeNo: '2026000022000000000000000042' }
  const become: Partial<Record<BillHarm, readonly TradeLine[]>> = {
    'bill-line-lost': [],
    'bill-line-twice': [line, line],
    'bill-line-more': [{ ...line, fen: line.fen + 1 }],
    'bill-fee-more': [{ ...line, feeFen: line.feeFen - 1 }],
    'bill-line-foreign': [line, { ...line, trade: stranger }],
  }
  return lines.toSpliced(at, 1, ...(become[harm] ?? [line]))
}

/** What becomes of the first movement of the day; balances follow from what is left. */
export function harmedFlows(
  flows: readonly Flow[],
  { from, until, harm }: { readonly from: number; readonly until: number; readonly harm?: BillHarm | undefined },
): readonly Flow[] {
  const at = flows.findIndex((flow) => flow.at >= from && flow.at < until)
  const flow = flows[at]
  if (!flow || harm === undefined) return flows
  if (harm === 'flow-line-again') {
    const known = flows.find((one) => one.at < from)
    const again = flows.filter((one) => one.at < from && one.number === known?.number)
    return flows.toSpliced(at, 0, ...again.map((one) => ({ ...one, at: from as typeof one.at })))
  }
  const isOfIt = (one: Flow) => one.at >= from && one.at < until && one.number === flow.number
  switch (harm) {
    case 'flow-line-lost':
      return flows.filter((one) => !isOfIt(one))
    case 'flow-line-more':
      return flows.with(at, { ...flow, fen: flow.fen + 1 })
    case 'flow-line-foreign':
      return flows.toSpliced(at + 1, 0, {
        ...flow,
        kind: '其他',
        number: '2026000000000042',
        outNumber: '',
        fen: -1 as Fen,
      })
    default:
      return flows
  }
}

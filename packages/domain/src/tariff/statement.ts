import type { Tariff } from './compiled.ts'
import { moneyText } from './lines.ts'
import type { QuoteLine, Stay, StayQuote } from './stay.ts'

/**
 * A quote as a driver and a judge can follow it to its end: the lines of the price, then what has been paid, what the time
 * to leave lets off, and what goes back. They add up to `dueFen`.
 */
export function statementOf({ program }: Tariff, { payments = [] }: Stay, quote: StayQuote): QuoteLine[] {
  const { lines, priceFen, paidFen, dueFen, refundFen, leaveBy } = quote
  const hereFen = payments.reduce((sum, { amountFen }) => sum + amountFen, 0)
  const before: QuoteLine[] =
    paidFen > hereFen
      ? [{ kind: 'paid', text: { 'zh-CN': '此前已付', en: 'Paid for earlier visits' }, amountFen: hereFen - paidFen }]
      : []
  const paid = [...payments]
    .sort((a, b) => a.paidAt - b.paidAt)
    .map(
      ({ paidAt, amountFen }): QuoteLine => ({
        kind: 'paid',
        text: { 'zh-CN': '已付', en: 'Already paid' },
        from: paidAt,
        to: paidAt,
        amountFen: -amountFen,
      }),
    )
  const openFen = priceFen - paidFen
  const rest: QuoteLine[] = []
  if (openFen > dueFen)
    rest.push({
      kind: 'leave',
      text: { 'zh-CN': '离场时限内', en: 'Within the time to leave' },
      ...(leaveBy === null ? {} : { to: leaveBy }),
      rule: '/payment/exitMinutes',
      amountFen: dueFen - openFen,
    })
  if (refundFen > 0) {
    const money = moneyText(refundFen, program.currency)
    const text = { 'zh-CN': `多付退回 ${money}`, en: `${money} to be given back` }
    rest.push({ kind: 'refund', text, amountFen: refundFen })
  }
  return [...lines, ...before, ...paid, ...rest]
}

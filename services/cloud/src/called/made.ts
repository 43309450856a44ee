import { fen } from '@lanepay/domain/money.ts'
import type { QuoteLine } from '@lanepay/lot-link/messages.ts'
import type { Quoted } from '@lanepay/lot-systems/called.ts'

type Figures = Pick<Quoted, 'made' | 'paidFen' | 'owedFen'>

/** Whether what the system says is owed is not what its own figures leave. What it says counts all the same (lot-devices.md 6.4). */
export const doesNotAddUp = ({ made, paidFen = fen(0), owedFen }: Figures): boolean =>
  made !== undefined && Math.max(0, made.totalFen - made.discountFen - paidFen) !== owedFen

/**
 * The lines of a price: what the driver is shown that it is made of. `toldFen`: what it was told of here, which is shown as paid (quote/decide.ts);
 * `loweredFen`: by our coupon. They add up to what is owed and what it was told, whatever its figures are.
 */
export function linesOf(
  quoted: Figures,
  { toldFen, loweredFen }: { readonly toldFen: number; readonly loweredFen: number },
): QuoteLine[] {
  const { made, paidFen = fen(0), owedFen } = quoted
  const off = { kind: 'coupon', text: { 'zh-CN': '优惠券', en: 'Coupon' }, amountFen: -loweredFen }
  const coupon = loweredFen > 0 ? [off] : []
  const parking = (amountFen: number): QuoteLine => ({
    ...{ kind: 'unit', text: { 'zh-CN': '停车费', en: 'Parking' }, amountFen },
  })
  const [discountFen, elsewhereFen] = made ? [made.discountFen - loweredFen, paidFen - toldFen] : [0, 0]
  // What is not as its figures say is shown as one sum.
  const isKnown = made !== undefined && !doesNotAddUp(quoted) && discountFen >= 0 && elsewhereFen >= 0
  if (!isKnown || made.totalFen - made.discountFen - paidFen < 0)
    return [parking(owedFen + toldFen + loweredFen), ...coupon]
  const lines: readonly QuoteLine[] = [
    ...[parking(made.totalFen), ...coupon],
    { kind: 'discount', text: { 'zh-CN': '车场优惠', en: 'Taken off by the car park' }, amountFen: -discountFen },
    { kind: 'paid-elsewhere', text: { 'zh-CN': '此前已付', en: 'Paid before' }, amountFen: -elsewhereFen },
  ]
  return lines.filter(({ kind, amountFen }) => kind === 'unit' || amountFen !== 0)
}

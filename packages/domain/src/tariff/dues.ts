import { type Account, capOfWholeStay, newStayPrice, totalUntil } from './account.ts'
import type { Payment } from './stay.ts'
import { notPriceable } from './walk.ts'

/** What a stay comes to at one instant once payments are counted (tariffs.md 6.1, 6.2), in seconds and fen. */
export type Dues = {
  readonly priceFen: number
  /** Until when the price is that of one stay; what comes on top is new stays after an exit time. */
  readonly plainToS: number
  readonly paidFen: number
  readonly dueFen: number
  /** Last second of the time to leave that payments bought; null: none did. */
  readonly leaveByS: number | null
}

type Price = { readonly priceFen: number; readonly plainToS: number }
/** A payment that left nothing due, and the exit time it bought. */
type Settled = Price & { readonly atS: number; readonly leaveByS: number }

/** Null: no plan of the tariff prices so long a stay, or such a vehicle. Payments after the exit only count as paid. */
export function duesAt(account: Account, payments: readonly Payment[], exitS: number): Dues | null {
  const { program, visit } = account.given
  let paidFen = visit.paidBeforeFen
  let settled: Settled | null = null
  for (const { atS, amountFen } of payments.length === 0 ? none : inOrder(payments)) {
    // A quote of nothing is not a payment and buys no exit time.
    if (amountFen === 0) continue
    paidFen += amountFen
    if (atS > exitS) continue
    const price = priceAt(account, settled, atS)
    if (!price) return null
    if (paidFen >= price.priceFen) settled = { ...price, atS, leaveByS: atS + program.exitS }
  }
  const price = priceAt(account, settled, exitS)
  if (!price) return null
  const leaveByS = settled?.leaveByS ?? null
  const withinExitTime = leaveByS !== null && exitS <= leaveByS
  return { ...price, paidFen, dueFen: withinExitTime ? 0 : Math.max(0, price.priceFen - paidFen), leaveByS }
}

const none: readonly { readonly atS: number; readonly amountFen: number }[] = []
const inOrder = (payments: readonly Payment[]) =>
  payments.map(({ paidAt, amountFen }) => ({ atS: Math.floor(paidAt / 1000), amountFen })).sort((a, b) => a.atS - b.atS)

function priceAt(account: Account, settled: Settled | null, exitS: number): Price | null {
  const { newStay } = account.given.program
  if (!newStay || !settled) {
    const priceFen = totalUntil(account, exitS, null)
    return priceFen === notPriceable ? null : { priceFen, plainToS: exitS }
  }
  if (exitS <= settled.leaveByS) return settled
  const more = newStayPrice(account, newStay, newStay.fromGraceEnd ? settled.leaveByS : settled.atS, exitS)
  if (more === notPriceable) return null
  // New stays can cost more than staying unpaid would have, so the caps of the whole stay bind them all.
  const most = Math.max(settled.priceFen, capOfWholeStay(account, exitS))
  return { priceFen: Math.min(settled.priceFen + more, most), plainToS: settled.plainToS }
}

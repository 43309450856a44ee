import type { Instant } from '../types.ts'
import { accountOf, totalUntil } from './account.ts'
import type { Tariff } from './compiled.ts'
import { type Dues, duesAt } from './dues.ts'
import { folded } from './fold.ts'
import { LineWriter } from './lines.ts'
import type { Stay, StayQuote } from './stay.ts'
import { countedS } from './visit.ts'
import { notPriceable } from './walk.ts'

/** The tariff has no price for this stay: its ladders end before the stay does, or no choice fits the vehicle. */
export class NotPriceable extends Error {
  override readonly name = 'NotPriceable'
  constructor() {
    super('the tariff has no price for this stay')
  }
}

/**
 * What a stay costs and owes at an instant, and why: a pure function of its arguments (tariffs.md 5.3, 6).
 * @throws NotPriceable when the tariff has no price for it; only a tariff whose ladders end, or whose last choice has a
 * condition, can do that.
 */
export function quoteStay(tariff: Tariff, stay: Stay): StayQuote {
  const account = accountOf(tariff, stay)
  const payments = stay.payments ?? []
  const atS = countedS(tariff.program, stay.at)
  const dues = duesAt(account, payments, atS)
  if (!dues) throw new NotPriceable()
  const writer = new LineWriter(tariff.program.currency)
  const plainFen = totalUntil(account, dues.plainToS, writer)
  if (plainFen !== dues.priceFen) writer.overstay(dues.plainToS, atS, dues.priceFen - plainFen)
  return {
    priceFen: dues.priceFen,
    lines: folded(writer.lines),
    paidFen: dues.paidFen,
    dueFen: dues.dueFen,
    refundFen: Math.max(0, dues.paidFen - dues.priceFen),
    leaveBy: dues.leaveByS === null ? null : ((dues.leaveByS * 1000) as Instant),
    holdsUntil: (lastSecondOf(dues, atS, (s) => duesAt(account, payments, s)) * 1000) as Instant,
  }
}

/**
 * The price alone, the same as `quoteStay` gives, without saying why: for asking often.
 * @throws NotPriceable as `quoteStay` does.
 */
export function priceStay(tariff: Tariff, stay: Stay): number {
  const { program } = tariff
  const paysAgain = program.newStay !== null && stay.payments !== undefined && stay.payments.length > 0
  const account = accountOf(tariff, stay)
  const atS = countedS(program, stay.at)
  const fen = paysAgain
    ? (duesAt(account, stay.payments ?? [], atS)?.priceFen ?? notPriceable)
    : totalUntil(account, atS, null)
  if (fen === notPriceable) throw new NotPriceable()
  return fen
}

const horizonS = 31 * 86_400

/** The last second at which the same is due. Dues never fall while a stay goes on, so halving finds it. */
function lastSecondOf({ dueFen }: Dues, atS: number, duesThen: (s: number) => Dues | null): number {
  const same = (s: number): boolean => duesThen(s)?.dueFen === dueFen
  let stepS = 60
  while (stepS < horizonS && same(atS + stepS)) stepS *= 2
  if (stepS >= horizonS && same(atS + horizonS)) return atS + horizonS
  let [holdsS, endedS] = [atS + (stepS === 60 ? 0 : stepS / 2), atS + Math.min(stepS, horizonS)]
  while (endedS - holdsS > 1) {
    const middle = Math.floor((holdsS + endedS) / 2)
    if (same(middle)) holdsS = middle
    else endedS = middle
  }
  return holdsS
}

import type { Instant } from '../types.ts'
import { type Account, accountOf, totalUntil } from './account.ts'
import type { Tariff } from './compiled.ts'
import { type Dues, duesAt } from './dues.ts'
import { folded } from './fold.ts'
import { LineWriter } from './lines.ts'
import type { QuoteLine, Stay, StayQuote } from './stay.ts'
import { countedS, lastCountedAs } from './visit.ts'
import { notPriceable } from './walk.ts'

/** The tariff has no price for this stay: its ladders end before the stay does, or no choice fits the vehicle. */
export class NotPriceable extends Error {
  override readonly name = 'NotPriceable'
  constructor() {
    super('the tariff has no price for this stay')
  }
}

/**
 * What a stay costs and owes at an instant, until when, and why: a pure function of its arguments (tariffs.md 5.3, 6).
 * Without explanation it is the same quote with no lines.
 * @throws NotPriceable when the tariff has no price for it; only a tariff whose ladders end, or whose last choice has a
 * condition, can do that.
 */
export function quoteStay(tariff: Tariff, stay: Stay, { explained } = { explained: true }): StayQuote {
  const account = accountOf(tariff, stay)
  const payments = stay.payments ?? []
  const atS = countedS(tariff.program, stay.at)
  const dues = duesAt(account, payments, atS)
  if (!dues) throw new NotPriceable()
  const lastS = lastSecondOf(dues, atS, guessFor(account, dues, atS), (s) => duesAt(account, payments, s))
  return {
    priceFen: dues.priceFen,
    lines: explained ? linesOf(tariff, account, dues, atS) : [],
    paidFen: dues.paidFen,
    dueFen: dues.dueFen,
    refundFen: Math.max(0, dues.paidFen - dues.priceFen),
    leaveBy: dues.leaveByS === null ? null : ((dues.leaveByS * 1000) as Instant),
    holdsUntil: (lastCountedAs(tariff.program, lastS) * 1000) as Instant,
  }
}

function linesOf({ program }: Tariff, account: Account, { priceFen, plainToS }: Dues, atS: number): QuoteLine[] {
  const writer = new LineWriter(program.currency)
  const { visit, covered } = account.given
  for (const { fromS, toS } of covered) writer.covered(Math.max(fromS, visit.entryS), Math.min(toS, atS))
  const plainFen = totalUntil(account, plainToS, writer)
  if (plainFen !== priceFen) writer.overstay(plainToS, atS, priceFen - plainFen)
  return folded(writer.lines)
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

/** Where what is due probably changes: at the end of the time to leave, or where the walk stood when it came to its end. */
function guessFor({ given }: Account, { leaveByS }: Dues, atS: number): number {
  if (leaveByS !== null && leaveByS > atS) return leaveByS
  return given.cuts ? given.cuts.wall(given.hint.lastS) : given.hint.lastS
}

/** The last second at which the same is due. Dues never fall while a stay goes on, so halving finds it where the guess fails. */
function lastSecondOf({ dueFen }: Dues, atS: number, guessS: number, duesThen: (s: number) => Dues | null): number {
  const same = (s: number): boolean => duesThen(s)?.dueFen === dueFen
  const endS = atS + horizonS
  let holdsS = atS
  let endedS = Number.POSITIVE_INFINITY
  if (guessS >= atS && guessS < endS) {
    if (same(guessS + 1)) holdsS = guessS + 1
    else if (guessS === atS || same(guessS)) return guessS
    else endedS = guessS
  }
  for (let stepS = 60; endedS === Number.POSITIVE_INFINITY; stepS *= 2) {
    const nextS = Math.min(holdsS + stepS, endS)
    if (!same(nextS)) endedS = nextS
    else if (nextS === endS) return endS
    else holdsS = nextS
  }
  while (endedS - holdsS > 1) {
    const middle = Math.floor((holdsS + endedS) / 2)
    if (same(middle)) holdsS = middle
    else endedS = middle
  }
  return holdsS
}

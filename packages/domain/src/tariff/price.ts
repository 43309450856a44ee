import { chooseFor, holds, visitNumber } from './choose.ts'
import { Cuts, type Interval, unionOf } from './cuts.ts'
import { isFree, plainSetting, priceByPlan, type Setting } from './plan-price.ts'
import type { ChoiceProgram, PlanProgram, Program } from './program.ts'
import type { Stay } from './stay.ts'
import { countedS, type Visit, visitOf } from './visit.ts'
import { type Hint, notPriceable, type Witness } from './walk.ts'

/*
 * The price of a stay by its tariff (tariffs.md 5.3 and 6), before payments. Every function here answers `notPriceable`
 * when no plan of the tariff prices so long a stay or such a vehicle.
 */

/** A tariff and a stay, brought together once; its price is then asked for one exit or for many. */
export type Case = {
  readonly program: Program
  readonly visit: Visit
  readonly coupons: Coupons | null
  /** How its plans are asked, but for what a coupon or a payment changes. */
  readonly setting: Setting
  readonly hint: Hint
  /** Time that the outer clock does not count. */
  readonly cuts: Cuts | null
  /** Times that passes cover, in order. */
  readonly covered: readonly Interval[]
  /** Time a pass covers, where what is left are stays of their own. */
  readonly gaps: Cuts | null
}

/** Hears what a price is made of; amounts add up to the price. */
export type Teller = Witness & {
  /** Which choice and plan price the stay; called before their units. */
  chosen(choice: ChoiceProgram, plan: PlanProgram, cuts: Cuts | null): void
  change(kind: 'factor' | 'fee' | 'allowance' | 'coupon' | 'rounding', fen: number, what: string): void
}

type Coupons = {
  readonly minutesS: number
  readonly untilS: number
  /** Product of the percentages to pay, and of as many hundreds. */
  readonly pay: bigint
  readonly of: bigint
  readonly amountFen: number
  readonly whole: boolean
}

export function caseOf(program: Program, stay: Stay, cutOut: readonly Interval[]): Case {
  const covered = stay.covered?.length ? coveredIn(program, stay.covered) : nothingCovered
  const separate = program.coveredSeparate && covered.length > 0
  const stopped = separate ? cutOut : [...cutOut, ...covered]
  const visit = visitOf(program, stay)
  const cuts = stopped.length > 0 ? new Cuts(stopped) : null
  const hint = { lastS: 0 }
  return {
    program,
    visit,
    setting: { ...plainSetting, cuts, chain: visit.chain, hint },
    hint,
    coupons: stay.coupons?.length ? couponsOf(program, stay.coupons) : null,
    cuts,
    covered,
    gaps: separate ? new Cuts(covered) : null,
  }
}

const nothingCovered: readonly Interval[] = []
const coveredIn = (program: Program, covered: NonNullable<Stay['covered']>): Interval[] =>
  unionOf(covered.map(({ from, to }) => ({ fromS: countedS(program, from), toS: countedS(program, to) })))

function couponsOf(program: Program, given: NonNullable<Stay['coupons']>): Coupons {
  let [minutesS, untilS, amountFen, whole] = [0, Number.NEGATIVE_INFINITY, 0, false]
  let [pay, of] = [1n, 1n]
  for (const coupon of given) {
    if (coupon.kind === 'minutes') minutesS += coupon.minutes * 60
    else if (coupon.kind === 'until') untilS = Math.max(untilS, countedS(program, coupon.at))
    else if (coupon.kind === 'amount') amountFen += coupon.fen
    else if (coupon.kind === 'whole') whole = true
    else {
      pay *= BigInt(coupon.pay)
      of *= 100n
    }
  }
  return { minutesS, untilS, pay, of, amountFen, whole }
}

/** Price from the entry to this second, coupons and rounding included. */
export function priceUntil(given: Case, exitS: number, teller: Teller | null): number {
  const { program, visit, coupons } = given
  const full = withAllowances(given, visit.entryS, exitS, plainSetting, teller)
  if (full === notPriceable) return full
  const due = coupons ? withCoupons(given, coupons, full, exitS, teller) : full
  const rounded = downTo(program.amountStep, due)
  if (rounded !== due) teller?.change('rounding', rounded - due, '')
  return rounded
}

const downTo = (step: number, fen: number): number => (step === 1 ? fen : fen - (fen % step))
/** Rounded down; exact however many percentages meet. */
const partOf = (fen: number, pay: bigint, of: bigint): number => Number((BigInt(fen) * pay) / of)
const clamp = (fen: number, most: number): number => Math.min(Math.max(fen, 0), most)

/** Coupons in their one order: time, percent, amount; `whole` ends it (6.3). */
function withCoupons(given: Case, coupons: Coupons, full: number, exitS: number, teller: Teller | null): number {
  const { program, visit } = given
  const { minutesS, untilS, pay, of, amountFen, whole } = coupons
  if (whole) {
    if (full > 0) teller?.change('coupon', -full, 'whole')
    return 0
  }
  let left = full
  const apply = (fen: number, what: string): void => {
    if (fen < left) teller?.change('coupon', fen - left, what)
    left = Math.min(left, fen)
  }
  const startS = Math.max(visit.entryS, untilS)
  if (minutesS > 0 || startS > visit.entryS) {
    const setting = startS > visit.entryS ? { ...plainSetting, noFree: true } : plainSetting
    const price = (fromS: number, toS: number): number => {
      const fen = withAllowances(given, fromS, toS, setting, null)
      return fen === notPriceable ? full : fen
    }
    if (startS > visit.entryS) apply(clamp(price(startS, exitS), full), 'until')
    if (minutesS > 0) {
      const rest =
        program.couponMinutes === 'shortenEnd'
          ? price(startS, exitS - minutesS)
          : program.couponMinutes === 'shiftStart'
            ? price(startS + minutesS, exitS)
            : price(startS, exitS) - price(startS, Math.min(exitS, startS + minutesS))
      apply(clamp(rest, full), 'minutes')
    }
  }
  if (of > 1n) apply(downTo(program.amountStep, partOf(left, pay, of)), 'percent')
  if (amountFen > 0) apply(clamp(left - amountFen, left), 'amount')
  return left
}

/** Price of [fromS, toS) less what the vehicle is let off: the better of two of a kind, unless they stack (6.5). */
function withAllowances(given: Case, fromS: number, toS: number, setting: Setting, teller: Teller | null): number {
  const { program, visit } = given
  const full = priceBetween(given, fromS, toS, setting, teller)
  if (program.allowances.length === 0 || full <= 0) return full
  let bestWaived = 0
  let stackedWaived = 0
  let bestPercent = 100
  let pay = 1n
  let of = 100n
  for (const { when, firstS, shift, visitsOfDay, percent, stack } of program.allowances) {
    if (when && !holds(program, when, visit.entrant, visit.entryS)) continue
    if (visitsOfDay < Number.POSITIVE_INFINITY && visitNumber(program, visit.entrant, 'day') > visitsOfDay) continue
    if (firstS > 0) {
      const edgeS = Math.min(toS, fromS + firstS)
      const part = priceBetween(given, shift ? edgeS : fromS, shift ? toS : edgeS, setting, null)
      const waived = part === notPriceable ? 0 : clamp(shift ? full - part : part, full)
      if (stack) stackedWaived += waived
      else bestWaived = Math.max(bestWaived, waived)
    }
    if (stack) {
      pay *= BigInt(percent)
      of *= 100n
    } else bestPercent = Math.min(bestPercent, percent)
  }
  const timed = full - clamp(bestWaived + stackedWaived, full)
  const due = partOf(timed, pay * BigInt(bestPercent), of)
  if (due < full) teller?.change('allowance', due - full, '')
  return due
}

/** Steps 4 to 11 of 5.3: choose, price, factor, fee. */
export function priceBetween(given: Case, fromS: number, toS: number, setting: Setting, teller: Teller | null): number {
  const { gaps } = given
  if (!gaps) return priceOne(given, fromS, toS, setting, teller)
  let total = 0
  for (const rest of gaps.remainders(fromS, toS)) {
    const fen = priceOne(given, rest.fromS, rest.toS, setting, teller)
    if (fen === notPriceable) return fen
    total += fen
  }
  return total
}

function priceOne(given: Case, fromS: number, toS: number, setting: Setting, teller: Teller | null): number {
  const { program, visit, cuts } = given
  const choice = chooseFor(program, visit.entrant, fromS)
  if (!choice) return notPriceable
  const startS = cuts ? cuts.elapsed(fromS) : fromS
  const endS = cuts ? cuts.elapsed(toS) : toS
  if (endS <= startS) return 0
  const { noFree, afterFirst } = setting
  const full = setting === plainSetting ? given.setting : { ...given.setting, noFree, afterFirst }
  let best: PlanProgram | null = null
  let bestFen = notPriceable
  for (const plan of choice.plans) {
    const fen = priceByPlan(program, plan, startS, endS, full, null)
    if (fen === notPriceable || (best && fen >= bestFen)) continue
    best = plan
    bestFen = fen
  }
  if (!best) return notPriceable
  if (teller) {
    teller.chosen(choice, best, cuts)
    priceByPlan(program, best, startS, endS, full, teller)
  }
  if (isFree(best, endS - startS, full)) return 0
  const { times, over, addFen } = choice
  const scaled = times === over ? bestFen : Math.floor((bestFen * times) / over)
  if (scaled !== bestFen) teller?.change('factor', scaled - bestFen, `${times}/${over}`)
  if (addFen > 0) teller?.change('fee', addFen, '')
  return scaled + addFen
}

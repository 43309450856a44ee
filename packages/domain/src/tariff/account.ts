import { Blocks } from './blocks.ts'
import { chooseFor } from './choose.ts'
import type { Tariff } from './compiled.ts'
import { Cuts } from './cuts.ts'
import { plainSetting } from './plan-price.ts'
import { type Case, caseOf, priceBetween, priceUntil, type Teller } from './price.ts'
import type { Program } from './program.ts'
import type { InnerStay, Stay } from './stay.ts'
import { countedS } from './visit.ts'
import { notPriceable } from './walk.ts'

/** A stay with the stays in inner lots that belong to it (tariffs.md 6.6), ready to be priced for any exit. */
export type Account = {
  readonly given: Case
  readonly inner: readonly {
    readonly account: Account
    readonly name: string | null
    readonly fromS: number
    readonly toS: number
  }[]
  /** `innerOnly`: outer time up to this is free, measured by these cuts. */
  readonly transit: { readonly cuts: Cuts; readonly freeS: number } | null
}

/** Hears the lines of the outer stay, and what each inner one came to. */
export type AccountTeller = Teller & { inner(fromS: number, toS: number, fen: number, name: string | null): void }

export function accountOf({ program }: Tariff, stay: Stay): Account {
  if (!stay.inner?.length) return { given: caseOf(program, stay, []), inner: [], transit: null }
  const inner = stay.inner
    .map((told) => ({
      account: accountOf(told.tariff, innerStay(stay, told)),
      name: told.name ?? null,
      fromS: countedS(program, told.enteredAt),
      toS: countedS(program, told.leftAt),
    }))
    // So short an inner visit is driving through.
    .filter(({ fromS, toS }) => toS - fromS > program.passS)
  const { nested } = program
  const stops = nested === 'outerClockStops' || nested === 'innerOnly'
  return {
    given: caseOf(program, stay, stops ? inner : []),
    inner: nested === 'outerOnly' ? [] : inner,
    transit: nested === 'innerOnly' && inner.length > 0 ? { cuts: new Cuts(inner), freeS: program.transitS } : null,
  }
}

const innerStay = (
  { vehicleClass, plateColour, plateKind }: Stay,
  { enteredAt, leftAt, occupancyPercent, covered }: InnerStay,
): Stay => ({
  enteredAt,
  at: leftAt,
  ...(vehicleClass === undefined ? {} : { vehicleClass }),
  ...(plateColour === undefined ? {} : { plateColour }),
  ...(plateKind === undefined ? {} : { plateKind }),
  ...(occupancyPercent === undefined ? {} : { occupancyPercent }),
  ...(covered === undefined ? {} : { covered }),
})

/** What outer and inner lots ask for an exit at this second, before payments; or `notPriceable`. */
export function totalUntil({ given, inner, transit }: Account, exitS: number, teller: AccountTeller | null): number {
  const { entryS } = given.visit
  const outerFree = transit !== null && transit.cuts.elapsed(exitS) - transit.cuts.elapsed(entryS) <= transit.freeS
  let total = 0
  if (!outerFree) {
    const outer = priceUntil(given, exitS, teller)
    if (outer === notPriceable) return outer
    total += outer
  } else teller?.free(entryS, exitS)
  for (const { account, name, fromS, toS } of inner) {
    const leftS = Math.min(toS, exitS)
    const fen = totalUntil(account, leftS, null)
    if (fen === notPriceable) return fen
    if (leftS > fromS) teller?.inner(fromS, leftS, fen, name)
    total += fen
  }
  return total
}

/** Price of a new stay that overstaying began (6.2). */
export function newStayPrice(
  { given }: Account,
  { freeAgain, firstAgain }: NonNullable<Program['newStay']>,
  fromS: number,
  toS: number,
): number {
  const fen = priceBetween(given, fromS, toS, { ...plainSetting, noFree: !freeAgain, afterFirst: !firstAgain }, null)
  return fen === notPriceable ? fen : fen - (fen % given.program.amountStep)
}

/** The most that the blocks of the whole stay may cost; Infinity where one of them has no cap. */
export function capOfWholeStay({ given }: Account, exitS: number): number {
  const { program, visit, cuts } = given
  const choice = chooseFor(program, visit.entrant, visit.entryS)
  if (!choice) return Number.POSITIVE_INFINITY
  const startS = cuts ? cuts.elapsed(visit.entryS) : visit.entryS
  const endS = cuts ? cuts.elapsed(exitS) : exitS
  const caps = choice.plans.map((plan) => {
    if (plan.cycle === 'none') return plan.stayCapFen
    const blocks = new Blocks(plan, program, startS, cuts, visit.chain)
    let capFen = blocks.cap(0)
    for (let index = 0; blocks.end(index) < endS; index++) capFen += blocks.cap(index + 1)
    return Math.min(capFen, plan.stayCapFen)
  })
  return Math.floor((Math.max(...caps) * choice.times) / choice.over) + choice.addFen
}

import type { Chain } from './blocks.ts'
import { chooseFor, classesOf, type Entrant } from './choose.ts'
import { plainSetting, priceByPlan } from './plan-price.ts'
import type { Program } from './program.ts'
import type { Stay } from './stay.ts'
import { notPriceable, type Witness } from './walk.ts'

/** A stay put in its place among the earlier visits of its plate (tariffs.md 6.4), in seconds. */
export type Visit = {
  readonly entrant: Entrant
  /** Where pricing starts: the entry, or that of the first visit this one continues. */
  readonly entryS: number
  /** What was paid for the visits this one continues. */
  readonly paidBeforeFen: number
  readonly chain: Chain | null
}

/** An instant as the tariff counts it: whole seconds, or whole minutes where `resolution` says so. */
export function countedS({ resolution }: Program, instant: number): number {
  if (resolution === 'second') return Math.floor(instant / 1000)
  return resolution === 'minuteDown' ? Math.floor(instant / 60_000) * 60 : Math.ceil(instant / 60_000) * 60
}

/** The last second that the tariff counts as this one or an earlier one. */
export function lastCountedAs({ resolution }: Program, s: number): number {
  if (resolution === 'second') return s
  return Math.floor(s / 60) * 60 + (resolution === 'minuteDown' ? 59 : 0)
}

type Past = { readonly entryS: number; readonly exitS: number; readonly paidFen: number; readonly told: EarlierVisit }
type EarlierVisit = NonNullable<Stay['earlier']>[number]

export function visitOf(program: Program, stay: Stay): Visit {
  let entryS = countedS(program, stay.enteredAt)
  let occupancyPercent = stay.occupancyPercent ?? null
  if (!stay.earlier?.length)
    return {
      entrant: { classes: classesOf(program, stay), enteredS: entryS, earlier: [], occupancyPercent },
      entryS,
      paidBeforeFen: 0,
      chain: null,
    }
  const past: Past[] = stay.earlier
    .map((told) => ({
      entryS: countedS(program, told.enteredAt),
      exitS: countedS(program, told.leftAt),
      paidFen: told.paidFen,
      told,
    }))
    .filter((visit) => visit.entryS <= entryS)
    .sort((a, b) => a.entryS - b.entryS || a.exitS - b.exitS)
  let paidBeforeFen = 0
  if (program.resumeS !== null) {
    for (let last = past.at(-1); last && entryS - last.exitS <= program.resumeS; last = past.at(-1)) {
      past.pop()
      entryS = last.entryS
      occupancyPercent = last.told.occupancyPercent ?? null
      paidBeforeFen += last.paidFen
    }
  }
  const classes = classesOf(program, stay)
  const entrant = { classes, enteredS: entryS, earlier: past.map(({ told }) => told), occupancyPercent }
  return { entrant, entryS, paidBeforeFen, chain: chainOf(program, entrant, past, entryS) }
}

/**
 * The chain of visits whose blocks this entry falls into; null where it begins one of its own. A chain ends when a
 * visit begins after the last block it used.
 */
function chainOf(program: Program, entrant: Entrant, past: readonly Past[], entryS: number): Chain | null {
  const { windowS } = program
  if (windowS === null) return null
  let anchorS = 0
  let usedToS = Number.NEGATIVE_INFINITY
  let broughtFen = new Map<number, number>()
  past.forEach((visit, index) => {
    if (visit.entryS >= usedToS) {
      anchorS = visit.entryS
      broughtFen = new Map()
    }
    const before = past.slice(0, index).map(({ told }) => told)
    const visitor: Entrant = {
      classes: entrant.classes,
      enteredS: visit.entryS,
      earlier: before,
      occupancyPercent: visit.told.occupancyPercent ?? null,
    }
    for (const [number, fen] of broughtBy(program, visitor, visit, { anchorS, broughtFen }))
      broughtFen.set(number, (broughtFen.get(number) ?? 0) + fen)
    const lastS = Math.max(visit.entryS, visit.exitS - 1)
    usedToS = anchorS + (Math.floor((lastS - anchorS) / windowS) + 1) * windowS
  })
  return entryS < usedToS ? { anchorS, broughtFen } : null
}

/** What was paid for a visit, by block: each block what it cost, from the first on; the last takes the rest. */
function broughtBy(program: Program, visitor: Entrant, visit: Past, chain: Chain): [number, number][] {
  const choice = chooseFor(program, visitor, visit.entryS)
  const plan = choice?.plans[0]
  if (!plan) return []
  const costs: [number, number][] = []
  const witness: Witness = {
    units: () => {},
    free: () => {},
    cap: () => {},
    block: (number, fen) => costs.push([number, fen]),
  }
  const priced = priceByPlan(program, plan, visit.entryS, visit.exitS, { ...plainSetting, chain }, witness)
  if (priced === notPriceable || costs.length === 0) return []
  // Caps are counted before the class factor.
  let leftFen = Math.ceil((visit.paidFen * choice.over) / choice.times)
  return costs.map(([number, fen], index) => {
    const brought = index === costs.length - 1 ? leftFen : Math.min(leftFen, fen)
    leftFen -= brought
    return [number, brought]
  })
}

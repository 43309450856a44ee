import type { CompiledPlan, Ladder, Rung, Stretch, TimedBand } from './compile.ts'
import type { Timeline } from './timeline.ts'
import { daySeconds } from './zone.ts'

/*
 * The walk over the units of one plan (tariffs.md 5.3, steps 5 to 10). Pure, on whole seconds. All instants are elapsed
 * ones (timeline.ts). Runs of whole units inside one block, band occurrence and step are counted by division.
 */
const never = Number.POSITIVE_INFINITY

export type WalkOptions = {
  readonly timeline: Timeline
  /** Whether there is a free time at all: not a second one after `until` coupons and overstays. */
  readonly withFree: boolean
  readonly lastStepOnly: boolean
  /** Blocks reckoned from the first entry of a chain of visits, and what those visits brought in for each (6.4). */
  readonly chain: Chain | null
  readonly explain: boolean
}
/** `broughtFen` by the wall instant at which the block starts. */
export type Chain = { readonly anchorS: number; readonly broughtFen: ReadonlyMap<number, number> }

export type Piece =
  | { readonly kind: 'units'; fromS: number; toS: number; units: number; fen: number; band: TimedBand; rung: Rung }
  | { readonly kind: 'free'; fromS: number; toS: number; fen: 0 }
  | {
      readonly kind: 'cap-band' | 'cap-cycle' | 'cap-stay'
      fromS: number
      toS: number
      fen: number
      capFen: number
      name: string
    }

export type Walked = {
  readonly fen: number
  /** The last second at which an exit costs the same. */
  readonly untilS: number
  readonly pieces: readonly Piece[]
  /** The most the touched blocks may cost, Infinity where one has no cap. */
  readonly capFen: number
  readonly blocks: readonly { readonly startWallS: number; readonly endWallS: number; readonly fen: number }[]
}

type Block = { number: number; startS: number; endS: number; startWallS: number; endWallS: number; capFen: number }
type Unit = { occurrence: Stretch; rung: Rung; endS: number; fullS: number; openEnd: boolean }

/** Null: the stay is longer than the plan's list of prices. */
export function walk(plan: CompiledPlan, startS: number, endS: number, options: WalkOptions): Walked | null {
  const { explain, timeline } = options
  if (endS <= startS) return { fen: 0, untilS: endS, pieces: [], capFen: never, blocks: [] }
  const pieces: Piece[] = []
  const free = options.withFree ? plan.free : null
  const restart = plan.cycle?.restart === true
  const perBlock = free?.again === true && restart

  let from = startS
  if (free && !perBlock) {
    const inside = freeUntil(free, startS)
    if (endS <= inside) {
      if (explain) pieces.push({ kind: 'free', fromS: startS, toS: endS, fen: 0 })
      return { fen: 0, untilS: inside, pieces, capFen: never, blocks: [] }
    }
    if (free.deduct) {
      from = Math.min(startS + free.s, endS)
      if (explain) pieces.push({ kind: 'free', fromS: startS, toS: from, fen: 0 })
    }
  }

  const blockAfter = blocksOf(plan, from, options)
  const occurrenceAt = occurrencesOf(plan, timeline, endS)
  const blocks: { startWallS: number; endWallS: number; fen: number }[] = []
  let total = 0
  let capTotal = 0
  let block = blockAfter(from)
  let zero = from
  let blockFen = 0
  let bandFen = 0
  let bandFrom: Stretch | null = null
  let last: Piece | null = null

  const closeBand = (): void => {
    if (!bandFrom) return
    const { band } = bandFrom
    if (bandFen > band.cap) {
      if (explain)
        pieces.push({
          kind: 'cap-band',
          fromS: Math.max(bandFrom.startS, block.startS, from),
          toS: Math.min(bandFrom.endS, block.endS, endS),
          fen: band.cap - bandFen,
          capFen: band.cap,
          name: band.name,
        })
      bandFen = band.cap
    }
    blockFen += bandFen
    bandFen = 0
    bandFrom = null
    last = null
  }
  const closeBlock = (): void => {
    closeBand()
    if (blockFen > block.capFen) {
      if (explain)
        pieces.push({
          kind: 'cap-cycle',
          fromS: Math.max(block.startS, from),
          toS: Math.min(block.endS, endS),
          fen: block.capFen - blockFen,
          capFen: block.capFen,
          name: '',
        })
      blockFen = block.capFen
    }
    blocks.push({ startWallS: block.startWallS, endWallS: block.endWallS, fen: blockFen })
    total += blockFen
    capTotal += block.capFen
    blockFen = 0
  }
  /** The unit that would begin at p (5.3, the loop's first lines); null: no step reaches there. */
  const unitAt = (p: number, zeroS: number, blockEndS: number): Unit | null => {
    const occurrence = occurrenceAt(p)
    const { band } = occurrence
    const origin = plan.ladderFromBand ? Math.max(occurrence.startS, zeroS) : zeroS
    const rung = rungAt(options.lastStepOnly ? band.lastOnly : band.ladder, p - origin)
    if (!rung) return null
    const stepEndS = origin + rung.toS
    let fullS =
      rung.everyS === null ? Math.min(stepEndS, stepEndS === never ? occurrence.endS : never) : p + rung.everyS
    const openEnd = fullS === never
    if (openEnd) fullS = blockEndS
    return { occurrence, rung, fullS, openEnd, endS: Math.min(fullS, stepEndS, plan.carry ? never : occurrence.endS) }
  }
  const charge = (unit: Unit, p: number, toS: number, units: number): void => {
    const fen = units * unit.rung.fen
    bandFen += fen
    if (!explain) return
    if (last?.kind === 'units' && last.rung === unit.rung && last.toS === p) {
      last.toS = toS
      last.units += units
      last.fen += fen
    } else {
      last = { kind: 'units', fromS: p, toS, units, fen, band: unit.occurrence.band, rung: unit.rung }
      pieces.push(last)
    }
  }

  let p = from
  let holdS = from
  let fresh = true
  while (p < endS) {
    if (p >= block.endS) {
      closeBlock()
      if (restart) p = block.endS
      block = blockAfter(p)
      if (restart) zero = p
      fresh = true
    }
    const walkEndS = restart ? Math.min(endS, block.endS) : endS
    if (fresh && perBlock && free) {
      fresh = false
      const inside = freeUntil(free, p)
      const skipTo = walkEndS <= inside ? walkEndS : free.deduct ? Math.min(p + free.s, walkEndS) : p
      if (skipTo > p && explain) pieces.push({ kind: 'free', fromS: p, toS: skipTo, fen: 0 })
      p = skipTo
      zero = p
      if (walkEndS <= inside) {
        holdS = Math.min(inside, block.endS)
        continue
      }
      if (p >= walkEndS) {
        holdS = walkEndS
        continue
      }
    }
    const unit = unitAt(p, zero, walkEndS)
    if (!unit) return null
    const { occurrence, rung } = unit
    if (bandFrom?.startS !== occurrence.startS) {
      closeBand()
      bandFrom = occurrence
    }
    const whole = wholeUnits(unit, p, {
      walkEndS,
      startBeforeS: Math.min(plan.carry ? occurrence.endS : never, restart ? never : block.endS),
    })
    if (whole > 0) {
      const toS = p + whole * rung.everyS!
      charge(unit, p, toS, whole)
      p = toS
      holdS = p
      continue
    }
    const used = Math.min(walkEndS, unit.endS) - p
    const complete = unit.endS === unit.fullS && walkEndS >= unit.endS
    const charged = rung.round === 'up' || complete || (rung.round === 'drop' && used > rung.dropS)
    charge(unit, p, Math.min(walkEndS, unit.endS), charged ? 1 : 0)
    holdS = charged ? (unit.openEnd ? never : unit.endS) : unchargedUntil(unit, p, restart ? block.endS : never)
    if (restart) holdS = Math.min(holdS, block.endS)
    p = unit.openEnd ? walkEndS : unit.endS
    if (p < endS) last = pieces.at(-1) ?? null
  }

  // Exactly at a unit's end the next one has not begun: look whether it will cost something at once.
  if (holdS <= endS) {
    holdS = endS
    for (let i = 0; i < 3; i++) {
      const next = holdS < block.endS ? block : blockAfter(holdS)
      const unit = unitAt(holdS, restart && next !== block ? holdS : zero, restart ? next.endS : never)
      if (!unit || (unit.rung.fen > 0 && unit.rung.round === 'up')) break
      const naturalS = restart ? next.endS : never
      if (unit.rung.fen > 0) {
        holdS = Math.max(holdS, unchargedUntil(unit, holdS, naturalS))
        break
      }
      holdS = Math.min(unit.openEnd ? naturalS : unit.endS, naturalS)
      if (holdS === never) break
    }
  }
  const open = bandFrom as Stretch | null
  if (open && bandFen >= open.band.cap) holdS = Math.max(holdS, Math.min(open.endS, block.endS))
  closeBlock()
  if (blocks.at(-1)!.fen >= block.capFen) holdS = Math.max(holdS, block.endS)
  if (total > plan.stayCap) {
    if (explain)
      pieces.push({
        kind: 'cap-stay',
        fromS: from,
        toS: endS,
        fen: plan.stayCap - total,
        capFen: plan.stayCap,
        name: '',
      })
    total = plan.stayCap
  }
  if (total >= plan.stayCap) holdS = never
  return { fen: total, untilS: holdS, pieces, capFen: Math.min(capTotal, plan.stayCap), blocks }
}

/** The last second at which a stay from here is still within the free time. */
const freeUntil = (free: NonNullable<CompiledPlan['free']>, startS: number): number =>
  startS + free.s - (free.inclusive ? 0 : 1)

function rungAt(ladder: Ladder, elapsedS: number): Rung | null {
  for (const rung of ladder) if (elapsedS < rung.toS) return rung
  return null
}

/** How many units from p on are complete and begin in the same block and occurrence. */
function wholeUnits(unit: Unit, p: number, to: { walkEndS: number; startBeforeS: number }): number {
  const { rung, occurrence } = unit
  if (rung.everyS === null || unit.endS < unit.fullS || to.walkEndS < unit.fullS) return 0
  const stepEndS = rung.toS === never ? never : unit.stepEndS
  const inside = Math.floor((Math.min(to.walkEndS, stepEndS) - p) / rung.everyS)
  return occurrence ? Math.min(inside, Math.ceil((to.startBeforeS - p) / rung.everyS)) : inside
}

/** The last second at which a unit that is not charged yet still is not. */
function unchargedUntil(unit: Unit, p: number, naturalEndS: number): number {
  const { rung, endS, fullS } = unit
  const atCompletion = endS === fullS && endS <= naturalEndS ? endS - 1 : endS
  return rung.round === 'drop' && p + rung.dropS < endS ? p + rung.dropS : atCompletion
}

/** Blocks in order: each call asks for the block that holds this instant, never for an earlier one. */
function blocksOf(plan: CompiledPlan, fromS: number, { timeline, chain }: WalkOptions): (atS: number) => Block {
  const { cycle } = plan
  const capOf = (number: number, startWallS: number): number => {
    let cap = never
    for (const { fen, first, last } of plan.cycleCaps) if (number >= first && number <= last) cap = Math.min(cap, fen)
    return Math.max(0, cap - (chain?.broughtFen.get(startWallS) ?? 0))
  }
  if (!cycle) {
    const startWallS = timeline.toWall(fromS)
    const block = { number: 1, startS: fromS, endS: never, startWallS, endWallS: never, capFen: never }
    return () => block
  }
  const made = (number: number, startS: number, endS: number, startWallS: number, endWallS: number): Block => ({
    number,
    startS,
    endS,
    startWallS,
    endWallS,
    capFen: capOf(number, startWallS),
  })
  if (cycle.from === 'entry') {
    const { lengthS } = cycle
    if (!chain) {
      return (atS) => {
        const index = Math.floor((atS - fromS) / lengthS)
        const startS = fromS + index * lengthS
        const endS = startS + lengthS
        return made(index + 1, startS, endS, timeline.toWall(startS), timeline.toWall(endS))
      }
    }
    return (atS) => {
      const index = Math.floor((timeline.toWall(atS) - chain.anchorS) / lengthS)
      const startWallS = chain.anchorS + index * lengthS
      const endWallS = startWallS + lengthS
      return made(index + 1, timeline.toElapsed(startWallS), timeline.toElapsed(endWallS), startWallS, endWallS)
    }
  }
  const { zone } = plan
  const startOn = (day: number): number => zone.instantOf(day, cycle.atS)
  const dayHolding = (wallS: number): number => {
    let day = zone.dayOf(wallS)
    while (startOn(day) > wallS) day--
    while (startOn(day + 1) <= wallS) day++
    return day
  }
  const firstDay = dayHolding(chain?.anchorS ?? timeline.toWall(fromS))
  return (atS) => {
    const day = dayHolding(timeline.toWall(atS))
    const startWallS = startOn(day)
    const endWallS = startOn(day + 1)
    const number = day - firstDay + 1
    return made(number, timeline.toElapsed(startWallS), timeline.toElapsed(endWallS), startWallS, endWallS)
  }
}

/**
 * Band occurrences in order: each call asks for the one that holds this instant. An edge more than eight days past the
 * stay is taken as none: a week repeats itself, and nothing but `round: down` on a unit without length could tell.
 */
function occurrencesOf(plan: CompiledPlan, timeline: Timeline, stayEndS: number): (atS: number) => Stretch {
  const { only, zone } = plan
  if (only) {
    const always: Stretch = { startS: -never, endS: never, band: only }
    return () => always
  }
  const horizonS = timeline.toWall(stayEndS) + 8 * daySeconds
  let current: Stretch | null = null
  return (atS) => {
    if (current && atS < current.endS && atS >= current.startS) return current
    const wallS = timeline.toWall(atS)
    let day = zone.dayOf(wallS)
    let stretches = plan.stretchesOf(day)
    // Where midnight is jumped over, the day's first stretch begins later than the day's number says.
    while (stretches[0]!.startS > wallS) stretches = plan.stretchesOf(--day)
    while (stretches.at(-1)!.endS <= wallS) stretches = plan.stretchesOf(++day)
    let index = stretches.findIndex(({ endS }) => wallS < endS)
    const { band, startS } = stretches[index]!
    let endS = stretches[index]!.endS
    while (endS < horizonS) {
      if (index + 1 < stretches.length) break
      stretches = plan.stretchesOf(++day)
      index = 0
      if (stretches.length === 0) {
        index = -1
        continue
      }
      if (stretches[0]!.band !== band) break
      endS = stretches[0]!.endS
    }
    if (endS >= horizonS) endS = never
    current = {
      band,
      startS: startBefore(plan, day, startS, band, timeline, atS),
      endS: endS === never ? never : timeline.toElapsed(endS),
    }
    return current
  }
}

import type { Cuts } from './cuts.ts'
import type { PlanProgram, Program } from './program.ts'
import type { Grid } from './walk.ts'

/** Blocks reckoned from the first entry of a chain of visits, and what those visits brought in for each (6.4). */
export type Chain = { readonly anchorS: number; readonly broughtFen: ReadonlyMap<number, number> }

/** The blocks that a stay's cycle cuts it into (tariffs.md 5.2), in elapsed seconds, from the one that holds its start. */
export class Blocks implements Grid {
  readonly #plan: PlanProgram
  readonly #zone: Program['zone']
  readonly #cuts: Cuts | null
  readonly #chain: Chain | null
  /** Start of the cycle: of the stay's first block, or of the chain's. */
  readonly #anchorS: number
  readonly #firstDay: number
  /** How many blocks of a chain lie before the stay. */
  readonly #before: number

  constructor(plan: PlanProgram, { zone }: Program, startS: number, cuts: Cuts | null, chain: Chain | null) {
    this.#plan = plan
    this.#zone = zone
    this.#cuts = cuts
    this.#chain = plan.cycle === 'entry' ? chain : null
    const wallS = cuts ? cuts.wall(startS) : startS
    this.#anchorS = this.#chain ? this.#chain.anchorS : startS
    this.#before = this.#chain ? Math.floor((wallS - this.#chain.anchorS) / plan.cycleS) : 0
    this.#firstDay = plan.cycle === 'clock' ? this.#dayHolding(wallS) : 0
  }

  end(index: number): number {
    const { cycle, cycleS, cycleAtS } = this.#plan
    if (cycle === 'clock') return this.#elapsed(this.#zone.instantOf(this.#firstDay + index + 1, cycleAtS))
    const endS = this.#anchorS + (this.#before + index + 1) * cycleS
    return this.#chain ? this.#elapsed(endS) : endS
  }

  cap(index: number): number {
    const { blockCaps } = this.#plan
    const number = this.#before + index
    const cap = blockCaps[number < blockCaps.length ? number : blockCaps.length - 1]!
    return this.#chain ? Math.max(0, cap - (this.#chain.broughtFen.get(number) ?? 0)) : cap
  }

  /** The number of a block within its chain, from 0. */
  number(index: number): number {
    return this.#before + index
  }

  /** From this block on caps stay the same. */
  get settledFrom(): number {
    return this.#chain ? Number.POSITIVE_INFINITY : this.#plan.blockCaps.length - 1
  }

  #elapsed(wallS: number): number {
    return this.#cuts ? this.#cuts.elapsed(wallS) : wallS
  }

  #dayHolding(wallS: number): number {
    const { cycleAtS } = this.#plan
    let day = this.#zone.dayOf(wallS)
    while (this.#zone.instantOf(day, cycleAtS) > wallS) day--
    while (this.#zone.instantOf(day + 1, cycleAtS) <= wallS) day++
    return day
  }
}

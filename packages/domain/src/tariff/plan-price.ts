import { BlockMemo } from './block-memo.ts'
import { Blocks, type Chain } from './blocks.ts'
import { type Charge, ChargeWriter, sumOf, withinCaps } from './charges.ts'
import type { Cuts } from './cuts.ts'
import type { PlanProgram, Program } from './program.ts'
import { type Hint, notPriceable, type Track, type Walk, type Witness, walk } from './walk.ts'
import { type WindowProgram, windowsFrom } from './windows.ts'

/** What a plan's price of a stretch of time depends on besides the stretch. */
export type Setting = {
  readonly cuts: Cuts | null
  readonly chain: Chain | null
  /** No free time: not a second one after an `until` coupon or a payment. */
  readonly noFree: boolean
  /** The ladder begins at its second step (6.2). */
  readonly afterFirst: boolean
  /** Told where the price probably ends; null: nobody asks. */
  readonly hint: Hint | null
}
export const plainSetting: Setting = { cuts: null, chain: null, noFree: false, afterFirst: false, hint: null }

/** Whether a stay of this length is within the plan's free time. */
export const isFree = (plan: PlanProgram, lengthS: number, { noFree }: Setting): boolean =>
  lengthS <= plan.freeS && !noFree

/**
 * Price of the elapsed stretch [startS, endS) by one plan, steps 5 to 10 of tariffs.md 5.3; `notPriceable` when it is
 * longer than the plan's list of prices.
 */
export function priceByPlan(
  program: Program,
  plan: PlanProgram,
  startS: number,
  endS: number,
  setting: Setting,
  witness: Witness | null,
): number {
  if (endS <= startS) return 0
  if (isFree(plan, endS - startS, setting)) {
    witness?.free(startS, endS)
    if (setting.hint) setting.hint.lastS = startS + plan.freeS
    return 0
  }
  const fen = plan.restart
    ? priceBlocks(program, plan, startS, endS, setting, witness)
    : priceStretch(program, plan, startS, pricedFrom(plan, startS, endS, setting, witness), endS, setting, witness)
  if (fen <= plan.stayCapFen) return fen
  witness?.cap('stay', startS, endS, plan.stayCapFen, plan.stayCapFen - fen)
  return plan.stayCapFen
}

/** Where pricing begins: at the entry, or after a free time that is deducted. */
function pricedFrom(plan: PlanProgram, startS: number, endS: number, { noFree }: Setting, witness: Witness | null) {
  if (plan.deductS === 0 || noFree) return startS
  const fromS = Math.min(startS + plan.deductS, endS)
  witness?.free(startS, fromS)
  return fromS
}

/** Every block is a stay of its own, but for the free time, which only the first has unless it comes again. */
function priceBlocks(
  program: Program,
  plan: PlanProgram,
  startS: number,
  endS: number,
  setting: Setting,
  witness: Witness | null,
): number {
  let fromS = plan.freeAgain ? startS : pricedFrom(plan, startS, endS, setting, witness)
  const pricedS = fromS
  const simple = plan.cycle === 'entry' && !setting.chain
  const { smaller, larger } = plan.windows
  if (simple && larger.length === 0 && endS - startS <= plan.cycleS && !plan.freeAgain) {
    const fen = priceStretch(program, plan, startS, fromS, endS, setting, witness)
    return fen === notPriceable
      ? fen
      : capped(fen, plan.blockCaps[0]!, 0, startS, endS, startS + plan.cycleS, setting, witness)
  }
  const blocks = new Blocks(plan, program, startS, setting.cuts, setting.chain)
  const round = witness || setting.chain || setting.cuts ? 0 : plan.blocksPerRound
  const memo = round > 0 && endS - startS > 2 * plan.cycleS ? new BlockMemo(plan.rhythm, round) : null
  const whole: Charge[] = []
  let total = 0
  for (let index = 0; fromS < endS; index++) {
    const blockEndS = simple ? startS + (index + 1) * plan.cycleS : blocks.end(index)
    if (blockEndS <= fromS) continue
    const toS = Math.min(blockEndS, endS)
    // The first block may differ: it has the free time, or is cut short by the clock.
    const full = index > 0 && fromS > pricedS && blockEndS <= endS
    if (memo && full && index >= blocks.settledFrom) {
      // Windows of several blocks need each block by itself.
      const times = larger.length > 0 ? 0 : memo.roundsFrom(fromS, endS, plan.cycleS)
      if (times > 0) {
        const capFen = blocks.cap(index)
        total += times * memo.known.reduce((sum, fen) => sum + Math.min(fen, capFen), 0)
        index += times * round - 1
        fromS += times * round * plan.cycleS
        continue
      }
    }
    const blockStartS = index === 0 ? startS : smaller.length > 0 ? blocks.end(index - 1) : fromS
    const known = memo && full ? memo.recall(index, fromS, toS) : undefined
    const fen =
      known ??
      (plan.freeAgain
        ? priceFreeAgain(program, plan, fromS, toS, setting, witness)
        : priceStretch(program, plan, blockStartS, fromS, toS, setting, witness))
    if (fen === notPriceable) return notPriceable
    if (memo && full) memo.learn(index, fen)
    const cappedFen = capped(fen, blocks.cap(index), blocks.number(index), fromS, toS, blockEndS, setting, witness)
    if (larger.length > 0) whole.push({ atS: fromS, everyS: 0, units: 1, fen: cappedFen })
    total += cappedFen
    fromS = toS
  }
  return larger.length > 0 ? sumOf(inWindows(larger, whole, program, startS, endS, setting, witness)) : total
}

function priceFreeAgain(
  program: Program,
  plan: PlanProgram,
  startS: number,
  endS: number,
  setting: Setting,
  witness: Witness | null,
): number {
  if (isFree(plan, endS - startS, setting)) {
    witness?.free(startS, endS)
    return 0
  }
  const fromS = pricedFrom(plan, startS, endS, setting, witness)
  return priceStretch(program, plan, startS, fromS, endS, setting, witness)
}

function capped(
  fen: number,
  capFen: number,
  number: number,
  fromS: number,
  toS: number,
  blockEndS: number,
  { hint }: Setting,
  witness: Witness | null,
): number {
  if (hint && fen >= capFen) hint.lastS = blockEndS
  if (fen > capFen) witness?.cap('block', fromS, toS, capFen, capFen - fen)
  const left = Math.min(fen, capFen)
  witness?.block(number, left)
  return left
}

/** One walk over [fromS, endS): a block that restarts, or a whole stay, begun at startS, where nothing does. */
function priceStretch(
  program: Program,
  plan: PlanProgram,
  startS: number,
  fromS: number,
  endS: number,
  setting: Setting,
  witness: Witness | null,
): number {
  const { cuts, chain, afterFirst, hint } = setting
  const grid = plan.restart || plan.blockless ? null : new Blocks(plan, program, startS, cuts, chain)
  const repeats = (grid || plan.clock) && plan.periodS > 0 && endS - fromS >= 2 * plan.periodS && !cuts && !chain
  const given: Walk = {
    plan,
    track: plan.clock ? trackOf(plan.clock, fromS, endS, cuts) : null,
    grid,
    afterFirst,
    rhythm: repeats ? plan.rhythm : null,
    hint,
  }
  const { smaller, larger } = plan.windows
  if (smaller.length === 0 && (plan.restart || larger.length === 0)) return walk(given, fromS, endS, witness)

  // The walk knows of one grid; where there are more, what it charges is written down and capped grid after grid.
  const writer = new ChargeWriter(witness)
  const walked = walk({ ...given, grid: grid && uncapped(grid) }, fromS, endS, writer)
  if (walked === notPriceable) return walked
  let charges = inWindows(smaller, writer.charges, program, startS, endS, setting, witness)
  if (grid)
    charges = withinCaps(charges, grid, startS, endS, (index, blockFromS, blockToS, fullFen, fen) => {
      if (fen < fullFen) witness?.cap('block', blockFromS, blockToS, fen, fen - fullFen)
      witness?.block(grid.number(index), fen)
    })
  return sumOf(plan.restart ? charges : inWindows(larger, charges, program, startS, endS, setting, witness))
}

/** Bands are capped inside a block, whatever the block itself may cost. */
const uncapped = (blocks: Blocks): Walk['grid'] => ({
  end: (index) => blocks.end(index),
  cap: () => Number.POSITIVE_INFINITY,
  number: (index) => blocks.number(index),
  settledFrom: blocks.settledFrom,
})

/** What is left of charges under the caps of windows, each on the result of the one before (tariffs.md 5.4). */
function inWindows(
  windows: readonly WindowProgram[],
  charges: readonly Charge[],
  { zone }: Program,
  startS: number,
  endS: number,
  { cuts }: Setting,
  witness: Witness | null,
): readonly Charge[] {
  let left = charges
  for (const window of windows)
    left = withinCaps(left, windowsFrom(window, zone, startS, cuts), startS, endS, (_, fromS, toS, fullFen, fen) => {
      if (fen < fullFen) witness?.cap('window', fromS, toS, fen, fen - fullFen, window)
    })
  return left
}

function trackOf(clock: NonNullable<PlanProgram['clock']>, startS: number, endS: number, cuts: Cuts | null): Track {
  if (!cuts) {
    clock.cover(startS, endS)
    return { starts: clock.starts, bands: clock.bands, first: clock.indexAt(startS) }
  }
  const fromS = cuts.wall(startS)
  const toS = cuts.wall(endS)
  clock.cover(fromS, toS)
  const first = clock.indexAt(fromS)
  const last = clock.indexAt(toS)
  return {
    starts: clock.starts.slice(first, last + 2).map((wallS) => cuts.elapsed(wallS)),
    bands: clock.bands.slice(first, last + 1),
    first: 0,
  }
}

import type { BandProgram, PlanProgram } from './program.ts'
import type { Rhythm } from './rhythm.ts'
import type { WindowProgram } from './windows.ts'

/*
 * The walk over the units of one plan (tariffs.md 5.3, steps 7 and 8), on whole seconds of elapsed time. Whole units in
 * a piece of (block, band, step) are counted by division; a rhythm that has come round is counted by multiplication.
 */
const never = Number.POSITIVE_INFINITY

/** A step has no end within the plan's list of prices: the stay is longer than the list. */
export const notPriceable = -1

/** Who wants to know what the price is made of. Without one the walk takes every short cut. */
export type Witness = {
  units(piece: { fromS: number; toS: number; units: number; band: BandProgram; step: number; fen: number }): void
  free(fromS: number, toS: number): void
  cap(per: CapPer, fromS: number, toS: number, capFen: number, fen: number, of?: BandProgram | WindowProgram): void
  /** What a block came to, after its cap. */
  block(number: number, fen: number): void
}

export type CapPer = 'band' | 'window' | 'block' | 'stay'

/** Where bands change, in elapsed time; the form of `BandClock`. */
export type Track = { readonly starts: readonly number[]; readonly bands: readonly number[]; readonly first: number }

/** Blocks that cap what begins in them without restarting anything; `end(i)` of the stay's i-th from 0. */
export type Grid = {
  end(index: number): number
  cap(index: number): number
  /** Its number within a chain of visits. */
  number(index: number): number
  readonly settledFrom: number
}

export type Walk = {
  readonly plan: PlanProgram
  /** Null: one band for all time. */
  readonly track: Track | null
  readonly grid: Grid | null
  readonly afterFirst: boolean
  /** How bands repeat themselves; null: do not look. */
  readonly rhythm: Rhythm | null
  readonly hint: Hint | null
}

/**
 * Where the price that was just asked for probably ends: its last second. A guess that whoever needs to know must check; it
 * saves looking everywhere else.
 */
export type Hint = { lastS: number }

/** Price of [startS, endS) before the caps of a restarting cycle and of the stay; `notPriceable` when the list ends. */
export function walk(given: Walk, startS: number, endS: number, witness: Witness | null): number {
  const { plan, track, grid, afterFirst, hint } = given
  const { bands, ladderFromBand, carry } = plan
  const rhythm = witness ? null : given.rhythm

  let stretch = -1
  let band = bands[0]!
  let ladder = afterFirst ? band.afterFirst : band.ladder
  let bandEndS = never
  let originS = startS
  let index = 0
  let blockEndS = grid ? grid.end(0) : never
  let blockStartS = startS
  let blockFen = 0
  let bandFromS = startS
  let bandFen = 0
  let total = 0
  let markS = -1
  let markFen = 0
  let markStretch = 0
  let markUntilS = 0

  if (track) {
    stretch = track.first
    bandEndS = track.starts[stretch + 1]!
    band = bands[track.bands[stretch]!]!
    ladder = afterFirst ? band.afterFirst : band.ladder
  }

  let p = startS
  while (p < endS) {
    if (p >= bandEndS || p >= blockEndS) {
      if (bandFen > band.capFen) {
        witness?.cap('band', bandFromS, Math.min(p, bandEndS), band.capFen, band.capFen - bandFen, band)
        bandFen = band.capFen
      }
      blockFen += bandFen
      bandFen = 0
      bandFromS = p
      let fresh = grid === null
      if (grid && p >= blockEndS) {
        const capFen = grid.cap(index)
        if (blockFen > capFen) {
          witness?.cap('block', blockStartS, blockEndS, capFen, capFen - blockFen)
          blockFen = capFen
        }
        witness?.block(grid.number(index), blockFen)
        total += blockFen
        blockFen = 0
        blockStartS = blockEndS
        do {
          index++
          blockEndS = grid.end(index)
        } while (p >= blockEndS)
        fresh = index >= grid.settledFrom
      }
      if (track && p >= bandEndS) {
        do {
          stretch++
          bandEndS = track.starts[stretch + 1]!
        } while (p >= bandEndS)
      }
      // The ladder of the band that the stay began in runs from the entry; only those after it repeat themselves.
      const settled = ladderFromBand && track ? track.starts[stretch]! >= startS : p - startS >= plan.settledS
      if (rhythm && fresh && settled) {
        const { periodS } = plan
        const soFar = total + blockFen
        const passedS = p - markS
        if (markS >= 0 && passedS === periodS && p < markUntilS) {
          // Not up to where the rhythm breaks: the stretch that would begin there may be one with that before it.
          const times = Math.floor((Math.min(endS, markUntilS - 1) - p) / passedS)
          blockFen += times * (soFar - markFen)
          p += times * passedS
          bandFromS = p
          if (track) {
            stretch += times * (stretch - markStretch)
            bandEndS = track.starts[stretch + 1]!
          }
          if (grid) {
            index += times * (periodS / plan.cycleS)
            blockStartS = p
            blockEndS = grid.end(index)
            total += blockFen
            blockFen = 0
          }
          markS = -1
          if (p >= endS) break
        } else if (markS < 0 || passedS >= periodS) {
          markS = p
          markFen = soFar
          markStretch = stretch
          markUntilS = rhythm.until(p)
        }
      }
      if (track) {
        band = bands[track.bands[stretch]!]!
        ladder = afterFirst ? band.afterFirst : band.ladder
        if (ladderFromBand) originS = Math.max(track.starts[stretch]!, startS)
      }
    }

    const elapsedS = p - originS
    const { toS } = ladder
    let step = 0
    while (step < toS.length && elapsedS >= toS[step]!) step++
    if (step === toS.length) return notPriceable
    const stepEndS = originS + toS[step]!
    const cutS = carry || stepEndS < bandEndS ? stepEndS : bandEndS
    const everyS = ladder.everyS[step]!
    const fen = ladder.fen[step]!

    if (everyS > 0) {
      const roomS = Math.min(cutS, endS) - p
      let units = Math.floor(roomS / everyS)
      if (units > 0) {
        // A unit belongs to the occurrence and to the block in which it begins, however far it runs.
        const bornS = (carry && bandEndS < blockEndS ? bandEndS : blockEndS) - p
        if (units * everyS > bornS) units = Math.ceil(bornS / everyS)
        const nextS = p + units * everyS
        bandFen += units * fen
        witness?.units({ fromS: p, toS: nextS, units, band, step, fen: units * fen })
        p = nextS
        if (hint) hint.lastS = p
        continue
      }
    }
    const fullS = everyS > 0 ? p + everyS : stepEndS < never ? stepEndS : bandEndS < never ? bandEndS : endS
    const unitEndS = Math.min(fullS, cutS)
    const usedToS = Math.min(endS, unitEndS)
    const complete = unitEndS === fullS && endS >= unitEndS
    const units = complete || usedToS - p > ladder.slackS[step]! ? 1 : 0
    bandFen += units * fen
    witness?.units({ fromS: p, toS: usedToS, units, band, step, fen: units * fen })
    if (hint) hint.lastS = units > 0 ? unitEndS : Math.min(p + ladder.slackS[step]!, unitEndS - 1)
    p = unitEndS
  }

  if (bandFen > band.capFen) {
    witness?.cap('band', bandFromS, endS, band.capFen, band.capFen - bandFen, band)
    bandFen = band.capFen
  }
  blockFen += bandFen
  if (grid) {
    const capFen = grid.cap(index)
    if (blockFen > capFen) {
      witness?.cap('block', blockStartS, endS, capFen, capFen - blockFen)
      blockFen = capFen
    }
    witness?.block(grid.number(index), blockFen)
  }
  return total + blockFen
}

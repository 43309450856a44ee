import type { Rhythm } from './rhythm.ts'

/** What full blocks cost before their caps, by their place in a round, as long as the wall clock keeps its rhythm. */
export class BlockMemo {
  readonly #rhythm: Rhythm
  readonly #round: number
  #known: number[] = []
  #count = 0
  #offsetS = Number.NaN
  #regular = false

  constructor(rhythm: Rhythm, round: number) {
    this.#rhythm = rhythm
    this.#round = round
  }

  /** What the block [fromS, toS) costs, when one in its place has been learnt. Asked before `learn`, in order. */
  recall(index: number, fromS: number, toS: number): number | undefined {
    this.#regular = this.#rhythm.until(fromS) >= toS
    if (!this.#regular) return undefined
    const offsetS = this.#rhythm.offsetAt(fromS)
    if (offsetS !== this.#offsetS) {
      this.#offsetS = offsetS
      this.#known = []
      this.#count = 0
    }
    return this.#known[index % this.#round]
  }

  learn(index: number, fen: number): void {
    if (!this.#regular || this.#known[index % this.#round] !== undefined) return
    this.#known[index % this.#round] = fen
    this.#count++
  }

  /** The blocks of one round, once all are known. */
  get known(): readonly number[] {
    return this.#known
  }

  /** How many whole rounds of known blocks of this length follow from here without a break. */
  roundsFrom(fromS: number, endS: number, blockS: number): number {
    if (this.#count < this.#round || this.#rhythm.offsetAt(fromS) !== this.#offsetS) return 0
    return Math.max(0, Math.floor((Math.min(endS, this.#rhythm.until(fromS)) - fromS) / (this.#round * blockS)))
  }
}

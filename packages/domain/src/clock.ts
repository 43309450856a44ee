import type { Instant } from './types.ts'

/** The one way to know what time it is. Decisions take an `Instant`; only the edges hold a clock. */
export type Clock = { now(): Instant }

export const systemClock: Clock = { now: () => Date.now() as Instant }

/** A clock that runs with the machine's but can be pushed forward: tests and the simulated street share one. */
export class SimulatedClock implements Clock {
  #aheadMs = 0
  now(): Instant {
    return (Date.now() + this.#aheadMs) as Instant
  }
  get aheadMs(): number {
    return this.#aheadMs
  }
  /** Time never goes back: a negative step throws RangeError. */
  advance(ms: number): void {
    if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`a clock goes forward by whole ms, got ${ms}`)
    this.#aheadMs += ms
  }
}

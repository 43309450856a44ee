/** The same seed throws the same numbers (mulberry32). */
export function chanceOf(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number): number => Math.floor(next() * end)
  return {
    /** Whole, from 0, below this. */
    below,
    /** Whole, from the first to the last, both included. */
    between: (first: number, last: number): number => first + below(last - first + 1),
    in100: (hits: number): boolean => next() * 100 < hits,
    oneOf: <T>(of: readonly T[]): T => of[below(of.length)]!,
  }
}
export type Chance = ReturnType<typeof chanceOf>

import type { Plate } from './types.ts'

// Without what is mistaken for one another by eye or ear: 0 O Q, 1 I L, 2 Z, 5 S, 8 B.
const digits = '34679'
const characters = '34679ACDEFGHJKMNPRTUVWXY'
const form = new RegExp(`^[${digits}][${characters}]{6}$`)

/**
 * The made-up plate of a car without one (domain.md 5): 7 characters, the first a digit, as no real plate begins. `random`
 * gives numbers from 0 to below 1; that it is unique in its lot is for the keeper of passes to see to.
 */
export function makePass(random: () => number): Plate {
  const one = (from: string) => from[Math.floor(random() * from.length)]!
  return (one(digits) + Array.from({ length: 6 }, () => one(characters)).join('')) as Plate
}

/** Whether a text is an unplated pass, in its one spelling. */
export const isPass = (text: string): text is Plate => form.test(text)

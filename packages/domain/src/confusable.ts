import { plateKind, provinces } from './plate.ts'
import type { Plate } from './types.ts'

/*
 * What readers of plates take for one another (lot-devices.md 9.4). I and O stand here although no plate has them: a
 * camera that returns them has misread 1 and 0.
 */
const groups: readonly string[] = [
  ...['0ODQCG', '1ILT7', '2Z', '5S', '8B', '6G', '4A', 'UV', 'MNHW', 'KX', 'EF', 'PR', '39'],
  // Seen on site, in a vendor's manual; the others are guesses by shape, good enough to ask a person.
  ...['鲁豫', '京豫', '苏赣鄂', '皖陕', '川云', '津冀', '贵青', '晋吉'],
]

/** Whether a reader may take one of these characters for the other. No character is taken for itself. */
export const isConfusable = (a: string, b: string): boolean =>
  a !== b && groups.some((group) => group.includes(a) && group.includes(b))

/*
 * One error of a reader costs 2 or 3, two of them 4 or more, and what no reader is known to do costs as much as three. So a
 * distance of at most `oneError` is one known error, and whatever is nearer is likelier.
 */
const taken = 2
const lost = 3
const unheardOf = 6

/** The greatest distance that a single known error makes. */
export const oneError = lost

/**
 * How far two plates, in the one spelling, are from one another as readers err (lot-devices.md 9.4, 9.5): the least sum of
 *
 * - 2 for a character taken for another of its group, and for a province taken for one that it is mistaken for,
 * - 3 for a province that is lost or any other, and for a character lost from a new-energy plate,
 * - 6 for every other character that is changed, lost or added.
 *
 * 0 only between equals; the same in both directions.
 */
export function plateDistance(one: string, other: string): number {
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one]
  const mayHaveLost = longer.length === shorter.length + 1 && plateKind(longer as Plate).startsWith('new-energy')
  const missing = (character: string): number => (mayHaveLost || provinces.includes(character) ? lost : unheardOf)
  const added = (character: string): number => (provinces.includes(character) ? lost : unheardOf)
  // Row by row: the distance between what has been read of the longer one and every beginning of the shorter one.
  const to = [...shorter]
  let row = [0]
  for (const [at, character] of to.entries()) row.push(row[at]! + added(character))
  for (const from of longer) {
    const next = [row[0]! + missing(from)]
    for (const [at, character] of to.entries())
      next.push(
        Math.min(row[at]! + changed(from, character), row[at + 1]! + missing(from), next[at]! + added(character)),
      )
    row = next
  }
  return row.at(-1)!
}

function changed(from: string, to: string): number {
  if (from === to) return 0
  if (isConfusable(from, to)) return taken
  return provinces.includes(from) && provinces.includes(to) ? lost : unheardOf
}

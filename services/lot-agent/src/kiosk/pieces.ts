import { mostFen, type Till } from './wire.ts'

/**
 * Which notes and coins may be put in next, so that the purchase can always be brought to its end with the right change out of the
 * hoppers: smallest first, none when nothing more is needed or no way leads there. Money that goes into the kiosk meanwhile is
 * not counted on. Amounts in whole fen.
 */
export function takenNext({ hoppers, takes }: Till, owedFen: number, insertedFen: number): readonly number[] {
  if (insertedFen >= owedFen || owedFen > mostFen || takes.length === 0) return []
  const paysOut = payable(hoppers, Math.max(...takes))
  const step = takes.reduce(gcd)
  // Whether an amount in the kiosk leads to an end, by how many steps it is above what is in it now.
  const ends: boolean[] = []
  const leads = (fen: number): boolean =>
    fen >= owedFen ? paysOut(fen - owedFen) : (ends[(fen - insertedFen) / step] ?? false)
  for (let at = Math.ceil((owedFen - insertedFen) / step) - 1; at > 0; at--)
    ends[at] = takes.some((piece) => leads(insertedFen + at * step + piece))
  return takes.filter((piece) => leads(insertedFen + piece)).toSorted((a, b) => a - b)
}

/** Which amounts up to `mostFen` the hoppers can pay out to the fen. */
function payable(hoppers: Till['hoppers'], mostFen: number): (fen: number) => boolean {
  let reached: readonly boolean[] = Array.from({ length: mostFen + 1 }, (_, fen) => fen === 0)
  for (const { fen: piece, count } of hoppers) {
    // How many pieces of this hopper an amount needs at the least beside those before it.
    const needs: number[] = []
    for (let fen = 0; fen <= mostFen; fen++)
      needs[fen] = reached[fen] ? 0 : fen >= piece ? needs[fen - piece]! + 1 : Number.POSITIVE_INFINITY
    reached = needs.map((pieces) => pieces <= count)
  }
  return (fen) => reached[fen] ?? false
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Passage, StayInside } from '@lanepay/lot-systems/lists.ts'
import type { OnlyOurs, OnlyTheirs } from './api.ts'

/** An open stay here. `stay`: as the software names it; null: nobody has told. */
export type OurStay = {
  readonly session: string
  readonly stay: string | null
  readonly plate: string
  readonly enteredAt: number
}

/** Whoever came in so short a while before the software was asked may be on the way to us, or to its list. */
const justNowMs = 120_000

/**
 * Who is inside here alone, and by the software alone: the same by the name of the record, or by plate. What is said `since` of who went out says
 * when a vehicle that is here alone has left. Pure.
 */
export function insideDifferences(
  ours: readonly OurStay[],
  theirs: readonly StayInside[],
  askedAt: number,
): { readonly onlyOurs: readonly Omit<OnlyOurs, 'left'>[]; readonly onlyTheirs: readonly OnlyTheirs[] } {
  const known = (all: readonly { stay: string | null; plate: string }[]) => ({
    stays: new Set(all.map(({ stay }) => stay)),
    plates: new Set(all.map(({ plate }) => tidyPlate(plate))),
  })
  const alone = (of: ReturnType<typeof known>) => (one: { stay: string | null; plate: string; enteredAt: number }) =>
    !(one.stay !== null && of.stays.has(one.stay)) &&
    !of.plates.has(tidyPlate(one.plate)) &&
    one.enteredAt < askedAt - justNowMs
  return {
    onlyOurs: ours.filter(alone(known(theirs))).map(({ session, plate, enteredAt }) => ({ session, plate, enteredAt })),
    onlyTheirs: theirs.filter(alone(known(ours))).map(({ plate, enteredAt, lane }) => ({ plate, enteredAt, lane })),
  }
}

/** When a vehicle went out after it came in; the last time. Null: nobody says so. */
export function leftBy(
  { plate, enteredAt }: Pick<OnlyOurs, 'plate' | 'enteredAt'>,
  passages: readonly Passage[],
): OnlyOurs['left'] {
  const out = passages.filter(
    (one) => one.way === 'out' && one.at > enteredAt && tidyPlate(one.plate) === tidyPlate(plate),
  )
  const last = out.toSorted((a, b) => a.at - b.at).at(-1)
  return last ? { at: last.at, lane: last.lane } : null
}

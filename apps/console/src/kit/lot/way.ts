import type { Here } from '../here.tsx'

/** Where a lot's things are asked for by whoever sits here: of the whole lot, or of the one lane whose booth it sits in. */
export const wayOfLot = (here: Here, lot: number | string, lane: number | string | undefined): string =>
  here.may('traffic.read', 'lot') || lane === undefined ? `~/lots/${lot}` : `~/lots/${lot}/lanes/${lane}`

/** The lanes that an attendant sits at, each with its lot; `lane` null: all of the lot's. Of anybody else none. */
export function lanesOf({ me, may }: Here): readonly { readonly lot: number; readonly lane: number | null }[] {
  if (may('traffic.read', 'operator') || me.lots === 'all') return []
  return me.lots.flatMap(({ lot, lanes }): { lot: number; lane: number | null }[] =>
    lanes === 'all' ? [{ lot, lane: null }] : lanes.map((lane) => ({ lot, lane })),
  )
}

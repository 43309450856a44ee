import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Mistake } from '../equipment/schema-words.ts'
import type { LotAgentPlan } from '../plan.ts'

/** Whose drawer cash goes into or comes out of; nothing in it: the lot's own. */
export type Drawer = { readonly shift?: Id; readonly booth?: number }
export type DrawerRefusal = 'booth-unknown' | 'no-shift' | 'shift-of-another'

/**
 * The drawer in front of a person. A lot without booths, and a booth without shifts, have the lot's own. Where there are booths one
 * must be named; a shift must be open at it, and be that person's own: whoever takes from it answers for it.
 */
export function drawerAt(
  booths: LotAgentPlan['booths'],
  booth: number | undefined,
  by: string,
  openShift: (booth: number) => { readonly id: Id; readonly attendant: string } | null,
): Result<Drawer, DrawerRefusal> {
  if (booths === undefined) return booth === undefined ? ok({}) : err('booth-unknown')
  const found = booths.find(({ id }) => id === booth)
  if (!found) return err('booth-unknown')
  if (!found.shifts) return ok({ booth: found.id })
  const shift = openShift(found.id)
  if (!shift) return err('no-shift')
  return shift.attendant === by ? ok({ shift: shift.id, booth: found.id }) : err('shift-of-another')
}

/** Whether what was given less the change is what is paid. One without the other says nothing; nothing of both is nothing wrong. */
export function isChangeRight(cash: {
  readonly paidFen: number
  readonly givenFen?: number | undefined
  readonly changeFen?: number | undefined
}): boolean {
  const { paidFen, givenFen, changeFen } = cash
  if (givenFen === undefined || changeFen === undefined) return givenFen === changeFen
  return givenFen - changeFen === paidFen
}

/** Booths and kiosks that share a number, each with its place in the plan: a drawer is known by it. */
export function boothsMistakes(
  booths: LotAgentPlan['booths'] = [],
  kiosks: LotAgentPlan['kiosks'] = [],
): readonly Mistake[] {
  const all = [
    ...booths.map(({ id }, index) => ({ id, what: 'booth', index })),
    ...kiosks.map(({ id }, index) => ({ id, what: 'kiosk', index })),
  ]
  return all.flatMap(({ id, what, index }, at) =>
    all.findIndex((other) => other.id === id) === at
      ? []
      : [
          {
            field: `/${what}s/${index}/id`,
            rule: `${what} ${id} is there twice: each booth and each kiosk has a number of its own`,
          },
        ],
  )
}

/** Kiosks that have nowhere to speak to. */
export const kioskPortMistakes = ({
  kiosks,
  kioskPort,
}: Pick<LotAgentPlan, 'kiosks' | 'kioskPort'>): readonly Mistake[] =>
  kiosks === undefined || kioskPort !== undefined
    ? []
    : [{ field: '/kioskPort', rule: 'is missing: kiosks speak to the agent at this port' }]

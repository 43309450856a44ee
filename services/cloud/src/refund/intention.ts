import type { Id } from '@lanepay/domain/types.ts'
import { seal, unseal } from '../driver/sealed.ts'

/*
 * One intention of a person, made before it is sent: sent again, after whatever became of the first answer, it is the same act under the
 * same number. It is of that person and of what it was made for, and nobody else's.
 */

type Of = { readonly by: string; readonly about: string }

export const intentions = (purpose: string, houseKey: Buffer) => ({
  make: (id: Id, { by, about }: Of): string => seal(purpose, { id, about, by }, houseKey),
  /** The id that the act gets; null for what was not made here, by this person, for this. */
  read(ask: string, of: Of): Id | null {
    const made = unseal(purpose, ask, houseKey) as (Of & { readonly id: Id }) | null
    return made !== null && made.by === of.by && made.about === of.about ? made.id : null
  },
})

import type { Database, Statement } from '@lanepay/database/database.ts'
import { similarPlates } from '@lanepay/domain/matching.ts'
import type { LotKey, PlateColour } from '@lanepay/domain/types.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'

type InsideRow = { plate: string; colour: PlateColour; being_paid: boolean }
/** One error of a reader leaves one of the two ends as it was. */
const selectInsideLike: Statement = {
  name: 'select-inside-like-a-plate',
  text: `
  select s.plate, s.colour,
         exists (select from payment p
                  where p.bucket = s.bucket and p.lot_id = s.lot_id and p.session_id = s.id
                    and p.state in ('created', 'pending')) as being_paid
    from session s
   where s.bucket = $1 and s.lot_id = $2 and s.state in ('inside', 'leaving') and not s.pass and s.renews_card is null
     and (left(s.plate, 4) = left($3, 4) or right(s.plate, 3) = right($3, 3))`,
}

/**
 * Plates inside that a driver may mean whose own is not (lot-devices.md 6.5): of the stays that we know of, and where the lot's software has a word
 * for it, of those that it names. However many it names, none is offered that is further than one known misread (9.4) from what
 * was typed: whoever guesses learns no more than by typing that plate.
 */
export type SimilarInside = (lot: LotKey, plate: string) => Promise<readonly string[]>

export const similarInside =
  ({ database, lots }: { readonly database: Database; readonly lots: LotSystem }): SimilarInside =>
  async (lot, plate) => {
    const known = await database.of(lot.bucket).query<InsideRow>(selectInsideLike, [lot.bucket, lot.lotId, plate])
    const said = await lots.similar?.(lot, plate)
    return similarPlates(plate, [
      ...(said?.ok ? said.value : []).map((one) => ({ plate: one, colour: 'unknown' as const, beingPaid: false })),
      // What we know of a plate beside counts: of two of one plate, the last.
      ...known.map(({ being_paid, ...stay }) => ({ ...stay, beingPaid: being_paid })),
    ])
  }

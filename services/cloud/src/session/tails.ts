import type { Database, Statement } from '@lanepay/database/database.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { type Events, isKnownEvent } from '@lanepay/lot-link/messages.ts'
import type { TakeIn } from './take-in.ts'

/*
 * Plates found by a part of them. Each plate of a lot is noted once with all its tails (0048_office.sql): whatever stands in the middle of
 * a plate is the beginning of one of them, so a part is a range of a key. Noted before the lot hears that its events are kept, so that none
 * is missing after a crash; a car that comes every day costs nothing.
 */

/** Fewer characters than this are in nearly every plate. */
export const partLeast = 3
/** So many plates at most may have the part: more are not what somebody looks for. */
export const platesAtMost = 300
/** So many plates this process remembers to have noted. */
const remembered = 20_000

const notePlates: Statement = { name: 'note-plates', text: 'select note_plates($1, $2, $3)' }
const selectPlates: Statement = {
  name: 'select-plates-of-part',
  text: `
  select distinct plate from plate_tail
   where bucket = $1 and lot_id = any ($2::int4[]) and tail >= $3 collate "C" and tail < $4 collate "C"
   order by plate limit $5`,
}

/** Takes in as `takeIn` does, and notes the plates that it heard of. */
export function notingPlates(takeIn: TakeIn, database: Database): TakeIn {
  const noted = new Set<string>()
  return async (from, piece) => {
    const seq = await takeIn(from, piece)
    const keyOf = (plate: string) => `${from.lotId} ${plate}`
    const plates = platesIn(piece).filter((plate) => !noted.has(keyOf(plate)))
    if (plates.length > 0) await database.of(from.bucket).query(notePlates, [from.bucket, from.lotId, plates])
    for (const plate of plates) {
      if (noted.size >= remembered) noted.clear()
      noted.add(keyOf(plate))
    }
    return seq
  }
}

/** Sorted, so that two processes that hear of the same ones never wait for each other in a ring. */
const platesIn = ({ events }: Events): readonly string[] =>
  [
    ...new Set(
      events.flatMap((event) => {
        if (!isKnownEvent(event) || (event.kind !== 'entered' && event.kind !== 'corrected')) return []
        // As the stay has it: what no database keeps was mended there (keepable.ts).
        return event.plate === undefined ? [] : [event.plate.toWellFormed()]
      }),
    ),
  ].sort()

/** A part of a plate however it was typed, or why nobody is looked for by it. */
export function parsePart(unchecked: string): Result<string, 'too-short' | 'too-long'> {
  const part = tidyPlate(unchecked).toWellFormed()
  if ([...part].length < partLeast) return err('too-short')
  return part.length > 12 ? err('too-long') : ok(part)
}

/** The plates of these lots that have a part; one more than `platesAtMost` where there are more. */
export async function platesOfPart(
  database: Database,
  bucket: number,
  lots: readonly LotKey[],
  part: string,
): Promise<readonly string[]> {
  const rows = await database
    .of(bucket)
    .query<{ plate: string }>(selectPlates, [
      bucket,
      lots.map(({ lotId }) => lotId),
      ...[part, `${part}\u{10ffff}`, platesAtMost + 1],
    ])
  return rows.map(({ plate }) => plate)
}

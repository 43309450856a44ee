import { instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'

/*
 * What a search over a day finds, noted once however often it is searched. A search that does not write in its own statement has all
 * processors of PostgreSQL; that is half of the time on two (bench/README.md).
 */

/** Selects `bucket, lot_id, item, class, ours_fen, theirs_fen, about`. */
export type Search = { readonly name: string; readonly select: string }
type Found = {
  bucket: number
  lot_id: number
  item: string
  class: string
  ours_fen: string | null
  theirs_fen: string | null
  about: string
}

/** More than this is a day gone wrong as a whole: noted where it is, never carried here. */
const carriedAtMost = 20_000

const into = `insert into discrepancy
         (bucket, lot_id, account_id, day, proof, item, class, owner, ours_fen, theirs_fen, about, found_at, state, steps)`

const noteCarried: Statement = {
  name: 'note-carried',
  text: `
  ${into}
  select f.bucket, f.lot_id, $8, $9::date, $10, f.item, f.class::discrepancy_class, 'platform', f.ours_fen, f.theirs_fen, f.about, $11, 'found', 1
    from unnest($1::int4[], $2::int4[], $3::text[], $4::text[], $5::int8[], $6::int8[], $7::text[])
         as f (bucket, lot_id, item, class, ours_fen, theirs_fen, about)
      on conflict do nothing`,
}

/** Searches in one transaction and notes what is found, of one account, day and proof. */
export function noting(
  tx: Tx,
  {
    accountId,
    day,
    proof,
    now,
  }: { readonly accountId: number; readonly day: string; readonly proof: string; readonly now: number },
): (search: Search, values: readonly unknown[]) => Promise<void> {
  const whose = [accountId, day, proof, instantOut(now)]
  return async ({ name, select }, values) => {
    const found = await tx.query<Found>({ name, text: `${select}\n limit ${carriedAtMost}` }, values)
    if (found.length === carriedAtMost) {
      const [account, dayOf, proofOf, at] = whose.map((_, n) => `$${values.length + 1 + n}`)
      await tx.query(
        {
          name: `note-${name}`,
          text: `
  ${into}
  select f.bucket, f.lot_id, ${account}, ${dayOf}::date, ${proofOf}, f.item, f.class::discrepancy_class, 'platform', f.ours_fen, f.theirs_fen, f.about,
         ${at}, 'found', 1
    from (${select}) as f
      on conflict do nothing`,
        },
        [...values, ...whose],
      )
    } else if (found.length > 0)
      await tx.query(noteCarried, [
        ...[found.map((row) => row.bucket), found.map((row) => row.lot_id), found.map((row) => row.item)],
        ...[found.map((row) => row.class), found.map((row) => row.ours_fen), found.map((row) => row.theirs_fen)],
        ...[found.map((row) => row.about), ...whose],
      ])
  }
}

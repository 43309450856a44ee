import type { Db, Tx } from '@lanepay/database/database.ts'
import { changed, everything, type Rows } from './scope.ts'

/** Something that always holds, asked for as the rows that break it. */
export type Invariant = {
  readonly says: string
  /** What a person does about a row that breaks it. */
  readonly todo: string
  readonly name: string
  /** SQL that answers `bucket, lot_id, id, about`: whose it is, the order of the rows, what is wrong in words. */
  readonly rows: (rows: Rows) => string
}

export type Finding = {
  readonly invariant: string
  readonly count: number
  /** The first rows that break it, by bucket, lot and number, in words. */
  readonly examples: readonly string[]
  readonly todo: string
}
/** A finding, and whose rows they are. */
export type Found = Finding & { readonly lots: readonly { readonly bucket: number; readonly lotId: number }[] }

export const exampleCount = 5

/** Asks one invariant; `window` are the parameters of the narrower scope. */
export async function ask(
  tx: Tx | Db,
  { says, todo, name, rows }: Invariant,
  window: readonly unknown[] | null,
): Promise<Found | null> {
  const scope = window === null ? everything : changed
  const broken = await tx.query<{ bucket: number; lot_id: number; count: number; about: string[] }>(
    {
      name: window === null ? name : `${name}-since`,
      text: `-- fanout
      ${scope.lists}
      select bucket, lot_id, count(*)::int4 as count, (array_agg(about order by id))[1:${exampleCount}] as about
        from (${rows(scope)}) as broken
       group by bucket, lot_id
       order by bucket, lot_id`,
    },
    window ?? [],
  )
  if (broken.length === 0) return null
  return {
    invariant: says,
    todo,
    count: broken.reduce((sum, { count }) => sum + count, 0),
    examples: broken.flatMap((row) => row.about.map((about) => `lot ${row.lot_id}: ${about}`)).slice(0, exampleCount),
    lots: broken.map((row) => ({ bucket: row.bucket, lotId: row.lot_id })),
  }
}

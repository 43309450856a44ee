import type { Database, Statement } from '@lanepay/database/database.ts'
import type { DiscrepancyClass, DiscrepancyState } from './decide.ts'

/* What people read of a reconciliation. Over all buckets: never on the road. */

export type BillSummary = {
  account_id: number
  channel: string
  day: string
  kind: string
  state: string
  lines: number | null
  because: string | null
  due_at: number | null
}
export type OpenDiscrepancy = {
  bucket: number
  lot_id: number
  account_id: number
  day: string
  proof: string
  item: string
  class: DiscrepancyClass
  owner: string
  state: DiscrepancyState
  ours_fen: string | null
  theirs_fen: string | null
  about: string
}

const selectBills: Statement = {
  name: 'select-bill-summaries',
  text: `
  select account_id, channel, day::text as day, kind, state, lines, because, due_at
    from bill
   where bucket = 0 and lot_id = 0 and (day >= $1::date or state in ('due', 'kept'))
   order by day, account_id, kind`,
}
const selectOpen: Statement = {
  name: 'select-open-discrepancies',
  text: `-- fanout
  select bucket, lot_id, account_id, day::text as day, proof, item, class, owner, state, ours_fen, theirs_fen, about
    from discrepancy
   where bucket = any ($1::int4[]) and state in ('found', 'with-a-person')
   order by day, lot_id, proof, item
   limit $2`,
}
const countOpen: Statement = {
  name: 'count-open-discrepancies',
  text: `-- fanout
  select count(*)::int4 as open from discrepancy where bucket = any ($1::int4[]) and state in ('found', 'with-a-person')`,
}

/** The bills since `since` and all that are still due; what is open, the first of it in full. */
export async function resultsOf(
  database: Database,
  { since, most }: { readonly since: string; readonly most: number },
): Promise<{
  readonly bills: readonly BillSummary[]
  readonly open: number
  readonly first: readonly OpenDiscrepancy[]
}> {
  const bills = await database.of(0).query<BillSummary>(selectBills, [since])
  const first: OpenDiscrepancy[] = []
  let open = 0
  for (const { db, buckets } of database.nodes) {
    first.push(...(await db.query<OpenDiscrepancy>(selectOpen, [buckets, most])))
    const [row] = await db.query<{ open: number }>(countOpen, [buckets])
    open += row?.open ?? 0
  }
  return { bills, open, first: first.slice(0, most) }
}

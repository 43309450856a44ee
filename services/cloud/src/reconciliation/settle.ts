import type { Database, Statement } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type DiscrepancyKey, takeStepsOf } from './steps.ts'

export type SettleError = 'not-found' | 'not-with-a-person' | 'no-name' | 'no-reason'

const findDiscrepancy: Statement = {
  name: 'find-discrepancy',
  text: `
  select bucket, lot_id, account_id, day::text as day, proof, item, state
    from discrepancy
   where bucket = any ($1::int4[]) and day = $2::date and proof = $3 and item = $4 and ($5::int4 is null or account_id = $5)
     and ($6::int4 is null or lot_id = $6)`,
}

/** A person ends a discrepancy and says why (domain.md 7): a step of its history like any other, on the day on which it is made. */
export async function settleDiscrepancy(
  database: Database,
  which: {
    readonly day: string
    readonly proof: string
    readonly item: string
    readonly accountId?: number
    readonly lotId?: number
  },
  { who, why, now }: { readonly who: string; readonly why: string; readonly now: number },
): Promise<Result<DiscrepancyKey, SettleError>> {
  if (who.trim() === '') return err('no-name')
  if (why.trim() === '') return err('no-reason')
  for (const { db, buckets } of database.nodes) {
    const values = [buckets, which.day, which.proof, which.item, which.accountId ?? null, which.lotId ?? null]
    const [found, ...more] = await db.query<DiscrepancyKey & { state: string }>(findDiscrepancy, values)
    if (!found) continue
    // Lines are numbered in each bill anew: of two that are alike nobody can say which is meant.
    if (more.length > 0) return err('not-found')
    const taken = await takeStepsOf(db, [{ key: found, state: 'settled', why: why.trim() }], {
      ...{ from: ['with-a-person'], who: who.trim(), now },
    })
    return taken === 1 ? ok(found) : err('not-with-a-person')
  }
  return err('not-found')
}

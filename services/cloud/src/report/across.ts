import { instantOut, type Statement } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { Asked } from './read.ts'
import type { Snapshot } from './snapshot.ts'

/*
 * A payment is posted when we hear of it, and is of the day on which its driver paid. Statements go by the first, summaries by the
 * second; what lies between the two at both ends of a period is said here, so that the two can be held against each other.
 */

// A day before: where the channel's clock is ahead of ours. After it: however late it was heard of.
const selectAcross: Statement = {
  name: 'report-across',
  text: `
  select coalesce(sum(case when t.posted_at >= $3 and t.posted_at < $4 then - m.fen else m.fen end), 0)::int8 as fen
    from transfer t
   cross join lateral (select * from payment k where k.bucket = $1 and k.lot_id = $2 and k.id = t.cause_id limit 1) as p
   cross join lateral (
     select case when t.cause = 'payment-paid' then - sum(a.fen) filter (where a.kind = 'channel-clearing')
                 when count(*) filter (where a.kind = 'channel-clearing') = 0
                   then - sum(a.fen) filter (where a.kind = 'unapplied-receipts') end as fen
       from unnest(t.kind, t.amount_fen) as a (kind, fen)) as m
   where t.bucket = $1 and t.lot_id = $2 and t.lot_id + 0 = $2 and t.posted_at >= $3 - interval '1 day'
     and t.cause in ('payment-paid', 'payment-unapplied')
     and (t.posted_at >= $3 and t.posted_at < $4) <> (p.paid_at >= $3 and p.paid_at < $4)`,
}

/** What summaries have of a period more than statements: paid in it and posted outside, without what was posted in it and paid outside. */
export async function paidAcross(
  snapshot: Snapshot,
  lots: readonly LotKey[],
  { from, until }: Pick<Asked, 'from' | 'until'>,
): Promise<bigint> {
  let fen = 0n
  for (const { bucket, lotId } of lots) {
    const [row] = await snapshot.query<{ fen: string }>(bucket, selectAcross, [
      ...[bucket, lotId, instantOut(from), instantOut(until)],
    ])
    fen += BigInt(row!.fen)
  }
  return fen
}

import { type Database, type Db, instantOut, type Statement } from '@lanepay/database/database.ts'
import { bucketSlices } from './slices.ts'
import type { KeptBill } from './store.ts'

/*
 * What the channel kept, and gave back, as its bill says: `fee-taken` of a payment, `fee-given-back` of a refund (packages/ledger).
 * With them the channel's clearing account is what the channel holds after its fee. What was set aside for the fee pays it; where
 * the bill says another fee the operator, who has the remainder (domain.md 6), gives or gets the difference.
 */

const lotsWithFees: Statement = {
  name: 'lots-with-fees',
  text: `
  select bucket, lot_id, array_agg(distinct item_id) as item_ids
    from bill_line
   where bucket = any ($1::int4[]) and bill_id = $2 and item_id <> 0 and kind in ('payment', 'refund')
   group by bucket, lot_id
   order by bucket, lot_id`,
}

type LotOfBill = { bucket: number; lot_id: number; item_ids: string[] }

/** At most so many of a lot in one call: its accounts are locked until it is done, and payments wait for them. */
const atOnce = 500

/** Of the lot's payments and refunds `$5`; `$6`: whether the operator bears the difference, or it stays where fees are set aside. */
const postFees: Statement = {
  name: 'post-fees',
  text: `
  select post_transfers(array_agg(t.bucket), array_agg(t.lot_id), array_agg(t.id), array_agg(t.cause), array_agg(e.kind), array_agg(e.party),
                        array_agg(t.channel), array_agg(e.amount_fen), $4) as posted
    from (
      select l.bucket, l.lot_id, l.item_id as id, 'fee-taken'::transfer_cause as cause, p.channel, p.operator_id, l.kept_fen,
             case when $6 and before.unapplied is null then p.channel_fee_fen else l.kept_fen end as set_aside_fen, null::account_kind as back_to
        from (select bucket, lot_id, item_id, (sum(fee_milli_fen) + 500)::int8 / 1000 as kept_fen
                from bill_line
               where bucket = $1 and lot_id = $2 and item_id = any ($5::int8[]) and bill_id = $3 and kind = 'payment' and account_key is null
               group by bucket, lot_id, item_id) as l
        join payment p on p.bucket = l.bucket and p.lot_id = l.lot_id and p.id = l.item_id and p.cleared_at is not null
       cross join lateral (
         select max(case when k.cause = 'fee-taken' then 1 end) as posted, max(case when k.cause = 'payment-unapplied' then 1 end) as unapplied
           from transfer k
          where k.bucket = l.bucket and k.lot_id = l.lot_id and k.cause_id = l.item_id
       ) as before
       where before.posted is null and (l.kept_fen > 0 or p.channel_fee_fen > 0 and before.unapplied is null and $6)
       union all
      select l.bucket, l.lot_id, l.item_id, 'fee-given-back', p.channel, p.operator_id, - l.back_fen, 0,
             case when p.state = 'unapplied' or exists (select from transfer k
                                                         where k.bucket = p.bucket and k.lot_id = p.lot_id and k.cause_id = p.id
                                                           and k.cause = 'payment-unapplied')
                    then 'channel-fee' else 'operator-payable' end::account_kind
        from (select bucket, lot_id, item_id, (500 - sum(fee_milli_fen))::int8 / 1000 as back_fen
                from bill_line
               where bucket = $1 and lot_id = $2 and item_id = any ($5::int8[]) and bill_id = $3 and kind = 'refund' and refund_state = 'done' and account_key is null
               group by bucket, lot_id, item_id) as l
        join refund r on r.bucket = l.bucket and r.lot_id = l.lot_id and r.id = l.item_id and r.state = 'done'
        join payment p on p.bucket = r.bucket and p.lot_id = r.lot_id and p.id = r.payment_id
       where l.back_fen > 0
         and not exists (select from transfer k
                          where k.bucket = l.bucket and k.lot_id = l.lot_id and k.cause_id = l.item_id and k.cause = 'fee-given-back')
       order by 1, 2, 3
    ) as t
   cross join lateral (values
          ('channel-clearing'::account_kind, 0::int8, t.kept_fen::int8),
          ('channel-fee', 0, case when t.back_to is null then - t.set_aside_fen when t.back_to = 'channel-fee' then - t.kept_fen else 0 end),
          ('operator-payable', t.operator_id,
           case when t.back_to is null then t.set_aside_fen - t.kept_fen when t.back_to = 'operator-payable' then - t.kept_fen else 0 end))
         as e (kind, party, amount_fen)
   where e.amount_fen <> 0
  having count(*) > 0`,
}

/** Posts the fees of one trade bill; those posted before stay as they are. Answers how many were new. */
export async function postFeesOf(database: Database, bill: KeptBill, now: number): Promise<number> {
  let posted = 0
  for (const { db, buckets } of bucketSlices(database, bill.lines)) {
    const lots = await db.query<LotOfBill>(lotsWithFees, [buckets, bill.billId])
    for (const lot of lots) {
      const values = [lot.bucket, lot.lot_id, bill.billId, instantOut(now)]
      for (let first = 0; first < lot.item_ids.length; first += atOnce)
        posted += await postSome(db, [...values, lot.item_ids.slice(first, first + atOnce)])
    }
  }
  return posted
}

async function postSome(db: Db, values: readonly unknown[]): Promise<number> {
  const post = async (operatorBears: boolean) =>
    (await db.query<{ posted: number }>(postFees, [...values, operatorBears]))[0]?.posted ?? 0
  try {
    return await post(true)
  } catch (error) {
    // The operator has been paid out already: what the channel kept shows as a fee account below zero until somebody settles it.
    const { code, constraint } = error as { code?: string; constraint?: string }
    if (code === '23514' && constraint === 'account_never_negative') return post(false)
    throw error
  }
}

import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { dayAfter, startOf } from './day.ts'
import { bucketSlices } from './slices.ts'
import { type DiscrepancyKey, type TakenStep, takeStepsOf } from './steps.ts'
import type { KeptBill, Neighbour, Owner } from './store.ts'

/*
 * What moves an account beside payments and refunds, by the number it carries: shares, what came back of them, withdrawals, cash change. All that
 * the bills up to this day show of one is held against all that the ledger says of the channel's clearing, amount by amount.
 *
 * What is on its way is heard of apart from the bill, before it or after: where they differ it waits for the next bill.
 */

const kinds = `('flow-of-share', 'flow-of-share-return', 'flow-of-share-returns', 'flow-of-withdrawal', 'flow-of-change')`

/** Of `f`, an item with the kind of its lines: what has moved by the bills `bills`, and what is in the books. */
const proofOf = (bills: string): string => `
 cross join lateral (
     select coalesce(sum(e.amount_fen), 0)::int8 as moved_fen, count(*) as movements
       from bill_line e
      where e.bucket = f.bucket and e.lot_id = f.lot_id and e.item_id = f.item_id and e.bill_id = any (${bills}::int8[]) and e.kind = f.kind
   ) as m
 cross join lateral (
     select coalesce(- sum(k.amount_fen[array_position(k.kind, 'channel-clearing')]), 0)::int8 as booked_fen
       from transfer k
      where k.bucket = f.bucket and k.cause in ('share-paid', 'share-taken-back', 'withdrawal-done', 'withdrawal-returned', 'change-taken')
        and k.lot_id = any (case when f.kind <> 'flow-of-withdrawal' then array[f.lot_id] else array(
              select p.lot_id from withdrawal_part p where p.bucket = f.bucket and p.withdrawal_id = f.item_id) end)
        and k.cause_id = any (case when f.kind <> 'flow-of-share-returns' then array[f.item_id] else array(
              select r.id from share_return r
               where r.bucket = f.bucket and r.lot_id = f.lot_id and r.payment_id = f.item_id and r.way = 'refund') end)
   ) as b`

/** Parameters: 1 buckets, 2 reading, 3 account, 4 day, 5 now, 6 the readings of the account's fund-flow bills up to the day. */
const compareBeside: Statement = {
  name: 'compare-flow-beside',
  text: `-- fanout
  insert into discrepancy (bucket, lot_id, account_id, day, proof, item, class, owner, ours_fen, theirs_fen, about, found_at, state, steps)
  select f.bucket, f.lot_id, $3, $4::date, 'fund-flow', substr(f.kind::text, 9) || ':' || f.item_id, 'flow-unheard', 'platform',
         b.booked_fen, m.moved_fen, m.movements || ' movements so far', $5, 'found', 1
    from (select distinct bucket, lot_id, item_id, kind
            from bill_line
           where bucket = any ($1::int4[]) and bill_id = $2 and kind in ${kinds}) as f
  ${proofOf('$6')}
   where b.booked_fen <> m.moved_fen
      on conflict do nothing`,
}

/** What waited: 1 buckets, 2 account, 3 the readings of the account's fund-flow bills up to the day. */
const selectUnheardFlows: Statement = {
  name: 'select-unheard-flows',
  text: `-- fanout
  select f.bucket, f.lot_id, f.account_id, f.day::text as day, f.proof, f.item, m.moved_fen = b.booked_fen as agrees
    from (select d.*, ('flow-of-' || split_part(d.item, ':', 1))::bill_line_kind as kind, split_part(d.item, ':', 2)::int8 as item_id
            from discrepancy d
           where d.bucket = any ($1::int4[]) and d.account_id = $2 and d.class = 'flow-unheard' and d.state = 'found' offset 0) as f
  ${proofOf('$3')}`,
}

/**
 * What the books moved in a day and no bill up to it shows. An account that is drawn up after midnight has the last minutes of a
 * day in the next bill, so a day here begins and ends half an hour early. 1 buckets, 2 account, 3 day, 4 now, 5 operators, 6 channel,
 * 7 and 8 from when until when, 9 the first id that may have moved then, 10 the readings of the account's fund-flow bills up to the day, 11 the
 * channel's numbers of their payouts. What the simulated bank of a demonstration pays, no channel shows.
 */
const missingBeside: Statement = {
  name: 'missing-flow-beside',
  text: `-- fanout
  insert into discrepancy (bucket, lot_id, account_id, day, proof, item, class, owner, ours_fen, theirs_fen, about, found_at, state, steps)
  select f.bucket, f.lot_id, $2, $3::date, 'fund-flow', substr(f.kind::text, 9) || ':' || f.item_id, 'flow-missing', 'platform',
         sum(f.booked_fen), null, 'posted as ' || string_agg(distinct f.cause, ', '), $4, 'found', 1
    from (select t.bucket, t.cause::text as cause, - t.amount_fen[array_position(t.kind, 'channel-clearing')] as booked_fen,
                 case when t.cause in ('withdrawal-done', 'withdrawal-returned') then 0 else t.lot_id end as lot_id,
                 case when r.way = 'refund' then r.payment_id else t.cause_id end as item_id,
                 case when t.cause in ('withdrawal-done', 'withdrawal-returned') then 'flow-of-withdrawal'
                      when t.cause = 'share-paid' then 'flow-of-share' when t.cause = 'change-taken' then 'flow-of-change'
                      when r.way = 'refund' then 'flow-of-share-returns' else 'flow-of-share-return' end::bill_line_kind as kind
            from lot l
            join transfer t on t.bucket = l.bucket and t.lot_id = l.lot_id and t.channel = $6 and t.posted_at >= $7 and t.posted_at < $8
             and t.cause_id >= $9 and t.cause in ('share-paid', 'share-taken-back', 'withdrawal-done', 'withdrawal-returned', 'change-taken')
             and array_position(t.kind, 'channel-clearing') is not null
            left join share_return r on t.cause = 'share-taken-back' and r.bucket = t.bucket and r.lot_id = t.lot_id and r.id = t.cause_id
           where l.bucket = any ($1::int4[]) and l.operator_id = any ($5::int8[])) as f
   where not exists (select from bill_line e
                      where e.bucket = f.bucket and e.lot_id = f.lot_id and e.item_id = f.item_id and e.bill_id = any ($10::int8[])
                        and e.kind = f.kind)
     and not exists (select from withdrawal w
                      where f.kind = 'flow-of-withdrawal' and w.bucket = f.bucket and w.lot_id = 0 and w.id = f.item_id
                        and (w.channel_no = any ($11::text[]) or w.payout = 'bank'))
   group by f.bucket, f.lot_id, f.item_id, f.kind
      on conflict do nothing`,
}

const halfAnHour = 30 * 60_000
/** So long an order to move money may be on its way before it moves any. */
const onItsWayMs = 10 * 86_400_000

export type FlowProof = {
  readonly database: Database
  readonly bill: KeptBill
  /** Whose lots the account is of. */
  readonly owners: readonly Owner[]
  /** The account's fund-flow bills up to this one. */
  readonly flows: readonly Neighbour[]
  /** The channel's numbers of what its bills call payouts: a withdrawal that carries none of our numbers is found by them. */
  readonly payouts: readonly string[]
  readonly now: number
}

/** Writes down every difference between the books and what a fund-flow bill shows beside payments and refunds. Twice is once. */
export async function compareFlowBeside({ database, bill, owners, flows, payouts, now }: FlowProof): Promise<void> {
  const at = instantOut(now)
  const bills = flows.map((one) => one.bill_id)
  const from = startOf(bill.day) - halfAnHour
  const span = [instantOut(from), instantOut(startOf(dayAfter(bill.day)) - halfAnHour), firstIdAt(from - onItsWayMs)]
  for (const { db, buckets } of bucketSlices(database, bill.lines)) {
    await db.query(compareBeside, [buckets, bill.billId, bill.accountId, bill.day, at, bills])
    await db.query(missingBeside, [
      ...[buckets, bill.accountId, bill.day, at, owners.map((one) => one.operator_id), bill.channel],
      ...[...span, bills, payouts],
    ])
  }
}

/** What waited for this bill: heard of meanwhile, or a person's. */
export async function explainUnheardFlows({ database, bill, flows, now }: FlowProof): Promise<void> {
  const bills = flows.map((one) => one.bill_id)
  for (const { db, buckets } of database.nodes) {
    type Row = DiscrepancyKey & { agrees: boolean }
    const rows = await db.query<Row>(selectUnheardFlows, [buckets, bill.accountId, bills])
    const steps = rows.flatMap((key): TakenStep[] => {
      if (key.agrees)
        return [{ key, state: 'explained-by-itself', why: `books and account agree, bill of ${bill.day}` }]
      return key.day < bill.day ? [{ key, state: 'with-a-person', why: 'they differ in the next bill too' }] : []
    })
    await takeStepsOf(db, steps, { from: ['found'], who: 'reconciliation', now })
  }
}

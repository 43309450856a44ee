import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { neighboursOf, room } from './compare-trade.ts'
import { type Day, dayAfter, startOf } from './day.ts'
import { proveLedgerBalance } from './flow-balance.ts'
import { compareFlowBeside, explainUnheardFlows } from './flow-beside.ts'
import { closingOf, type FlowEnds, followsFrom, gapIn } from './flow-decide.ts'
import { mirrorPayouts, selectPayouts } from './settlement.ts'
import { bucketSlices } from './slices.ts'
import { handOverFound } from './steps.ts'
import {
  insertFlowDiscrepancy,
  type KeptBill,
  type Neighbour,
  type Owner,
  selectBillState,
  selectNeighbours,
  selectOwners,
} from './store.ts'

/*
 * The second proof: what the channel's account got and gave against what the ledger says of the channel's clearing, by the number
 * of each payment and refund; and the account's own balance from one bill to the next.
 *
 * A movement without a number of ours is looked up by the channel's number in the trade bills. Parameters: 1 buckets, 2 reading,
 * 3 account, 4 day, 5 now, 6 the readings of the account's trade bills.
 */

const columns = `(bucket, lot_id, account_id, day, proof, item, class, owner, ours_fen, theirs_fen, about, found_at, state, steps)`

/** Whose movement it is, where only the channel's number says so. They lie in bucket 0 and lead to any: not on the road. */
const byChannelNumber = `
    select t.bucket, t.lot_id, t.item_id, t.kind::text as of, f.amount_fen, f.line
      from bill_line f
      join bill_line t on t.bill_id = any ($6::int8[]) and t.item_id <> 0
       and ((t.kind = 'payment' and t.channel_no = f.channel_no) or (t.kind = 'refund' and t.channel_item_no = f.channel_no))
     where f.bucket = 0 and f.lot_id = 0 and f.item_id = 0 and f.bill_id = $2 and f.kind = 'flow'`

/** 7 the trade bill's reading of this day, null where there is none. */
const compareFlow: Statement = {
  name: 'compare-flow',
  text: `-- fanout
  insert into discrepancy ${columns}
  select f.bucket, f.lot_id, $3, $4::date, 'fund-flow', case when f.of = 'refund' then 'refund:' else 'payment:' end || f.item_id, 'flow-amount', 'platform',
         coalesce(b.held_fen, 0), f.moved_fen, f.movements || ' movements' || case when f.of = 'refunds' then ' of its refunds' else '' end,
         $5, 'found', 1
    from (select m.bucket, m.lot_id, m.item_id, m.of, sum(m.amount_fen) as moved_fen, count(*) as movements
            from (select bucket, lot_id, item_id, substr(kind::text, 9) as of, amount_fen
                    from bill_line
                   where bucket = any ($1::int4[]) and bill_id = $2 and kind in ('flow-of-payment', 'flow-of-refund', 'flow-of-refunds')
                   union all
                  select bucket, lot_id, item_id, of, amount_fen from (${byChannelNumber}) as n where bucket = any ($1::int4[])) as m
           group by m.bucket, m.lot_id, m.item_id, m.of) as f
   cross join lateral (
     select - sum(k.amount_fen[array_position(k.kind, 'channel-clearing')]) as held_fen
       from transfer k
      where k.bucket = f.bucket and k.lot_id = f.lot_id
        and k.cause in ('payment-paid', 'payment-unapplied', 'fee-taken', 'refund-done', 'fee-given-back')
        and k.cause_id = any (case when f.of <> 'refunds' then array[f.item_id] else array(
              select r.id
                from refund r
                join bill_line t on t.bucket = r.bucket and t.lot_id = r.lot_id and t.item_id = r.id and t.bill_id = $7::int8
               where r.bucket = f.bucket and r.lot_id = f.lot_id and r.payment_id = f.item_id) end)
   ) as b
   where coalesce(b.held_fen, 0) <> f.moved_fen
     -- A scanned order that was paid and taken back is in no book: what came in and what went back come to nothing together.
     and not (f.of in ('payment', 'refunds')
              and exists (select from payment k
                           where k.bucket = f.bucket and k.lot_id = f.lot_id and k.id = f.item_id
                             and k.state = 'closed' and k.reversing and k.cleared_at is null)
              and 0 = (select sum(e.amount_fen) from bill_line e
                        where e.bucket = f.bucket and e.lot_id = f.lot_id and e.item_id = f.item_id and e.bill_id = $2
                          and e.kind in ('flow-of-payment', 'flow-of-refunds')))
      on conflict do nothing`,
}

/** 7 the readings of the account's fund-flow bills, 8 the trade bill's reading of this day, 9 from when on the next bill may have it. */
const missingFlow: Statement = {
  name: 'missing-flow',
  text: `-- fanout
  insert into discrepancy ${columns}
  select t.bucket, t.lot_id, $3, $4::date, 'fund-flow', t.kind || ':' || t.item_id, 'flow-missing', 'platform', t.amount_fen, null,
         'line ' || t.line || ' of the trade bill, ' || coalesce(t.channel_item_no, t.channel_no), $5, 'found', 1
    from bill_line t
   where t.bucket = any ($1::int4[]) and t.bill_id = $8 and t.item_id <> 0 and t.at < $9 and coalesce(t.settled_fen, t.amount_fen) <> 0
     and (t.kind = 'payment' or (t.kind = 'refund' and t.refund_state = 'done'))
     and not exists (select from bill_line f
                      where f.bucket = t.bucket and f.lot_id = t.lot_id and f.item_id = t.item_id and f.bill_id = any ($7::int8[])
                        and f.kind in ('flow-of-payment', 'flow-of-refund'))
     and not exists (select from bill_line f
                      where t.kind = 'refund' and f.bucket = t.bucket and f.lot_id = t.lot_id and f.item_id = t.payment_id
                        and f.bill_id = $2 and f.kind = 'flow-of-refunds')
     and not exists (select from (${byChannelNumber}) as n where n.bucket = t.bucket and n.lot_id = t.lot_id and n.item_id = t.item_id)
      on conflict do nothing`,
}

const unexplainedFlow: Statement = {
  name: 'unexplained-flow',
  text: `-- fanout
  insert into discrepancy ${columns}
  select 0, 0, $2, $3::date, 'fund-flow', 'flow:' || f.channel_item_no, 'flow-unexplained', 'platform', null, f.amount_fen,
         f.product || ', ' || f.channel_no || coalesce(', number ' || f.our_number, '') || case when f.note = '' then '' else ', ' || f.note end,
         $4, 'found', 1
    from bill_line f
   where f.bucket = 0 and f.lot_id = 0 and f.item_id = 0 and f.bill_id = $1 and f.kind = 'flow'
     and not exists (select from bill_line t
                      where t.bill_id = any ($5::int8[]) and t.item_id <> 0
                        and ((t.kind = 'payment' and t.channel_no = f.channel_no) or (t.kind = 'refund' and t.channel_item_no = f.channel_no)))
      on conflict do nothing`,
}

const selectEnds: Statement = {
  name: 'select-flow-ends',
  text: `-- fanout
  select sum(amount_fen) as moved_fen, count(*)::int4 as movements,
         (array_agg(balance_fen order by line))[1] as first_balance_fen, (array_agg(amount_fen order by line))[1] as first_amount_fen,
         (array_agg(balance_fen order by line desc))[1] as last_balance_fen, (array_agg(amount_fen order by line desc))[1] as last_amount_fen
    from bill_line
   where bill_id = $1 and kind::text like 'flow%'`,
}
const closeFlowDay: Statement = {
  name: 'close-flow-day',
  text: `-- fanout
  insert into reconciled_day (bucket, lot_id, account_id, day, proof, ours, theirs, ours_fen, theirs_fen, fee_milli_fen, discrepancies, closed_at)
  select s.bucket, s.lot_id, $3, $4::date, 'fund-flow', 0, sum(s.theirs), 0, sum(s.theirs_fen), 0, sum(s.discrepancies), $5
    from (
      select bucket, lot_id, count(*) as theirs, sum(amount_fen) as theirs_fen, 0 as discrepancies
        from bill_line
       where bucket = any ($1::int4[]) and bill_id = $2
       group by bucket, lot_id
       union all
      select bucket, lot_id, 0, 0, count(*)
        from discrepancy
       where bucket = any ($1::int4[]) and account_id = $3 and day = $4::date and proof = 'fund-flow'
       group by bucket, lot_id
    ) as s
   group by s.bucket, s.lot_id
      on conflict do nothing`,
}

/** An account may give back for a year what came in. */
const daysBack = 366

/** One fund-flow bill from its lines to its result; answers false while the trade bill of its day is not through. Twice is once. */
export async function workFundFlow(
  deps: { readonly database: Database; readonly newId: () => Id; readonly now: () => number },
  bill: KeptBill,
  alike: readonly number[],
): Promise<boolean> {
  const { database, now } = deps
  const home = database.of(0)
  const [trade] = await home.query<{ state: string; bill_id: string | null }>(selectBillState, [
    ...[bill.accountId, bill.day, 'trade'],
  ])
  if (trade && trade.state !== 'closed' && trade.state !== 'refused') return false
  const at = instantOut(now())
  const trades = await neighboursOf(database, bill)
  const tradeBills = trades.map((one) => one.bill_id)
  const flows = await home.query<Neighbour>(selectNeighbours, [
    ...[bill.accountId, 'fund-flow', dayAfter(bill.day, -daysBack), bill.day],
  ])
  const lately = flows.filter(({ day }) => day >= dayAfter(bill.day, -7))
  const flowBills = lately.map((one) => one.bill_id)
  for (const { db, buckets } of bucketSlices(database, bill.lines)) {
    const common = [buckets, bill.billId, bill.accountId, bill.day, at, tradeBills]
    await db.transaction(async (tx) => {
      await tx.query(room)
      await tx.query(compareFlow, [...common, trade?.state === 'closed' ? trade.bill_id : null])
      // An account that is drawn up after midnight has the last minutes of a day in the next bill.
      const lateFrom = instantOut(startOf(dayAfter(bill.day)) - 30 * 60_000)
      if (trade?.state === 'closed') await tx.query(missingFlow, [...common, flowBills, trade.bill_id, lateFrom])
    })
  }
  await home.query(unexplainedFlow, [bill.billId, bill.accountId, bill.day, at, tradeBills])

  const owners = await database.reference.query<Owner>(selectOwners, [alike])
  const payouts = await home.query<{ channel_no: string }>(selectPayouts, [flowBills])
  const proof = { database, bill, owners, flows, payouts: payouts.map((one) => one.channel_no), now: now() }
  await compareFlowBeside(proof)
  await mirrorPayouts(deps, bill, owners)
  const ends = await endsOf(database, bill.billId)
  if (ends !== null) await proveBalance(database, bill, { ends, lately, at })
  await proveLedgerBalance(proof, { trades, closingFen: ends === null ? 'unmoved' : closingOf(ends) })

  for (const { db, buckets } of database.nodes) {
    await handOverFound(db, { buckets, accountId: bill.accountId, day: bill.day, proof: 'fund-flow' }, now())
    await db.query(closeFlowDay, [buckets, bill.billId, bill.accountId, bill.day, at])
  }
  await explainUnheardFlows(proof)
  return true
}

async function endsOf(database: Database, billId: string): Promise<FlowEnds | null> {
  let ends: FlowEnds | null = null
  for (const { db } of database.nodes) {
    const [row] = await db.query<Record<string, string | null> & { movements: number }>(selectEnds, [billId])
    if (!row || row.movements === 0) continue
    ends = {
      movedFen: Number(row.moved_fen),
      first: { balanceFen: Number(row.first_balance_fen), amountFen: Number(row.first_amount_fen) },
      last: { balanceFen: Number(row.last_balance_fen), amountFen: Number(row.last_amount_fen) },
    }
  }
  return ends
}

async function proveBalance(
  database: Database,
  bill: KeptBill,
  { ends, lately, at }: { readonly ends: FlowEnds; readonly lately: readonly Neighbour[]; readonly at: Date | null },
): Promise<void> {
  const earlier = lately.filter(({ day }) => day < bill.day).sort((a, b) => (a.day < b.day ? 1 : -1))
  const inRow = unbroken(bill.day, earlier)
  let before: FlowEnds | null = null
  for (const one of inRow) {
    before = await endsOf(database, one.bill_id)
    if (before !== null) break
  }
  const gap = gapIn(ends) ?? (before === null ? null : followsFrom(before, ends))
  if (gap === null) return
  await database
    .of(0)
    .query(insertFlowDiscrepancy, [
      ...[bill.accountId, bill.day, 'balance', 'flow-gap', gap.expectedFen, gap.foundFen, gap.about, at],
    ])
}

/** The bills of the days before without a day missing between: only they say what the balance must have been. */
function unbroken(day: Day, earlier: readonly Neighbour[]): Neighbour[] {
  const row: Neighbour[] = []
  let expected = dayAfter(day, -1)
  for (const one of earlier) {
    if (one.day !== expected) break
    row.push(one)
    expected = dayAfter(expected, -1)
  }
  return row
}

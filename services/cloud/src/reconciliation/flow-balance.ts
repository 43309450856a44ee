import { instantOut, type Statement } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { room } from './compare-trade.ts'
import { dayAfter, startOf } from './day.ts'
import type { FlowProof } from './flow-beside.ts'
import { type Balance, balanceFinding } from './flow-decide.ts'
import { bucketSlices } from './slices.ts'
import { type DiscrepancyKey, takeStepsOf } from './steps.ts'
import { insertFlowDiscrepancy, type Neighbour } from './store.ts'

/*
 * The ledger's channel balances against the account's own. What the ledger says that the channel holds now, without what it has
 * posted lately of things that no bill up to the day shows: those belong to a later day, whenever they were posted. What the
 * simulated bank of a demonstration has paid never left the channel.
 */

/**
 * One statement, so one snapshot of its buckets, and no transfer is in two. 1 buckets, 2 operators, 3 channel, 4 what was posted from then on may be of a later
 * day, 5 the first id that may be, 6 the account's fund-flow bills up to the day, 7 its trade bills, 8 when the day's last half an hour begins,
 * 9 the channel's numbers of payouts in those bills.
 */
const selectHeld: Statement = {
  name: 'select-held-by-channel',
  text: `-- fanout
  select ((select coalesce(- sum(a.balance_fen), 0)
             from lot l
             join account a on a.bucket = l.bucket and a.lot_id = l.lot_id and a.kind = 'channel-clearing' and a.party = 0 and a.channel = $3
            where l.bucket = any ($1::int4[]) and l.operator_id = any ($2::int8[]))
          + (select coalesce(sum(t.amount_fen[array_position(t.kind, 'channel-clearing')]), 0)
               from lot l
               join transfer t on t.bucket = l.bucket and t.lot_id = l.lot_id and t.channel = $3 and t.posted_at >= $4 and t.cause_id >= $5
                and t.cause not in ('settlement-done', 'settlement-returned')
              where l.bucket = any ($1::int4[]) and l.operator_id = any ($2::int8[])
                and not exists (select from bill_line e
                                 where e.bucket = t.bucket and e.item_id = t.cause_id
                                   and e.lot_id = case when t.cause in ('withdrawal-done', 'withdrawal-returned') then 0 else t.lot_id end
                                   and (e.bill_id = any ($6::int8[]) or e.bill_id = any ($7::int8[]) and e.at < $8)
                                   and (t.cause <> 'withdrawal-returned' or e.amount_fen > 0))
                and case when t.cause = 'share-taken-back'
                         then not exists (select from share_return r
                                            join bill_line e on e.bucket = r.bucket and e.lot_id = r.lot_id and e.item_id = r.refund_id
                                             and e.bill_id = any ($7::int8[])
                                           where r.bucket = t.bucket and r.lot_id = t.lot_id and r.id = t.cause_id and r.way = 'refund')
                         when t.cause in ('withdrawal-done', 'withdrawal-returned')
                         then not exists (select from withdrawal w
                                           where w.bucket = t.bucket and w.lot_id = 0 and w.id = t.cause_id
                                             and (w.payout = 'bank' or t.cause = 'withdrawal-done' and w.channel_no = any ($9::text[])))
                         else true end)
          + (select coalesce(sum(w.amount_fen - w.fee_fen), 0)
               from withdrawal w
              where w.bucket = any ($1::int4[]) and w.lot_id = 0 and w.operator_id = any ($2::int8[]) and w.channel = $3 and w.payout = 'bank'
                and w.state = 'paid'))::int8 as held_fen`,
}
/** The day before, and what it is held against: the start, or what a person has settled since as known. */
const selectBalances: Statement = {
  name: 'select-flow-balances',
  text: `
  select b.day::text as day, b.theirs_fen, b.ours_fen
    from flow_balance b
   where b.bucket = 0 and b.lot_id = 0 and b.account_id = $1 and b.day in (
         (select max(day) from flow_balance where bucket = 0 and lot_id = 0 and account_id = $1 and day < $2::date),
         (select max(k.day)
            from flow_balance k
           where k.bucket = 0 and k.lot_id = 0 and k.account_id = $1 and k.day < $2::date
             and (k.is_start or exists (select from discrepancy d
                                         where d.bucket = 0 and d.lot_id = 0 and d.account_id = $1 and d.day = k.day and d.proof = 'fund-flow'
                                           and d.item = 'ledger' and d.state = 'settled'))))
   order by b.day`,
}
const insertBalance: Statement = {
  name: 'insert-flow-balance',
  text: `
  insert into flow_balance (bucket, lot_id, account_id, day, theirs_fen, ours_fen, is_start, at) values (0, 0, $1, $2::date, $3, $4, $5, $6)
      on conflict do nothing`,
}
const selectOpenBalances: Statement = {
  name: 'select-open-flow-balances',
  text: `
  select bucket, lot_id, account_id, day::text as day, proof, item, state
    from discrepancy
   where bucket = 0 and lot_id = 0 and account_id = $1 and day <= $2::date and class = 'flow-balance' and state in ('found', 'with-a-person')`,
}

const lateMs = 86_400_000
const onItsWayMs = 10 * 86_400_000

/**
 * Holds one day's end against the ledger. The first day of an account is its start, by which every later one has to differ too,
 * until a person settles another difference as known; a difference is named once, on the day from which it is there. `unmoved`: the bill has no movement; null: its balances say nothing.
 */
export async function proveLedgerBalance(
  proof: FlowProof,
  { trades, closingFen }: { readonly trades: readonly Neighbour[]; readonly closingFen: number | 'unmoved' | null },
): Promise<void> {
  const { database, bill, now } = proof
  const home = database.of(0)
  type Row = { day: string; theirs_fen: string; ours_fen: string }
  const rows = await home.query<Row>(selectBalances, [bill.accountId, bill.day])
  const known = rows.map(
    ({ day, theirs_fen, ours_fen }): Balance => ({ day, theirsFen: Number(theirs_fen), oursFen: Number(ours_fen) }),
  )
  const [start] = known
  const before = known.at(-1)
  const theirsFen = closingFen === 'unmoved' ? before?.theirsFen : closingFen
  // An account that has not moved yet, or whose own balances contradict each other, says nothing to hold the ledger against.
  if (theirsFen === undefined || theirsFen === null || proof.owners.length === 0) return
  const today: Balance = { day: bill.day, theirsFen, oursFen: await heldByChannel(proof, trades) }
  const values = [bill.accountId, bill.day, today.theirsFen, today.oursFen, start === undefined, instantOut(now)]
  await home.query(insertBalance, values)
  if (start === undefined || before === undefined) return
  const finding = balanceFinding(start, before, today)
  if (finding.is === 'differs')
    await home.query(insertFlowDiscrepancy, [
      ...[bill.accountId, bill.day, 'ledger', 'flow-balance', today.theirsFen - finding.byFen, today.theirsFen],
      ...[finding.about, instantOut(now)],
    ])
  type Open = DiscrepancyKey & { state: 'found' | 'with-a-person' }
  const open = await home.query<Open>(selectOpenBalances, [bill.accountId, bill.day])
  const agrees = finding.is === 'agrees'
  const steps = agrees ? open : open.filter(({ day, state }) => day < bill.day && state === 'found')
  await takeStepsOf(
    home,
    steps.map((key) => ({
      key,
      ...(agrees
        ? { state: 'explained-by-itself' as const, why: `account and ledger agree again at the end of ${bill.day}` }
        : { state: 'with-a-person' as const, why: `they differ at the end of ${bill.day} too` }),
    })),
    { from: ['found', 'with-a-person'], who: 'reconciliation', now },
  )
}

async function heldByChannel(proof: FlowProof, trades: readonly Neighbour[]): Promise<number> {
  const { database, bill, owners, flows, payouts } = proof
  const until = startOf(dayAfter(bill.day))
  const from = startOf(bill.day) - lateMs
  const values = [
    ...[owners.map((one) => one.operator_id), bill.channel, instantOut(from), firstIdAt(from - onItsWayMs)],
    ...[flows.map((one) => one.bill_id), trades.filter(({ day }) => day <= bill.day).map((one) => one.bill_id)],
    ...[instantOut(until - 30 * 60_000), payouts],
  ]
  let heldFen = 0
  // Of each line several transfers are looked at, of the day before and the day after too.
  for (const { db, buckets } of bucketSlices(database, bill.lines * 8))
    heldFen += await db.transaction(async (tx) => {
      await tx.query(room)
      const [row] = await tx.query<{ held_fen: string }>(selectHeld, [buckets, ...values])
      return Number(row?.held_fen ?? 0)
    })
  return heldFen
}

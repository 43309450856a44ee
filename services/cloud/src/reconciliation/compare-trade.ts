import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { dayAfter, startOf } from './day.ts'
import { noting, type Search } from './note-found.ts'
import { bucketSlices } from './slices.ts'
import { type KeptBill, type Neighbour, selectNeighbours } from './store.ts'

/*
 * The first proof: our payments and refunds against the trade bill, item by item, in sets. What agrees in everything is gone
 * after one join; only what is left is looked at closer. A difference is found once, however often it is looked for.
 *
 * Parameters: 1 buckets, 2 reading, 3 from, 4 until, 5 how near to midnight the next bill may have it, 6 the readings of the account's
 * other bills.
 */

const edge = '30 minutes'

/**
 * One number of ours is one payment or refund of the channel: here are more lines, in this bill or in this and another. Whoever read
 * the bill in has marked those lines whose number may have come before.
 */
const findDoubles: Search = {
  name: 'find-doubles',
  select: `
  select d.bucket, d.lot_id, d.kind || ':' || d.item_id || ':double' as item, 'double' as class,
         coalesce(p.amount_fen, r.amount_fen) as ours_fen, o.fen as theirs_fen, o.lines || ' lines: ' || o.numbers as about
    from (select l.bucket, l.lot_id, l.item_id, l.kind
            from bill_line l
           cross join lateral (
             select from bill_line e
              where e.bucket = l.bucket and e.lot_id = l.lot_id and e.item_id = l.item_id and e.bill_id = l.bill_id and e.kind = l.kind
                and e.line < l.line
              limit 1) as before
           where l.bucket = any ($1::int4[]) and l.bill_id = $2 and l.again
           union
          select l.bucket, l.lot_id, l.item_id, l.kind
            from bill_line l
           where l.bucket = any ($1::int4[]) and l.bill_id = $2 and l.item_id <> 0 and l.kind in ('payment', 'refund')
             and (l.at < $3::timestamptz + $5::interval or l.at >= $4::timestamptz - $5::interval)
             and exists (select from bill_line e
                          where e.bucket = l.bucket and e.lot_id = l.lot_id and e.item_id = l.item_id and e.bill_id = any ($6::int8[])
                            and e.kind = l.kind)) as d
   cross join lateral (
     select count(*) as lines, sum(e.amount_fen) as fen, string_agg(coalesce(e.channel_item_no, e.channel_no), ', ' order by e.at, e.line) as numbers
       from bill_line e
      where e.bucket = d.bucket and e.lot_id = d.lot_id and e.item_id = d.item_id and e.bill_id = any ($6::int8[] || $2::int8) and e.kind = d.kind
   ) as o
    left join payment p on p.bucket = d.bucket and p.lot_id = d.lot_id and p.id = d.item_id and d.kind = 'payment'
    left join refund r on r.bucket = d.bucket and r.lot_id = d.lot_id and r.id = d.item_id and d.kind = 'refund'`,
}

/**
 * Payments; also 7 channel, 8 account key, 9 the least id of a payment of that day, 10 and 11 whether the bills of the days
 * before and after are here. The first join is with what we hold as paid on that day; whatever does not agree, or is not there,
 * is then looked up by its number, whatever its day and state. The join is a search of its own (`materialized`): within the other,
 * which looks up row by row, PostgreSQL would make it by one processor, for it expects all rows to be left. A fee agrees when the
 * channel's, rounded to whole fen, is ours.
 */
const comparePayments: Search = {
  name: 'compare-payments',
  select: `
  with unlike as materialized (
    select coalesce(l.bucket, p.bucket) as bucket, coalesce(l.lot_id, p.lot_id) as lot_id, coalesce(l.item_id, p.id) as id,
           l.item_id, l.line, l.kind, l.amount_fen, l.settled_fen, l.fee_milli_fen, l.channel_no, l.account_key, l.our_number, l.at,
           p.amount_fen as paid_fen, p.channel_trade_no, p.paid_at
      from (select bucket, lot_id, item_id, line, kind, amount_fen, settled_fen, fee_milli_fen, channel_no, account_key, our_number, at
              from bill_line
             where bucket = any ($1::int4[]) and bill_id = $2 and kind in ('payment', 'reversed')) as l
      full join (select bucket, lot_id, id, amount_fen, channel_fee_fen, channel_trade_no, paid_at
                   from payment
                  where bucket = any ($1::int4[]) and id >= $9 and cleared_at >= $3::timestamptz - interval '1 hour'
                    and channel = $7 and account_key = $8 and paid_at >= $3 and paid_at < $4) as p
        on p.bucket = l.bucket and p.lot_id = l.lot_id and p.id = l.item_id
     where l.item_id is null or p.id is null or l.kind <> 'payment' or l.amount_fen <> p.amount_fen or l.settled_fen is not null
        or l.account_key is not null or l.channel_no <> p.channel_trade_no or (l.fee_milli_fen + 500) / 1000 <> p.channel_fee_fen
  )
  select d.bucket, d.lot_id,
         case when d.class = 'not-our-number' then 'line:' || d.line
              else 'payment:' || d.id || case when d.class = 'double' then ':double' else '' end end as item,
         d.class, case when d.class = 'fee' then d.our_fee_fen else d.our_fen end as ours_fen,
         case when d.class = 'fee' then d.their_fee_fen else d.their_fen end as theirs_fen, d.about
    from (
      select u.bucket, u.lot_id, u.id, u.line,
             coalesce(q.amount_fen, u.paid_fen) as our_fen, q.channel_fee_fen as our_fee_fen,
             coalesce(u.settled_fen, u.amount_fen) as their_fen, (u.fee_milli_fen + 500) / 1000 as their_fee_fen,
             case when u.item_id is null
                    then case when exists (select from bill_line e
                                            where e.bucket = u.bucket and e.lot_id = u.lot_id and e.item_id = u.id
                                              and e.bill_id = any ($6::int8[]) and e.kind in ('payment', 'reversed')) then null
                              when (u.paid_at >= $4::timestamptz - $5::interval and not $11)
                                or (u.paid_at < $3::timestamptz + $5::interval and not $10) then 'day-boundary'
                              else 'not-at-channel' end
                  when u.kind = 'reversed' then case when q.cleared_at is not null then 'state' end
                  when u.item_id = 0 then 'not-our-number'
                  when q.id is null then 'not-in-our-book'
                  when q.account_key <> coalesce(u.account_key, $8) then 'other-account'
                  when q.amount_fen <> u.amount_fen then 'amount'
                  -- We have taken it back, and told the attendant so: the channel's own word that it went back is beside it.
                  when q.cleared_at is null and q.reversing then case when not exists (
                    select from bill_line e
                     where e.bucket = u.bucket and e.lot_id = u.lot_id and e.bill_id = any ($6::int8[] || $2::int8)
                       and (e.kind = 'reversed' and e.item_id = u.item_id or e.kind = 'refund' and e.item_id = 0 and e.payment_id = u.item_id)
                  ) then 'state' end
                  when q.cleared_at is null then 'unheard'
                  when q.channel_trade_no <> u.channel_no then 'double'
                  when u.settled_fen is not null then 'amount'
                  when (u.fee_milli_fen + 500) / 1000 <> q.channel_fee_fen then 'fee' end as class,
             case when u.item_id is null
                    then 'paid ' || to_char(u.paid_at at time zone 'Asia/Shanghai', 'MM-DD HH24:MI:SS') || ' as ' || u.channel_trade_no
                  else 'line ' || u.line || ', ' || to_char(u.at at time zone 'Asia/Shanghai', 'HH24:MI:SS') || ', ' || u.channel_no
                    || case when u.kind = 'reversed' then ', reversed' else '' end
                    || coalesce(', number ' || u.our_number, '') || coalesce(', account ' || u.account_key, '')
                    || coalesce(', ours is ' || q.state || coalesce(' as ' || q.channel_trade_no, ''), '') end as about
        from unlike u
        left join lateral (
          select k.id, k.state, k.account_key, k.amount_fen, k.cleared_at, k.channel_trade_no, k.channel_fee_fen,
                 k.state = 'closed' and k.reversing is true as reversing
            from payment k
           where k.bucket = u.bucket and k.lot_id = u.lot_id and k.id = u.item_id and k.channel = $7
           limit 1
        ) as q on true
    ) as d
   where d.class is not null`,
}

/**
 * Refunds, in the same manner; also 7 channel, 8 account key, 9 since when there are bills, 10 and 11 as above. A bill tells of a
 * refund on the day on which the channel took it, whenever it was done.
 */
const compareRefunds: Search = {
  name: 'compare-refunds',
  select: `
  select d.bucket, d.lot_id, d.item, d.class, d.our_fen as ours_fen, d.their_fen as theirs_fen, d.about
    from (
      select l.bucket, l.lot_id, case when l.item_id = 0 then 'line:' || l.line else 'refund:' || l.item_id end as item,
             case when l.item_id = 0 and exists (
                    select from payment k
                     where k.bucket = l.bucket and k.lot_id = l.lot_id and k.id = l.payment_id and k.amount_fen = l.amount_fen
                       and k.state = 'closed' and k.reversing and k.cleared_at is null) then null
                  when l.item_id = 0 then 'not-our-number'
                  when r.id is null then 'not-in-our-book'
                  when r.account_key <> coalesce(l.account_key, $8) then 'other-account'
                  when r.amount_fen <> l.amount_fen or l.settled_fen is not null then 'amount'
                  when l.refund_state = 'done' and r.state in ('asked', 'sent') then 'unheard'
                  when l.refund_state = 'done' and r.state = 'failed' then 'state'
                  when l.refund_state = 'failed' and r.state <> 'failed' then 'state'
                  when l.refund_state = 'pending' and r.state in ('asked', 'failed') then 'state'
                  when l.fee_milli_fen > 0 or (500 - l.fee_milli_fen) / 1000 > r.channel_fee_fen then 'fee' end as class,
             r.amount_fen as our_fen, coalesce(l.settled_fen, l.amount_fen) as their_fen,
             'line ' || l.line || ', ' || coalesce(l.channel_item_no, l.channel_no) || ', ' || l.refund_state
               || coalesce(', number ' || l.our_number, '') || coalesce(', account ' || l.account_key, '') || coalesce(', ours is ' || r.state, '') as about
        from bill_line l
        left join lateral (
          select k.id, k.amount_fen, k.state, p.account_key, p.channel_fee_fen
            from refund k
            join payment p on p.bucket = k.bucket and p.lot_id = k.lot_id and p.id = k.payment_id
           where k.bucket = l.bucket and k.lot_id = l.lot_id and k.id = l.item_id and k.payment_id = l.payment_id and p.channel = $7
           limit 1
        ) as r on true
       where l.bucket = any ($1::int4[]) and l.bill_id = $2 and l.kind = 'refund'
       union all
      select r.bucket, r.lot_id, 'refund:' || r.id,
             case when (r.done_at >= $4::timestamptz - $5::interval and not $11) or (r.done_at < $3::timestamptz + $5::interval and not $10)
                    then 'day-boundary' else 'not-at-channel' end,
             r.amount_fen, null, 'done ' || to_char(r.done_at at time zone 'Asia/Shanghai', 'MM-DD HH24:MI:SS')
        from refund r
        join payment p on p.bucket = r.bucket and p.lot_id = r.lot_id and p.id = r.payment_id
       where r.bucket = any ($1::int4[]) and r.state = 'done' and r.done_at >= $3 and r.done_at < $4 and r.asked_at >= $9
         and p.channel = $7 and p.account_key = $8
         and not exists (select from bill_line e
                          where e.bucket = r.bucket and e.lot_id = r.lot_id and e.item_id = r.id
                            and e.bill_id = any ($6::int8[] || $2::int8) and e.kind = 'refund')
    ) as d
   where d.class is not null`,
}

/**
 * What a waiting one is explained by: the line of its number in another bill. Also what the bill of the next day does not explain.
 * Parameters: 1 buckets, 2 account, 3 the readings of its bills, 4 the days they are of.
 */
export const selectBoundaries: Statement = {
  name: 'select-boundaries',
  text: `
  select d.bucket, d.lot_id, d.account_id, d.day::text as day, d.proof, d.item,
         (select min(b.day)
            from bill_line e
            join unnest($3::int8[], $4::text[]) as b (bill_id, day) on b.bill_id = e.bill_id
           where e.bucket = d.bucket and e.lot_id = d.lot_id and e.item_id = split_part(d.item, ':', 2)::int8
             and e.bill_id = any ($3::int8[]) and e.kind = split_part(d.item, ':', 1)::bill_line_kind) as in_bill_of,
         (d.day + 1)::text = any ($4::text[]) as next_is_here
    from discrepancy d
   where d.bucket = any ($1::int4[]) and d.state = 'found' and d.class = 'day-boundary' and d.account_id = $2`,
}
export type BoundaryRow = {
  bucket: number
  lot_id: number
  account_id: number
  day: string
  proof: string
  item: string
  in_bill_of: string | null
  next_is_here: boolean
}

/** Writes down every difference between our book and one trade bill. Doing it twice is doing it once. */
export async function compareTrade(database: Database, bill: KeptBill, now: number): Promise<void> {
  const from = startOf(bill.day)
  const neighbours = await neighboursOf(database, bill)
  const others = neighbours.filter((one) => one.bill_id !== bill.billId)
  const has = (day: string) => others.some((one) => one.day === day)
  const beside = [has(dayAfter(bill.day, -1)), has(dayAfter(bill.day))]
  const since = neighbours.map(({ day }) => day).sort()[0]!
  for (const { db, buckets } of bucketSlices(database, bill.lines)) {
    const common = [
      ...[buckets, bill.billId, instantOut(from), instantOut(startOf(dayAfter(bill.day))), edge],
      others.map((one) => one.bill_id),
    ]
    const whose = [bill.channel, bill.accountKey]
    await db.transaction(async (tx) => {
      await tx.query(room)
      const note = noting(tx, { accountId: bill.accountId, day: bill.day, proof: 'trade', now })
      await note(findDoubles, common)
      // An order lives for minutes; a day is more than any clock is wrong by.
      await note(comparePayments, [...common, ...whose, firstIdAt(startOf(dayAfter(bill.day, -1))), ...beside])
      await note(compareRefunds, [...common, ...whose, instantOut(Date.parse(`${since}T00:00:00+08:00`)), ...beside])
    })
  }
}

/** Of this transaction alone: room to join a large day in, and all processors, however little PostgreSQL expects to be left over. */
export const room: Statement = {
  name: 'reconciliation-room',
  text: `select set_config('work_mem', '96MB', true), set_config('parallel_tuple_cost', '0', true)`,
}

/** The kept trade bills of the account from a month before to a few days after this one; itself too. */
export const neighboursOf = (database: Database, bill: KeptBill): Promise<Neighbour[]> =>
  database
    .of(0)
    .query<Neighbour>(selectNeighbours, [...[bill.accountId, 'trade', dayAfter(bill.day, -31), dayAfter(bill.day, 7)]])

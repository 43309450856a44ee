import type { Invariant } from './invariant.ts'

/*
 * What must hold of payments, refunds and the books, each as the rows that break it: which lot, which row in order, and what a
 * person reads of it.
 */

/** What a transfer took from the channel, or gave back to it. */
const ofChannel = (transfer: string): string =>
  `${transfer}.amount_fen[array_position(${transfer}.kind, 'channel-clearing')]`

export const ofMoney: readonly Invariant[] = [
  {
    says: 'every transfer sums to zero and has at least two entries',
    todo: 'somebody wrote the table past its rules: find who, and post what is missing with a cause of its own',
    name: 'audit-balanced',
    rows: ({ newTransfers }) => `
    select t.bucket, t.lot_id, t.cause_id as id, 'transfer ' || t.cause || ' of ' || t.cause_id || ' has ' || t.amount_fen::text as about
      from ${newTransfers} t where not adds_up(t.kind, t.party, t.amount_fen)`,
  },
  {
    says: 'every paid payment has one transfer and one clearance, every unapplied one a transfer and a refund',
    todo: "compare with the channel's platform; what is missing was lost, or made by something other than clearing",
    name: 'audit-paid',
    rows: ({ payments, transfers, clearances }) => `
    select coalesce(p.bucket, t.bucket) as bucket, coalesce(p.lot_id, t.lot_id) as lot_id, coalesce(p.id, t.cause_id) as id,
           'payment ' || coalesce(p.id, t.cause_id)
             || case when p.id is null then ' is not there, and has a transfer'
                     when p.cleared_at is null then ' is ' || p.state || ', and has a transfer or a clearance'
                     when t.is_there and t.from_channel <> - p.amount_fen
                       then ' is of ' || p.amount_fen || ' fen, and its transfer of ' || - t.from_channel
                     when t.is_there then ' is paid, and has no clearance'
                     else ' is ' || p.state || ', and has no transfer, or no refund, or a clearance besides' end as about
      from (select bucket, lot_id, id, state, cleared_at, amount_fen from ${payments} x) p
      full join (select bucket, lot_id, cause_id, true as is_there, coalesce(${ofChannel('x')}, 0) as from_channel
                   from ${transfers} x where cause = 'payment-paid') t
        on t.bucket = p.bucket and t.lot_id = p.lot_id and t.cause_id = p.id
      left join (select bucket, lot_id, id from ${clearances} x) c
        on c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id
     where case when p.id is null then true
                when p.cleared_at is null
                  then t.is_there or c.id is not null
                       or exists (select from transfer u
                                   where u.bucket = p.bucket and u.lot_id = p.lot_id and u.cause_id = p.id and u.cause = 'payment-unapplied')
                when t.is_there then c.id is null or t.from_channel <> - p.amount_fen
                else c.id is not null
                     or not exists (select from transfer u
                                     where u.bucket = p.bucket and u.lot_id = p.lot_id and u.cause_id = p.id and u.cause = 'payment-unapplied'
                                       and ${ofChannel('u')} = - p.amount_fen)
                     or not exists (select from refund r where r.bucket = p.bucket and r.lot_id = p.lot_id and r.payment_id = p.id) end`,
  },
  {
    says: 'what a session has paid is the sum of its clearances, and nobody is charged twice: no two counted payments of it were made on the same paid-before',
    todo: 'where it was charged twice, refund the later payment: npm run lanepay -- refund; where the sum is wrong, so is the next price of this stay',
    name: 'audit-session-paid',
    // One pass over stays and clearances for both; of the stays that were cleared more than once, which few are, the payments
    // are looked at.
    rows: ({ sessions, clearances }) => `
    with stay as materialized (
      select bucket, lot_id, id, count(paid) as stays, coalesce(sum(paid), 0) as paid_fen, coalesce(sum(cleared), 0) as cleared_fen
        from (select bucket, lot_id, id, paid_fen as paid, null::int4 as cleared from ${sessions} x
               union all
              select bucket, lot_id, session_id, null, paid_fen from ${clearances} x) x
       group by bucket, lot_id, id
      having (count(paid) > 0 and sum(paid) <> coalesce(sum(cleared), 0)) or count(*) > 1 + count(paid)
    )
    select bucket, lot_id, id, 'session ' || id || ' has paid ' || paid_fen || ' fen, its clearances are of ' || cleared_fen as about
      from stay where stays > 0 and paid_fen <> cleared_fen
     union all
    select s.bucket, s.lot_id, s.id, 'session ' || s.id || ' was charged more than once: payments ' || string_agg(p.id::text, ', ' order by p.id)
      from stay s
      join ${clearances} c on c.bucket = s.bucket and c.lot_id = s.lot_id and c.session_id = s.id
     cross join lateral (select id, paid_before_fen from payment k where k.bucket = c.bucket and k.lot_id = c.lot_id and k.id = c.id offset 0) p
     group by s.bucket, s.lot_id, s.id, p.paid_before_fen
    having count(*) > 1`,
  },
  {
    says: 'one channel payment is one payment of ours',
    todo: "look the number up on the channel's platform: one of ours was never paid",
    name: 'audit-channel-number',
    // By the number alone first, which no two channels and accounts are likely to share: one key to compare instead of three.
    rows: ({ numbered }) => `
    select min(p.bucket) as bucket, min(p.lot_id) as lot_id, min(p.id) as id,
           'number ' || p.channel_trade_no || ' of ' || p.channel || ' is of payments ' || string_agg(p.id::text, ', ' order by p.id) as about
      from (select channel_trade_no from ${numbered} x where channel_trade_no is not null group by channel_trade_no having count(*) > 1) n
      join ${numbered} p on p.channel_trade_no = n.channel_trade_no
     group by p.channel, p.account_key, p.channel_trade_no
    having count(*) > 1`,
  },
  {
    says: 'refunds never give back more than was paid, and a payment knows what went back',
    todo: "compare with the channel's platform what really went back",
    name: 'audit-refunds',
    rows: ({ payments, refunds }) => `
    select p.bucket, p.lot_id, p.id,
           'payment ' || p.id || ' of ' || p.amount_fen || ' fen: ' || p.refunded_fen || ' noted as refunded, ' || coalesce(r.done, 0)
             || ' done, ' || coalesce(r.under_way, 0) || ' under way' as about
      from (select bucket, lot_id, id, state, amount_fen, refunded_fen from ${payments} x where refunded_fen <> 0
             union
            select p.bucket, p.lot_id, p.id, p.state, p.amount_fen, p.refunded_fen
              from (select distinct bucket, lot_id, payment_id from ${refunds} x) r
             cross join lateral (select * from payment k where k.bucket = r.bucket and k.lot_id = r.lot_id and k.id = r.payment_id offset 0) p) p
      left join lateral (select sum(amount_fen) filter (where state = 'done') as done,
                                sum(amount_fen) filter (where state in ('asked', 'sent')) as under_way
                           from refund k where k.bucket = p.bucket and k.lot_id = p.lot_id and k.payment_id = p.id) r on true
     where p.refunded_fen <> coalesce(r.done, 0) or coalesce(r.done, 0) + coalesce(r.under_way, 0) > p.amount_fen
        or (p.state = 'refunded') <> (p.refunded_fen = p.amount_fen) or (p.state = 'partly-refunded' and p.refunded_fen = 0)`,
  },
  {
    says: 'every refund is of a payment that was paid, and its transfers say how far it is',
    todo: "compare with the channel's platform under the refund's number",
    name: 'audit-refund-steps',
    rows: ({ refunds }) => `
    select r.bucket, r.lot_id, r.id,
           'refund ' || r.id || ' of payment ' || r.payment_id || ' is ' || r.state || case when p.id is null then ', and its payment was never paid'
             else ', its transfers are: ' || coalesce(t.causes, 'none') end as about
      from (select * from ${refunds} x) r
      left join lateral (select id from payment k
                          where k.bucket = r.bucket and k.lot_id = r.lot_id and k.id = r.payment_id and k.cleared_at is not null) p on true
     cross join lateral (select string_agg(cause::text || ' ' || coalesce(${ofChannel('k')}, 0), ', ' order by cause) as causes,
                                count(*) filter (where cause = 'refund-asked') as asked,
                                count(*) filter (where cause = 'refund-done' and ${ofChannel('k')} = r.amount_fen) as done,
                                count(*) filter (where cause = 'refund-failed') as failed,
                                count(*) filter (where cause in ('refund-asked', 'refund-done', 'refund-failed')) as steps
                           from transfer k where k.bucket = r.bucket and k.lot_id = r.lot_id and k.cause_id = r.id) t
     where p.id is null
        or case when r.state = 'asked' then t.steps <> case when r.asked_by is null then 0 else t.asked end
                when r.state = 'sent' then not (t.asked = 1 and t.steps = 1)
                when r.state = 'done' then not (t.asked = 1 and t.done = 1 and t.steps = 2)
                else t.asked <> t.failed or t.steps <> t.asked + t.failed end`,
  },
]

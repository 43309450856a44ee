import type { Invariant } from './invariant.ts'

/* What must hold of withdrawals. They are few beside payments, so all of them are read each time. */

/** What the channel paid out by itself was never on its way by us: its bill says it is done. */
const expected = `
  case when w.kind = 'mirrored' then case when w.state = 'returned' then 'settlement-done, settlement-returned' else 'settlement-done' end
       else case w.state when 'refused' then 'withdrawal-asked, withdrawal-failed'
               when 'paid' then 'withdrawal-asked, withdrawal-done'
               when 'returned' then 'withdrawal-asked, withdrawal-done, withdrawal-returned'
               else 'withdrawal-asked' end end`

export const ofWithdrawals: readonly Invariant[] = [
  {
    says: 'what is in flight to a bank is what is open of withdrawals',
    todo: 'no more withdrawals of this lot until it is known which of the two is right: read its statement',
    name: 'audit-withdrawals-in-flight',
    rows: () => `
    select bucket, lot_id, party as id,
           'operator ' || party || ' has ' || coalesce(a.fen, 0) || ' fen in flight by ' || channel || ', its open withdrawals are of ' || coalesce(p.fen, 0) as about
      from (select bucket, lot_id, party, channel::text as channel, balance_fen as fen from account where kind = 'withdrawal-in-flight') a
      full join (select p.bucket, p.lot_id, w.operator_id as party, w.channel::text as channel, sum(p.amount_fen)::int8 as fen
                   from withdrawal w
                   join withdrawal_part p on p.bucket = w.bucket and p.withdrawal_id = w.id
                  where w.state in ('asked', 'sent')
                  group by 1, 2, 3, 4) p using (bucket, lot_id, party, channel)
     where coalesce(a.fen, 0) <> coalesce(p.fen, 0)`,
  },
  {
    says: 'every withdrawal is its parts, and the transfers of each say how far it is, once',
    todo: "compare with the channel's platform under its number before anything is posted: the bank may have the money",
    name: 'audit-withdrawals',
    rows: () => `
    select p.bucket, p.lot_id, w.id, 'withdrawal ' || w.id || ' is ' || w.state || ', its transfers are: ' || coalesce(t.causes, 'none') as about
      from withdrawal w
      join withdrawal_part p on p.bucket = w.bucket and p.withdrawal_id = w.id
     cross join lateral (
       select string_agg(k.cause::text, ', ' order by k.cause) as causes,
              bool_and(p.amount_fen = abs(k.amount_fen[array_position(k.kind, case when k.cause in ('withdrawal-returned', 'settlement-done', 'settlement-returned') then 'operator-payable'
                                                                                  else 'withdrawal-in-flight' end::account_kind)])) as whole
         from transfer k
        where k.bucket = p.bucket and k.lot_id = p.lot_id and k.cause_id = w.id
     ) t
     where coalesce(t.causes, '') <> ${expected} or not t.whole
     union all
    select w.bucket, w.lot_id, w.id, 'withdrawal ' || w.id || ' is of ' || w.amount_fen || ' fen, its parts are of ' || coalesce(p.fen, 0) as about
      from withdrawal w
     cross join lateral (select sum(amount_fen) as fen, sum(fee_fen) as fee_fen from withdrawal_part k
                          where k.bucket = w.bucket and k.withdrawal_id = w.id) p
     where coalesce(p.fen, 0) <> w.amount_fen or coalesce(p.fee_fen, 0) <> w.fee_fen`,
  },
  {
    says: 'every settlement that is posted is of a payout that a bill of the channel shows',
    todo: 'it was posted by something other than reconciliation: compare with the payouts on the channel’s platform',
    name: 'audit-settlements',
    rows: ({ newTransfers }) => `
    select t.bucket, t.lot_id, t.cause_id as id, 'transfer ' || t.cause || ' of ' || t.cause_id || ' has no payout' as about
      from ${newTransfers} t
     where t.cause in ('settlement-done', 'settlement-returned')
       and not exists (select from withdrawal w
                         join withdrawal_part p on p.bucket = w.bucket and p.withdrawal_id = w.id and p.lot_id = t.lot_id
                        where w.bucket = t.bucket and w.lot_id = 0 and w.id = t.cause_id and w.kind = 'mirrored')`,
  },
]

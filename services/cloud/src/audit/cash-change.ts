import type { Invariant } from './invariant.ts'

/* What must hold of cash change that goes into wallets. It is little beside payments, so all of it is read each time. */

const expected = `
  case c.state when 'taken' then 'change-offered, change-taken'
               when 'returned' then 'change-offered, change-returned' when 'failed' then 'change-offered, change-returned'
               else 'change-offered' end`

export const ofCashChange: readonly Invariant[] = [
  {
    says: 'change in flight to wallets is what is open of it',
    todo: 'no more change of this lot until it is known which of the two is right: read its statement',
    name: 'audit-change-in-flight',
    rows: () => `
    select bucket, lot_id, party as id,
           'operator ' || party || ' has ' || coalesce(a.fen, 0) || ' fen of change in flight by ' || channel || ', what is open is ' || coalesce(c.fen, 0) as about
      from (select bucket, lot_id, party, channel::text as channel, balance_fen as fen from account where kind = 'change-in-flight') a
      full join (select bucket, lot_id, operator_id as party, channel::text as channel, sum(amount_fen)::int8 as fen
                   from cash_change where ended_at is null group by 1, 2, 3, 4) c using (bucket, lot_id, party, channel)
     where coalesce(a.fen, 0) <> coalesce(c.fen, 0)`,
  },
  {
    says: 'the transfers of each change say how far it is, once, and of its amount',
    todo: "compare with the channel's platform under its number before anything is posted: the driver may have the money",
    name: 'audit-cash-change',
    rows: () => `
    select c.bucket, c.lot_id, c.id, 'change ' || c.id || ' is ' || c.state || ', its transfers are: ' || coalesce(t.causes, 'none') as about
      from cash_change c
     cross join lateral (
       select string_agg(k.cause::text, ', ' order by k.cause) as causes,
              bool_and(c.amount_fen = abs(k.amount_fen[array_position(k.kind, 'change-in-flight'::account_kind)])) as whole
         from transfer k
        where k.bucket = c.bucket and k.lot_id = c.lot_id and k.cause_id = c.id
     ) t
     where coalesce(t.causes, '') <> ${expected} or not t.whole`,
  },
]

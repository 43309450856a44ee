import type { Statement } from '@lanepay/database/database.ts'

/** Everything a tap on "pay" is judged by, in one look. */
export const selectQuote: Statement = {
  name: 'select-quote-to-pay',
  text: `
  select q.session_id, q.driver, q.plate, q.lane_id, q.occupancy, q.paid_before_fen, q.owed_fen, q.leave_minutes, q.expires_at,
         s.state as session_state, s.paid_fen as session_paid_fen,
         o.occupancy as lane_occupancy, o.ended_at as lane_ended_at,
         p.id as payment_id, p.state as payment_state, p.amount_fen, p.created_at as payment_created_at, p.expires_at as payment_expires_at,
         p.account_id as payment_account,
         l.name as lot_name, l.operator_id, l.platform_fee_basis_points,
         (select array_agg(other.id::text || ' ' || other.channel || ' ' || other.account_id)
            from payment other
           where other.bucket = $1 and other.lot_id = $2 and other.session_id = q.session_id and other.driver = q.driver
             and other.state in ('created', 'pending') and other.id is distinct from q.payment_id) as own_open
    from quote q
    join session s on s.bucket = q.bucket and s.lot_id = q.lot_id and s.id = q.session_id
    join lot l on l.bucket = q.bucket and l.lot_id = q.lot_id
    left join lane_occupancy o on o.bucket = q.bucket and o.lot_id = q.lot_id and o.lane_id = q.lane_id
    left join payment p on p.bucket = q.bucket and p.lot_id = q.lot_id and p.id = q.payment_id
   where q.bucket = $1 and q.lot_id = $2 and q.id = $3`,
}
export type QuoteRow = {
  session_id: string
  driver: string
  plate: string
  lane_id: number | null
  occupancy: string | null
  paid_before_fen: number
  owed_fen: number
  leave_minutes: number
  expires_at: number
  session_state: string
  session_paid_fen: number
  lane_occupancy: string | null
  lane_ended_at: number | null
  payment_id: string | null
  payment_state: import('./decide.ts').OpenPayment['state'] | null
  amount_fen: number | null
  payment_created_at: number | null
  payment_expires_at: number | null
  payment_account: number | null
  lot_name: string
  operator_id: string
  platform_fee_basis_points: number
  own_open: string[] | null
}

/**
 * One quote makes one payment, however often and wherever it is tapped: the row is made by whoever claims the quote first.
 * Many at once; answers the quotes it claimed.
 */
export const openPayments: Statement = {
  name: 'open-payments',
  text: `
  with asked as (
    select * from unnest($1::int4[], $2::int4[], $3::int8[], $4::int8[], $5::text[], $6::int4[], $7::text[], $8::int4[], $9::int4[],
                         $10::timestamptz[], $11::timestamptz[], $12::timestamptz[])
      as a (bucket, lot_id, quote_id, id, channel, account_id, account_key, channel_fee_fen, platform_fee_fen, created_at, expires_at, query_at)),
  claimed as (
    update quote q
       set payment_id = a.id
      from asked a
     where q.bucket = a.bucket and q.lot_id = a.lot_id and q.id = a.quote_id
       and q.id between (select min(quote_id) from asked) and (select max(quote_id) from asked)
       and (q.payment_id is null or q.payment_id = a.id)
    returning a.*, q.session_id, q.lane_id, q.occupancy, q.plate, q.driver, q.owed_fen, q.paid_before_fen, q.leave_minutes),
  made as (
    insert into payment (bucket, lot_id, id, session_id, quote_id, lane_id, occupancy, plate, driver, channel, account_id, account_key,
                         amount_fen, channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at, query_at)
    select bucket, lot_id, id, session_id, quote_id, lane_id, occupancy, plate, driver, channel, account_id, account_key,
           owed_fen, channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, 'created', created_at, expires_at, query_at
      from claimed
        on conflict (bucket, lot_id, id) do nothing)
  select id from claimed`,
}
/** The channel has the order. */
export const markPending: Statement = {
  name: 'mark-payments-pending',
  text: `
  update payment p set state = 'pending'
    from unnest($1::int4[], $2::int4[], $3::int8[]) as a (bucket, lot_id, id)
   where p.bucket = a.bucket and p.lot_id = a.lot_id and p.id = a.id and p.state = 'created'
     and p.id between (select min(i) from unnest($3::int8[]) i) and (select max(i) from unnest($3::int8[]) i)`,
}
export const closePayment: Statement = {
  name: 'close-payment',
  text: `
  update payment set state = 'closed', query_at = null
   where bucket = $1 and lot_id = $2 and id = $3 and state in ('created', 'pending')`,
}
/** Claims what is due for a query; the next one is set before this one goes out. */
export const claimDueQueries: Statement = {
  name: 'claim-due-queries',
  text: `
  update payment p
     set queries = p.queries + 1,
         query_at = $2::timestamptz + case p.queries when 0 then 6 when 1 then 10 when 2 then 20 when 3 then 30 else 60 end * interval '1 second'
    from (select bucket, lot_id, id
            from payment
           where bucket = any ($1::int4[]) and query_at <= $2
           order by query_at
           limit $3
             for update skip locked) as due
   where p.bucket = due.bucket and p.lot_id = due.lot_id and p.id = due.id
  returning p.bucket, p.lot_id, p.id, p.channel, p.account_id, p.state, p.created_at, p.expires_at`,
}
export type DueRow = {
  bucket: number
  lot_id: number
  id: string
  channel: import('@lanepay/domain/types.ts').ChannelName
  account_id: number
  state: string
  created_at: number
  expires_at: number
}
export const selectPayment: Statement = {
  name: 'select-payment',
  text: `
  select p.bucket, p.lot_id, p.id, p.channel, p.account_id, p.state, p.created_at, p.expires_at, p.driver, p.amount_fen, p.plate,
         p.paid_at, p.lane_id, p.occupancy, p.session_id,
         (select c.leave_by from clearance c where c.bucket = $1 and c.lot_id = $2 and c.id = p.id) as leave_by,
         (select jsonb_agg(jsonb_build_object('state', c.state, 'because', c.because) order by c.id)
            from lot_command c
           where c.bucket = $1 and c.lot_id = $2 and c.payment_id = p.id) as commands,
         exists (select from gate_opening g
                  where g.bucket = $1 and g.lot_id = $2 and g.occupancy = p.occupancy and not g.silent) as opened,
         exists (select from lane_occupancy o
                  where o.bucket = $1 and o.lot_id = $2 and o.lane_id = p.lane_id and o.occupancy = p.occupancy and o.ended_at is null) as stands
    from payment p
   where p.bucket = $1 and p.lot_id = $2 and p.id = $3`,
}
export type PaymentRow = DueRow & {
  driver: string
  amount_fen: number
  plate: string
  paid_at: number | null
  lane_id: number | null
  occupancy: string | null
  session_id: string
  leave_by: number | null
  commands: { state: string; because: string | null }[] | null
  opened: boolean
  stands: boolean
}
export const selectAccounts: Statement = {
  name: 'select-accounts',
  text: 'select account_id, operator_id, channel, merchant, channel_fee_basis_points, active from channel_account',
}

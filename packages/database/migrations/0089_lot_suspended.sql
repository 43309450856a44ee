-- Since when a lot takes no payments: a person of the platform has suspended the application by which it is open. Null: it takes them.
alter table lot add column suspended_at timestamptz;

-- True: the lot has not been told yet how its application stands; told and unset in this order, so that it is told again where that failed.
alter table application add column lot_to_tell boolean;
create index application_lot_to_tell on application (bucket) where lot_to_tell;

-- As before (0003_clearing.sql), and whether the lot takes payments.
drop function quotes_to_pay(int4[], int4[], int8[], int8, int8);
create function quotes_to_pay(p_bucket int4[], p_lot int4[], p_quote int8[], p_least_quote int8, p_most_quote int8) returns table (
  n int4, session_id int8, driver text, plate text, lane_id int4, occupancy int8, paid_before_fen int4, owed_fen int4, leave_minutes int4,
  expires_at timestamptz, session_state session_state, session_paid_fen int4, lane_occupancy int8, lane_ended_at timestamptz,
  payment_id int8, payment_state payment_state, amount_fen int4, payment_created_at timestamptz, payment_expires_at timestamptz, payment_account int4,
  lot_name text, operator_id int8, platform_fee_basis_points int4, lot_suspended boolean, own_open text[]
) language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
#variable_conflict use_column
begin
  return query
  select i.n::int4, q.session_id, q.driver, q.plate, q.lane_id, q.occupancy, q.paid_before_fen, q.owed_fen, q.leave_minutes,
         q.expires_at, s.state, s.paid_fen, o.occupancy, o.ended_at,
         p.id, p.state, p.amount_fen, p.created_at, p.expires_at, p.account_id,
         l.name, l.operator_id, l.platform_fee_basis_points, l.suspended_at is not null,
         (select array_agg(other.id::text || ' ' || other.channel::text || ' ' || other.account_id)
            from payment other
           where other.bucket = q.bucket and other.lot_id = q.lot_id and other.session_id = q.session_id and other.driver = q.driver
             and other.state in ('created', 'pending') and other.id is distinct from q.payment_id)
    from unnest(p_bucket, p_lot, p_quote) with ordinality as i (bucket, lot_id, id, n)
   cross join lateral (
     select * from quote k
      where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = i.id and k.id between p_least_quote and p_most_quote
      limit 1
   ) as q
   cross join lateral (select * from session k where k.bucket = q.bucket and k.lot_id = q.lot_id and k.id = q.session_id limit 1) as s
   cross join lateral (select * from lot k where k.bucket = q.bucket and k.lot_id = q.lot_id limit 1) as l
    left join lateral (select * from lane_occupancy k where k.bucket = q.bucket and k.lot_id = q.lot_id and k.lane_id = q.lane_id limit 1) as o on true
    left join lateral (select * from payment k where k.bucket = q.bucket and k.lot_id = q.lot_id and k.id = q.payment_id limit 1) as p on true;
end $$;

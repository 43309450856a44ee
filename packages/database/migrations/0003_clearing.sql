-- The only way to be paid (architecture.md 4): payments that a channel says were paid, many at once, one commit. Decides and
-- posts each on its own merits; a bad one is answered, never raised, so it cannot fail its neighbours.
--
-- Outcomes, one per item, in order:
--   applied         the stay is cleared, the lot will be told; the other columns say what
--   unapplied       genuine money for a stay that cannot take it (closed, left, paid by another): refunded by itself
--   known           heard before; nothing changed
--   not-found, other-account, other-amount, other-currency, other-number      not believed; nothing changed
--
-- No two items of one call may name the same payment (the micro-batcher sees to it), and they come in key order, so that two
-- calls never wait for each other in a ring. `p_least_id` and `p_most_id` bound the ids, so that only their partitions are
-- opened.
--
-- Nothing is locked before it is changed: rows are judged as they are read, and each change is made only where they still
-- read the same. Where somebody was faster, or two items are payments of one session, nothing happens and LP003 (for one
-- item 40001) is raised: the call is made again, one item at a time, and judges anew.
--
-- What the planner believes must not matter here: a new quarter's partitions are empty when a plan is made and large soon
-- after, and the plan is kept until somebody counts the rows. Hence the settings, and hence `lateral` with a limit: every
-- row is fetched by its own key, whatever the statistics say; and no condition names a state that an index is made for.
create function clear_payments(
  p_bucket int4[], p_lot int4[], p_id int8[],
  p_account_key text[], p_amount_fen int4[], p_currency text[], p_channel_trade_no text[],
  p_paid_at timestamptz[], p_payer text[], p_refund_id int8[],
  p_least_id int8, p_most_id int8, p_now timestamptz, p_gate_seconds int4
) returns table (outcome text, session_id int8, lane_id int4, occupancy int8, leave_minutes int4) language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set random_page_cost = 0.1
as $$
declare
  items int4 := cardinality(p_id);
  applied int4; unapplied int4; changed int4;
  least_session int8; most_session int8;
  v_outcome text[]; v_state payment_state[];
  v_session int8[]; v_lane int4[]; v_occupancy int8[]; v_leave_minutes int4[]; v_paid_before int4[];
  v_channel channel_name[]; v_operator int8[]; v_channel_fee int4[]; v_platform_fee int4[];
  e_bucket int4[]; e_lot int4[]; e_id int8[]; e_cause transfer_cause[]; e_kind account_kind[]; e_party int8[]; e_channel channel_name[]; e_amount_fen int8[];
begin
  select array_agg(g.verdict order by g.n), array_agg(g.state order by g.n),
         array_agg(g.session_id order by g.n), array_agg(g.lane_id order by g.n), array_agg(g.occupancy order by g.n),
         array_agg(g.leave_minutes order by g.n), array_agg(g.paid_before_fen order by g.n), array_agg(g.channel order by g.n),
         array_agg(g.operator_id order by g.n), array_agg(g.channel_fee_fen order by g.n), array_agg(g.platform_fee_fen order by g.n),
         count(*) filter (where g.verdict = 'applied'), count(*) filter (where g.verdict = 'unapplied'),
         min(g.session_id), max(g.session_id)
    into v_outcome, v_state, v_session, v_lane, v_occupancy, v_leave_minutes, v_paid_before, v_channel, v_operator, v_channel_fee,
         v_platform_fee, applied, unapplied, least_session, most_session
    from (
      select i.n, p.state, p.session_id, p.lane_id, p.occupancy, p.leave_minutes, p.paid_before_fen, p.channel, p.operator_id,
             p.channel_fee_fen, p.platform_fee_fen,
             case when p.id is null then 'not-found'
                  when p.account_key <> i.account_key then 'other-account'
                  when (i.currency = 'CNY') is distinct from true then 'other-currency'
                  when p.amount_fen <> i.amount_fen then 'other-amount'
                  when p.state in ('paid', 'unapplied', 'partly-refunded', 'refunded')
                    then case when p.channel_trade_no = i.channel_trade_no then 'known' else 'other-number' end
                  when p.state = 'closed' then 'unapplied'
                  when s.state not in ('inside', 'leaving') then 'unapplied'
                  when s.paid_fen <> p.paid_before_fen then 'unapplied'
                  else 'applied' end as verdict
        from unnest(p_bucket, p_lot, p_id, p_account_key, p_amount_fen, p_currency, p_channel_trade_no)
             with ordinality as i (bucket, lot_id, id, account_key, amount_fen, currency, channel_trade_no, n)
        left join lateral (
          select k.id, k.session_id, k.lane_id, k.occupancy, k.leave_minutes, k.channel, k.operator_id, k.channel_fee_fen, k.platform_fee_fen,
                 k.account_key, k.amount_fen, k.state, k.channel_trade_no, k.paid_before_fen
            from payment k
           where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = i.id and k.id between p_least_id and p_most_id
           limit 1
        ) as p on true
        left join lateral (
          select k.state, k.paid_fen from session k
           where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = p.session_id
           limit 1
        ) as s on true
    ) as g;

  if applied + unapplied = 0 then
    return query select o.outcome, null::int8, null::int4, null::int8, null::int4 from unnest(v_outcome) as o (outcome);
    return;
  end if;

  update payment p
     set state = case when i.outcome = 'applied' then 'paid' else 'unapplied' end::payment_state,
         channel_trade_no = i.channel_trade_no, paid_at = i.paid_at, payer = i.payer, cleared_at = p_now, query_at = null
    from unnest(p_bucket, p_lot, p_id, v_outcome, v_state, p_channel_trade_no, p_paid_at, p_payer)
         as i (bucket, lot_id, id, outcome, state, channel_trade_no, paid_at, payer)
   where i.outcome in ('applied', 'unapplied')
     and p.bucket = i.bucket and p.lot_id = i.lot_id and p.id = i.id and p.id between p_least_id and p_most_id
     and p.state = i.state;
  get diagnostics changed = row_count;
  if changed <> applied + unapplied then
    raise exception 'a payment changed meanwhile' using errcode = case when items = 1 then '40001' else 'LP003' end;
  end if;

  update session s
     set paid_fen = s.paid_fen + i.amount_fen, leave_by = p_now + make_interval(mins => i.leave_minutes)
    from unnest(p_bucket, p_lot, v_session, v_outcome, v_paid_before, p_amount_fen, v_leave_minutes)
         as i (bucket, lot_id, id, outcome, paid_before_fen, amount_fen, leave_minutes)
   where i.outcome = 'applied'
     and s.bucket = i.bucket and s.lot_id = i.lot_id and s.id = i.id and s.id between least_session and most_session
     and s.paid_fen = i.paid_before_fen and s.left_at is null and s.ended_because is null;
  get diagnostics changed = row_count;
  if changed <> applied then
    raise exception 'a session was paid or ended meanwhile' using errcode = case when items = 1 then '40001' else 'LP003' end;
  end if;

  -- The books: gross from the channel, its fee, ours, the rest to the operator; or all of it to nobody yet.
  select array_agg(i.bucket), array_agg(i.lot_id), array_agg(i.id), array_agg(x.cause), array_agg(x.kind), array_agg(x.party),
         array_agg(i.channel), array_agg(x.amount_fen)
    into e_bucket, e_lot, e_id, e_cause, e_kind, e_party, e_channel, e_amount_fen
    from unnest(p_bucket, p_lot, p_id, v_outcome, p_amount_fen, v_channel, v_operator, v_channel_fee, v_platform_fee)
         as i (bucket, lot_id, id, outcome, amount_fen, channel, operator_id, channel_fee_fen, platform_fee_fen)
   cross join lateral (values
          ('applied', 'payment-paid'::transfer_cause, 'channel-clearing'::account_kind, 0::int8, - i.amount_fen::int8),
          ('applied', 'payment-paid', 'channel-fee', 0, i.channel_fee_fen),
          ('applied', 'payment-paid', 'platform-fee', 0, i.platform_fee_fen),
          ('applied', 'payment-paid', 'operator-payable', i.operator_id, i.amount_fen - i.channel_fee_fen - i.platform_fee_fen),
          ('unapplied', 'payment-unapplied', 'channel-clearing', 0, - i.amount_fen),
          ('unapplied', 'payment-unapplied', 'unapplied-receipts', i.operator_id, i.amount_fen)) as x (outcome, cause, kind, party, amount_fen)
   where x.outcome = i.outcome and x.amount_fen <> 0;
  perform post_transfers(e_bucket, e_lot, e_id, e_cause, e_kind, e_party, e_channel, e_amount_fen, p_now);

  -- Whoever made the payment tells the lot at once; the first repeat is due in a second.
  insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by, lane_id, occupancy, expires_at, state, send_at)
  select i.bucket, i.lot_id, i.id, i.session_id, i.amount_fen, p_now, p_now + make_interval(mins => i.leave_minutes), i.lane_id, i.occupancy,
         p_now + make_interval(secs => p_gate_seconds), 'queued', p_now + interval '1 second'
    from unnest(p_bucket, p_lot, p_id, v_outcome, v_session, p_amount_fen, v_leave_minutes, v_lane, v_occupancy)
         as i (bucket, lot_id, id, outcome, session_id, amount_fen, leave_minutes, lane_id, occupancy)
   where i.outcome = 'applied';

  if unapplied > 0 then
    insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, ask_at)
    select i.bucket, i.lot_id, i.refund_id, i.id, i.amount_fen, 'unapplied', 'asked', p_now, p_now
      from unnest(p_bucket, p_lot, p_id, v_outcome, p_refund_id, p_amount_fen) as i (bucket, lot_id, id, outcome, refund_id, amount_fen)
     where i.outcome = 'unapplied';
  end if;

  return query
  select i.outcome, i.session_id, i.lane_id, i.occupancy, i.leave_minutes
    from unnest(v_outcome, v_session, v_lane, v_occupancy, v_leave_minutes) as i (outcome, session_id, lane_id, occupancy, leave_minutes);
end $$;

-- One quote makes one payment, however often and wherever it is tapped: the row is made by whoever claims the quote first. Many
-- at once, in key order; answers the payments whose quotes are theirs. The same call again answers the same.
--
-- The quotes are claimed as rows that are in conflict with themselves, and so by their whole keys, whatever the planner
-- believes. An `update` joined with the items was planned as a search of all quotes between the first and the last of them.
create function open_payments(
  p_bucket int4[], p_lot int4[], p_quote int8[], p_id int8[], p_channel channel_name[], p_account int4[], p_account_key text[], p_operator int8[],
  p_channel_fee_fen int4[], p_platform_fee_fen int4[], p_created_at timestamptz[], p_expires_at timestamptz[], p_query_at timestamptz[],
  p_least_quote int8, p_most_quote int8
) returns setof int8 language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  insert into quote (bucket, lot_id, id, session_id, driver, plate, price_fen, paid_before_fen, owed_fen, lines, leave_minutes, quoted_at, expires_at,
                     payment_id)
  select q.bucket, q.lot_id, q.id, q.session_id, q.driver, q.plate, q.price_fen, q.paid_before_fen, q.owed_fen, q.lines, q.leave_minutes, q.quoted_at,
         q.expires_at, i.id
    from unnest(p_bucket, p_lot, p_quote, p_id) as i (bucket, lot_id, quote_id, id)
   cross join lateral (
     select k.* from quote k
      where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = i.quote_id and k.id between p_least_quote and p_most_quote
      limit 1
   ) as q
      on conflict (bucket, lot_id, id) do update
     set payment_id = excluded.payment_id
   where quote.payment_id is null;

  insert into payment (bucket, lot_id, id, session_id, quote_id, lane_id, occupancy, plate, driver, channel, account_id, account_key, operator_id,
                       amount_fen, channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at, query_at)
  select i.bucket, i.lot_id, i.id, q.session_id, i.quote_id, q.lane_id, q.occupancy, q.plate, q.driver, i.channel, i.account_id, i.account_key,
         i.operator_id, q.owed_fen, i.channel_fee_fen, i.platform_fee_fen, q.paid_before_fen, q.leave_minutes, 'created',
         i.created_at, i.expires_at, i.query_at
    from unnest(p_bucket, p_lot, p_quote, p_id, p_channel, p_account, p_account_key, p_operator, p_channel_fee_fen, p_platform_fee_fen,
                p_created_at, p_expires_at, p_query_at)
         as i (bucket, lot_id, quote_id, id, channel, account_id, account_key, operator_id, channel_fee_fen, platform_fee_fen,
               created_at, expires_at, query_at)
   cross join lateral (
     select k.* from quote k
      where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = i.quote_id and k.id between p_least_quote and p_most_quote
      limit 1
   ) as q
   where q.payment_id = i.id
      on conflict (bucket, lot_id, id) do nothing;

  return query
  select q.payment_id
    from unnest(p_bucket, p_lot, p_quote, p_id) as i (bucket, lot_id, quote_id, id)
   cross join lateral (
     select k.payment_id from quote k
      where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = i.quote_id and k.id between p_least_quote and p_most_quote
      limit 1
   ) as q
   where q.payment_id = i.id;
end $$;

-- The channel has the orders of these payments: those that are still `created` are `pending` now. In conflict with themselves,
-- for the reason above.
create function mark_payments_pending(p_bucket int4[], p_lot int4[], p_id int8[], p_least_id int8, p_most_id int8) returns void language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen, channel_fee_fen,
                       platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
  select p.bucket, p.lot_id, p.id, p.session_id, p.plate, p.driver, p.channel, p.account_id, p.account_key, p.operator_id, p.amount_fen,
         p.channel_fee_fen, p.platform_fee_fen, p.paid_before_fen, p.leave_minutes, 'pending', p.created_at, p.expires_at
    from unnest(p_bucket, p_lot, p_id) as i (bucket, lot_id, id)
   cross join lateral (
     select k.* from payment k
      where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = i.id and k.id between p_least_id and p_most_id
      limit 1
   ) as p
      on conflict (bucket, lot_id, id) do update
     set state = 'pending'
   where payment.state = 'created';
end $$;

-- Everything that taps on "pay" are judged by, in one look; answered by their place from 1, those without a quote left out. In a
-- function for its settings alone: the planner prefers to make this plan anew each time, which costs twenty times the look.
create function quotes_to_pay(p_bucket int4[], p_lot int4[], p_quote int8[], p_least_quote int8, p_most_quote int8) returns table (
  n int4, session_id int8, driver text, plate text, lane_id int4, occupancy int8, paid_before_fen int4, owed_fen int4, leave_minutes int4,
  expires_at timestamptz, session_state session_state, session_paid_fen int4, lane_occupancy int8, lane_ended_at timestamptz,
  payment_id int8, payment_state payment_state, amount_fen int4, payment_created_at timestamptz, payment_expires_at timestamptz, payment_account int4,
  lot_name text, operator_id int8, platform_fee_basis_points int4, own_open text[]
) language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
#variable_conflict use_column
begin
  return query
  select i.n::int4, q.session_id, q.driver, q.plate, q.lane_id, q.occupancy, q.paid_before_fen, q.owed_fen, q.leave_minutes,
         q.expires_at, s.state, s.paid_fen, o.occupancy, o.ended_at,
         p.id, p.state, p.amount_fen, p.created_at, p.expires_at, p.account_id,
         l.name, l.operator_id, l.platform_fee_basis_points,
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

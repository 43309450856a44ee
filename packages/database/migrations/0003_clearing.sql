-- The only way to be paid (architecture.md 4): payments that a channel says were paid, many at once, one commit. Decides and
-- posts each on its own merits; a bad one is answered, never raised, so it cannot fail its neighbours.
--
-- Outcomes, one per item, in order:
--   applied         the stay is cleared, the lot will be told (command_body)
--   unapplied       genuine money for a stay that cannot take it (closed, left, paid by another): refunded by itself
--   known           heard before; nothing changed
--   not-found, other-account, other-amount, other-currency, other-number      not believed; nothing changed
--
-- No two items of one call may name the same payment (the micro-batcher sees to it).
--
-- What the planner believes must not matter here: a new quarter's partitions are empty when a plan is made and large soon
-- after, and the plan is kept until somebody counts the rows. Hence the settings, and hence `lateral`: every row is
-- fetched by its own key, whatever the statistics say. Everything a payment's row says is read once, under its lock.
create function clear_payments(
  p_bucket int4[], p_lot int4[], p_id int8[],
  p_account_key text[], p_amount_fen int4[], p_currency text[], p_channel_trade_no text[],
  p_paid_at timestamptz[], p_payer text[],
  p_command_id int8[], p_command_number text[], p_refund_id int8[],
  p_now timestamptz, p_gate_seconds int4
) returns table (outcome text, command_body jsonb) language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  now_ms int8 := floor(extract(epoch from p_now) * 1000)::int8;
  least_id int8 := (select min(i) from unnest(p_id) i);
  most_id int8 := (select max(i) from unnest(p_id) i);
  each int4[] := (select array_agg(n) from generate_subscripts(p_id, 1) n);
  v_outcome text[];
  v_session int8[]; v_lane int4[]; v_occupancy int8[]; v_leave_minutes int4[];
  v_channel text[]; v_operator int8[]; v_channel_fee int4[]; v_platform_fee int4[];
  v_body jsonb[];
  v_n int4[]; v_c text[]; v_k text[]; v_p int8[]; v_a int8[];
begin
  -- Payment and session rows are locked in key order, then judged. Of several payments of one session in this call the
  -- first that is eligible counts. Ids are bounded so that only their partitions are opened.
  select array_agg(case when d.verdict = 'eligible' and d.place > 1 then 'unapplied'
                        when d.verdict = 'eligible' then 'applied'
                        else d.verdict end order by d.n),
         array_agg(d.session_id order by d.n), array_agg(d.lane_id order by d.n), array_agg(d.occupancy order by d.n),
         array_agg(d.leave_minutes order by d.n), array_agg(d.channel order by d.n), array_agg(d.operator_id order by d.n),
         array_agg(d.channel_fee_fen order by d.n), array_agg(d.platform_fee_fen order by d.n)
    into v_outcome, v_session, v_lane, v_occupancy, v_leave_minutes, v_channel, v_operator, v_channel_fee, v_platform_fee
    from (
      select g.*, row_number() over (partition by g.bucket, g.lot_id, g.session_id, g.verdict order by g.n) as place
        from (
          select i.n, i.bucket, i.lot_id, p.session_id, p.lane_id, p.occupancy, p.leave_minutes, p.channel,
                 p.channel_fee_fen, p.platform_fee_fen, l.operator_id,
                 case when p.id is null then 'not-found'
                      when p.account_key <> p_account_key[i.n] then 'other-account'
                      when (p_currency[i.n] = 'CNY') is distinct from true then 'other-currency'
                      when p.amount_fen <> p_amount_fen[i.n] then 'other-amount'
                      when p.state in ('paid', 'unapplied', 'partly-refunded', 'refunded')
                        then case when p.channel_trade_no = p_channel_trade_no[i.n] then 'known' else 'other-number' end
                      when p.state = 'closed' then 'unapplied'
                      when s.state not in ('inside', 'leaving') then 'unapplied'
                      when s.paid_fen <> p.paid_before_fen then 'unapplied'
                      else 'eligible' end as verdict
            from (select u.n, p_bucket[u.n] as bucket, p_lot[u.n] as lot_id, p_id[u.n] as id
                    from unnest(each) as u (n)
                   order by 2, 3, 4) as i
            left join lateral (
              select k.id, k.session_id, k.lane_id, k.occupancy, k.leave_minutes, k.channel, k.channel_fee_fen, k.platform_fee_fen,
                     k.account_key, k.amount_fen, k.state, k.channel_trade_no, k.paid_before_fen
                from payment k
               where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = i.id and k.id between least_id and most_id
                 for update
            ) as p on true
            left join lateral (
              select k.state, k.paid_fen from session k
               where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = p.session_id
                 for update
            ) as s on true
            left join lateral (
              select k.operator_id from lot k where k.bucket = i.bucket and k.lot_id = i.lot_id limit 1
            ) as l on true
        ) as g
    ) as d;

  if not (v_outcome && array['applied', 'unapplied']) then
    return query select v_outcome[i.n], null::jsonb from unnest(each) as i (n);
    return;
  end if;

  update payment p
     set state = case when v_outcome[i.n] = 'applied' then 'paid' else 'unapplied' end,
         channel_trade_no = p_channel_trade_no[i.n], paid_at = p_paid_at[i.n], payer = p_payer[i.n], cleared_at = p_now, query_at = null
    from unnest(each) as i (n)
   where v_outcome[i.n] in ('applied', 'unapplied')
     and p.bucket = p_bucket[i.n] and p.lot_id = p_lot[i.n] and p.id = p_id[i.n] and p.id between least_id and most_id;

  update session s
     set paid_fen = s.paid_fen + p_amount_fen[i.n], leave_by = p_now + make_interval(mins => v_leave_minutes[i.n])
    from unnest(each) as i (n)
   where v_outcome[i.n] = 'applied'
     and s.bucket = p_bucket[i.n] and s.lot_id = p_lot[i.n] and s.id = v_session[i.n];

  -- The books: gross from the channel, its fee, ours, the rest to the operator; or all of it to nobody yet.
  select array_agg(e.n), array_agg(e.cause), array_agg(e.kind), array_agg(e.party), array_agg(e.amount)
    into v_n, v_c, v_k, v_p, v_a
    from (
      select i.n, 'payment-paid' as cause, x.kind, x.party, x.amount
        from unnest(each) as i (n)
       cross join lateral (values
              ('channel-clearing', 0::int8, - p_amount_fen[i.n]::int8),
              ('channel-fee', 0, v_channel_fee[i.n]),
              ('platform-fee', 0, v_platform_fee[i.n]),
              ('operator-payable', v_operator[i.n], p_amount_fen[i.n] - v_channel_fee[i.n] - v_platform_fee[i.n])) as x (kind, party, amount)
       where v_outcome[i.n] = 'applied' and x.amount <> 0
       union all
      select i.n, 'payment-unapplied', x.kind, x.party, x.amount
        from unnest(each) as i (n)
       cross join lateral (values
              ('channel-clearing', 0::int8, - p_amount_fen[i.n]::int8),
              ('unapplied-receipts', v_operator[i.n], p_amount_fen[i.n])) as x (kind, party, amount)
       where v_outcome[i.n] = 'unapplied'
    ) as e;
  perform post_transfers(
    (select array_agg(p_bucket[n]) from unnest(v_n) n), (select array_agg(p_lot[n]) from unnest(v_n) n), (select array_agg(p_id[n]) from unnest(v_n) n),
    v_c, v_k, v_p, (select array_agg(v_channel[n]) from unnest(v_n) n), v_a, p_now);

  insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by)
  select p_bucket[i.n], p_lot[i.n], p_id[i.n], v_session[i.n], p_amount_fen[i.n], p_now, p_now + make_interval(mins => v_leave_minutes[i.n])
    from unnest(each) as i (n)
   where v_outcome[i.n] = 'applied';

  select array_agg(
           case when v_outcome[i.n] = 'applied' then
             case when v_occupancy[i.n] is null then
               jsonb_build_object(
                 'id', p_command_number[i.n], 'kind', 'clearance', 'issuedAt', now_ms, 'expiresAt', now_ms + p_gate_seconds * 1000,
                 'clearance', p_id[i.n]::text, 'session', v_session[i.n]::text, 'paidFen', p_amount_fen[i.n],
                 'leaveMinutes', v_leave_minutes[i.n], 'leaveBy', now_ms + v_leave_minutes[i.n] * 60000)
             else
               jsonb_build_object(
                 'id', p_command_number[i.n], 'kind', 'clearance', 'issuedAt', now_ms, 'expiresAt', now_ms + p_gate_seconds * 1000,
                 'clearance', p_id[i.n]::text, 'session', v_session[i.n]::text, 'paidFen', p_amount_fen[i.n],
                 'leaveMinutes', v_leave_minutes[i.n], 'leaveBy', now_ms + v_leave_minutes[i.n] * 60000,
                 'gate', jsonb_build_object('lane', v_lane[i.n], 'occupancy', v_occupancy[i.n]::text))
             end
           end order by i.n)
    into v_body
    from unnest(each) as i (n);

  -- Whoever made the payment sends at once; the first repeat is due in a second.
  insert into lot_command (bucket, lot_id, id, kind, payment_id, lane_id, occupancy, session_id, body, issued_at, expires_at, state, send_at)
  select p_bucket[i.n], p_lot[i.n], p_command_id[i.n], 'clearance', p_id[i.n], v_lane[i.n], v_occupancy[i.n], v_session[i.n], v_body[i.n],
         p_now, p_now + make_interval(secs => p_gate_seconds), 'queued', p_now + interval '1 second'
    from unnest(each) as i (n)
   where v_outcome[i.n] = 'applied';

  if 'unapplied' = any (v_outcome) then
    insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, ask_at)
    select p_bucket[i.n], p_lot[i.n], p_refund_id[i.n], p_id[i.n], p_amount_fen[i.n], 'unapplied', 'asked', p_now, p_now
      from unnest(each) as i (n)
     where v_outcome[i.n] = 'unapplied';
  end if;

  return query select v_outcome[i.n], v_body[i.n] from unnest(each) as i (n);
end $$;

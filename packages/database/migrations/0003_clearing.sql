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
create function clear_payments(
  p_bucket int4[], p_lot int4[], p_id int8[],
  p_account_key text[], p_amount_fen int4[], p_currency text[], p_channel_trade_no text[],
  p_paid_at timestamptz[], p_payer text[],
  p_command_id int8[], p_command_number text[], p_refund_id int8[],
  p_now timestamptz, p_gate_seconds int4
) returns table (outcome text, command_body jsonb) language plpgsql as $$
declare
  least_id int8 := (select min(i) from unnest(p_id) i);
  most_id int8 := (select max(i) from unnest(p_id) i);
  v_outcome text[];
  v_body jsonb[];
  v_b int4[]; v_l int4[]; v_i int8[]; v_c text[]; v_k text[]; v_p int8[]; v_ch text[]; v_a int8[];
begin
  -- Payment and session rows are locked in key order, then judged. Of several payments of one session in this call the
  -- first that is eligible counts.
  select array_agg(j.outcome order by j.n)
    into v_outcome
    from (
      select d.n,
             case when d.verdict = 'eligible' and d.place > 1 then 'unapplied'
                  when d.verdict = 'eligible' then 'applied'
                  else d.verdict end as outcome
        from (
          select g.n, g.verdict, row_number() over (partition by g.bucket, g.lot_id, g.session_id, g.verdict order by g.n) as place
            from (
              select i.n, i.bucket, i.lot_id, l.session_id,
                     case when l.id is null then 'not-found'
                          when l.account_key <> i.account_key then 'other-account'
                          when l.currency_is_cny is distinct from true then 'other-currency'
                          when l.amount_fen <> i.amount_fen then 'other-amount'
                          when l.state in ('paid', 'unapplied', 'partly-refunded', 'refunded')
                            then case when l.channel_trade_no = i.channel_trade_no then 'known' else 'other-number' end
                          when l.state = 'closed' then 'unapplied'
                          when l.session_state not in ('inside', 'leaving') then 'unapplied'
                          when l.session_paid_fen <> l.paid_before_fen then 'unapplied'
                          else 'eligible' end as verdict
                from unnest(p_bucket, p_lot, p_id, p_account_key, p_amount_fen, p_channel_trade_no) with ordinality
                       as i (bucket, lot_id, id, account_key, amount_fen, channel_trade_no, n)
                left join (
                  select p.bucket, p.lot_id, p.id, p.session_id, p.account_key, p.amount_fen, p.state, p.channel_trade_no, p.paid_before_fen,
                         s.state as session_state, s.paid_fen as session_paid_fen, a.currency = 'CNY' as currency_is_cny
                    from unnest(p_bucket, p_lot, p_id, p_currency) as a (bucket, lot_id, id, currency)
                    join payment p on p.bucket = a.bucket and p.lot_id = a.lot_id and p.id = a.id and p.id between least_id and most_id
                    join session s on s.bucket = p.bucket and s.lot_id = p.lot_id and s.id = p.session_id
                   order by p.bucket, p.lot_id, p.id
                     for update of p, s
                ) as l on l.bucket = i.bucket and l.lot_id = i.lot_id and l.id = i.id
            ) as g
        ) as d
    ) as j;

  if not (v_outcome && array['applied', 'unapplied']) then
    return query select o, null::jsonb from unnest(v_outcome) with ordinality as u (o, n) order by n;
    return;
  end if;

  update payment p
     set state = case when i.outcome = 'applied' then 'paid' else 'unapplied' end,
         channel_trade_no = i.channel_trade_no, paid_at = i.paid_at, payer = i.payer, cleared_at = p_now, query_at = null
    from unnest(p_bucket, p_lot, p_id, p_channel_trade_no, p_paid_at, p_payer, v_outcome)
           as i (bucket, lot_id, id, channel_trade_no, paid_at, payer, outcome)
   where i.outcome in ('applied', 'unapplied')
     and p.bucket = i.bucket and p.lot_id = i.lot_id and p.id = i.id and p.id between least_id and most_id;

  update session s
     set paid_fen = s.paid_fen + p.amount_fen, leave_by = p_now + make_interval(mins => p.leave_minutes)
    from unnest(p_bucket, p_lot, p_id, v_outcome) as i (bucket, lot_id, id, outcome)
    join payment p on p.bucket = i.bucket and p.lot_id = i.lot_id and p.id = i.id and p.id between least_id and most_id
   where i.outcome = 'applied'
     and s.bucket = p.bucket and s.lot_id = p.lot_id and s.id = p.session_id;

  -- The books: gross from the channel, its fee, ours, the rest to the operator; or all of it to nobody yet.
  select array_agg(e.bucket), array_agg(e.lot_id), array_agg(e.id), array_agg(e.cause),
         array_agg(e.kind), array_agg(e.party), array_agg(e.channel), array_agg(e.amount)
    into v_b, v_l, v_i, v_c, v_k, v_p, v_ch, v_a
    from (
      select p.bucket, p.lot_id, p.id, p.channel,
             case when i.outcome = 'applied' then 'payment-paid' else 'payment-unapplied' end as cause,
             x.kind, case when x.kind in ('operator-payable', 'unapplied-receipts') then lot.operator_id else 0 end as party, x.amount
        from unnest(p_bucket, p_lot, p_id, v_outcome) as i (bucket, lot_id, id, outcome)
        join payment p on p.bucket = i.bucket and p.lot_id = i.lot_id and p.id = i.id and p.id between least_id and most_id
        join lot on lot.bucket = p.bucket and lot.lot_id = p.lot_id
       cross join lateral (values
              ('channel-clearing', - p.amount_fen::int8),
              ('channel-fee', case when i.outcome = 'applied' then p.channel_fee_fen else 0 end),
              ('platform-fee', case when i.outcome = 'applied' then p.platform_fee_fen else 0 end),
              ('operator-payable', case when i.outcome = 'applied' then p.amount_fen - p.channel_fee_fen - p.platform_fee_fen else 0 end),
              ('unapplied-receipts', case when i.outcome = 'applied' then 0 else p.amount_fen end)) as x (kind, amount)
       where i.outcome in ('applied', 'unapplied') and x.amount <> 0
    ) as e;
  perform post_transfers(v_b, v_l, v_i, v_c, v_k, v_p, v_ch, v_a, p_now);

  insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by)
  select p.bucket, p.lot_id, p.id, p.session_id, p.amount_fen, p_now, p_now + make_interval(mins => p.leave_minutes)
    from unnest(p_bucket, p_lot, p_id, v_outcome) as i (bucket, lot_id, id, outcome)
    join payment p on p.bucket = i.bucket and p.lot_id = i.lot_id and p.id = i.id and p.id between least_id and most_id
   where i.outcome = 'applied';

  select array_agg(c.body order by c.n)
    into v_body
    from (
      select i.n,
             case when i.outcome = 'applied' then
               jsonb_build_object(
                 'id', i.command_number, 'kind', 'clearance',
                 'issuedAt', floor(extract(epoch from p_now) * 1000)::int8,
                 'expiresAt', floor(extract(epoch from p_now) * 1000)::int8 + p_gate_seconds * 1000,
                 'clearance', p.id::text, 'session', p.session_id::text, 'paidFen', p.amount_fen,
                 'leaveMinutes', p.leave_minutes,
                 'leaveBy', floor(extract(epoch from p_now) * 1000)::int8 + p.leave_minutes * 60000)
               || case when p.occupancy is null then '{}'::jsonb
                       else jsonb_build_object('gate', jsonb_build_object('lane', p.lane_id, 'occupancy', p.occupancy::text)) end
             end as body
        from unnest(p_bucket, p_lot, p_id, p_command_number, v_outcome) with ordinality as i (bucket, lot_id, id, command_number, outcome, n)
        left join payment p on p.bucket = i.bucket and p.lot_id = i.lot_id and p.id = i.id and p.id between least_id and most_id
    ) as c;

  -- Whoever made the payment sends at once; the first repeat is due in a second.
  insert into lot_command (bucket, lot_id, id, kind, payment_id, lane_id, occupancy, session_id, body, issued_at, expires_at, state, send_at)
  select p.bucket, p.lot_id, i.command_id, 'clearance', p.id, p.lane_id, p.occupancy, p.session_id, i.body,
         p_now, p_now + make_interval(secs => p_gate_seconds), 'queued', p_now + interval '1 second'
    from unnest(p_bucket, p_lot, p_id, p_command_id, v_body, v_outcome) as i (bucket, lot_id, id, command_id, body, outcome)
    join payment p on p.bucket = i.bucket and p.lot_id = i.lot_id and p.id = i.id and p.id between least_id and most_id
   where i.outcome = 'applied';

  insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, ask_at)
  select p.bucket, p.lot_id, i.refund_id, p.id, p.amount_fen, 'unapplied', 'asked', p_now, p_now
    from unnest(p_bucket, p_lot, p_id, p_refund_id, v_outcome) as i (bucket, lot_id, id, refund_id, outcome)
    join payment p on p.bucket = i.bucket and p.lot_id = i.lot_id and p.id = i.id and p.id between least_id and most_id
   where i.outcome = 'unapplied';

  return query select o.outcome, o.body from unnest(v_outcome, v_body) with ordinality as o (outcome, body, n) order by o.n;
end $$;

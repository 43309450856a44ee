-- Cash kiosks: a kiosk's filling is a shift, its drawer one like any other. What it could not pay out stays in it and is owed to the
-- driver (change-owed) until it is settled out of this drawer or another; what it paid out that was not due is short.

alter table cash_move drop constraint cash_move_what_check;
alter table cash_move add constraint cash_move_what_check
  check (what in ('shift-opened', 'cash-taken', 'cash-given-back', 'shift-handed-over', 'change-owed', 'change-settled', 'change-overpaid'));
-- Rare among the movements of a lot, and all of them are what is owed.
create index cash_move_change on cash_move (bucket, lot_id) where what in ('change-owed', 'change-settled');

-- As in 0012_shift.sql, with the change that kiosks owe.
-- Posts what lots' logs tell of cash, in the transaction that takes the logs in: `p_committed` is what take_in answered, one place per
-- piece, and comes back as it is. One row of the arrays is one event, in order; those that are not committed are left out. The same
-- event twice, or told again under another log's number, is one movement.
create or replace function take_cash(
  p_committed int8[], p_bucket int4[], p_lot int4[],
  p_piece int4[], p_seq int8[], p_what text[], p_id int8[], p_shift int8[], p_booth int4[], p_person text[], p_to text[],
  p_fen int8[], p_expected_fen int8[], p_at timestamptz[], p_received_at timestamptz
) returns setof int8 language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
declare
  v_bucket int4; v_lot int4; v_operator int8; v_late bool; v_sign int8; v_expected int8;
  v_outward text[] := array['cash-given-back', 'change-settled', 'change-overpaid'];
  b int4[]; l int4[]; i int8[]; c text[]; k text[]; party int8[]; amount int8[];
begin
  for n in 1..cardinality(p_seq) loop
    continue when p_seq[n] > p_committed[p_piece[n]];
    v_bucket := p_bucket[p_piece[n]];
    v_lot := p_lot[p_piece[n]];
    v_late := false;
    if p_shift[n] is not null then
      insert into shift (bucket, lot_id, id, booth, attendant)
      values (v_bucket, v_lot, p_shift[n], coalesce(p_booth[n], 0), p_person[n])
          on conflict (bucket, lot_id, id) do nothing;
      select s.handed_over_at is not null into v_late
        from shift s where s.bucket = v_bucket and s.lot_id = v_lot and s.id = p_shift[n];
    end if;
    insert into cash_move (bucket, lot_id, id, what, shift_id, fen, at, posted_at, late)
    values (v_bucket, v_lot, p_id[n], p_what[n], p_shift[n], p_fen[n], p_at[n], p_received_at, v_late)
        on conflict (bucket, lot_id, id, what) do nothing;
    continue when not found;
    select o.operator_id into v_operator from lot o where o.bucket = v_bucket and o.lot_id = v_lot;

    if p_what[n] = 'shift-handed-over' then
      select coalesce(sum(case when m.what = any (v_outward) then - m.fen else m.fen end), 0) into v_expected
        from cash_move m
       where m.bucket = v_bucket and m.lot_id = v_lot and m.shift_id = p_shift[n] and m.what <> 'shift-handed-over';
      update shift
         set handed_over_at = p_at[n], taken_over_by = p_to[n], counted_fen = p_fen[n], told_expected_fen = p_expected_fen[n]
       where bucket = v_bucket and lot_id = v_lot and id = p_shift[n];
      for e in 1..3 loop
        b := b || v_bucket; l := l || v_lot; i := i || p_id[n]; c := c || 'cash-handed-over'::text;
      end loop;
      k := k || array['cash-drawer', 'operator-cash', 'cash-over-short'];
      party := party || array[p_shift[n], v_operator, v_operator];
      amount := amount || array[v_expected, - p_fen[n], p_fen[n] - v_expected];
    else
      v_sign := case when p_what[n] = any (v_outward) then 1 else -1 end;
      if p_what[n] = 'shift-opened' then
        update shift
           set booth = p_booth[n], attendant = p_person[n], opened_at = p_at[n]
         where bucket = v_bucket and lot_id = v_lot and id = p_shift[n];
      end if;
      for e in 1..2 loop
        b := b || v_bucket; l := l || v_lot; i := i || p_id[n]; c := c || p_what[n];
      end loop;
      -- Owed change is not the operator's, and what was paid out for nothing is short already.
      k := k || array['cash-drawer', case when p_what[n] in ('change-owed', 'change-settled') then 'change-owed'
                                          when p_what[n] = 'change-overpaid' then 'cash-over-short' else 'operator-cash' end];
      party := party || array[coalesce(p_shift[n], 0), v_operator];
      amount := amount || array[v_sign * p_fen[n], - v_sign * p_fen[n]];
      if v_late then
        -- The notes were counted with the others at the hand-over.
        for e in 1..2 loop
          b := b || v_bucket; l := l || v_lot; i := i || p_id[n]; c := c || 'cash-corrected'::text;
        end loop;
        k := k || array['cash-drawer', 'cash-over-short'];
        party := party || array[p_shift[n], v_operator];
        amount := amount || array[- v_sign * p_fen[n], v_sign * p_fen[n]];
      end if;
    end if;
  end loop;

  -- An entry of nothing is none.
  select array_agg(e.b), array_agg(e.l), array_agg(e.i), array_agg(e.c), array_agg(e.k), array_agg(e.party), array_agg(e.amount)
    into b, l, i, c, k, party, amount
    from unnest(b, l, i, c, k, party, amount) as e (b, l, i, c, k, party, amount)
   where e.amount <> 0;
  if b is not null then
    perform post_transfers(b, l, i, c::transfer_cause[], k::account_kind[], party, array_fill('cash'::channel_name, array[cardinality(b)]),
                           amount, p_received_at);
  end if;
  return query select x.seq from unnest(p_committed) as x (seq);
end $$;

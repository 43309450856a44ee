-- take_in as 0006_take_in.sql has it, but for an exit: told of a stay that was only superseded, it ends that stay in place of this.
-- Lots that tell newest first after an outage tell the entry of the next stay before it.
create or replace function take_in(
  p_bucket int4[], p_lot int4[], p_device text[], p_epoch int8[],
  p_piece int4[], p_seq int8[], p_run int8[], p_kind text[], p_at timestamptz[], p_body jsonb[], p_was_epoch int8[], p_was_seq int8[],
  p_lane int4[], p_occupancy int8[], p_session int8[], p_supersedes int8[], p_clearance int8[],
  p_plate text[], p_pass bool[], p_colour text[], p_standing text[], p_vehicle_class text[],
  p_entered_at timestamptz[], p_leave_by timestamptz[], p_left_at timestamptz[], p_fen int4[], p_how text[],
  p_leaving bool[], p_because text[], p_cause_kind text[], p_cause_id text[],
  p_received_at timestamptz
) returns setof int8 language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
declare
  committed int8; retold int8;
  v_committed int8[]; v_retold int8[]; v_last int8[];
  v_piece int4; v_seq int8; v_bucket int4; v_lot int4; v_kind text; v_at timestamptz; v_session int8;
  changed int4;
begin
  -- Where each log stands; locked, so that whoever takes in the same piece at the same time finds it done.
  for piece in 1..cardinality(p_lot) loop
    loop
      select l.committed_seq, l.retold_seq
        into committed, retold
        from lot_log l
       where l.bucket = p_bucket[piece] and l.lot_id = p_lot[piece] and l.device = p_device[piece] and l.epoch = p_epoch[piece]
         for update;
      exit when found;
      insert into lot_log (bucket, lot_id, device, epoch, committed_seq)
      values (p_bucket[piece], p_lot[piece], p_device[piece], p_epoch[piece], 0)
          on conflict (bucket, lot_id, device, epoch) do nothing;
    end loop;
    v_committed[piece] := committed;
    v_retold[piece] := retold;
  end loop;
  v_last := v_committed;

  insert into lot_event (bucket, lot_id, epoch, seq, device, kind, at, received_at, body)
  select p_bucket[i.piece], p_lot[i.piece], p_epoch[i.piece], i.seq, p_device[i.piece], i.kind, i.at, p_received_at, i.body
    from unnest(p_piece, p_seq, p_run, p_kind, p_at, p_body) as i (piece, seq, run, kind, at, body)
   where i.seq > v_committed[i.piece] and i.run <= v_committed[i.piece] + 1
      on conflict (bucket, lot_id, epoch, seq) do nothing;

  for n in 1..cardinality(p_seq) loop
    v_piece := p_piece[n];
    v_seq := p_seq[n];
    continue when v_seq <= v_committed[v_piece] or p_run[n] > v_committed[v_piece] + 1;
    v_last[v_piece] := v_seq;
    v_bucket := p_bucket[v_piece];
    v_lot := p_lot[v_piece];
    v_kind := p_kind[n];
    v_at := p_at[n];
    v_session := p_session[n];

    -- Told again already, under a later log's number.
    continue when v_seq <= v_retold[v_piece];
    if p_was_epoch[n] is not null then
      insert into lot_log (bucket, lot_id, device, epoch, committed_seq, retold_seq)
      values (v_bucket, v_lot, p_device[v_piece], p_was_epoch[n], 0, p_was_seq[n])
          on conflict (bucket, lot_id, device, epoch) do update
         set retold_seq = excluded.retold_seq
       where excluded.retold_seq > greatest(lot_log.committed_seq, lot_log.retold_seq);
      get diagnostics changed = row_count;
      continue when changed = 0;
    end if;

    -- The most frequent kinds first: each question that is asked is made ready anew in every transaction.
    if v_kind = 'occupied' then
      -- Told again of the same vehicle when it is known whose it is: it has stood there since it came.
      insert into lane_occupancy (bucket, lot_id, lane_id, occupancy, plate, session_id, since, ended_at)
      values (v_bucket, v_lot, p_lane[n], p_occupancy[n], p_plate[n], v_session, v_at, null)
          on conflict (bucket, lot_id, lane_id) do update
         set occupancy = excluded.occupancy, plate = excluded.plate, session_id = excluded.session_id, ended_at = null,
             since = case when lane_occupancy.occupancy = excluded.occupancy then lane_occupancy.since else excluded.since end;
      if p_leaving[n] then
        update session
           set state = 'leaving'
         where bucket = v_bucket and lot_id = v_lot and id = v_session and left_at is null and ended_because is null and state <> 'leaving';
      end if;

    elsif v_kind = 'vacated' then
      update lane_occupancy
         set ended_at = v_at
       where bucket = v_bucket and lot_id = v_lot and lane_id = p_lane[n] and occupancy = p_occupancy[n] and ended_at is null
      returning session_id into v_session;
      -- It backed off: its stay goes on.
      if not p_leaving[n] then
        update session
           set state = 'inside'
         where bucket = v_bucket and lot_id = v_lot and id = v_session and left_at is null and ended_because is null and state <> 'inside';
      end if;

    elsif v_kind in ('gate-opened', 'gate-silent') then
      insert into gate_opening (bucket, lot_id, epoch, seq, lane_id, at, occupancy, session_id, cause_kind, cause_id, silent)
      values (v_bucket, v_lot, p_epoch[v_piece], v_seq, p_lane[n], v_at, p_occupancy[n], v_session, p_cause_kind[n], p_cause_id[n],
              v_kind = 'gate-silent')
          on conflict (bucket, lot_id, epoch, seq) do nothing;

    elsif v_kind = 'entered' then
      if p_supersedes[n] is not null then
        update session
           set state = 'superseded', ended_because = 'entered again'
         where bucket = v_bucket and lot_id = v_lot and id = p_supersedes[n] and left_at is null and ended_because is null;
      end if;
      -- A quote may speak of a session before this event arrives: whichever comes first makes the row.
      insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, entry_lane, paid_fen, standing, vehicle_class)
      values (v_bucket, v_lot, v_session, p_plate[n], p_pass[n], p_colour[n], 'inside', p_entered_at[n], p_lane[n], 0, p_standing[n], p_vehicle_class[n])
          on conflict (bucket, lot_id, id) do nothing;
      if not found then
        update session
           set colour = p_colour[n], entry_lane = coalesce(p_lane[n], entry_lane), standing = p_standing[n]
         where bucket = v_bucket and lot_id = v_lot and id = v_session;
      end if;

    elsif v_kind = 'left' then
      -- That it was superseded was a guess, by an entry that was heard of first: as it says itself, it left.
      update session
         set state = 'left', left_at = p_left_at[n], exit_lane = p_lane[n], owed_when_left_fen = p_fen[n], left_how = p_how[n],
             ended_because = null
       where bucket = v_bucket and lot_id = v_lot and id = v_session and left_at is null and state <> 'voided';

    elsif v_kind = 'cash-taken' then
      -- The clearance was made at the lot, so nobody need tell it.
      insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by, told_at)
      values (v_bucket, v_lot, p_clearance[n], v_session, p_fen[n], v_at, p_leave_by[n], v_at)
          on conflict (bucket, lot_id, id) do nothing;
      -- A payment by phone may have been heard of first, and let it leave for longer.
      update session
         set paid_fen = paid_fen + p_fen[n], leave_by = greatest(leave_by, p_leave_by[n])
       where bucket = v_bucket and lot_id = v_lot and id = v_session;

    elsif v_kind = 'cleared' then
      update clearance
         set told_at = v_at
       where bucket = v_bucket and lot_id = v_lot and id = p_clearance[n] and told_at is null;

    elsif v_kind = 'corrected' then
      -- What the person did not speak of stays.
      update session
         set plate = coalesce(p_plate[n], plate), entered_at = coalesce(p_entered_at[n], entered_at),
             vehicle_class = coalesce(p_vehicle_class[n], vehicle_class)
       where bucket = v_bucket and lot_id = v_lot and id = v_session;

    elsif v_kind = 'voided' then
      update session
         set state = 'voided', ended_because = p_because[n]
       where bucket = v_bucket and lot_id = v_lot and id = v_session and left_at is null and ended_because is null;
    end if;
  end loop;

  for piece in 1..cardinality(p_lot) loop
    continue when v_last[piece] = v_committed[piece];
    update lot_log
       set committed_seq = v_last[piece]
     where bucket = p_bucket[piece] and lot_id = p_lot[piece] and device = p_device[piece] and epoch = p_epoch[piece]
       and committed_seq = v_committed[piece];
    if not found then
      raise exception 'log % of lot % is twice in one call', p_epoch[piece], p_lot[piece] using errcode = 'LP003';
    end if;
  end loop;

  return query select l.last from unnest(v_last) as l (last);
end $$;

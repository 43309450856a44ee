-- Of a log that was found damaged and went on as another one (architecture.md 7): up to which of its numbers it was told again
-- there. Those that are here or were told again are never applied a second time, whichever way they come.
alter table lot_log add column retold_seq int8 not null default 0;

-- Pieces of many lots' logs, many at once, one commit: of each the events that follow what is committed without a hole are kept
-- and carried out in order, and the newest number that is committed now is answered, one per piece, in order. A piece with a hole
-- before it changes nothing and is answered with where we are.
--
-- The first four arrays have one place per piece: its log, in key order, so that two calls never wait for each other in a ring, and
-- no log twice. The others have one per event, piece after piece and in each by its number, no number twice: `p_piece` is the
-- place of its piece from 1, `p_run` the number at which the numbers of its piece that lead to it without a hole begin. What an
-- event says is in the rest, null where its kind says nothing of it; kinds that are not named below are kept and change nothing.
-- `p_was_epoch` and `p_was_seq` say which event of a former log of the device it is.
--
-- What the planner believes must not matter: 0003_clearing.sql says why and how. Here each row is reached by its whole key, one
-- after the other, which is the order in which it happened at the lot; and no condition names a state that an index is made for.
create function take_in(
  p_bucket int4[], p_lot int4[], p_device text[], p_epoch int8[],
  p_piece int4[], p_seq int8[], p_run int8[], p_kind text[], p_at timestamptz[], p_body jsonb[], p_was_epoch int8[], p_was_seq int8[],
  p_lane int4[], p_occupancy int8[], p_session int8[], p_supersedes int8[], p_clearance int8[],
  p_plate text[], p_pass bool[], p_colour text[], p_standing text[], p_vehicle_class text[],
  p_entered_at timestamptz[], p_leave_by timestamptz[], p_left_at timestamptz[], p_fen int4[], p_how text[],
  p_leaving bool[], p_because text[], p_cause_kind text[], p_cause_id text[],
  p_received_at timestamptz
) returns setof int8 language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_committed int8[]; v_retold int8[]; v_last int8[];
  e record;
  changed int4;
  stood int8;
begin
  -- Where each log stands; locked, so that whoever takes in the same piece at the same time finds it done.
  for attempt in 1..2 loop
    select array_agg(l.committed_seq order by i.n), array_agg(l.retold_seq order by i.n)
      into v_committed, v_retold
      from unnest(p_bucket, p_lot, p_device, p_epoch) with ordinality as i (bucket, lot_id, device, epoch, n)
      left join lateral (
        select k.committed_seq, k.retold_seq from lot_log k
         where k.bucket = i.bucket and k.lot_id = i.lot_id and k.device = i.device and k.epoch = i.epoch
         limit 1 for update
      ) as l on true;
    exit when array_position(v_committed, null) is null;
    insert into lot_log (bucket, lot_id, device, epoch, committed_seq)
    select i.bucket, i.lot_id, i.device, i.epoch, 0
      from unnest(p_bucket, p_lot, p_device, p_epoch, v_committed) as i (bucket, lot_id, device, epoch, committed_seq)
     where i.committed_seq is null
        on conflict (bucket, lot_id, device, epoch) do nothing;
  end loop;
  v_last := v_committed;

  insert into lot_event (bucket, lot_id, epoch, seq, device, kind, at, received_at, body)
  select p_bucket[i.piece], p_lot[i.piece], p_epoch[i.piece], i.seq, p_device[i.piece], i.kind, i.at, p_received_at, i.body
    from unnest(p_piece, p_seq, p_run, p_kind, p_at, p_body) as i (piece, seq, run, kind, at, body)
   where i.seq > v_committed[i.piece] and i.run <= v_committed[i.piece] + 1
      on conflict (bucket, lot_id, epoch, seq) do nothing;

  for e in
    select p_bucket[i.piece] as bucket, p_lot[i.piece] as lot_id, i.*
      from unnest(p_piece, p_seq, p_run, p_kind, p_at, p_was_epoch, p_was_seq, p_lane, p_occupancy, p_session, p_supersedes, p_clearance,
                  p_plate, p_pass, p_colour, p_standing, p_vehicle_class, p_entered_at, p_leave_by, p_left_at, p_fen, p_how,
                  p_leaving, p_because, p_cause_kind, p_cause_id)
           with ordinality
           as i (piece, seq, run, kind, at, was_epoch, was_seq, lane, occupancy, session, supersedes, clearance,
                 plate, pass, colour, standing, vehicle_class, entered_at, leave_by, left_at, fen, how,
                 leaving, because, cause_kind, cause_id, n)
     where i.seq > v_committed[i.piece] and i.run <= v_committed[i.piece] + 1
     order by i.n
  loop
    v_last[e.piece] := e.seq;

    -- Told again already, under a later log's number.
    continue when e.seq <= v_retold[e.piece];
    if e.was_epoch is not null then
      insert into lot_log (bucket, lot_id, device, epoch, committed_seq, retold_seq)
      values (e.bucket, e.lot_id, p_device[e.piece], e.was_epoch, 0, e.was_seq)
          on conflict (bucket, lot_id, device, epoch) do update
         set retold_seq = excluded.retold_seq
       where excluded.retold_seq > greatest(lot_log.committed_seq, lot_log.retold_seq);
      get diagnostics changed = row_count;
      continue when changed = 0;
    end if;

    if e.kind = 'entered' then
      if e.supersedes is not null then
        update session
           set state = 'superseded', ended_because = 'entered again'
         where bucket = e.bucket and lot_id = e.lot_id and id = e.supersedes and left_at is null and ended_because is null;
      end if;
      -- A quote may speak of a session before this event arrives: whichever comes first makes the row.
      insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, entry_lane, paid_fen, standing, vehicle_class)
      values (e.bucket, e.lot_id, e.session, e.plate, e.pass, e.colour, 'inside', e.entered_at, e.lane, 0, e.standing, e.vehicle_class)
          on conflict (bucket, lot_id, id) do update
         set colour = excluded.colour, entry_lane = coalesce(excluded.entry_lane, session.entry_lane), standing = excluded.standing;

    elsif e.kind = 'occupied' then
      -- Told again of the same vehicle when it is known whose it is: it has stood there since it came.
      insert into lane_occupancy (bucket, lot_id, lane_id, occupancy, plate, session_id, since, ended_at)
      values (e.bucket, e.lot_id, e.lane, e.occupancy, e.plate, e.session, e.at, null)
          on conflict (bucket, lot_id, lane_id) do update
         set occupancy = excluded.occupancy, plate = excluded.plate, session_id = excluded.session_id, ended_at = null,
             since = case when lane_occupancy.occupancy = excluded.occupancy then lane_occupancy.since else excluded.since end;
      if e.leaving then
        update session
           set state = 'leaving'
         where bucket = e.bucket and lot_id = e.lot_id and id = e.session and left_at is null and ended_because is null and state <> 'leaving';
      end if;

    elsif e.kind = 'vacated' then
      update lane_occupancy
         set ended_at = e.at
       where bucket = e.bucket and lot_id = e.lot_id and lane_id = e.lane and occupancy = e.occupancy and ended_at is null
      returning session_id into stood;
      -- It backed off: its stay goes on.
      if e.leaving = false and stood is not null then
        update session
           set state = 'inside'
         where bucket = e.bucket and lot_id = e.lot_id and id = stood and left_at is null and ended_because is null and state <> 'inside';
      end if;

    elsif e.kind = 'left' then
      update session
         set state = 'left', left_at = e.left_at, exit_lane = e.lane, owed_when_left_fen = e.fen, left_how = e.how
       where bucket = e.bucket and lot_id = e.lot_id and id = e.session and left_at is null and ended_because is null;

    elsif e.kind = 'cleared' then
      update clearance
         set told_at = e.at
       where bucket = e.bucket and lot_id = e.lot_id and id = e.clearance and told_at is null;

    elsif e.kind in ('gate-opened', 'gate-silent') then
      insert into gate_opening (bucket, lot_id, epoch, seq, lane_id, at, occupancy, session_id, cause_kind, cause_id, silent)
      values (e.bucket, e.lot_id, p_epoch[e.piece], e.seq, e.lane, e.at, e.occupancy, e.session, e.cause_kind, e.cause_id, e.kind = 'gate-silent')
          on conflict (bucket, lot_id, epoch, seq) do nothing;

    elsif e.kind = 'corrected' then
      -- What the person did not speak of stays.
      update session
         set plate = coalesce(e.plate, plate), entered_at = coalesce(e.entered_at, entered_at),
             vehicle_class = coalesce(e.vehicle_class, vehicle_class)
       where bucket = e.bucket and lot_id = e.lot_id and id = e.session;

    elsif e.kind = 'voided' then
      update session
         set state = 'voided', ended_because = e.because
       where bucket = e.bucket and lot_id = e.lot_id and id = e.session and left_at is null and ended_because is null;

    elsif e.kind = 'cash-taken' then
      -- The clearance was made at the lot, so nobody need tell it.
      insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by, told_at)
      values (e.bucket, e.lot_id, e.clearance, e.session, e.fen, e.at, e.leave_by, e.at)
          on conflict (bucket, lot_id, id) do nothing;
      -- A payment by phone may have been heard of first, and let it leave for longer.
      update session
         set paid_fen = paid_fen + e.fen, leave_by = greatest(leave_by, e.leave_by)
       where bucket = e.bucket and lot_id = e.lot_id and id = e.session;
    end if;
  end loop;

  insert into lot_log (bucket, lot_id, device, epoch, committed_seq)
  select i.bucket, i.lot_id, i.device, i.epoch, i.last
    from unnest(p_bucket, p_lot, p_device, p_epoch, v_committed, v_last) as i (bucket, lot_id, device, epoch, committed_seq, last)
   where i.last > i.committed_seq
      on conflict (bucket, lot_id, device, epoch) do update
     set committed_seq = excluded.committed_seq;

  return query select l.last from unnest(v_last) as l (last);
end $$;

-- What an office looks at: stays found by a part of a plate, one stay's whole story, how devices are and were, pictures.

-- A part of a plate is found as the beginning of one of its tails: a range of this key, however many stays there are. Each plate of a
-- lot is here once, however often it comes (services/cloud/src/session/tails.ts). A hint only: what is shown is read from the stays.
create table plate_tail (
  bucket int4 not null,
  lot_id int4 not null,
  tail text collate "C" not null,
  plate text collate "C" not null,
  primary key (bucket, lot_id, tail, plate),
  foreign key (bucket, lot_id) references lot
);

-- Plates with all their tails of three characters or more; those that are there cost one look.
create function note_plates(p_bucket int4, p_lot int4, p_plate text[]) returns void language plpgsql as $$
begin
  for n in 1..cardinality(p_plate) loop
    insert into plate_tail (bucket, lot_id, tail, plate) values (p_bucket, p_lot, p_plate[n], p_plate[n])
        on conflict (bucket, lot_id, tail, plate) do nothing;
    continue when not found;
    insert into plate_tail (bucket, lot_id, tail, plate)
    select p_bucket, p_lot, substr(p_plate[n], i.at), p_plate[n]
      from generate_series(2, char_length(p_plate[n]) - 2) as i (at)
        on conflict (bucket, lot_id, tail, plate) do nothing;
  end loop;
end $$;

insert into plate_tail (bucket, lot_id, tail, plate)
select distinct s.bucket, s.lot_id, substr(s.plate, i.at), s.plate
  from (select distinct bucket, lot_id, plate from session) as s
 cross join lateral generate_series(1, greatest(char_length(s.plate) - 2, 1)) as i (at);

-- The lot stands in both as an expression, so that only who asks in just these words is answered from here (0003_clearing.sql).
create index session_of_plate on session (bucket, (lot_id + 0), plate, id);
create index lot_event_of_session on lot_event (bucket, (lot_id + 0), (body ->> 'session'), epoch, seq) where body ->> 'session' is not null;

-- How a device was from when until when, as its lot said; `until_at` null: as it is now. The lot's agent itself is one, named `agent`.
create table device_state (
  bucket int4 not null,
  lot_id int4 not null,
  device text not null,
  since timestamptz not null,
  state text not null check (state in ('well', 'ill', 'lost')),
  because text not null,
  drift_ms int8,
  -- of the agent
  version text,
  until_at timestamptz,
  primary key (bucket, lot_id, device, since),
  foreign key (bucket, lot_id) references lot
);
create index device_state_now on device_state (bucket, lot_id, device) where until_at is null;
create index device_state_over on device_state (bucket, until_at) where until_at is not null;

-- Tells how a device is from an instant on. Told twice, or told again after what followed, is told once; the same again is no change.
create function tell_device(
  p_bucket int4, p_lot int4, p_device text, p_at timestamptz, p_state text, p_because text, p_drift int8, p_version text
) returns void language plpgsql as $$
declare
  now_is device_state;
begin
  select * into now_is
    from device_state d
   where d.bucket = p_bucket and d.lot_id = p_lot and d.device = p_device and d.until_at is null
     for update;
  if found then
    if now_is.since > p_at then
      return;
    end if;
    if now_is.since = p_at or (now_is.state = p_state and now_is.because = p_because) then
      update device_state
         set state = p_state, because = p_because, drift_ms = coalesce(p_drift, drift_ms), version = coalesce(p_version, version)
       where bucket = p_bucket and lot_id = p_lot and device = p_device and since = now_is.since;
      return;
    end if;
    update device_state
       set until_at = p_at
     where bucket = p_bucket and lot_id = p_lot and device = p_device and since = now_is.since;
  end if;
  insert into device_state (bucket, lot_id, device, since, state, because, drift_ms, version)
  values (p_bucket, p_lot, p_device, p_at, p_state, p_because, p_drift, coalesce(p_version, now_is.version))
      on conflict (bucket, lot_id, device, since) do nothing;
end $$;

-- Pictures of reads, fetched from lots when somebody looks at them or an act must leave one; sealed, and gone when their time is over.
create table lot_picture (
  bucket int4 not null,
  lot_id int4 not null,
  lane_id int4 not null,
  -- of the read, as in the lot's log
  at timestamptz not null,
  wanted_at timestamptz not null,
  -- null: nobody waits for it any more
  ask_at timestamptz,
  asks int4 not null default 0,
  content bytea,
  kept_until timestamptz not null,
  check (content is null or ask_at is null),
  primary key (bucket, lot_id, lane_id, at),
  foreign key (bucket, lot_id) references lot
);
create index lot_picture_due on lot_picture (bucket, ask_at) where ask_at is not null;
create index lot_picture_over on lot_picture (bucket, kept_until);

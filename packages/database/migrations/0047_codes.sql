-- The codes by which drivers reach a lot: what was made, what hangs, what hangs no more. Each place (a kind at a lane) counts its
-- codes by a serial that is sealed into the token. A code of serial 0 that has no row was made before this was kept, or never
-- replaced: it is live.
create table lot_code (
  bucket int4 not null,
  lot_id int4 not null,
  kind text not null check (kind in ('entry', 'prepay', 'exit')),
  -- 0: none, of a prepay code
  lane_id int4 not null,
  serial int4 not null check (serial between 0 and 4095),
  state text not null check (state in ('live', 'replaced', 'revoked')),
  -- null: before this was kept
  made_at timestamptz,
  made_by text,
  ended_at timestamptz,
  ended_by text,
  ended_because text,
  -- of a screen in the lane that shows a changing code: its name, a hash of its secret, how long each code is good, when it last asked
  screen_name text,
  secret_hash text,
  good_seconds int4 check (good_seconds between 10 and 600),
  seen_at timestamptz,
  check ((kind = 'prepay') = (lane_id = 0)),
  check ((state = 'live') = (ended_at is null)),
  check ((screen_name is null) = (secret_hash is null) and (screen_name is null) = (good_seconds is null)),
  primary key (bucket, lot_id, kind, lane_id, serial),
  foreign key (bucket, lot_id) references lot
);
-- One of a place is printed; screens hang beside it.
create unique index lot_code_printed on lot_code (bucket, lot_id, kind, lane_id) where state = 'live' and secret_hash is null;

-- What is printed elsewhere, as the path under our address that it leads to, and the place of a lot that it means.
create table code_alias (
  alias text primary key check (char_length(alias) between 1 and 200),
  bucket int4 not null,
  lot_id int4 not null,
  kind text not null check (kind in ('entry', 'prepay', 'exit')),
  lane_id int4 not null,
  made_at timestamptz not null,
  made_by text not null,
  check ((kind = 'prepay') = (lane_id = 0))
);
create index code_alias_lot on code_alias (lot_id, alias);

-- Somebody goes round a lot and looks at each code that should hang there.
create table code_patrol (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  begun_at timestamptz not null,
  begun_by text not null,
  ended_at timestamptz,
  -- how many places there were when it ended, and how many of them were right
  places int4,
  rightly int4,
  check ((ended_at is null) = (places is null) and (ended_at is null) = (rightly is null)),
  primary key (bucket, lot_id, id),
  foreign key (bucket, lot_id) references lot
);

-- What was found at one place, the last word of the patrol about it.
create table code_found (
  bucket int4 not null,
  lot_id int4 not null,
  patrol int8 not null,
  kind text not null,
  lane_id int4 not null,
  verdict text not null check (verdict in ('right', 'stale', 'revoked', 'swapped', 'foreign', 'not-ours', 'missing')),
  -- what hung there instead, in short
  found text,
  at timestamptz not null,
  by text not null,
  primary key (bucket, lot_id, patrol, kind, lane_id),
  foreign key (bucket, lot_id, patrol) references code_patrol
);

/** Every table of the agent's own file. Created where missing; a change of shape comes as a new table or column. */
export const schema = `
create table if not exists note (name text primary key, value text not null) strict;
-- The log: what happened, each once, in order. The cloud acknowledges by seq.
create table if not exists event (seq integer primary key, at integer not null, body text not null) strict;
create table if not exists session (
  id text primary key,
  plate text not null,
  pass integer not null,
  colour text not null,
  entered_at integer not null,
  entry_lane integer not null,
  standing text not null,
  vehicle_class text,
  -- how full the lot was when it came in, in percent; null where nobody counts
  occupancy_percent integer,
  ended_at integer
) strict;
create index if not exists session_open on session (plate) where ended_at is null;
create index if not exists session_ended on session (plate, ended_at) where ended_at is not null;
-- When a session was in an area inside the lot, and by which occupancy it went in and out.
create table if not exists part (
  id text primary key,
  session text not null,
  area text not null,
  entered_at integer not null,
  entered_by text not null,
  occupancy_percent integer,
  left_at integer,
  left_by text
) strict;
create index if not exists part_session on part (session);
create index if not exists part_inside on part (area) where left_at is null;
-- Who stands in a lane now.
create table if not exists occupancy (
  lane integer primary key,
  number text not null,
  plate text,
  session text,
  since integer not null,
  position text not null
) strict;
-- Orders to a gate: on disk before the order goes out, with what became of it.
create table if not exists opening (
  id text primary key,
  lane integer not null,
  occupancy text not null,
  session text,
  cause text not null,
  state text not null,
  ordered_at integer not null
) strict;
create index if not exists opening_occupancy on opening (occupancy);
create index if not exists opening_cause on opening (cause);
create index if not exists opening_waiting on opening (lane) where state in ('ordered', 'told');
-- When a vehicle held a space of its month card.
create table if not exists hold (
  session text not null,
  card text not null,
  from_at integer not null,
  to_at integer,
  primary key (session, from_at)
) strict;
create index if not exists hold_open on hold (card) where to_at is null;
create table if not exists clearance (
  id text primary key,
  session text not null,
  paid_fen integer not null,
  paid_at integer not null,
  leave_by integer not null,
  received_at integer not null
) strict;
create index if not exists clearance_session on clearance (session);
-- Whose time it is at a booth, and what was counted at its ends; it is open where handed_over_at is null.
create table if not exists shift (
  id text primary key,
  booth integer not null,
  attendant text not null,
  opened_at integer not null,
  float_fen integer not null,
  handed_over_at integer,
  taken_over_by text,
  counted_fen integer
) strict;
create unique index if not exists shift_open on shift (booth) where handed_over_at is null;
-- Notes that went into a drawer, or below zero out of it; without a shift the drawer is the lot's own.
create table if not exists cash (
  id text primary key,
  shift text,
  session text not null,
  fen integer not null,
  at integer not null
) strict;
create index if not exists cash_shift on cash (shift);
create index if not exists cash_session on cash (session);
-- A driver's purchase at a kiosk, under the kiosk's own number: open while money is put in, due until the kiosk has told what it
-- paid out, then ended. What was put in is the fee, where a clearance was made of it, what was paid out, and what is owed.
create table if not exists kiosk_purchase (
  kiosk integer not null,
  number text not null,
  session text not null,
  -- whose drawer the money is in
  shift text not null,
  owed_fen integer not null,
  -- what the stay had paid before: another amount at the end, and the quote no longer stands
  paid_before_fen integer not null,
  leave_minutes integer not null,
  begun_at integer not null,
  expires_at integer not null,
  till text not null,
  state text not null,
  inserted_fen integer not null,
  clearance text,
  due_fen integer not null,
  paid_out_fen integer not null,
  last_seq integer not null,
  primary key (kiosk, number)
) strict;
create unique index if not exists kiosk_purchase_under_way on kiosk_purchase (kiosk) where state in ('open', 'due');
-- What a kiosk said of a purchase, and what it was answered: said again it is answered the same.
create table if not exists kiosk_message (
  kiosk integer not null,
  purchase text not null,
  seq integer not null,
  ask text not null,
  answer text not null,
  at integer not null,
  primary key (kiosk, purchase, seq)
) strict;
-- Change that a kiosk could not pay out, until a person has settled it: left_fen is what is still owed.
create table if not exists change_owed (
  id text primary key,
  kiosk integer not null,
  purchase text not null,
  session text not null,
  shift text not null,
  amount_fen integer not null,
  left_fen integer not null,
  because text not null,
  at integer not null
) strict;
create index if not exists change_owed_open on change_owed (kiosk) where left_fen > 0;
create index if not exists change_owed_purchase on change_owed (kiosk, purchase);
-- Money in a drawer that was taken for nothing: owed change that stays in it, or below zero that left it.
create table if not exists change_move (
  id text primary key,
  shift text,
  fen integer not null,
  at integer not null
) strict;
create index if not exists change_move_shift on change_move (shift);
-- What its bearer is spared, once: by the stay that used it, for good.
create table if not exists coupon (
  id text primary key,
  plate text,
  session text,
  worth text not null,
  valid_until integer not null,
  received_at integer not null,
  used_by text,
  clearance text,
  used_at integer
) strict;
create index if not exists coupon_plate on coupon (plate) where used_by is null;
create index if not exists coupon_session on coupon (session) where used_by is null;
create index if not exists coupon_used on coupon (used_by) where used_by is not null;
-- Commands of the cloud by their number: a repeat is answered, not done again.
create table if not exists command (
  id text primary key,
  received_at integer not null,
  opening text,
  result text
) strict;
create index if not exists command_opening on command (opening);
create table if not exists admission (
  request text primary key,
  session text not null,
  opening text not null,
  at integer not null
) strict;
-- Camera records, so that a re-sent one is known (lot-devices.md 2.1).
create table if not exists seen (
  serial text not null,
  record text not null,
  taken_at integer not null,
  at integer not null,
  opening text,
  primary key (serial, record, taken_at)
) strict;
`

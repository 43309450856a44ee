-- What an audit has proven of each lot, so that the next one reads only what has come since (services/cloud/src/audit). A row is
-- written when everything held of its lot, after the look and apart from it: it can be lost, and is then proven anew.
create table proof (
  bucket int4 not null,
  lot_id int4 not null,
  -- of what the books say was posted, cleared or made before this
  proven_before timestamptz not null,
  -- the oldest clearance that was still being told, and the oldest refund that was under way: these go on changing
  telling_from int8 not null,
  refunding_from int8 not null,
  -- what the transfers posted before that add up to, one place per account
  kind account_kind[] not null,
  party int8[] not null,
  channel channel_name[] not null,
  balance_fen int8[] not null,
  -- up to which event each log was whole, one place per log
  device text[] not null,
  epoch int8[] not null,
  seq int8[] not null,
  primary key (bucket, lot_id),
  foreign key (bucket, lot_id) references lot
);

-- What was posted or cleared since is found by when, however old its payment is. A few bytes for many pages: these cost next to
-- nothing where rows are written in the order of time.
create index transfer_posted on transfer using brin (posted_at) with (pages_per_range = 32);
create index payment_cleared on payment using brin (cleared_at) with (pages_per_range = 32);
-- What opened before by the same cause.
create index gate_opening_cause on gate_opening (bucket, lot_id, cause_id) where cause_id is not null and not silent;

-- A refund that a person asked for. What it takes from whom is settled when it is asked, so that every later step agrees.
alter table refund add column asked_by text;
alter table refund add column second_factor bool;
alter table refund add column platform_fee_fen int4 not null default 0;
-- when it may be sent for the first time: channels want time between two refunds of one payment
alter table refund add column due_at timestamptz;

-- The house (scale.md 6). Three lists of tables, named in packages/database/src/tables.ts and held to their rules by a test:
-- reference (small, on every node), directory (own key), distributed (everything else: bucket first, then lot_id).
-- Ids are 63-bit and ordered in time; large tables are partitioned by range of the id. No sequence, trigger or volatile default.

-- What is looked at in each of a crowd of rows has a type of its own: four bytes, and nothing to check when a row changes.
create type channel_name as enum ('wechatpay', 'alipay');
create type session_state as enum ('inside', 'leaving', 'left', 'superseded', 'voided');
create type payment_state as enum ('created', 'pending', 'paid', 'unapplied', 'partly-refunded', 'refunded', 'closed');
create type telling_state as enum ('queued', 'sent', 'done', 'opened', 'expired', 'refused');

-- ---------------------------------------------------------------- reference
create table bucket (
  bucket int4 primary key check (bucket between 0 and 255),
  node text not null
);

create table operator (
  operator_id int8 primary key,
  name text not null check (name <> ''),
  created_at timestamptz not null
);

-- For whom a channel receives money, in the channel's words (packages/channels Merchant). Keys are settings, not rows.
create table channel_account (
  account_id int4 primary key,
  operator_id int8 not null references operator,
  channel channel_name not null,
  merchant jsonb not null,
  channel_fee_basis_points int4 not null check (channel_fee_basis_points between 0 and 1000),
  active boolean not null
);
create unique index channel_account_active on channel_account (operator_id, channel) where active;

-- ---------------------------------------------------------------- lots
create table lot (
  bucket int4 not null,
  lot_id int4 not null check (lot_id between 1 and 9999999),
  operator_id int8 not null,
  name text not null check (name <> ''),
  help_phone text,
  platform_fee_basis_points int4 not null check (platform_fee_basis_points between 0 and 3000),
  created_at timestamptz not null,
  primary key (bucket, lot_id)
);

create table lane (
  bucket int4 not null,
  lot_id int4 not null,
  lane_id int4 not null check (lane_id between 1 and 999),
  name text not null,
  direction text not null check (direction in ('entry', 'exit', 'both')),
  primary key (bucket, lot_id, lane_id),
  foreign key (bucket, lot_id) references lot
);

create table lot_device (
  bucket int4 not null,
  lot_id int4 not null,
  device text not null,
  -- scrypt of the device's secret: salt and hash, both hex
  secret_hash text not null,
  primary key (bucket, lot_id, device),
  foreign key (bucket, lot_id) references lot
);

-- What the cloud has of a device's log: the promise behind every ack.
create table lot_log (
  bucket int4 not null,
  lot_id int4 not null,
  device text not null,
  epoch int8 not null,
  committed_seq int8 not null,
  primary key (bucket, lot_id, device, epoch),
  foreign key (bucket, lot_id) references lot
);

create table lot_event (
  bucket int4 not null,
  lot_id int4 not null,
  epoch int8 not null,
  seq int8 not null,
  device text not null,
  kind text not null,
  at timestamptz not null,
  received_at timestamptz not null,
  body jsonb not null,
  primary key (bucket, lot_id, epoch, seq)
) partition by range (epoch);

-- ---------------------------------------------------------------- sessions
create table session (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  plate text not null,
  pass boolean not null,
  colour text not null,
  state session_state not null,
  entered_at timestamptz not null,
  entry_lane int4,
  paid_fen int4 not null check (paid_fen >= 0),
  leave_by timestamptz,
  left_at timestamptz,
  exit_lane int4,
  owed_when_left_fen int4,
  -- as what the lot let it in, and how it left
  standing text check (standing in ('visitor', 'month-card', 'free', 'guest', 'unadmitted')),
  vehicle_class text,
  left_how text check (left_how in ('left', 'released-owing', 'escaped')),
  ended_because text,
  check ((state = 'left') = (left_at is not null)),
  check ((state in ('superseded', 'voided')) = (ended_because is not null)),
  primary key (bucket, lot_id, id)
) partition by range (id);
create index session_open on session (bucket, lot_id, plate) where state in ('inside', 'leaving');

-- Who stands in a lane now, as the lot last told us.
create table lane_occupancy (
  bucket int4 not null,
  lot_id int4 not null,
  lane_id int4 not null,
  occupancy int8 not null,
  plate text,
  session_id int8,
  since timestamptz not null,
  ended_at timestamptz,
  primary key (bucket, lot_id, lane_id),
  foreign key (bucket, lot_id) references lot
);

-- Every movement of a gate, with the one thing that caused it.
create table gate_opening (
  bucket int4 not null,
  lot_id int4 not null,
  epoch int8 not null,
  seq int8 not null,
  lane_id int4 not null,
  at timestamptz not null,
  occupancy int8,
  session_id int8,
  cause_kind text not null,
  cause_id text,
  silent boolean not null,
  primary key (bucket, lot_id, epoch, seq),
  foreign key (bucket, lot_id) references lot
);
create index gate_opening_occupancy on gate_opening (bucket, lot_id, occupancy);

-- An unplated driver of one lot: the same driver gets the same pass, no two drivers the same.
create table pass_holder (
  bucket int4 not null,
  lot_id int4 not null,
  driver text not null,
  pass text not null,
  primary key (bucket, lot_id, driver),
  unique (bucket, lot_id, pass),
  foreign key (bucket, lot_id) references lot
);

-- The last scan of an entry code by one driver at one lane: repeats within seconds are the same scan.
create table admission (
  bucket int4 not null,
  lot_id int4 not null,
  lane_id int4 not null,
  driver text not null,
  request_id text not null,
  asked_at timestamptz not null,
  admitted_at timestamptz,
  gate text,
  primary key (bucket, lot_id, lane_id, driver),
  foreign key (bucket, lot_id) references lot
);

-- ---------------------------------------------------------------- quotes and payments
create table quote (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  session_id int8 not null,
  driver text not null,
  plate text not null,
  lane_id int4,
  occupancy int8,
  price_fen int4 not null,
  -- what had been paid when the lot priced the stay: a payment on this quote counts only if no other came between
  paid_before_fen int4 not null,
  owed_fen int4 not null check (owed_fen > 0),
  lines jsonb not null,
  leave_minutes int4 not null,
  quoted_at timestamptz not null,
  expires_at timestamptz not null,
  payment_id int8,
  primary key (bucket, lot_id, id)
) partition by range (id);

create table payment (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  session_id int8 not null,
  quote_id int8,
  lane_id int4,
  occupancy int8,
  plate text not null,
  driver text not null,
  payer text,
  channel channel_name not null,
  account_id int4 not null,
  account_key text not null,
  -- whose lot it was when the order was made
  operator_id int8 not null,
  amount_fen int4 not null check (amount_fen > 0),
  channel_fee_fen int4 not null check (channel_fee_fen >= 0),
  platform_fee_fen int4 not null check (platform_fee_fen >= 0),
  paid_before_fen int4 not null,
  leave_minutes int4 not null,
  state payment_state not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  channel_trade_no text,
  paid_at timestamptz,
  cleared_at timestamptz,
  refunded_fen int4 not null default 0,
  query_at timestamptz,
  queries int4 not null default 0,
  check (channel_fee_fen + platform_fee_fen <= amount_fen),
  check (refunded_fen between 0 and amount_fen),
  check ((state in ('created', 'pending', 'closed')) = (cleared_at is null)),
  primary key (bucket, lot_id, id)
) partition by range (id);
create index payment_due on payment (bucket, query_at) where query_at is not null;
-- Of the open ones only, so that no look-up of one payment by its id can ever be answered from here.
create index payment_open on payment (bucket, lot_id, session_id) where state in ('created', 'pending');

-- What lets a vehicle leave, and the outbox of clearing in one: its lot is told at once, then again until its own answer. Where
-- the lot itself made it (cash), nobody need tell it.
create table clearance (
  bucket int4 not null,
  lot_id int4 not null,
  -- the id of the payment that earned it
  id int8 not null,
  session_id int8 not null,
  paid_fen int4 not null,
  made_at timestamptz not null,
  leave_by timestamptz not null,
  -- the vehicle that may go at once, and until when the gate may be opened for it
  lane_id int4,
  occupancy int8,
  expires_at timestamptz,
  state telling_state not null default 'done',
  because text,
  -- by the lot's own log, which says so after every outage, whatever became of the answer
  told_at timestamptz,
  answered_at timestamptz,
  send_at timestamptz,
  sends int4 not null default 0,
  check ((state in ('queued', 'sent')) = (send_at is not null)),
  primary key (bucket, lot_id, id)
) partition by range (id);
create index clearance_due on clearance (bucket, send_at) where send_at is not null;

-- Whatever else a lot must be told: sent at once, then again until the lot's own answer.
create table lot_command (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  kind text not null,
  payment_id int8,
  lane_id int4,
  occupancy int8,
  session_id int8,
  -- in its own words
  body jsonb not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  state telling_state not null,
  because text,
  answered_at timestamptz,
  send_at timestamptz,
  sends int4 not null default 0,
  check ((state in ('queued', 'sent')) = (send_at is not null)),
  primary key (bucket, lot_id, id)
) partition by range (id);
create index lot_command_due on lot_command (bucket, send_at) where send_at is not null;
-- What was asked of the gate besides the clearance of a payment is found here.
create index lot_command_opening on lot_command (bucket, lot_id, payment_id) where kind = 'open-gate';

create table refund (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  payment_id int8 not null,
  amount_fen int4 not null check (amount_fen > 0),
  reason text not null,
  state text not null check (state in ('asked', 'sent', 'done', 'failed')),
  asked_at timestamptz not null,
  done_at timestamptz,
  because text,
  ask_at timestamptz,
  asks int4 not null default 0,
  check ((state in ('asked', 'sent')) = (ask_at is not null)),
  primary key (bucket, lot_id, id)
) partition by range (id);
create index refund_due on refund (bucket, ask_at) where ask_at is not null;
create index refund_payment on refund (bucket, lot_id, payment_id);

-- Summaries (services/cloud/src/summary): what each day came to, made once from what was posted and told, and put right by what comes late.

-- Up to when a bucket's transfers were read, and up to when once more, an hour back: a commit may have been under way at the first time.
create table summary_cursor (
  bucket int4 not null,
  lot_id int4 not null check (lot_id = 0),
  read_until timestamptz not null,
  sure_until timestamptz not null,
  primary key (bucket, lot_id)
);

-- Up to which event each log was counted.
create table summary_log (
  bucket int4 not null,
  lot_id int4 not null,
  device text not null,
  epoch int8 not null,
  seq int8 not null,
  primary key (bucket, lot_id, device, epoch),
  foreign key (bucket, lot_id) references lot
);

-- Whose turn it is: one worker counts a lot at a time. Days up to this one are closed; null: none yet.
create table summary_lot (
  bucket int4 not null,
  lot_id int4 not null,
  closed_through date,
  primary key (bucket, lot_id),
  foreign key (bucket, lot_id) references lot
);

-- As what each transfer, entry and exit was counted, so that counting it again is known, and what changed of it is moved. A figure of
-- nothing is null.
create table summary_part (
  bucket int4 not null,
  lot_id int4 not null,
  -- the stay that it is of; its own id where it is of none
  of_id int8 not null,
  -- `entry`, `exit`, or the cause of the transfer
  kind text not null,
  id int8 not null,
  day date not null,
  -- members of the dimensions; '': of none
  lane text not null,
  channel text not null,
  attendant text not null,
  product text not null,
  payments int8,
  paid_fen int8,
  refunds int8,
  refunded_fen int8,
  channel_fee_fen int8,
  platform_fee_fen int8,
  shared_fen int8,
  net_fen int8,
  unapplied_payments int8,
  unapplied_fen int8,
  cash_payments int8,
  cash_fen int8,
  cash_given_back int8,
  cash_given_back_fen int8,
  hand_overs int8,
  over_short_fen int8,
  entries int8,
  exits int8,
  stay_seconds int8,
  free_exits int8,
  released_owing int8,
  escaped int8,
  owed_fen int8,
  opened_for_entry int8,
  opened_for_payment int8,
  opened_free int8,
  opened_by_card int8,
  opened_by_person int8,
  opened_unordered int8,
  primary key (bucket, lot_id, of_id, kind, id)
) partition by range (of_id);

create type summary_dimension as enum ('lot', 'lane', 'channel', 'attendant', 'product');

-- A day at a lot by one member of one dimension. A month is the sum of its days.
create table summary_day (
  bucket int4 not null,
  lot_id int4 not null,
  dimension summary_dimension not null,
  day date not null,
  member text not null,
  payments int8 not null,
  paid_fen int8 not null,
  refunds int8 not null,
  refunded_fen int8 not null,
  channel_fee_fen int8 not null,
  platform_fee_fen int8 not null,
  shared_fen int8 not null,
  net_fen int8 not null,
  unapplied_payments int8 not null,
  unapplied_fen int8 not null,
  cash_payments int8 not null,
  cash_fen int8 not null,
  cash_given_back int8 not null,
  cash_given_back_fen int8 not null,
  hand_overs int8 not null,
  over_short_fen int8 not null,
  entries int8 not null,
  exits int8 not null,
  stay_seconds int8 not null,
  free_exits int8 not null,
  released_owing int8 not null,
  escaped int8 not null,
  owed_fen int8 not null,
  opened_for_entry int8 not null,
  opened_for_payment int8 not null,
  opened_free int8 not null,
  opened_by_card int8 not null,
  opened_by_person int8 not null,
  opened_unordered int8 not null,
  -- after the day was closed
  corrections int4 not null,
  corrected_at timestamptz,
  check ((corrections = 0) = (corrected_at is null)),
  primary key (bucket, lot_id, dimension, day, member),
  foreign key (bucket, lot_id) references lot
) with (fillfactor = 70); -- today's rows change with every round

-- Each figure that changed after its day was closed, and because of what. Never edited.
create table summary_correction (
  bucket int4 not null,
  lot_id int4 not null,
  dimension summary_dimension not null,
  day date not null,
  member text not null,
  number int4 not null,
  figure text not null,
  was int8 not null,
  became int8 not null,
  because text[] not null,
  at timestamptz not null,
  primary key (bucket, lot_id, dimension, day, member, number, figure),
  foreign key (bucket, lot_id, dimension, day, member) references summary_day
);

-- Who scanned the code of a payment.
create index code_scan_payment on code_scan (bucket, lot_id, payment_id);

-- Cash that a machine of a connected lot owes a driver as change: offered by a link, and taken into a wallet out of what the operator has at
-- the channel (bolink-protocol.md 6.13). Its money is set aside with the row.
create table cash_change (
  bucket int4 not null,
  lot_id int4 not null,
  -- of its number, under which the channel knows it
  id int8 not null,
  -- the number of whoever asked: the same number is the same change
  asked_as text not null check (asked_as <> ''),
  asked_by text not null check (asked_by <> ''),
  asked_at timestamptz not null,
  operator_id int8 not null,
  account_id int4 not null,
  channel channel_name not null,
  amount_fen int4 not null check (amount_fen > 0),
  -- after this nobody may begin to take it
  expires_at timestamptz not null,
  -- offered: nobody has begun. giving: a driver has, and the channel is asked. sent: it waits in the wallet. taken, returned, failed: over
  state text not null check (state in ('offered', 'giving', 'sent', 'taken', 'returned', 'failed')),
  -- as the channel knows the driver who began
  payee text,
  -- the channel's number
  channel_no text,
  because text,
  ended_at timestamptz,
  -- when to look at it again; null: it is over
  ask_at timestamptz,
  asks int4 not null default 0,
  -- which of its states whoever asked was told last, by which message, and where they want to hear of it: null: as usual
  told text,
  told_by int8,
  notify_url text,
  check ((told is null) = (told_by is null)),
  check ((payee is null) or state <> 'offered'),
  check ((state in ('taken', 'returned', 'failed')) = (ended_at is not null)),
  check ((ask_at is null) = (ended_at is not null)),
  check (state <> 'taken' or channel_no is not null),
  unique (bucket, lot_id, asked_as),
  primary key (bucket, lot_id, id),
  foreign key (bucket, lot_id) references lot
);
create index cash_change_due on cash_change (bucket, ask_at) where ask_at is not null;
create index cash_change_told_by on cash_change (bucket, lot_id, told_by) where told_by is not null;
create index cash_change_to_tell on cash_change (bucket, id) where state <> 'offered' and state <> 'giving' and told is distinct from state;

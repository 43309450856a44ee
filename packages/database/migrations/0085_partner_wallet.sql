-- Partners whose wallets drivers pay from (packages/channels/src/zldpay).
create table partner_wallet (
  -- the partner's number, the same in all that it says
  union_id text primary key,
  name text not null,
  -- what it and we sign with, AES-256-GCM
  sealed text not null,
  pay_url text not null,
  -- null: it wants to hear of nothing
  notice_url text
);

-- Whose plates they are at a wallet, as it says itself: one owner a plate, and whether it is charged at exits without being asked.
create table wallet_plate (
  plate text not null,
  union_id text not null,
  user_id text not null,
  senseless boolean not null,
  primary key (plate, union_id)
);
create index wallet_plate_user on wallet_plate (union_id, user_id);

-- A payment out of a wallet on its way to our books: what the wallet says it has been paid (`prepay`, by its own number), or what we
-- charge it with at an exit (`senseless`, by the occupancy). Once by that number, however often it is said.
create table wallet_payment (
  bucket int4 not null,
  lot_id int4 not null,
  union_id text not null,
  kind text not null check (kind in ('prepay', 'senseless')),
  number text not null,
  id int8 not null,
  session_id int8 not null,
  plate text not null,
  lane_id int4,
  -- null: what is owed
  amount_fen int4 check (amount_fen > 0),
  user_id text not null,
  -- given back as it came, as JSON
  attach text,
  asked_at timestamptz not null,
  -- the price it pays; null: not asked yet, or to be asked anew
  quote_id int8,
  payment_id int8,
  outcome text check (outcome in ('applied', 'not-applied')),
  because text,
  -- when it is gone on with; null: it is over
  due_at timestamptz,
  check ((outcome is null) = (due_at is not null)),
  primary key (bucket, lot_id, union_id, kind, number),
  foreign key (bucket, lot_id) references lot
);
create index wallet_payment_due on wallet_payment (bucket, due_at) where due_at is not null;

-- What a wallet is told, one after the other: each once by its subject, until the wallet has answered.
create table wallet_notice (
  bucket int4 not null,
  lot_id int4 not null,
  union_id text not null,
  kind text not null check (kind in ('in-notice', 'out-notice', 'prepay-result')),
  subject text not null,
  id int8 not null,
  said jsonb not null,
  tries int4 not null default 0,
  -- null: it is through, was given up, or is only recorded
  due_at timestamptz,
  primary key (bucket, lot_id, union_id, kind, subject),
  foreign key (bucket, lot_id) references lot
);
create index wallet_notice_due on wallet_notice (bucket, union_id, id) where due_at is not null;

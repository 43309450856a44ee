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

-- What a wallet says it has been paid for a stay: once by its own number, until it has heard what became of it.
create table wallet_prepay (
  bucket int4 not null,
  lot_id int4 not null,
  union_id text not null,
  trade_no text not null,
  id int8 not null,
  session_id int8 not null,
  plate text not null,
  amount_fen int4 not null check (amount_fen > 0),
  user_id text not null,
  -- given back as it came, as JSON
  attach text,
  asked_at timestamptz not null,
  -- the price it pays; null: not asked yet, or to be asked anew
  quote_id int8,
  payment_id int8,
  result text check (result in ('applied', 'not-applied')),
  -- when it is gone on with, or its result is told again; null: done
  due_at timestamptz,
  tries int4 not null default 0,
  primary key (bucket, lot_id, union_id, trade_no),
  foreign key (bucket, lot_id) references lot
);
create index wallet_prepay_due on wallet_prepay (bucket, due_at, id) where due_at is not null;

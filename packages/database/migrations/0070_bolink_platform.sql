-- Bolink platform mode: a vendor's cloud calls ours and is called by it.

-- What a call made (a refund) has the call's id: under the same signature it is the same. Nothing was written here before.
alter table bolink_call add column id int8 not null;
-- Null: forgotten after a day; else what it made, and that is once for ever.
alter table bolink_call add column made text check (made in ('refund'));
-- Where the vendor wants to hear of it; null: where it hears of everything.
alter table bolink_call add column notify_url text;
create index bolink_call_made on bolink_call (bucket, lot_id, id) where made is not null;

-- Payments that a vendor's cloud has made a number for, until they are paid and after.
create table bolink_pay (
  bucket int4 not null,
  lot_id int4 not null,
  -- the vendor's
  trade_no text not null,
  kind text not null check (kind in ('parking', 'escape', 'card')),
  -- of what: the record, or the card
  subject text not null,
  plate text not null,
  -- null: what the record owes
  amount_fen int4 check (amount_fen > 0),
  -- given back as it came, as JSON
  attach text,
  notify_url text,
  asked_at timestamptz not null,
  -- ours, that paid it
  payment_id int8,
  primary key (bucket, lot_id, trade_no),
  foreign key (bucket, lot_id) references lot
);
create index bolink_pay_open on bolink_pay (bucket, lot_id, kind, subject) where payment_id is null;
create index bolink_pay_card on bolink_pay (bucket, lot_id, plate) where kind = 'card' and payment_id is null;
create index bolink_pay_payment on bolink_pay (bucket, lot_id, payment_id) where payment_id is not null;

-- Lots that a vendor's cloud asks to have opened: an integrator reads them and opens them, or not.
create table bolink_asked_park (
  union_id text not null,
  park_id text not null,
  body jsonb not null,
  asked_at timestamptz not null,
  primary key (union_id, park_id)
);

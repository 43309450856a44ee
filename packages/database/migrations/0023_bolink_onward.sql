-- Connected lots, onward: their keys at rest, what may be set for each, what they are told of refunds, exits that are charged for
-- them, what is owed by those who left without paying, and what their software says of its own lists.

-- The vendor's key, sealed with the house key (services/cloud/src/bolink/seal.ts). One from before lies open until a process has
-- sealed it.
alter table bolink_park alter column ukey drop not null;
alter table bolink_park add column sealed_key text;
alter table bolink_park add constraint bolink_park_has_key check ((ukey is null) <> (sealed_key is null));
-- What is otherwise than usual (services/cloud/src/bolink/settings.ts); null: nothing.
alter table bolink_park add column settings jsonb;
-- Platform mode: where the vendor's cloud takes our calls. Null: the lot polls.
alter table bolink_park add column call_url text;

-- Never sent after: a question, or an order to a gate. Null: until it is answered or given up.
alter table bolink_message add column until timestamptz;
-- It is sent again after so many seconds each; the last is how long its last answer may take. Null: sent once.
alter table bolink_message add column steps int4[];
update bolink_message set steps = '{10,20,30,40,50,80,120,160,200,300,10}' where repeats;
update bolink_message set until = send_at + interval '1 minute' where not repeats and send_at is not null;
-- Whom a connected lot is asked of by its record: not a stay that is inside, but what one who escaped still owes.
alter table bolink_order add column debt_of text;

-- Refunds whose lot has been told of them.
create table bolink_refund (
  bucket int4 not null,
  lot_id int4 not null,
  -- of the refund
  id int8 not null,
  told_at timestamptz not null,
  primary key (bucket, lot_id, id),
  foreign key (bucket, lot_id) references lot
);
-- Finding what is to be told looks at connected lots alone.
create index lot_connected on lot (bucket) where system = 'bolink';

-- An exit that we are to charge by the code that its driver showed. One record has one at a time; the code itself is kept nowhere.
create table bolink_charge (
  bucket int4 not null,
  lot_id int4 not null,
  -- of the scan: made of the record and the code, so that the same upload is the same scan
  id text not null,
  order_id text not null,
  -- the exit as the lot told it, without the code
  body jsonb not null,
  asked_at timestamptz not null,
  -- what the lot was answered: null while it waits, 1 paid, 0 not, 2 it hears later
  answered int4,
  -- when nothing is left to be told
  ended_at timestamptz,
  primary key (bucket, lot_id, id),
  foreign key (bucket, lot_id) references lot
);
create index bolink_charge_open on bolink_charge (bucket, asked_at) where ended_at is null;

-- What a vehicle that left without paying owes, until it is paid.
create table bolink_debt (
  bucket int4 not null,
  lot_id int4 not null,
  order_id text not null,
  plate text not null,
  owed_fen int4 not null check (owed_fen > 0),
  entered_at timestamptz not null,
  left_at timestamptz not null,
  -- the payment that paid it
  payment_id int8,
  primary key (bucket, lot_id, order_id),
  foreign key (bucket, lot_id) references lot
);
create index bolink_debt_plate on bolink_debt (bucket, lot_id, plate) where payment_id is null;

-- What the lot's software says of its own lists and doings, in our words: who works there, cards, prices, lanes, its gate log.
-- Shown, and used where the manual says so; the software's word decides at its lot.
create table bolink_kept (
  bucket int4 not null,
  lot_id int4 not null,
  kind text not null,
  -- the software's own name for it
  key text not null,
  body jsonb not null,
  -- names and telephone numbers, sealed with the house key
  sealed text,
  said_at timestamptz not null,
  -- the software has deleted it
  ended_at timestamptz,
  primary key (bucket, lot_id, kind, key),
  foreign key (bucket, lot_id) references lot
);

-- Pictures that the software sends, for as long as the lot's settings say.
create table bolink_picture (
  bucket int4 not null,
  lot_id int4 not null,
  -- of what: order, liftrod, confirm or capture
  source text not null,
  key text not null,
  -- of an order: in or out
  part text not null,
  content bytea not null,
  taken_at timestamptz not null,
  kept_until timestamptz not null,
  primary key (bucket, lot_id, source, key, part),
  foreign key (bucket, lot_id) references lot
);
create index bolink_picture_over on bolink_picture (bucket, kept_until);

-- Calls of a vendor's cloud by their signatures, for a day: the same one again is a replay.
create table bolink_call (
  bucket int4 not null,
  lot_id int4 not null,
  sign text not null,
  called_at timestamptz not null,
  primary key (bucket, lot_id, sign),
  foreign key (bucket, lot_id) references lot
);
create index bolink_call_over on bolink_call (bucket, called_at);

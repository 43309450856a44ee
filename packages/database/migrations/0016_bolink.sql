-- Lots that have charging software of their own which speaks the Bolink lot protocol: who they are, their computers, their parking
-- records and what they must be told.

-- What runs the lot: our agent, or somebody else's software.
alter table lot add column system text not null default 'agent' check (system in ('agent', 'bolink'));
-- The lane as that software calls it.
alter table lane add column channel text;

-- Which lot a vendor's number means, and the vendor's key.
create table bolink_park (
  union_id text not null,
  park_id text not null,
  bucket int4 not null,
  lot_id int4 not null,
  ukey text not null check (ukey <> ''),
  primary key (union_id, park_id)
);

-- The charging computers of a lot. Each has one token at a time, kept over restarts.
create table bolink_computer (
  bucket int4 not null,
  lot_id int4 not null,
  local_id text not null,
  token_hash text not null,
  seen_at timestamptz not null,
  primary key (bucket, lot_id, local_id),
  foreign key (bucket, lot_id) references lot
);

-- A parking record by the lot's own name for it, and the session it is here.
create table bolink_order (
  bucket int4 not null,
  lot_id int4 not null,
  order_id text not null,
  session_id int8 not null,
  -- the computer that told us of it
  local_id text not null,
  -- what the lot has said it knows to be paid by phone
  told_fen int4 not null default 0 check (told_fen >= 0),
  primary key (bucket, lot_id, order_id),
  unique (bucket, lot_id, session_id),
  foreign key (bucket, lot_id) references lot
);

-- What waits for a long poll or for the lot's answer. Gone when it is answered; what was paid stays with its clearance.
create table bolink_message (
  bucket int4 not null,
  lot_id int4 not null,
  -- of a payment's or a command's number, or its own
  id int8 not null,
  service text not null,
  -- how the lot's answer names it: one of these
  answered_by text[] not null,
  -- messages about payments of one record go one after another
  order_id text,
  -- to this computer; null: to any
  local_id text,
  body text not null,
  repeats bool not null,
  -- null: a question that was sent, or given up
  send_at timestamptz,
  sends int4 not null default 0,
  -- of a question, until whoever asked has read it
  answer jsonb,
  primary key (bucket, lot_id, id),
  foreign key (bucket, lot_id) references lot
);
create index bolink_message_due on bolink_message (bucket, send_at) where send_at is not null;

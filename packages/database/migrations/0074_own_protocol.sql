-- Lots whose charging software speaks our own protocol (docs/connect.md): their keys, and what keeps a call from being taken twice.

-- Which systems there are is said where they are told apart (services/cloud/src/bolink/connected.ts), not here as well.
alter table lot drop constraint lot_system_check;
alter table lot add constraint lot_system_check check (system ~ '^[a-z][a-z-]{1,19}$');

-- What a lot's software signs with; two while one takes over from the other.
create table own_key (
  bucket int4 not null,
  lot_id int4 not null,
  name text not null,
  -- AES-256-GCM
  sealed text not null,
  primary key (bucket, lot_id, name),
  foreign key (bucket, lot_id) references lot
);

-- Every nonce that came lately: a call that comes with it again is a replay.
create table own_nonce (
  bucket int4 not null,
  lot_id int4 not null,
  nonce text not null,
  seen_at timestamptz not null,
  primary key (bucket, lot_id, nonce),
  foreign key (bucket, lot_id) references lot
);
create index own_nonce_old on own_nonce (bucket, seen_at);

-- What was called under an idempotency key, done once.
create table own_call (
  bucket int4 not null,
  lot_id int4 not null,
  idempotency_key text not null,
  -- SHA-256 of path and body: the same key with another content is a mistake
  content_hash text not null,
  -- what it is known by where it needs a name
  id int8 not null,
  made_at timestamptz not null,
  -- null: it was under way when its process went, and is done again
  done_at timestamptz,
  primary key (bucket, lot_id, idempotency_key),
  foreign key (bucket, lot_id) references lot
);
create index own_call_old on own_call (bucket, made_at);

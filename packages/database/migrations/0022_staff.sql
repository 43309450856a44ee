-- Persons with rights (domain.md 8): of the platform, of one operator, or of one partner. Few, rarely written, on every node.
-- What they do is written down beside the lot it is about, one line after the other, each sealed with the one before.

create index lot_operator on lot (operator_id);

create table staff (
  staff_id int8 primary key,
  -- what is typed to sign in; chosen, so that it need not be a telephone number
  account text not null unique check (account ~ '^[a-z][a-z0-9._-]{2,31}$'),
  -- name and telephone, AES-256-GCM (services/cloud/src/staff/personal.ts)
  sealed text not null,
  role text not null check (role in ('platform-admin', 'reviewer', 'support', 'platform-finance',
                                     'owner', 'manager', 'finance', 'attendant', 'read-only', 'partner')),
  operator_id int8 references operator,
  party int8,
  all_lots bool not null,
  -- scrypt with its own parameters; null until a one-time link was used
  password text,
  -- of the authenticator application, sealed; the one being set up beside the one in force
  totp_sealed text,
  totp_next_sealed text,
  -- of the newest code that was taken: a code is good once, whichever process it is shown to
  totp_step int8,
  made_at timestamptz not null,
  ended_at timestamptz,
  check ((role in ('owner', 'manager', 'finance', 'attendant', 'read-only')) = (operator_id is not null)),
  check ((role = 'partner') = (party is not null))
);
create index staff_operator on staff (operator_id);

-- The lots of whoever may not see all of its operator's, and the lanes of whoever sits in a booth there.
create table staff_lot (
  staff_id int8 not null references staff,
  lot_id int4 not null,
  -- null: all of them
  lanes int4[],
  primary key (staff_id, lot_id)
);

-- Who is signed in where. Of the token only a hash is kept.
create table staff_sign_in (
  sign_in_id int8 primary key,
  token_hash text not null unique,
  staff_id int8 not null references staff,
  began_at timestamptz not null,
  seen_at timestamptz not null,
  ends_at timestamptz not null,
  -- when the second factor was shown last
  factor_at timestamptz,
  address text not null,
  browser text not null,
  ended_at timestamptz
);
create index staff_sign_in_open on staff_sign_in (staff_id) where ended_at is null;

-- One-time links by which a person sets its own password.
create table staff_link (
  code_hash text primary key,
  staff_id int8 not null references staff,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- What is shown once in place of a lost authenticator, each good once.
create table staff_recovery (
  staff_id int8 not null references staff,
  code_hash text not null,
  used_at timestamptz,
  primary key (staff_id, code_hash)
);

-- Tries to sign in, by account, address and browser, counted for all processes together.
create table staff_try (
  key text primary key,
  since timestamptz not null,
  tries int4 not null
);

-- Somebody of the platform looks at an operator's view, with a reason.
create table staff_look (
  look_id int8 primary key,
  staff_id int8 not null references staff,
  operator_id int8 not null references operator,
  reason text not null check (reason <> ''),
  began_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz
);
create index staff_look_operator on staff_look (operator_id, look_id);

-- How many lines were written at one place, and the seal of the last: a line that was taken away is missed.
create table staff_trail (
  bucket int4 not null,
  lot_id int4 not null,
  lines int8 not null,
  seal text not null,
  primary key (bucket, lot_id)
);

-- Who did what. Lines are only ever added; each seal is made of the line, the seal before it and the house key. What is about
-- no lot stands at lot 0 of its operator's bucket for such lines.
create table staff_line (
  bucket int4 not null,
  lot_id int4 not null,
  line int8 not null,
  -- orders the lines of all places
  id int8 not null,
  at timestamptz not null,
  act text not null,
  -- null: by a command on the server itself
  staff_id int8,
  account text not null,
  role text not null,
  operator_id int8,
  about text not null,
  -- in short, without personal data
  before text not null,
  after text not null,
  reason text not null,
  look_id int8,
  address text not null,
  seal text not null,
  primary key (bucket, lot_id, line)
);
create index staff_line_operator on staff_line (operator_id, id);
create index staff_line_id on staff_line (id);

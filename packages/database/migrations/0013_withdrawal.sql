-- Withdrawals (domain.md 2, 6): what an operator has of what reconciliation has proven, on its way to its bank.

-- How an account's money reaches the bank. mirrored: the channel pays out by itself and the book follows its bill; channel: we ask
-- the channel to; bank: the simulated bank of a demonstration pays.
alter table channel_account add column payout text not null default 'mirrored' check (payout in ('mirrored', 'channel', 'bank'));

-- Where an account is paid out to. Rows are never changed: a new card is a new version.
create table payout_card (
  account_id int4 not null references channel_account,
  version int4 not null check (version > 0),
  -- number and name, AES-256-GCM (services/cloud/src/withdrawal/seal.ts)
  sealed text not null,
  -- the last four digits: all that is ever shown
  ending text not null check (ending ~ '^[0-9]{4}$'),
  owner text not null check (owner in ('company', 'person')),
  bank text not null check (bank <> ''),
  branch text,
  changed_by text not null check (changed_by <> ''),
  changed_at timestamptz not null,
  primary key (account_id, version)
);

-- One operator's money of one account in one bucket. It belongs to no lot, so its lot is 0, as in the books of reconciliation.
create table withdrawal (
  bucket int4 not null,
  lot_id int4 not null check (lot_id = 0),
  -- of its number
  id int8 not null,
  operator_id int8 not null,
  account_id int4 not null,
  channel channel_name not null,
  kind text not null check (kind in ('automatic', 'instant', 'mirrored')),
  -- `automatic:DAY`, `asked:ID`, `flow:DAY/NUMBER`: the same cause twice is one withdrawal
  cause text not null,
  -- of it the fee stays with the platform, the rest goes to the bank
  amount_fen int8 not null check (amount_fen > fee_fen),
  fee_fen int8 not null check (fee_fen >= 0),
  -- as it was when this was asked
  payout text not null check (payout in ('mirrored', 'channel', 'bank')),
  -- null: the channel has the card
  card_version int4,
  state text not null check (state in ('asked', 'sent', 'paid', 'returned', 'refused')),
  asked_at timestamptz not null,
  paid_at timestamptz,
  channel_no text,
  -- when to send it, or to ask about it; a paid one is asked about until no bank may return it any more
  ask_at timestamptz,
  asks int4 not null default 0,
  steps int4 not null,
  check (state not in ('asked', 'sent') or ask_at is not null),
  check ((state in ('paid', 'returned')) = (paid_at is not null)),
  unique (bucket, lot_id, account_id, cause),
  primary key (bucket, lot_id, id)
);
create index withdrawal_due on withdrawal (bucket, ask_at) where ask_at is not null;
create index withdrawal_asked on withdrawal (bucket, account_id, asked_at);

-- What of it is each lot's: the cause of the transfers there.
create table withdrawal_part (
  bucket int4 not null,
  lot_id int4 not null,
  withdrawal_id int8 not null,
  amount_fen int8 not null check (amount_fen > 0),
  fee_fen int8 not null check (fee_fen between 0 and amount_fen),
  primary key (bucket, lot_id, withdrawal_id),
  foreign key (bucket, lot_id) references lot
);

-- Each state it was in, who brought it there, and why: never edited.
create table withdrawal_step (
  bucket int4 not null,
  lot_id int4 not null,
  withdrawal_id int8 not null,
  step int4 not null,
  state text not null,
  at timestamptz not null,
  who text not null check (who <> ''),
  why text not null check (why <> ''),
  primary key (bucket, lot_id, withdrawal_id, step),
  foreign key (bucket, lot_id, withdrawal_id) references withdrawal
);

-- Whose turn it is: of one account's balances in one bucket one withdrawal is asked at a time.
create table withdrawal_turn (
  bucket int4 not null,
  lot_id int4 not null check (lot_id = 0),
  account_id int4 not null,
  asked int8 not null,
  primary key (bucket, lot_id, account_id)
);

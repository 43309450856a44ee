-- What a person has a lot asked on the day it moves over (docs/charging-software.md): asked by whichever process works, kept for the list.
create table lot_check_question (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  plate text not null,
  asked_at timestamptz not null,
  -- null: some process has it in hand, or it is answered
  ask_at timestamptz,
  answer jsonb,
  primary key (bucket, lot_id, id),
  foreign key (bucket, lot_id) references lot
);
create index lot_check_question_due on lot_check_question (bucket, ask_at) where ask_at is not null;
create index lot_check_question_old on lot_check_question (bucket, asked_at);

-- Since when what runs a lot runs it: processes that remember it read by this what has changed.
-- Null: since before this was written down.
alter table lot add column system_since timestamptz;
create index lot_system_since on lot (system_since);

-- Calls of partners' wallets that said they were new, by their signatures: one that comes again is a replay for a day.
create table wallet_call (
  union_id text not null,
  sign text not null,
  called_at timestamptz not null,
  primary key (sign, union_id)
);
create index wallet_call_old on wallet_call (called_at);

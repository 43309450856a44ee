-- Month cards that their drivers make longer (services/cloud/src/renewal). It is paid as a stay is, by a session of its own.

-- Not a stay: what this card is paid by, as it is called for drivers. Null: a stay.
alter table session add column renews_card text;

-- A card that is being paid, or was: one session at a time, so that of two who pay for the same card at once one is given back.
create table card_renewal (
  bucket int4 not null,
  lot_id int4 not null,
  session_id int8 not null,
  -- `here:` and its id, where the cloud keeps it; `lot:` and what the lot's own software calls it
  card text not null check (card ~ '^(here|lot):.'),
  begun_at timestamptz not null,
  -- of the last price that was asked for it
  asked_at timestamptz not null,
  -- null: not paid yet, or the lot has not answered yet
  outcome text check (outcome in ('renewed', 'refused', 'let-go')),
  because text,
  -- until when it is good now; null: the lot's software does not say
  until_at timestamptz,
  ended_at timestamptz,
  -- of the refund that a refusal makes; null: none is to be asked for any more
  refund_id int8,
  refund_at timestamptz,
  check ((outcome is null) = (ended_at is null)),
  check ((refund_id is null) = (refund_at is null)),
  primary key (bucket, lot_id, session_id),
  foreign key (bucket, lot_id) references lot
);
create unique index card_renewal_open on card_renewal (bucket, lot_id, card) where outcome is null;
create index card_renewal_due on card_renewal (bucket, asked_at) where outcome is null;
create index card_renewal_refund on card_renewal (bucket, refund_at) where refund_at is not null;

-- What a price of it is for.
create table card_renewal_quote (
  bucket int4 not null,
  lot_id int4 not null,
  -- of the quote
  id int8 not null,
  months int4 not null check (months between 1 and 36),
  -- from when on, as the lot's software was asked, and the number that it answered under; null: priced here
  start_at timestamptz,
  lot_trade_no text,
  check ((start_at is null) = (lot_trade_no is null)),
  primary key (bucket, lot_id, id),
  foreign key (bucket, lot_id) references lot
);

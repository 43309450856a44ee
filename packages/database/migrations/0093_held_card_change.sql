-- Changes of a settlement card that a channel holds (wechat-pay.md 18.4, alipay.md 13.1), as an operator has asked for them and until the
-- channel has said what became of each. Of such an account no card is kept here (`payout_card`): only that it was changed, and to what.
create table held_card_change (
  account_id int4 not null references channel_account,
  version int4 not null check (version > 0),
  -- lost: the channel has never said whether it took it
  state text not null check (state in ('asked', 'sent', 'checking', 'applied', 'refused', 'lost')),
  -- number and holder, AES-256-GCM (services/cloud/src/withdrawal/seal.ts); null once it is over
  sealed text,
  -- masked: with `bank` all that is ever shown
  ending text not null check (ending ~ '^[0-9]{4}$'),
  holder text not null,
  owner text not null check (owner in ('company', 'person')),
  bank text not null check (bank <> ''),
  branch text not null check (branch <> ''),
  -- of the branch's city
  area_code text not null check (area_code ~ '^[0-9]{6}$'),
  asked_by text not null check (asked_by <> ''),
  why text not null check (why <> ''),
  asked_at timestamptz not null,
  -- the last digits of the card that the channel had when this was sent; null: it named none
  ending_before text,
  sent_at timestamptz,
  -- under which the channel knows it
  channel_no text,
  -- why it ended as it did, in the channel's words
  because text,
  ended_at timestamptz,
  -- when the channel is asked next
  ask_at timestamptz,
  asks int4 not null default 0,
  primary key (account_id, version),
  check ((state in ('applied', 'refused', 'lost')) = (ended_at is not null)),
  check ((ended_at is null) = (sealed is not null)),
  check ((ended_at is null) = (ask_at is not null)),
  check (state not in ('refused', 'lost') or because is not null),
  check (state not in ('sent', 'checking', 'lost') or sent_at is not null),
  check (state <> 'checking' or channel_no is not null)
);
-- One at a time: the channel has one card.
create unique index held_card_change_open on held_card_change (account_id) where ended_at is null;
create index held_card_change_due on held_card_change (ask_at) where ask_at is not null;

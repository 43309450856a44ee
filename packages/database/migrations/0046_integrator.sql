-- What the integrator does for many operators: applications on their way through a channel, lots found among many, templates of terms.

-- The errand of one application at one channel (services/cloud/src/application/channel). The number it goes by there is made of its id and
-- `serial`, and is the same through all repeats and corrections; another serial only where the channel has ended the one before for good.
create table application_errand (
  bucket int4 not null,
  lot_id int4 not null,
  application_id int8 not null,
  channel channel_name not null,
  serial int4 not null check (serial between 1 and 99),
  -- when the channel is asked next, and how often it has been without news
  ask_at timestamptz not null,
  attempts int4 not null,
  -- of the channel, for a person who calls it
  channel_no text,
  -- what the channel, or our own rules, said last that only a person of the platform can do something about
  trouble text,
  -- who receives money from now on, once it is live; the account of a partner stands nowhere else
  merchant jsonb,
  primary key (bucket, lot_id, application_id, channel),
  foreign key (bucket, lot_id, application_id) references application
);
create index application_errand_due on application_errand (bucket, ask_at);

-- A paper that the channel has: uploaded once, however often the application is sent.
create table application_upload (
  bucket int4 not null,
  lot_id int4 not null,
  application_id int8 not null,
  channel channel_name not null,
  sha256 text not null,
  paper_id text not null,
  uploaded_at timestamptz not null,
  primary key (bucket, lot_id, application_id, channel, sha256),
  foreign key (bucket, lot_id, application_id) references application
);

-- Another settlement card at a channel for an account that is live: asked for once, followed to its end.
create table card_errand (
  id int8 primary key,
  account_id int4 not null references channel_account,
  -- where the channel has not given it a number yet: nobody knows whether it arrived
  change_no text,
  state text not null check (state in ('asked', 'pending', 'done', 'refused')),
  why text,
  -- the end of the card's number
  ending text not null,
  -- the card, AES-256-GCM, until it is over
  sealed text,
  by_account text not null,
  reason text not null,
  asked_at timestamptz not null,
  ask_at timestamptz,
  attempts int4 not null
);
create unique index card_errand_one on card_errand (account_id) where state in ('asked', 'pending');
create index card_errand_due on card_errand (ask_at) where ask_at is not null;
create index card_errand_account on card_errand (account_id, id);

-- One and two letters of a name, by which a part of it is found. An index keeps them, so that whoever writes a name need not.
create function name_grams(words text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct substr(lower(words), g.at, g.size)), '{}')
    from (select a.at, s.size from generate_series(1, char_length(words)) as a (at), generate_series(1, 2) as s (size)) as g
   where g.at + g.size - 1 <= char_length(words)
$$;
create index lot_grams on lot using gin (name_grams(name));
create index operator_grams on operator using gin (name_grams(name));
create index lot_by_number on lot (lot_id);
create index lot_by_digits on lot ((lot_id::text) text_pattern_ops, lot_id);
create index lot_of_operator on lot (operator_id, lot_id);

-- Terms under a name, to be applied to lots. A lot that they were applied to keeps what it got then.
create table terms_template (
  template_id int8 primary key,
  name text not null,
  platform_fee_basis_points int4 not null check (platform_fee_basis_points between 0 and 3000),
  -- the rules of shares, a channel each, AES-256-GCM: names of receivers are in it
  sealed text not null,
  version int4 not null,
  by_account text not null,
  changed_at timestamptz not null,
  ended_at timestamptz
);
create unique index terms_template_name on terms_template (name) where ended_at is null;

-- How an account with a channel has been: the last good answer and the last trouble, written by whoever works with it, now and then.
create table channel_health (
  account_id int4 primary key references channel_account,
  good_at timestamptz,
  trouble_at timestamptz,
  trouble text
);

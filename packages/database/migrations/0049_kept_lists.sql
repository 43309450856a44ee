-- The cloud as the keeper of what a lot goes by: its price list, its month cards, who is free, blocked or announced, and the coupons that
-- shops give (services/cloud/src/{tariff,vehicle,coupon}). Lots are told by orders, whole, each with a version above all before it.

-- What was ordered of a kind of which the newest counts is found here: few of all commands.
create index lot_command_whole on lot_command (bucket, lot_id, kind, id) where kind in ('lists', 'tariff');

-- Every price list that a lot was told from here, whole, as it was told: the newest counts, the others say what was in force when.
create table tariff_version (
  bucket int4 not null,
  lot_id int4 not null,
  version int8 not null,
  -- versions with their instants (packages/domain/src/tariff/schedule.ts)
  schedule jsonb not null,
  -- from when the one that was added counts; null: one that had been announced was taken back
  added_from timestamptz,
  -- of its order
  command_id int8 not null,
  staff_id int8 not null,
  account text not null,
  reason text not null check (reason <> ''),
  made_at timestamptz not null,
  primary key (bucket, lot_id, version),
  foreign key (bucket, lot_id) references lot
);

-- The lists of a lot as they were told last. Whoever changes one holds this row, so that no change is told without another.
create table vehicle_list (
  bucket int4 not null,
  lot_id int4 not null,
  version int8 not null,
  -- so many vehicles fit in; null: nobody counts
  capacity int4 check (capacity between 0 and 100000),
  command_id int8,
  changed_at timestamptz not null,
  primary key (bucket, lot_id),
  foreign key (bucket, lot_id) references lot
);

-- What a month card is sold as.
create table card_product (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  name text not null check (name <> ''),
  month_fen int4 not null check (month_fen >= 0),
  spaces int4 not null check (spaces between 1 and 20),
  -- a part of the day only, as the lot link says it; null: all of it
  windows jsonb,
  made_at timestamptz not null,
  -- no card is opened by it any more
  ended_at timestamptz,
  primary key (bucket, lot_id, id),
  foreign key (bucket, lot_id) references lot
);
create unique index card_product_name on card_product (bucket, lot_id, name) where ended_at is null;

create table month_card (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  -- what it is called in the lot
  card text not null check (card <> ''),
  product_id int8 not null,
  plates text[] not null check (cardinality(plates) between 1 and 20),
  spaces int4 not null check (spaces between 1 and 20),
  from_at timestamptz not null,
  until_at timestamptz not null,
  -- whose it is: name and telephone, AES-256-GCM
  sealed text,
  made_at timestamptz not null,
  stopped_at timestamptz,
  check (until_at > from_at),
  primary key (bucket, lot_id, id),
  unique (bucket, lot_id, card),
  foreign key (bucket, lot_id) references lot,
  foreign key (bucket, lot_id, product_id) references card_product
);

-- What became of a card, step by step: only ever added to.
create table month_card_step (
  bucket int4 not null,
  lot_id int4 not null,
  card_id int8 not null,
  id int8 not null,
  kind text not null check (kind in ('opened', 'changed', 'renewed', 'stopped')),
  at timestamptz not null,
  account text not null,
  -- in short, without personal data
  after text not null,
  reason text not null,
  -- noted by a person and in no book: the ledger mirrors what channels hold
  noted_fen int4 check (noted_fen >= 0),
  noted_as text check (noted_as in ('cash', 'transfer')),
  check ((noted_fen is null) = (noted_as is null)),
  primary key (bucket, lot_id, card_id, id),
  foreign key (bucket, lot_id, card_id) references month_card
);

-- Free, blocked and announced vehicles.
create table listed_vehicle (
  bucket int4 not null,
  lot_id int4 not null,
  list text not null check (list in ('free', 'guests', 'blocked')),
  plate text not null,
  from_at timestamptz,
  until_at timestamptz,
  note text not null,
  account text not null,
  put_at timestamptz not null,
  check (until_at > from_at),
  primary key (bucket, lot_id, list, plate),
  foreign key (bucket, lot_id) references lot
);

-- A shop that gives coupons of a lot, with a sign-in of its own. Small, and found by what is typed: on every node.
create table shop (
  shop_id int8 primary key,
  bucket int4 not null,
  lot_id int4 not null,
  name text not null check (name <> ''),
  account text not null unique check (account ~ '^[a-z][a-z0-9._-]{2,31}$'),
  -- scrypt; null until its one-time link was used
  password text,
  link_hash text unique,
  link_until timestamptz,
  -- what it may give: named worths, as the lot link says them
  kinds jsonb not null,
  per_day int4 not null check (per_day between 1 and 100000),
  per_month int4 not null check (per_month between 1 and 1000000),
  -- how long a coupon is good
  hours int4 not null check (hours between 1 and 744),
  made_at timestamptz not null,
  ended_at timestamptz
);
create index shop_of_lot on shop (bucket, lot_id);

create table shop_sign_in (
  token_hash text primary key,
  shop_id int8 not null references shop,
  began_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz
);
create index shop_sign_in_shop on shop_sign_in (shop_id);

-- How many a shop has given on a day at Beijing: who counts one up holds the day.
create table shop_day (
  bucket int4 not null,
  lot_id int4 not null,
  shop_id int8 not null,
  day date not null,
  given int4 not null check (given > 0),
  primary key (bucket, lot_id, shop_id, day),
  foreign key (bucket, lot_id) references lot
);

-- A coupon that a shop gave. Its id is its name in the lot.
create table coupon (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  shop_id int8 not null,
  plate text not null,
  kind text not null,
  worth jsonb not null,
  given_at timestamptz not null,
  valid_until timestamptz not null,
  -- by a driver who scanned it, or by the shop
  taken_by text not null check (taken_by in ('shop', 'driver')),
  command_id int8 not null,
  -- by the stay that it made cheaper, as the lot's log says it
  session_id int8,
  used_at timestamptz,
  -- by so much; null: the lot does not say
  lowered_fen int4 check (lowered_fen >= 0),
  check ((session_id is null) = (used_at is null)),
  check (lowered_fen is null or used_at is not null),
  primary key (bucket, lot_id, id),
  foreign key (bucket, lot_id) references lot
) partition by range (id);
create index coupon_of_shop on coupon (bucket, lot_id, shop_id, id);
create index coupon_used on coupon (bucket, lot_id, shop_id, used_at) where used_at is not null;

-- Up to which event the log of a lot was read for coupons that were used.
create table coupon_log (
  bucket int4 not null,
  lot_id int4 not null,
  epoch int8 not null,
  seq int8 not null,
  primary key (bucket, lot_id, epoch),
  foreign key (bucket, lot_id) references lot
);
-- Which events say so: few of all.
create index lot_event_coupons on lot_event (bucket, lot_id, epoch, seq) where kind = 'left' and body ? 'coupons';

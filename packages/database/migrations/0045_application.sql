-- Applications (domain.md 7, 8): an operator's or a partner's request to be opened, with papers, under review. They are about no lot
-- yet, so they stand at lot 0 of a bucket that is reckoned from their id (services/cloud/src/application/place.ts).

create table application (
  bucket int4 not null,
  lot_id int4 not null check (lot_id = 0),
  id int8 not null,
  kind text not null check (kind in ('operator', 'partner')),
  state text not null check (state in ('draft', 'submitted', 'in-review', 'returned', 'approved', 'channel-review', 'to-sign', 'live',
                                       'suspended')),
  -- where it goes on from
  suspended_from text,
  -- the secret link of whoever applies, as a hash; the last one that was made is the one that works
  link_hash text not null,
  -- the form as it is typed, AES-256-GCM (services/cloud/src/application/sealed.ts)
  sealed text not null,
  -- counts what was saved: two windows do not write over each other
  version int4 not null,
  -- by which a reviewer finds it
  lot_name text,
  -- whose one more lot it is, or who was opened for it
  operator_id int8,
  made_at timestamptz not null,
  saved_at timestamptz not null,
  submitted_at timestamptz,
  -- of the staff, who has it on the desk
  reviewer int8,
  -- what is to be mended, by field: [{field, reason, note}]
  mend jsonb not null,
  approved_at timestamptz,
  -- what is opened for it, said when it is approved, so that opening it twice is opening it once
  lot_bucket int4,
  lot_number int4,
  party int8,
  account text,
  opened_at timestamptz,
  primary key (bucket, lot_id, id),
  check ((state = 'suspended') = (suspended_from is not null)),
  check ((state in ('approved', 'channel-review', 'to-sign', 'live')) <= (approved_at is not null)),
  check ((lot_bucket is null) = (lot_number is null))
);
create index application_queue on application (state, submitted_at, id);
create index application_operator on application (operator_id, id);
create index application_to_open on application (bucket, approved_at) where approved_at is not null and opened_at is null;
create index application_of_lot on application (lot_number) where lot_number is not null;

-- Who has done what to it, when and why; lines are only added.
create table application_step (
  bucket int4 not null,
  lot_id int4 not null,
  application_id int8 not null,
  step int4 not null,
  at timestamptz not null,
  act text not null,
  before text not null,
  after text not null,
  -- an account, or `applicant`, or `channel wechatpay`
  who text not null,
  -- {mend, checks, note}: what was to be mended, what was looked at
  why jsonb not null,
  primary key (bucket, lot_id, application_id, step),
  foreign key (bucket, lot_id, application_id) references application
);

-- A picture of a paper, made anew from what was sent (no position, no maker, nothing hidden), AES-256-GCM.
create table application_paper (
  bucket int4 not null,
  lot_id int4 not null,
  application_id int8 not null,
  kind text not null,
  width int4 not null,
  height int4 not null,
  -- of what is sealed
  size int4 not null,
  sha256 text not null,
  sealed bytea not null,
  uploaded_at timestamptz not null,
  primary key (bucket, lot_id, application_id, kind),
  foreign key (bucket, lot_id, application_id) references application
);

-- What became of an approved one at each channel that it was meant for (services/cloud/src/application/channel.ts).
create table application_channel (
  bucket int4 not null,
  lot_id int4 not null,
  application_id int8 not null,
  channel channel_name not null,
  -- `asked`: approved here, not sent yet, or to be sent again after it was mended
  state text not null check (state in ('asked', 'channel-review', 'to-sign', 'live', 'returned')),
  -- where the applicant signs
  sign_url text,
  told_at timestamptz not null,
  primary key (bucket, lot_id, application_id, channel),
  foreign key (bucket, lot_id, application_id) references application,
  check ((state = 'to-sign') = (sign_url is not null))
);
create index application_channel_open on application_channel (bucket, told_at) where state <> 'live';

-- Numbers of lots: each once in the whole house, whichever bucket the lot lives in.
create table lot_number (
  lot_id int4 primary key check (lot_id between 1 and 9999999),
  bucket int4 not null
);
insert into lot_number (lot_id, bucket) select lot_id, min(bucket) from lot group by lot_id;

-- Full names of bank branches that were approved once: what the next applicant is offered.
create table bank_branch (
  name text primary key
);

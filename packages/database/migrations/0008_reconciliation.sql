-- Holding our book against the channels' bills (domain.md 2, reconciliation). What belongs to a channel account and to no lot is
-- kept under bucket 0 and lot 0: its bills, and their lines whose numbers are not ours.

create type bill_kind as enum ('trade', 'fund-flow');
-- flow-of-refunds: of a payment's refunds, by a channel whose account names them by the payment
create type bill_line_kind as enum ('payment', 'refund', 'reversed', 'flow', 'flow-of-payment', 'flow-of-refund', 'flow-of-refunds');
create type discrepancy_class as enum
  ('not-our-number', 'not-in-our-book', 'unheard', 'not-at-channel', 'day-boundary', 'double', 'other-account', 'state', 'amount', 'fee',
   'flow-gap', 'flow-amount', 'flow-missing', 'flow-unexplained', 'gate-unexplained');
create type discrepancy_state as enum ('found', 'explained-by-itself', 'with-a-person', 'settled');

-- One bill of one account and day. `due`: to be fetched. `kept`: its lines are whole and stay as they are. `closed`: compared, its
-- day is frozen. `refused`: the channel will not hand it out.
create table bill (
  bucket int4 not null,
  lot_id int4 not null,
  account_id int4 not null,
  day date not null,
  kind bill_kind not null,
  channel channel_name not null,
  account_key text not null,
  state text not null check (state in ('due', 'kept', 'closed', 'refused')),
  -- of the reading whose lines are the bill's; every try has another one, so that what a broken one left is never taken for lines
  bill_id int8,
  due_at timestamptz,
  asks int4 not null default 0,
  lines int4,
  because text,
  kept_at timestamptz,
  closed_at timestamptz,
  check ((state in ('due', 'kept')) = (due_at is not null)),
  check ((state = 'closed') = (closed_at is not null)),
  check ((state in ('kept', 'closed')) = (kept_at is not null)),
  primary key (bucket, lot_id, account_id, day, kind)
);
create index bill_due on bill (bucket, due_at) where due_at is not null;

-- The lines as the channel gave them. Found by the payment or refund whose number they carry, in whichever bill they stand.
create table bill_line (
  bucket int4 not null,
  lot_id int4 not null,
  -- of the payment or the refund; 0 where the number is not ours
  item_id int8 not null,
  bill_id int8 not null,
  line int4 not null,
  kind bill_line_kind not null,
  -- of a refund: the payment
  payment_id int8,
  -- signed where money moves: a flow that goes out is below zero
  amount_fen int8 not null,
  -- null: the same as the amount
  settled_fen int8,
  fee_milli_fen int8 not null,
  -- the channel's number for the payment, or for what caused a flow
  channel_no text not null,
  -- its number for the refund, or for the flow itself
  channel_item_no text,
  -- null: the bill's
  account_key text,
  -- as the bill writes it, where it does not lead to a payment or refund of ours
  our_number text,
  refund_state text,
  balance_fen int8,
  at timestamptz not null,
  product text not null,
  note text not null,
  primary key (bucket, lot_id, item_id, bill_id, line)
) partition by range (bill_id);
-- A bill's lines lie together: a few bytes find them all.
create index bill_line_bill on bill_line using brin (bill_id) with (pages_per_range = 32);

-- One item on which our book and the channel's differ, as it was found; what becomes of it is told step by step below.
create table discrepancy (
  bucket int4 not null,
  lot_id int4 not null,
  -- 0: of no account, as what moved a gate
  account_id int4 not null,
  day date not null,
  proof text not null check (proof in ('trade', 'fund-flow', 'gates')),
  -- `payment:ID`, `refund:ID`, `line:N`, `flow:NUMBER`, `opening:EPOCH/SEQ`, `balance`
  item text not null,
  class discrepancy_class not null,
  owner text not null check (owner in ('platform', 'operator')),
  ours_fen int8,
  theirs_fen int8,
  about text not null,
  found_at timestamptz not null,
  state discrepancy_state not null,
  steps int4 not null,
  primary key (bucket, lot_id, account_id, day, proof, item)
);
create index discrepancy_open on discrepancy (bucket, day) where state in ('found', 'with-a-person');

-- Each change of a discrepancy: never edited. Whenever it comes, it belongs to the day on which it is made, which is open.
create table discrepancy_step (
  bucket int4 not null,
  lot_id int4 not null,
  account_id int4 not null,
  day date not null,
  proof text not null,
  item text not null,
  step int4 not null,
  state discrepancy_state not null,
  at timestamptz not null,
  on_day date not null,
  who text not null,
  why text not null check (why <> ''),
  primary key (bucket, lot_id, account_id, day, proof, item, step),
  foreign key (bucket, lot_id, account_id, day, proof, item) references discrepancy
);

-- What a day came to, for a lot and account; written once, when the day is closed, and never changed.
create table reconciled_day (
  bucket int4 not null,
  lot_id int4 not null,
  account_id int4 not null,
  day date not null,
  proof text not null check (proof in ('trade', 'fund-flow', 'gates')),
  ours int4 not null,
  theirs int4 not null,
  ours_fen int8 not null,
  theirs_fen int8 not null,
  fee_milli_fen int8 not null,
  discrepancies int4 not null,
  -- of gates: how many moved for a payment, a rule, a card, a person, nothing known
  reasons jsonb,
  closed_at timestamptz not null,
  primary key (bucket, lot_id, account_id, day, proof)
);

-- What the channel kept is posted as its bill says, also where less was set aside for it: the account then shows by how much, until
-- somebody settles the discrepancy.
alter table account drop constraint account_never_negative;
alter table account add constraint account_never_negative
  check (balance_fen >= 0 or kind in ('channel-clearing', 'channel-fee', 'cash-drawer'));

-- The movements of a day, found by when; rows come nearly in that order.
create index gate_opening_at on gate_opening using brin (at) with (pages_per_range = 32);
-- Few: what went up without an order.
create index lot_event_unordered on lot_event (bucket, at) where kind = 'unordered-opening';

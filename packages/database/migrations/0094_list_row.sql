-- Cards and lists of lots whose charging software takes them row by row (services/cloud/src/vehicle/rows.ts): what each row is to be there,
-- what the software has said that it is, and what is on its way.
create table list_row (
  bucket int4 not null,
  lot_id int4 not null,
  kind text not null check (kind in ('product', 'card', 'free', 'blocked')),
  -- of a product or a card its id, of a vehicle its plate
  key text not null,
  -- by which the software knows it
  name text not null check (name <> ''),
  made_at timestamptz not null,
  -- what it is to say, as text that is compared; null: it is to go
  wanted text,
  wanted_at timestamptz not null,
  -- what is wanted first is told first
  turn int8 not null,
  -- what the software has answered that it took; null: it has none of it
  told text,
  -- what is on its way says this (null: that it goes), under this number of a message
  sent text,
  message_id int8,
  -- what was last sent of what stands there: one that goes is named by it
  said text,
  -- something was told that was never answered: whether the software has it nobody knows
  unsure bool not null,
  -- not before: it was never answered
  again_at timestamptz,
  -- the software's words to what is wanted; null: not refused
  refused text,
  answered_at timestamptz,
  primary key (bucket, lot_id, kind, key),
  foreign key (bucket, lot_id) references lot
);
create index list_row_due on list_row (bucket, lot_id, turn)
  where message_id is null and refused is null and (wanted is distinct from told or unsure);
create index list_row_sent on list_row (bucket, lot_id, message_id) where message_id is not null;

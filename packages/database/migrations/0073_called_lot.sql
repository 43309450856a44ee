-- Lots whose charging software we call (packages/lot-systems/src/called.ts).

-- What an operator typed: where the software is, and who we are there.
create table called_lot (
  bucket int4 not null,
  lot_id int4 not null,
  settings jsonb not null,
  -- the secrets among them, AES-256-GCM
  sealed text not null,
  primary key (bucket, lot_id),
  foreign key (bucket, lot_id) references lot
);

-- The software's own number of each price it was asked for, which a payment of that price must name.
create table called_bill (
  bucket int4 not null,
  lot_id int4 not null,
  session_id int8 not null,
  quoted_at timestamptz not null,
  bill text not null,
  primary key (bucket, lot_id, session_id, quoted_at),
  foreign key (bucket, lot_id) references lot
);
create index called_bill_old on called_bill (bucket, quoted_at);

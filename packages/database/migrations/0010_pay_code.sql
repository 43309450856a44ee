-- Pay codes (domain.md 3): the attendant scans the driver's wallet. A payment like any other, but asked about every few seconds by
-- a rule of its own, and taken back when nobody knows in time whether it was paid.
alter table payment add column scanned_at timestamptz;
-- It is being taken back, until the channel is certain: closed for us, so that whatever is heard of it later goes back by itself.
alter table payment add column reversing boolean;

-- One scan: repeated under the same name by the lot until it is answered, done once.
create table code_scan (
  bucket int4 not null,
  lot_id int4 not null,
  request text not null,
  payment_id int8 not null,
  scanned_at timestamptz not null,
  scanned_by text not null,
  -- why nothing was taken, in the words that the booth knows
  because text,
  primary key (bucket, lot_id, request),
  foreign key (bucket, lot_id) references lot
);

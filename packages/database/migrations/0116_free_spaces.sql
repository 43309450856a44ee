-- How many spaces are free at a connected lot, as its own software said last with an entry or exit (bolink-protocol.md 4.1, `empty_plot`).
create table bolink_free (
  bucket int4 not null,
  lot_id int4 not null,
  spaces int4 not null check (spaces between 0 and 1000000),
  -- of the entry or exit that it came with, never after we heard of it
  said_at timestamptz not null,
  primary key (bucket, lot_id),
  foreign key (bucket, lot_id) references lot
);

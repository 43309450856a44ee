-- The files of bills, unchanged, and what an account's balance is held against (domain.md 2, reconciliation).

-- A file in pieces, in the order in which they came. In the database, because that is all that several cloud processes share; the
-- pieces go round the buckets, so that no server holds the files of all.
create table bill_piece (
  bucket int4 not null,
  lot_id int4 not null check (lot_id = 0),
  -- of the reading that the file is of
  bill_id int8 not null,
  piece int4 not null,
  bytes bytea not null,
  primary key (bucket, lot_id, bill_id, piece)
) partition by range (bill_id);
-- Of the reading that counted; null where the channel had no file.
alter table bill add column file_bytes int8;
alter table bill add column file_sha256 text;

-- What an account had at the end of a day by its bill, and what the ledger says that the channel holds of all that its bills up to
-- that day show. The first is the start: what the account had that the books do not know. Written once.
create table flow_balance (
  bucket int4 not null,
  lot_id int4 not null,
  account_id int4 not null,
  day date not null,
  theirs_fen int8 not null,
  ours_fen int8 not null,
  is_start bool not null,
  at timestamptz not null,
  primary key (bucket, lot_id, account_id, day)
);

-- A discrepancy that a person has taken is that person's, by name.
alter table discrepancy drop constraint discrepancy_owner_check;
alter table discrepancy add constraint discrepancy_owner_check check (owner <> '');

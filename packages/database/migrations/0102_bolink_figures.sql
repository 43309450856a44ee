-- What a connected lot says of the money of a record when it ends (bolink-protocol.md 4.2), for the figures of its day (4.6, 7.1). In fen;
-- null: it has not said so, or ended before this was kept.
alter table bolink_order add column exit_how text;
alter table bolink_order add column receivable_fen int4;
alter table bolink_order add column cash_fen int4;
alter table bolink_order add column reduced_fen int4;
-- What its last answer to a price was named by and when it was made, in seconds by its own clock: said back with what is prepaid (5.2).
alter table bolink_order add column price_no text;
alter table bolink_order add column price_at int8;

-- What a computer did not want to hear of when it logged in (services/cloud/src/bolink/wishes.ts); null: it logged in before this was kept.
alter table bolink_computer add column declines text[];

-- Figures of a time that a lot's software has asked for and that have not been looked at: each opens once (7.1, query_park_dailyorder).
create table bolink_day_page (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  -- not after
  good_until timestamptz not null,
  primary key (bucket, lot_id, id),
  foreign key (bucket, lot_id) references lot
);
create index bolink_day_page_over on bolink_day_page (bucket, good_until);

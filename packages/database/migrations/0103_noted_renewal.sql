-- Renewals of cards for which money was noted, at lots whose charging software takes cards row by row: told as payments once the software
-- has the card as it is then (bolink-protocol.md 6.7, 7.3). Gone when it is on its way.
create table noted_renewal (
  bucket int4 not null,
  lot_id int4 not null,
  -- by which the software knows the payment, and of its message
  id int8 not null,
  card_id int8 not null,
  -- services/cloud/src/vehicle/rows.ts, Renewal
  body jsonb not null,
  primary key (bucket, lot_id, id),
  foreign key (bucket, lot_id) references lot
);

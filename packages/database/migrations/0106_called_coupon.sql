-- Coupons of lots whose software is told of them with each price that they lower, and keeps none (packages/lot-systems/src/called.ts).
create table called_coupon (
  bucket int4 not null,
  lot_id int4 not null,
  -- what the order that gave it calls it
  coupon text not null,
  plate text not null,
  worth jsonb not null,
  valid_until timestamptz not null,
  -- whoever tells the software of a price of which it leaves nothing holds it until then, so that a gate opens once
  held_until timestamptz,
  -- when the software has heard of the price that it lowered: paid, or nothing left of it at an exit
  used_at timestamptz,
  primary key (bucket, lot_id, coupon),
  foreign key (bucket, lot_id) references lot
);
create index called_coupon_open on called_coupon (bucket, lot_id, plate) where used_at is null;
create index called_coupon_old on called_coupon (bucket, valid_until);

-- Which of them lowered a price, and by how much where the software says so.
alter table called_bill
  add column coupon text,
  add column lowered_fen int4 check (lowered_fen >= 0),
  add check (lowered_fen is null or coupon is not null);

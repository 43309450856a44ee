-- What a person must see. The same alarm about the same subject is one alarm.
create table alarm (
  bucket int4 not null,
  lot_id int4 not null,
  id int8 not null,
  kind text not null,
  subject text not null,
  lane_id int4,
  occupancy int8,
  payment_id int8,
  because text not null,
  raised_at timestamptz not null,
  ended_at timestamptz,
  primary key (bucket, lot_id, id),
  unique (bucket, lot_id, kind, subject),
  foreign key (bucket, lot_id) references lot
);

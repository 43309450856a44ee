-- One-time codes by which a box becomes the agent of a lot, and which agent a lot has now.
create table enrolment (
  bucket int4 not null,
  lot_id int4 not null,
  -- keyed by the house key: whoever reads this table cannot find the code
  code_hash text not null,
  take_over boolean not null,
  offered_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  agent_name text,
  check ((used_at is null) = (agent_name is null)),
  primary key (bucket, lot_id, code_hash),
  foreign key (bucket, lot_id) references lot
);
-- A code names no bucket: it is looked up once in the life of an agent.
create index enrolment_code on enrolment (code_hash);

-- Null while the device's secret is the one of the lot's plan.
alter table lot_device add column enrolled_at timestamptz;
alter table lot_device add column name text;

-- Banks, cities and branches as a channel lists them (wechat-pay.md 18.5), read by services/cloud/src/application/bank-lists.ts and kept for
-- as long as the channel has them. Codes are the channel's.
create table bank (
  code text primary key,
  alias text not null,
  -- what a form names as its bank: many small ones share a name
  account_bank text not null
);
create table bank_city (
  code text primary key,
  -- GB/T 2260; null where no city of ours has its name
  area_code text
);
-- What is read one by one: the branches of a bank in a city; and, without either, which banks and cities there are.
create table bank_reading (
  bank_code text not null,
  city_code text not null,
  -- null: never yet
  read_at timestamptz,
  -- also set when somebody begins to read it, so that nobody else does
  due_at timestamptz not null,
  primary key (bank_code, city_code)
);
create index bank_reading_due on bank_reading (due_at);
insert into bank_reading (bank_code, city_code, due_at) values ('', '', 'epoch');

-- Beside names that applications were approved with: those a channel lists, with its bank, its city and its number there.
alter table bank_branch add column bank_code text;
alter table bank_branch add column city_code text;
alter table bank_branch add column branch_id text;
alter table bank_branch add constraint bank_branch_listed check (
  (bank_code is null) = (city_code is null) and (bank_code is null) = (branch_id is null)
);
create index bank_branch_city on bank_branch (city_code, bank_code);

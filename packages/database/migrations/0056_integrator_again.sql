-- The beginning of a number is a few ranges of it, in its own order: no index over digits is needed.
drop index lot_by_digits;

-- The last bill of an account, for a list of accounts.
create index bill_of_account on bill (account_id, day) where state in ('kept', 'closed');

-- When an account was looked at last, whoever does it.
alter table channel_health add column looked_at timestamptz;

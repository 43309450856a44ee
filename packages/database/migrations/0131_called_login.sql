-- The token of an account of charging software that we call, shared by all lots and all processes that use it.
create table called_login (
  -- address and login settings, under the house key
  account text primary key,
  -- AES-256-GCM; null: none was got yet
  sealed text,
  got_at timestamptz,
  -- until when somebody is logging in; null: nobody
  claimed_until timestamptz,
  check ((sealed is null) = (got_at is null))
);

-- Public holidays of a year, as a person of the platform has read them from the announcement: a year that is kept here counts instead of one
-- that comes with the program.
create table holiday_year (
  year int4 primary key check (year between 2000 and 2999),
  -- which announcement
  source text not null,
  -- days off, each 2027-01-01, or 2027-10-01/2027-10-07
  off text[] not null,
  -- days of a weekend that are worked for them
  worked text[] not null,
  by_account text not null,
  changed_at timestamptz not null
);

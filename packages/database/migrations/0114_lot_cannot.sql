-- What of its system's abilities (lot-systems/src/lot-system.ts) the software of this very lot has not, as its plan says.
alter table lot add column cannot text[] not null default '{}';

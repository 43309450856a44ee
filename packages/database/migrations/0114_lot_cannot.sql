-- What of its system's abilities (lot-systems/src/lot-system.ts) the software of this very lot has not, as its plan says; null: it has all.
alter table lot add column cannot text[];

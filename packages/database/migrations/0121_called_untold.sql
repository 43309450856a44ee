-- What becomes of a payment that the software refused or never answered (services/cloud/src/lot-system/untold.ts); null: a person looks.
alter table called_lot add column untold jsonb;

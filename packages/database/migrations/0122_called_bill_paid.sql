-- What the software said was paid already when it was asked for this price; null: it does not say.
alter table called_bill add column paid_fen int4 check (paid_fen >= 0);

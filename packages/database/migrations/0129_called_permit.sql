-- What the system of a called lot is told of the permit that a price makes longer, in its own words: no name and no telephone; null: kept elsewhere.
alter table card_renewal_quote add column permit jsonb;

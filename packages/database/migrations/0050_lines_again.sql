-- Lines whose number may have come before in the same bill: a handful of a million, found without reading the others.
create index bill_line_again on bill_line (bill_id) where again;

-- A bill's lines come in the order of time, as the ids of what they are about do: in that order an index grows at its end, for a third of
-- what the key cost, whose order was that of lots (bench/README.md, reconciliation). A line is made once, by one reading in one COPY:
-- nothing else kept it from being there twice.
alter table bill_line drop constraint bill_line_pkey;
create index bill_line_item on bill_line (item_id, bill_id);
-- Its number may have come before in the same bill; null: it certainly has not.
alter table bill_line add column again boolean;

-- Since when the system runs a lot for which all that was kept before was written down to be told row by row; null: never
-- (services/cloud/src/bolink/list-rows.ts).
alter table vehicle_list add column rows_for timestamptz;

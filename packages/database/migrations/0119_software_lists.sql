-- A blocked vehicle that the software of its lot has put on its own list, by that software's number of it; null: a person has put it here.
alter table listed_vehicle add column software_key text;

-- Who of the software's attendants let a record out, and when, so that cash stands with a shift; null: not said, or told before this was kept.
alter table bolink_order add column exit_person text;
alter table bolink_order add column exit_at timestamptz;
create index bolink_order_cash on bolink_order (bucket, lot_id, exit_person, exit_at) include (cash_fen) where cash_fen > 0;

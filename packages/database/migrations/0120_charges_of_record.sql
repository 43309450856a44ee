-- All charges of one record are looked at before another begins (bolink-protocol.md 4.2).
create index bolink_charge_of_order on bolink_charge (bucket, lot_id, order_id);

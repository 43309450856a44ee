-- Every poll asks for its lot, of as many as there are.
create index bolink_park_of_lot on bolink_park (bucket, lot_id);

-- Of a message that was claimed for a poll as it was put: by which put, so that one whose answer was lost knows its own.
alter table bolink_message add column handed_by uuid;

-- What a connected lot's software has said of one kind, the newest first, a page at a time.
create index bolink_kept_newest on bolink_kept (bucket, lot_id, kind, said_at, key);

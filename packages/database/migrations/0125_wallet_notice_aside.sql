-- What a person may have told again is found by its lot.
create index wallet_notice_aside on wallet_notice (bucket, lot_id, id) where put_aside_at is not null;

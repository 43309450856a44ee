-- An exit that a lot's own software has us charge out of a wallet is found by its payment.
create index wallet_payment_of on wallet_payment (bucket, lot_id, payment_id) where payment_id is not null;

-- Charges of partners' wallets of which nobody knows whether the wallet took them: few, listed by their lot, and counted by their day.
create index wallet_payment_unclear on wallet_payment (bucket, lot_id, id) where kind = 'senseless' and because = 'unclear';
create index wallet_payment_unclear_since on wallet_payment (bucket, id) where kind = 'senseless' and because = 'unclear';

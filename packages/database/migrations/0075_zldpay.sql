-- Partners' wallets as a channel (0085_partner_wallet.sql): no value may be used in the migration that adds it.
alter type channel_name add value 'zldpay';

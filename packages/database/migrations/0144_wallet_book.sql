-- Which book a partner's wallet is called by: callbacks of the older one are form pairs (third-party-wallets.md A.1).
alter table partner_wallet add column book text not null default 'newer' check (book in ('newer', 'older'));

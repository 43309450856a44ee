-- What partners' wallets ask beside (services/cloud/src/partner-wallet/asks.ts).

-- Where a lot is, in millionths of a degree as wallets say places (third-party-wallets.md A.3); null: nobody has said.
alter table lot add column address text;
alter table lot add column lng_e6 int4 check (lng_e6 between -180000000 and 180000000);
alter table lot add column lat_e6 int4 check (lat_e6 between -90000000 and 90000000);
alter table lot add constraint lot_place_is_whole check ((lng_e6 is null) = (lat_e6 is null));
create index lot_place on lot (bucket, lat_e6) where lat_e6 is not null;

-- By so much a wallet may lower what one stay owes; 0: by nothing.
alter table partner_wallet add column coupon_up_to_fen int4 not null default 0 check (coupon_up_to_fen >= 0);

-- `coupon`: the wallet has lowered what a stay owes; `through-us`: its user pays at our page, and it hears of it.
alter table wallet_payment drop constraint wallet_payment_kind_check;
alter table wallet_payment add constraint wallet_payment_kind_check check (kind in ('prepay', 'senseless', 'coupon', 'through-us'));

-- Where an account is paid out to, and within which limits (domain.md 2, 6, 8).

-- Of an operator's own, in fen, by name (services/cloud/src/withdrawal/decide.ts); what is missing is the installation's.
alter table operator add column withdrawal_limits jsonb;

-- Not only a bank card: an account at Alipay, or none any more. Still never changed: an end is a version, too.
alter table payout_card add column kind text not null default 'card' check (kind in ('card', 'alipay', 'none'));
-- Whose it is, masked: with `ending` and `bank` all that is ever shown.
alter table payout_card add column holder text;
alter table payout_card add column why text not null default 'unsaid' check (why <> '');
alter table payout_card alter column sealed drop not null;
alter table payout_card alter column ending drop not null;
alter table payout_card alter column owner drop not null;
alter table payout_card alter column bank drop not null;
alter table payout_card drop constraint payout_card_ending_check;
alter table payout_card add constraint payout_card_kind_has check (
  case when kind = 'none' then sealed is null and ending is null and holder is null and owner is null and bank is null and branch is null
       when kind = 'alipay' then sealed is not null and ending is not null and owner is null and bank is null and branch is null
       else sealed is not null and ending is not null and ending ~ '^[0-9]{4}$' and owner is not null and bank is not null end
);

-- Double entry, signed whole fen (architecture.md 6). An entry above zero: the account's party is owed more. The channel's
-- clearing account is the mirror of what the licensed channel holds, so it is never above zero.

create type account_kind as enum
  ('channel-clearing', 'channel-fee', 'operator-payable', 'platform-fee', 'unapplied-receipts', 'refund-in-flight',
   'partner-payable', 'withdrawal-in-flight', 'operator-cash', 'cash-drawer');
create type transfer_cause as enum
  ('payment-paid', 'payment-unapplied', 'refund-asked', 'refund-done', 'refund-failed',
   'share-owed', 'share-paid', 'share-taken-back', 'fee-taken', 'fee-given-back',
   'withdrawal-asked', 'withdrawal-done', 'withdrawal-failed', 'withdrawal-returned', 'cash-taken', 'cash-handed-over');

create table account (
  bucket int4 not null,
  lot_id int4 not null,
  kind account_kind not null,
  -- operator, partner or 0 for the platform itself
  party int8 not null,
  channel channel_name not null,
  balance_fen int8 not null,
  version int8 not null,
  primary key (bucket, lot_id, kind, party, channel),
  foreign key (bucket, lot_id) references lot,
  constraint account_never_negative check (balance_fen >= 0 or kind in ('channel-clearing', 'cash-drawer')),
  constraint clearing_never_positive check (balance_fen <= 0 or kind not in ('channel-clearing', 'cash-drawer'))
) with (fillfactor = 50); -- few rows, each updated for ever: room for the next version beside the last

-- What holds of the entries of any transfer: two or more, none of nothing, and they sum to zero.
create function adds_up(p_kind account_kind[], p_party int8[], p_amount_fen int8[]) returns bool language plpgsql immutable
as $$
declare
  sum int8 := 0;
  amount_fen int8;
begin
  foreach amount_fen in array p_amount_fen loop
    if amount_fen = 0 then
      return false;
    end if;
    sum := sum + amount_fen;
  end loop;
  return sum = 0 and cardinality(p_amount_fen) >= 2 and cardinality(p_amount_fen) = cardinality(p_kind)
     and cardinality(p_amount_fen) = cardinality(p_party);
end $$;

-- A transfer has no number of its own: its cause is its key, so the same cause twice cannot be two transfers. Its entries are
-- in it, so that there is none without its transfer and no transfer that does not add up; `entry` below has them one by one.
create table transfer (
  bucket int4 not null,
  lot_id int4 not null,
  cause_id int8 not null,
  cause transfer_cause not null,
  posted_at timestamptz not null,
  channel channel_name not null,
  kind account_kind[] not null,
  party int8[] not null,
  amount_fen int8[] not null,
  constraint transfer_adds_up check (adds_up(kind, party, amount_fen)),
  primary key (bucket, lot_id, cause_id, cause)
) partition by range (cause_id);

create view entry as
select t.bucket, t.lot_id, t.cause_id, t.cause, t.posted_at, e.kind, e.party, t.channel, e.amount_fen
  from transfer t
 cross join lateral unnest(t.kind, t.party, t.amount_fen) as e (kind, party, amount_fen);

-- Adds each amount, times `p_sign`, to its account; answers how many of the accounts there are.
create function add_to_accounts(
  p_bucket int4[], p_lot int4[], p_kind account_kind[], p_party int8[], p_channel channel_name[], p_amount_fen int8[], p_sign int8
) returns int4 language plpgsql
as $$
declare
  held int4;
begin
  update account a
     set balance_fen = a.balance_fen + e.amount_fen * p_sign, version = a.version + 1
    from unnest(p_bucket, p_lot, p_kind, p_party, p_channel, p_amount_fen) as e (bucket, lot_id, kind, party, channel, amount_fen)
   where a.bucket = e.bucket and a.lot_id = e.lot_id and a.kind = e.kind and a.party = e.party and a.channel = e.channel;
  get diagnostics held = row_count;
  return held;
end $$;

-- Posts many transfers at once: one row of the arrays is one entry; all entries of a cause have one channel. Where the entries of
-- any cause do not add up, the table refuses the whole call: that is a bug upstream, never input. Causes that were posted before
-- are left as they are: returns how many transfers were new, all or none; a call that mixes old with new raises LP003 and
-- changes nothing. The caller has changed whatever the cause is about, in the same transaction.
-- The settings and the lateral look-ups: 0003_clearing.sql says why.
create function post_transfers(
  p_bucket int4[], p_lot int4[], p_cause_id int8[], p_cause transfer_cause[],
  p_kind account_kind[], p_party int8[], p_channel channel_name[], p_amount_fen int8[],
  p_posted_at timestamptz
) returns int4 language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set random_page_cost = 0.1
as $$
declare
  transfers int4;
  held int4;
  least_id int8; most_id int8;
  a_bucket int4[]; a_lot int4[]; a_kind account_kind[]; a_party int8[]; a_channel channel_name[]; a_amount_fen int8[];
begin
  select count(*), min(t.cause_id), max(t.cause_id)
    into transfers, least_id, most_id
    from (select distinct e.bucket, e.lot_id, e.cause_id, e.cause
            from unnest(p_bucket, p_lot, p_cause_id, p_cause) as e (bucket, lot_id, cause_id, cause)) as t;

  insert into transfer (bucket, lot_id, cause_id, cause, posted_at, channel, kind, party, amount_fen)
  select t.bucket, t.lot_id, t.cause_id, t.cause, p_posted_at, t.channel, t.kind, t.party, t.amount_fen
    from (select e.bucket, e.lot_id, e.cause_id, e.cause, e.channel,
                 array_agg(e.kind) as kind, array_agg(e.party) as party, array_agg(e.amount_fen) as amount_fen
            from unnest(p_bucket, p_lot, p_cause_id, p_cause, p_kind, p_party, p_channel, p_amount_fen)
              as e (bucket, lot_id, cause_id, cause, kind, party, channel, amount_fen)
           group by e.bucket, e.lot_id, e.cause_id, e.cause, e.channel) as t
    left join lateral (
      select true as posted from transfer k
       where k.bucket = t.bucket and k.lot_id = t.lot_id and k.cause_id = t.cause_id and k.cause = t.cause
         and k.cause_id between least_id and most_id
       limit 1
    ) as before on true
   where before.posted is null;
  get diagnostics held = row_count;
  if held < transfers then
    if held > 0 then
      raise exception '% of % transfers were posted before', transfers - held, transfers using errcode = 'LP003';
    end if;
    return 0;
  end if;

  -- One update per account however many entries, in key order: the settings above leave a nested loop over the list as the
  -- only plan, so that two calls never wait for each other in a ring.
  select array_agg(a.bucket), array_agg(a.lot_id), array_agg(a.kind), array_agg(a.party), array_agg(a.channel), array_agg(a.amount_fen)
    into a_bucket, a_lot, a_kind, a_party, a_channel, a_amount_fen
    from (select e.bucket, e.lot_id, e.kind, e.party, e.channel, sum(e.amount_fen)::int8 as amount_fen
            from unnest(p_bucket, p_lot, p_kind, p_party, p_channel, p_amount_fen) as e (bucket, lot_id, kind, party, channel, amount_fen)
           group by e.bucket, e.lot_id, e.kind, e.party, e.channel
           order by e.bucket, e.lot_id, e.kind, e.party, e.channel) as a;
  held := add_to_accounts(a_bucket, a_lot, a_kind, a_party, a_channel, a_amount_fen, 1);
  if held < cardinality(a_kind) then
    -- Some accounts are not there yet, which happens once in the life of each: what was added is taken back, they are made,
    -- and all is added anew.
    if add_to_accounts(a_bucket, a_lot, a_kind, a_party, a_channel, a_amount_fen, -1) <> held then
      raise exception 'an account was made meanwhile' using errcode = '40001';
    end if;
    insert into account (bucket, lot_id, kind, party, channel, balance_fen, version)
    select e.bucket, e.lot_id, e.kind, e.party, e.channel, 0, 0
      from unnest(a_bucket, a_lot, a_kind, a_party, a_channel) as e (bucket, lot_id, kind, party, channel)
        on conflict (bucket, lot_id, kind, party, channel) do nothing;
    held := add_to_accounts(a_bucket, a_lot, a_kind, a_party, a_channel, a_amount_fen, 1);
    if held <> cardinality(a_kind) then
      raise exception '% of % accounts were there to post to', held, cardinality(a_kind) using errcode = 'LP002';
    end if;
  end if;
  return transfers;
end $$;

-- Double entry, signed whole fen (architecture.md 6). An entry above zero: the account's party is owed more. The channel's
-- clearing account is the mirror of what the licensed channel holds, so it is never above zero.

create table account (
  bucket int4 not null,
  lot_id int4 not null,
  kind text not null check (kind in ('channel-clearing', 'channel-fee', 'operator-payable', 'platform-fee', 'unapplied-receipts', 'refund-in-flight')),
  -- operator, partner or 0 for the platform itself
  party int8 not null,
  channel text not null,
  balance_fen int8 not null,
  version int8 not null,
  primary key (bucket, lot_id, kind, party, channel),
  foreign key (bucket, lot_id) references lot,
  constraint account_never_negative check (balance_fen >= 0 or kind = 'channel-clearing'),
  constraint clearing_never_positive check (balance_fen <= 0 or kind <> 'channel-clearing')
);

-- A transfer has no number of its own: its cause is its key, so the same cause twice cannot be two transfers.
create table transfer (
  bucket int4 not null,
  lot_id int4 not null,
  cause_id int8 not null,
  cause text not null check (cause in ('payment-paid', 'payment-unapplied', 'refund-asked', 'refund-done', 'refund-failed')),
  posted_at timestamptz not null,
  primary key (bucket, lot_id, cause_id, cause)
) partition by range (cause_id);

-- Written by post_transfers alone, in the same breath as its transfer. That each entry has its transfer is left to `lanepay
-- audit`: a foreign key would look up and lock the transfer once more for each entry, a third of the whole cost of clearing.
create table entry (
  bucket int4 not null,
  lot_id int4 not null,
  cause_id int8 not null,
  cause text not null,
  kind text not null,
  party int8 not null,
  channel text not null,
  amount_fen int8 not null check (amount_fen <> 0),
  primary key (bucket, lot_id, cause_id, cause, kind, party, channel)
) partition by range (cause_id);

-- Posts many transfers at once: one row of the arrays is one entry. Refuses the whole call when the entries of any cause do
-- not sum to zero or a cause has fewer than two: that is a bug upstream, never input. A cause that was posted before is
-- left as it is. Returns how many transfers were new. The caller holds the lock on whatever the cause is about.
-- The settings and the lateral look-ups: 0003_clearing.sql says why.
create function post_transfers(
  p_bucket int4[], p_lot int4[], p_cause_id int8[], p_cause text[],
  p_kind text[], p_party int8[], p_channel text[], p_amount_fen int8[],
  p_posted_at timestamptz
) returns int4 language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  unbalanced text;
  known boolean;
  posted int4;
  held int4;
  least_id int8 := (select min(c) from unnest(p_cause_id) c);
  most_id int8 := (select max(c) from unnest(p_cause_id) c);
  each int4[] := (select array_agg(n) from generate_subscripts(p_cause_id, 1) n);
  firsts int4[];
  a_first int4[]; a_amount_fen int8[];
begin
  -- `firsts`: one entry of each transfer, to stand for it.
  select array_agg(t.first), min(t.fault)
    into firsts, unbalanced
    from (select min(e.n) as first,
                 case when sum(p_amount_fen[e.n]) <> 0 or count(*) < 2
                      then format('%s of %s: %s fen in %s entries', e.cause, e.cause_id, sum(p_amount_fen[e.n]), count(*)) end as fault
            from (select n, p_bucket[n] as bucket, p_lot[n] as lot_id, p_cause_id[n] as cause_id, p_cause[n] as cause from unnest(each) n) as e
           group by e.bucket, e.lot_id, e.cause_id, e.cause) as t;
  if unbalanced is not null then
    raise exception 'a transfer must sum to zero: %', unbalanced using errcode = 'LP001';
  end if;

  select coalesce(bool_or(t.known), false)
    into known
    from unnest(firsts) as e (n)
    left join lateral (
      select true as known from transfer k
       where k.bucket = p_bucket[e.n] and k.lot_id = p_lot[e.n] and k.cause_id = p_cause_id[e.n] and k.cause = p_cause[e.n]
         and k.cause_id between least_id and most_id
       limit 1
    ) as t on true;
  if known then
    select array_agg(e.n), array_agg(e.n) filter (where e.n = any (firsts))
      into each, firsts
      from unnest(each) as e (n)
      left join lateral (
        select true as known from transfer k
         where k.bucket = p_bucket[e.n] and k.lot_id = p_lot[e.n] and k.cause_id = p_cause_id[e.n] and k.cause = p_cause[e.n]
           and k.cause_id between least_id and most_id
         limit 1
      ) as t on true
     where t.known is null;
    if each is null then
      return 0;
    end if;
  end if;

  insert into transfer (bucket, lot_id, cause_id, cause, posted_at)
  select p_bucket[e.n], p_lot[e.n], p_cause_id[e.n], p_cause[e.n], p_posted_at
    from unnest(firsts) as e (n);
  get diagnostics posted = row_count;

  insert into entry (bucket, lot_id, cause_id, cause, kind, party, channel, amount_fen)
  select p_bucket[e.n], p_lot[e.n], p_cause_id[e.n], p_cause[e.n], p_kind[e.n], p_party[e.n], p_channel[e.n], p_amount_fen[e.n]
    from unnest(each) as e (n);

  -- One update per account however many entries. Accounts are made, then updated, each in key order: the settings above
  -- leave a nested loop over the list as the only plan, so that two calls never wait for each other in a ring.
  select array_agg(a.first), array_agg(a.amount_fen)
    into a_first, a_amount_fen
    from (select min(e.n) as first, sum(p_amount_fen[e.n])::int8 as amount_fen
            from (select n, p_bucket[n] as bucket, p_lot[n] as lot_id, p_kind[n] as kind, p_party[n] as party, p_channel[n] as channel
                    from unnest(each) n) as e
           group by e.bucket, e.lot_id, e.kind, e.party, e.channel
           order by e.bucket, e.lot_id, e.kind, e.party, e.channel) as a;
  insert into account (bucket, lot_id, kind, party, channel, balance_fen, version)
  select p_bucket[e.n], p_lot[e.n], p_kind[e.n], p_party[e.n], p_channel[e.n], 0, 0
    from unnest(a_first) as e (n)
    left join lateral (
      select true as there from account k
       where k.bucket = p_bucket[e.n] and k.lot_id = p_lot[e.n] and k.kind = p_kind[e.n] and k.party = p_party[e.n] and k.channel = p_channel[e.n]
       limit 1
    ) as a on true
   where a.there is null
      on conflict (bucket, lot_id, kind, party, channel) do nothing;
  update account a
     set balance_fen = a.balance_fen + e.amount_fen, version = a.version + 1
    from unnest(a_first, a_amount_fen) as e (n, amount_fen)
   where e.n between 1 and cardinality(p_cause)
     and a.bucket = p_bucket[e.n] and a.lot_id = p_lot[e.n] and a.kind = p_kind[e.n] and a.party = p_party[e.n] and a.channel = p_channel[e.n];
  get diagnostics held = row_count;
  if held <> cardinality(a_first) then
    raise exception '% of % accounts were there to post to', held, cardinality(a_first) using errcode = 'LP002';
  end if;
  return posted;
end $$;

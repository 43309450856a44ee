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

create table entry (
  bucket int4 not null,
  lot_id int4 not null,
  cause_id int8 not null,
  cause text not null,
  kind text not null,
  party int8 not null,
  channel text not null,
  amount_fen int8 not null check (amount_fen <> 0),
  primary key (bucket, lot_id, cause_id, cause, kind, party, channel),
  foreign key (bucket, lot_id, cause_id, cause) references transfer
) partition by range (cause_id);

-- Posts many transfers at once: one row of the arrays is one entry. Refuses the whole call when the entries of any cause do
-- not sum to zero or a cause has fewer than two: that is a bug upstream, never input. A cause that was posted before is
-- left as it is. Returns how many transfers were new. The caller holds the lock on whatever the cause is about.
create function post_transfers(
  p_bucket int4[], p_lot int4[], p_cause_id int8[], p_cause text[],
  p_kind text[], p_party int8[], p_channel text[], p_amount_fen int8[],
  p_posted_at timestamptz
) returns int4 language plpgsql as $$
declare
  unbalanced text;
  fresh boolean[];
  posted int4;
begin
  select format('%s of %s: %s fen in %s entries', e.cause, e.cause_id, sum(e.amount_fen), count(*))
    into unbalanced
    from unnest(p_bucket, p_lot, p_cause_id, p_cause, p_amount_fen) as e (bucket, lot_id, cause_id, cause, amount_fen)
   group by e.bucket, e.lot_id, e.cause_id, e.cause
  having sum(e.amount_fen) <> 0 or count(*) < 2
   limit 1;
  if unbalanced is not null then
    raise exception 'a transfer must sum to zero: %', unbalanced using errcode = 'LP001';
  end if;

  -- Which entries belong to causes not posted yet. Ids are bounded so that only their partitions are opened.
  select array_agg(t.cause_id is null order by e.n)
    into fresh
    from unnest(p_bucket, p_lot, p_cause_id, p_cause) with ordinality as e (bucket, lot_id, cause_id, cause, n)
    left join transfer t
      on t.bucket = e.bucket and t.lot_id = e.lot_id and t.cause_id = e.cause_id and t.cause = e.cause
     and t.cause_id between (select min(c) from unnest(p_cause_id) c) and (select max(c) from unnest(p_cause_id) c);

  insert into transfer (bucket, lot_id, cause_id, cause, posted_at)
  select distinct e.bucket, e.lot_id, e.cause_id, e.cause, p_posted_at
    from unnest(p_bucket, p_lot, p_cause_id, p_cause, fresh) as e (bucket, lot_id, cause_id, cause, is_fresh)
   where e.is_fresh;
  get diagnostics posted = row_count;
  if posted = 0 then
    return 0;
  end if;

  insert into entry (bucket, lot_id, cause_id, cause, kind, party, channel, amount_fen)
  select e.bucket, e.lot_id, e.cause_id, e.cause, e.kind, e.party, e.channel, e.amount_fen
    from unnest(p_bucket, p_lot, p_cause_id, p_cause, p_kind, p_party, p_channel, p_amount_fen, fresh)
      as e (bucket, lot_id, cause_id, cause, kind, party, channel, amount_fen, is_fresh)
   where e.is_fresh;

  -- One update per account however many entries; in key order, so that two calls never wait for each other in a ring.
  insert into account as a (bucket, lot_id, kind, party, channel, balance_fen, version)
  select e.bucket, e.lot_id, e.kind, e.party, e.channel, 0, 0
    from unnest(p_bucket, p_lot, p_kind, p_party, p_channel, fresh) as e (bucket, lot_id, kind, party, channel, is_fresh)
   where e.is_fresh
     and not exists (
       select from account k
        where k.bucket = e.bucket and k.lot_id = e.lot_id and k.kind = e.kind and k.party = e.party and k.channel = e.channel)
   group by e.bucket, e.lot_id, e.kind, e.party, e.channel
   order by e.bucket, e.lot_id, e.kind, e.party, e.channel
      on conflict (bucket, lot_id, kind, party, channel) do nothing;

  perform from account a
    join (select distinct e.bucket, e.lot_id, e.kind, e.party, e.channel
            from unnest(p_bucket, p_lot, p_kind, p_party, p_channel, fresh) as e (bucket, lot_id, kind, party, channel, is_fresh)
           where e.is_fresh) as e
      on a.bucket = e.bucket and a.lot_id = e.lot_id and a.kind = e.kind and a.party = e.party and a.channel = e.channel
   order by a.bucket, a.lot_id, a.kind, a.party, a.channel
     for update of a;

  update account a
     set balance_fen = a.balance_fen + e.amount_fen, version = a.version + 1
    from (select e.bucket, e.lot_id, e.kind, e.party, e.channel, sum(e.amount_fen) as amount_fen
            from unnest(p_bucket, p_lot, p_kind, p_party, p_channel, p_amount_fen, fresh)
              as e (bucket, lot_id, kind, party, channel, amount_fen, is_fresh)
           where e.is_fresh
           group by e.bucket, e.lot_id, e.kind, e.party, e.channel) as e
   where a.bucket = e.bucket and a.lot_id = e.lot_id and a.kind = e.kind and a.party = e.party and a.channel = e.channel;
  return posted;
end $$;

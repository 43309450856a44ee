-- Shares (domain.md 6): what of a lot's payments belongs to others. Rules are never changed: another one follows, from a time
-- that has not come yet, so no payment that was made is ever touched by one.
create table share_rule (
  bucket int4 not null,
  lot_id int4 not null,
  -- an id: later rules have greater ones
  version int8 not null,
  channel channel_name not null,
  from_at timestamptz not null,
  -- so long after the order is over, and what was paid is known, it is shared
  wait_minutes int4 not null check (wait_minutes between 1 and 28800),
  -- what the channel let us share of a payment when the rule was made
  limit_basis_points int4 not null check (limit_basis_points between 0 and 10000),
  -- who, how much, to which account and what becomes of what cannot be paid or taken back; nobody: sharing ends
  parties jsonb not null,
  made_at timestamptz not null,
  primary key (bucket, lot_id, version),
  foreign key (bucket, lot_id) references lot
);

-- By which rule a payment is shared, decided when its order is made; null for nearly all.
alter table payment add column share_rule int8;
-- When to look whether it can be shared; null when there is nothing to share, or it was.
alter table payment add column share_at timestamptz;
create index payment_to_share on payment (bucket, share_at) where share_at is not null;

-- What a channel was asked to do about the receipt of one payment: to share it, or to let go of what is left. Asked again
-- under the same number until it is clear.
create table share (
  bucket int4 not null,
  lot_id int4 not null,
  -- of its number
  id int8 not null,
  payment_id int8 not null,
  kind text not null check (kind in ('share', 'release')),
  round int4 not null,
  -- with this one the rest goes to the operator
  finish bool not null,
  state text not null check (state in ('asked', 'done', 'failed')),
  channel_share_no text,
  because text,
  asked_at timestamptz not null,
  done_at timestamptz,
  ask_at timestamptz,
  asks int4 not null default 0,
  check ((state = 'asked') = (ask_at is not null)),
  primary key (bucket, lot_id, id)
) partition by range (id);
create index share_due on share (bucket, ask_at) where ask_at is not null;
create index share_payment on share (bucket, lot_id, payment_id);

create table share_part (
  bucket int4 not null,
  lot_id int4 not null,
  share_id int8 not null,
  party int8 not null,
  -- of the whole payment, and what of that was left to pay out after refunds
  whole_fen int4 not null check (whole_fen > 0),
  amount_fen int4 not null check (amount_fen between 1 and whole_fen),
  -- with-a-person: it was not paid, and a person says whether it is tried again or left to the operator
  state text not null check (state in ('asked', 'done', 'with-a-person', 'tried-again', 'operator')),
  because text,
  primary key (bucket, lot_id, share_id, party)
) partition by range (share_id);

-- What one refund takes back of one party's part.
create table share_return (
  bucket int4 not null,
  lot_id int4 not null,
  -- of its number
  id int8 not null,
  payment_id int8 not null,
  refund_id int8 not null,
  share_id int8 not null,
  party int8 not null,
  amount_fen int4 not null check (amount_fen > 0),
  -- by a call of its own, within the refund, or not at all
  way text not null check (way in ('call', 'refund', 'none')),
  -- operator: the operator carried it; with-a-person: it did, and a person gets it back outside; void: the refund failed
  state text not null check (state in ('asked', 'done', 'operator', 'with-a-person', 'void')),
  because text,
  asked_at timestamptz not null,
  done_at timestamptz,
  ask_at timestamptz,
  asks int4 not null default 0,
  check ((state = 'asked') = (ask_at is not null)),
  primary key (bucket, lot_id, id)
) partition by range (id);
create index share_return_due on share_return (bucket, ask_at) where ask_at is not null;
create index share_return_payment on share_return (bucket, lot_id, payment_id);

-- Makes the share orders of many payments at once, and posts what they owe the partners: one place of the first arrays is one
-- payment, in key order, so that two calls never wait for each other in a ring; of the others one part of the payment whose
-- place from 1 is `p_place`. Answers the places of those that were made; the others are not as they were judged any more (shared
-- meanwhile, refunded, or a refund is under way) and are judged anew. A kind of null makes nothing: it will never be shared.
create function make_shares(
  p_bucket int4[], p_lot int4[], p_payment int8[], p_refunded_fen int4[], p_share int8[], p_kind text[], p_finish bool[],
  p_place int4[], p_party int8[], p_whole_fen int4[], p_amount_fen int4[], p_now timestamptz
) returns setof int4 language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_places int4[];
  e_bucket int4[]; e_lot int4[]; e_cause_id int8[]; e_cause transfer_cause[]; e_kind account_kind[]; e_party int8[]; e_channel channel_name[]; e_amount_fen int8[];
begin
  -- Whoever asks for a refund locks the payment too: after this, nobody can do so unseen.
  perform p.id
     from unnest(p_bucket, p_lot, p_payment) as i (bucket, lot_id, id)
    cross join lateral (
      select k.id from payment k where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = i.id limit 1 for update
    ) as p;

  select array_agg(i.n::int4 order by i.n)
    into v_places
    from unnest(p_bucket, p_lot, p_payment, p_refunded_fen) with ordinality as i (bucket, lot_id, id, refunded_fen, n)
   cross join lateral (select * from payment k where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = i.id limit 1) as p
   where p.share_at is not null and p.share_rule is not null and p.refunded_fen = i.refunded_fen
     and case when p_kind[i.n] is null then p.state in ('unapplied', 'refunded', 'closed')
              else p.state in ('paid', 'partly-refunded')
                   and not exists (select from refund r
                                    where r.bucket = i.bucket and r.lot_id = i.lot_id and r.payment_id = i.id and r.state in ('asked', 'sent')) end;
  if v_places is null then
    return;
  end if;

  update payment p
     set share_at = null
    from unnest(v_places) as made (n)
   where p.bucket = p_bucket[made.n] and p.lot_id = p_lot[made.n] and p.id = p_payment[made.n];

  -- What belongs to the platform already is not owed to it once more.
  select array_agg(x.bucket), array_agg(x.lot_id), array_agg(x.id), array_agg('share-owed'::transfer_cause), array_agg(x.kind),
         array_agg(x.party), array_agg(x.channel), array_agg(x.amount_fen)
    into e_bucket, e_lot, e_cause_id, e_cause, e_kind, e_party, e_channel, e_amount_fen
    from (select p.bucket, p.lot_id, p.id, 'partner-payable'::account_kind as kind, i.party, p.channel, i.amount_fen::int8 as amount_fen
            from unnest(p_place, p_party, p_amount_fen) as i (place, party, amount_fen)
           cross join lateral (select * from payment k where k.bucket = p_bucket[i.place] and k.lot_id = p_lot[i.place] and k.id = p_payment[i.place] limit 1) as p
           where i.party <> 0 and i.place = any (v_places)
           union all
          select p.bucket, p.lot_id, p.id, 'operator-payable', p.operator_id, p.channel, - i.amount_fen
            from (select place, sum(amount_fen) as amount_fen
                    from unnest(p_place, p_party, p_amount_fen) as i (place, party, amount_fen)
                   where party <> 0 and place = any (v_places)
                   group by place) as i
           cross join lateral (select * from payment k where k.bucket = p_bucket[i.place] and k.lot_id = p_lot[i.place] and k.id = p_payment[i.place] limit 1) as p
         ) as x;
  if e_bucket is not null then
    perform post_transfers(e_bucket, e_lot, e_cause_id, e_cause, e_kind, e_party, e_channel, e_amount_fen, p_now);
  end if;

  insert into share (bucket, lot_id, id, payment_id, kind, round, finish, state, asked_at, ask_at)
  select p_bucket[made.n], p_lot[made.n], p_share[made.n], p_payment[made.n], p_kind[made.n], 1, p_finish[made.n], 'asked', p_now, p_now
    from unnest(v_places) as made (n)
   where p_kind[made.n] is not null;

  insert into share_part (bucket, lot_id, share_id, party, whole_fen, amount_fen, state)
  select p_bucket[i.place], p_lot[i.place], p_share[i.place], i.party, i.whole_fen, i.amount_fen, 'asked'
    from unnest(p_place, p_party, p_whole_fen, p_amount_fen) as i (place, party, whole_fen, amount_fen)
   where i.place = any (v_places);

  return query select made.n from unnest(v_places) as made (n);
end $$;

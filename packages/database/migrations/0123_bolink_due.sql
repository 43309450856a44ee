-- What rounds look for at connected lots is found by its index; what is not due is not read.

-- A row from when a refund has ended that its lot is to hear of; null: it has not been told yet.
alter table bolink_refund alter column told_at drop not null;
insert into bolink_refund (bucket, lot_id, id)
select r.bucket, r.lot_id, r.id
  from lot l
  join refund r on r.bucket = l.bucket and r.lot_id = l.lot_id and r.state in ('done', 'failed')
  join payment p on p.bucket = r.bucket and p.lot_id = r.lot_id and p.id = r.payment_id
  join bolink_order o on o.bucket = p.bucket and o.lot_id = p.lot_id and o.session_id = p.session_id
 where l.system in ('bolink', 'own')
   and (r.state = 'done' and exists (select from clearance c where c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id)
     or r.state = 'failed' and exists (select from bolink_call c
                                        where c.bucket = r.bucket and c.lot_id = r.lot_id and c.id = r.id and c.made = 'refund'))
on conflict do nothing;
create index bolink_refund_to_tell on bolink_refund (bucket, id) where told_at is null;

-- Payments that a rule gives back, and questions whose time is over.
create index bolink_message_until on bolink_message (bucket, repeats, until) where until is not null;

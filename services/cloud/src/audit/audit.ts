import type { Database, Statement } from '@lanepay/database/database.ts'

export type Finding = { readonly invariant: string; readonly count: number; readonly examples: readonly unknown[] }

/*
 * The invariants of architecture.md 10, each as the rows that break it. They read whole tables: a command for people, never
 * a part of the road.
 */
const invariants: readonly (Statement & { readonly says: string })[] = [
  {
    says: 'every transfer sums to zero and has at least two entries',
    name: 'audit-balanced',
    text: `-- fanout
    select bucket, lot_id, cause_id, cause, amount_fen from transfer where not adds_up(kind, party, amount_fen)`,
  },
  {
    says: 'every balance equals its entries',
    name: 'audit-balances',
    text: `-- fanout
    select bucket, lot_id, kind, party, channel, a.balance_fen, e.sum
      from account a
      full join (select bucket, lot_id, kind, party, channel, sum(amount_fen) as sum from entry group by 1, 2, 3, 4, 5) e
     using (bucket, lot_id, kind, party, channel)
     where coalesce(a.balance_fen, 0) <> coalesce(e.sum, 0)`,
  },
  {
    says: 'every paid payment has one transfer and one clearance, every unapplied one a transfer and a refund',
    name: 'audit-paid',
    text: `-- fanout
    select p.bucket, p.lot_id, p.id, p.state, t.paid, t.unapplied, c.clearances, r.refunds
      from payment p
      left join lateral (select count(*) filter (where cause = 'payment-paid') as paid, count(*) filter (where cause = 'payment-unapplied') as unapplied
                           from transfer where bucket = p.bucket and lot_id = p.lot_id and cause_id = p.id) t on true
      left join lateral (select count(*) as clearances from clearance where bucket = p.bucket and lot_id = p.lot_id and id = p.id) c on true
      left join lateral (select count(*) as refunds from refund where bucket = p.bucket and lot_id = p.lot_id and payment_id = p.id) r on true
     where case when p.cleared_at is null then t.paid + t.unapplied + c.clearances + r.refunds <> 0
                when t.unapplied = 0 then not (t.paid = 1 and c.clearances = 1)
                else not (t.paid = 0 and c.clearances = 0 and r.refunds >= 1) end`,
  },
  {
    says: 'every clearance was told to the lot or is still being told',
    name: 'audit-told',
    text: `-- fanout
    select bucket, lot_id, id from clearance where told_at is null and answered_at is null and send_at is null`,
  },
  {
    says: 'what a session has paid is the sum of its clearances',
    name: 'audit-session-paid',
    text: `-- fanout
    select s.bucket, s.lot_id, s.id, s.paid_fen, coalesce(c.sum, 0) as clearances
      from session s
      left join (select bucket, lot_id, session_id, sum(paid_fen) as sum from clearance group by 1, 2, 3) c
        on c.bucket = s.bucket and c.lot_id = s.lot_id and c.session_id = s.id
     where s.paid_fen <> coalesce(c.sum, 0)`,
  },
  {
    says: 'nobody is charged twice: no two counted payments of one session were made on the same paid-before',
    name: 'audit-charged-twice',
    text: `-- fanout
    select p.bucket, p.lot_id, p.session_id, p.paid_before_fen, count(*) as payments
      from payment p
      join clearance c on c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id
     group by 1, 2, 3, 4
    having count(*) > 1`,
  },
  {
    says: 'one channel payment is one payment of ours',
    name: 'audit-channel-number',
    text: `-- fanout
    select channel, account_key, channel_trade_no, count(*) as payments
      from payment where channel_trade_no is not null group by 1, 2, 3 having count(*) > 1`,
  },
  {
    says: 'every gate opening has one cause, and no clearance or command opens more than once',
    name: 'audit-openings',
    text: `-- fanout
    select bucket, lot_id, cause_kind, cause_id, count(*) as openings
      from gate_opening
     where not silent and cause_kind in ('clearance', 'command', 'unplated-admission')
     group by 1, 2, 3, 4
    having count(*) > 1 or cause_id is null`,
  },
  {
    says: 'every opening by a clearance or a command rests on one that we made',
    name: 'audit-opening-cause',
    text: `-- fanout
    select g.bucket, g.lot_id, g.epoch, g.seq, g.cause_kind, g.cause_id
      from gate_opening g
     where (g.cause_kind = 'clearance'
            and not exists (select from clearance c where c.bucket = g.bucket and c.lot_id = g.lot_id and c.id = g.cause_id::int8))
        or (g.cause_kind = 'command'
            and not exists (select from lot_command c
                             where c.bucket = g.bucket and c.lot_id = g.lot_id and c.id = substr(g.cause_id, 12, 19)::int8))`,
  },
  {
    says: 'no event of a lot is missing between the first and the committed one',
    name: 'audit-log',
    text: `-- fanout
    select l.bucket, l.lot_id, l.device, l.epoch, l.committed_seq, count(e.seq) as events
      from lot_log l
      left join lot_event e on e.bucket = l.bucket and e.lot_id = l.lot_id and e.epoch = l.epoch and e.device = l.device
     group by 1, 2, 3, 4, 5
    having count(e.seq) <> l.committed_seq or coalesce(max(e.seq), 0) <> l.committed_seq`,
  },
  {
    says: 'a refund never gives back more than was paid',
    name: 'audit-refunds',
    text: `-- fanout
    select p.bucket, p.lot_id, p.id, p.amount_fen, p.refunded_fen, coalesce(r.done, 0) as done
      from payment p
      left join (select bucket, lot_id, payment_id, sum(amount_fen) filter (where state = 'done') as done from refund group by 1, 2, 3) r
        on r.bucket = p.bucket and r.lot_id = p.lot_id and r.payment_id = p.id
     where p.refunded_fen <> coalesce(r.done, 0) or coalesce(r.done, 0) > p.amount_fen`,
  },
]

/** How many invariants there are, and those that do not hold, with up to five examples each. Reads only. */
export async function audit(
  database: Database,
): Promise<{ readonly checked: readonly string[]; readonly broken: readonly Finding[] }> {
  const broken: Finding[] = []
  for (const { says, ...statement } of invariants) {
    const rows: unknown[] = []
    for (const { db } of database.nodes) rows.push(...(await db.query(statement)))
    if (rows.length > 0) broken.push({ invariant: says, count: rows.length, examples: rows.slice(0, 5) })
  }
  return { checked: invariants.map(({ says }) => says), broken }
}

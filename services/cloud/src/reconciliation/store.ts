import type { Merchant } from '@lanepay/channels/channel.ts'
import type { Statement } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { Day } from './day.ts'

/** An account of a channel, whoever of the operators has it. */
export type BillAccount = {
  readonly accountId: number
  readonly channel: ChannelName
  readonly accountKey: string
  readonly merchant: Merchant
}
/** Who holds an account now: usually one operator; where the platform receives for several by one account, all of them. */
export type Owner = { account_id: number; operator_id: string; payout: 'mirrored' | 'channel' | 'bank' }
export const selectOwners: Statement = {
  name: 'select-account-owners',
  text: `select account_id, operator_id, payout from channel_account where active and account_id = any ($1::int4[]) order by account_id`,
}
/** A bill whose lines are whole. */
export type KeptBill = {
  readonly accountId: number
  readonly channel: ChannelName
  readonly accountKey: string
  readonly kind: 'trade' | 'fund-flow'
  readonly day: Day
  readonly billId: string
  readonly lines: number
}

export const selectPlanned: Statement = {
  name: 'select-planned-bills',
  text: `select account_id, kind, max(day)::text as day from bill where bucket = 0 and lot_id = 0 group by account_id, kind`,
}
export const planBills: Statement = {
  name: 'plan-bills',
  text: `
  insert into bill (bucket, lot_id, account_id, day, kind, channel, account_key, state, due_at)
  select 0, 0, u.account_id, u.day, u.kind, u.channel, u.account_key, 'due', u.due_at
    from unnest($1::int4[], $2::date[], $3::bill_kind[], $4::channel_name[], $5::text[], $6::timestamptz[])
         as u (account_id, day, kind, channel, account_key, due_at)
      on conflict (bucket, lot_id, account_id, day, kind) do nothing`,
}
/**
 * Claims the bill that is due longest; nobody else has it until the lease is over. Compared with one row that is asked for once: as
 * a table to join with, it may be asked for again and again, and then each time claims another one.
 */
export const claimDueBill: Statement = {
  name: 'claim-due-bill',
  text: `
  update bill b
     set asks = b.asks + 1, due_at = $2
   where b.bucket = 0 and b.lot_id = 0
     and (b.account_id, b.day, b.kind) = (select account_id, day, kind
                                            from bill
                                           where bucket = 0 and due_at <= $1
                                           order by day, kind, due_at
                                           limit 1
                                             for update skip locked)
  returning b.account_id, b.day::text as day, b.kind, b.channel, b.account_key, b.state, b.bill_id, b.asks, b.lines`,
}
export type BillRow = {
  account_id: number
  day: Day
  kind: KeptBill['kind']
  channel: ChannelName
  account_key: string
  state: 'due' | 'kept'
  bill_id: string | null
  asks: number
  lines: number | null
}
/** Before the first line of a reading is in, so that whatever becomes of it, its lines can be found. */
export const beginReading: Statement = {
  name: 'begin-reading',
  text: `
  update bill set bill_id = $4
   where bucket = 0 and lot_id = 0 and account_id = $1 and day = $2::date and kind = $3 and state = 'due' and bill_id is not distinct from $5
  returning bill_id`,
}
export const deleteLines: Statement = { name: 'delete-bill-lines', text: 'delete from bill_line where bill_id = $1' }
/** Sent again after a lost answer it finds itself done. */
export const keepBill: Statement = {
  name: 'keep-bill',
  text: `
  update bill set state = 'kept', lines = $5, kept_at = $6, because = $7, file_bytes = $8, file_sha256 = $9
   where bucket = 0 and lot_id = 0 and account_id = $1 and day = $2::date and kind = $3 and state in ('due', 'kept') and bill_id = $4
  returning bill_id`,
}
export const askAgain: Statement = {
  name: 'ask-bill-again',
  text: `
  update bill set due_at = $4, because = $5
   where bucket = 0 and lot_id = 0 and account_id = $1 and day = $2::date and kind = $3 and state in ('due', 'kept')`,
}
export const giveBillUp: Statement = {
  name: 'give-bill-up',
  text: `
  update bill set state = 'refused', due_at = null, because = $4
   where bucket = 0 and lot_id = 0 and account_id = $1 and day = $2::date and kind = $3 and state = 'due'`,
}
export const closeBill: Statement = {
  name: 'close-bill',
  text: `
  update bill set state = 'closed', due_at = null, closed_at = $5
   where bucket = 0 and lot_id = 0 and account_id = $1 and day = $2::date and kind = $3 and state = 'kept' and bill_id = $4`,
}
export const selectBillState: Statement = {
  name: 'select-bill-state',
  text: `select state, bill_id, lines from bill where bucket = 0 and lot_id = 0 and account_id = $1 and day = $2::date and kind = $3`,
}
export const selectNeighbours: Statement = {
  name: 'select-neighbour-bills',
  text: `
  select day::text as day, bill_id
    from bill
   where bucket = 0 and lot_id = 0 and account_id = $1 and kind = $2 and day between $3::date and $4::date and state in ('kept', 'closed')`,
}
export type Neighbour = { day: Day; bill_id: string }

/** Of the account and no lot. */
export const insertFlowDiscrepancy: Statement = {
  name: 'insert-flow-discrepancy',
  text: `
  insert into discrepancy (bucket, lot_id, account_id, day, proof, item, class, owner, ours_fen, theirs_fen, about, found_at, state, steps)
  values (0, 0, $1, $2::date, 'fund-flow', $3, $4, 'platform', $5, $6, $7, $8, 'found', 1)
      on conflict do nothing`,
}

// ---- what becomes of a discrepancy

/** The first step of what was just found. */
export const firstSteps: Statement = {
  name: 'first-steps',
  text: `
  insert into discrepancy_step (bucket, lot_id, account_id, day, proof, item, step, state, at, on_day, who, why)
  select bucket, lot_id, account_id, day, proof, item, 1, 'found', found_at, (found_at at time zone 'Asia/Shanghai')::date, 'reconciliation', about
    from discrepancy
   where bucket = any ($1::int4[]) and account_id = $2 and day = $3::date and proof = $4
      on conflict do nothing`,
}
/** Steps by many at once, in one order for all; only from the states named. Answers how many took one. */
export const noteSteps: Statement = {
  name: 'note-discrepancy-steps',
  text: `
  insert into discrepancy_step (bucket, lot_id, account_id, day, proof, item, step, state, at, on_day, who, why)
  select d.bucket, d.lot_id, d.account_id, d.day, d.proof, d.item, d.steps + 1, u.state, $9, ($9::timestamptz at time zone 'Asia/Shanghai')::date, $10, u.why
    from unnest($1::int4[], $2::int4[], $3::int4[], $4::date[], $5::text[], $6::text[], $7::discrepancy_state[], $8::text[])
         as u (bucket, lot_id, account_id, day, proof, item, state, why)
    join discrepancy d on d.bucket = u.bucket and d.lot_id = u.lot_id and d.account_id = u.account_id and d.day = u.day and d.proof = u.proof
     and d.item = u.item
   where d.state = any ($11::discrepancy_state[])
   order by d.bucket, d.lot_id, d.item`,
}
export const takeSteps: Statement = {
  name: 'take-discrepancy-steps',
  text: `
  update discrepancy d
     set state = s.state, steps = s.step
    from unnest($1::int4[], $2::int4[], $3::int4[], $4::date[], $5::text[], $6::text[]) as u (bucket, lot_id, account_id, day, proof, item),
         discrepancy_step s
   where d.bucket = u.bucket and d.lot_id = u.lot_id and d.account_id = u.account_id and d.day = u.day and d.proof = u.proof and d.item = u.item
     and s.bucket = d.bucket and s.lot_id = d.lot_id and s.account_id = d.account_id and s.day = d.day and s.proof = d.proof and s.item = d.item
     and s.step = d.steps + 1
  returning d.bucket, d.lot_id, d.account_id, d.day::text as day, d.proof, d.item`,
}
/** After the step is taken: whoever took it now has it. */
export const setOwners: Statement = {
  name: 'set-discrepancy-owners',
  text: `
  update discrepancy d
     set owner = $7
    from unnest($1::int4[], $2::int4[], $3::int4[], $4::date[], $5::text[], $6::text[]) as u (bucket, lot_id, account_id, day, proof, item),
         discrepancy_step s
   where d.bucket = u.bucket and d.lot_id = u.lot_id and d.account_id = u.account_id and d.day = u.day and d.proof = u.proof and d.item = u.item
     and d.state = 'with-a-person'
     and s.bucket = d.bucket and s.lot_id = d.lot_id and s.account_id = d.account_id and s.day = d.day and s.proof = d.proof and s.item = d.item
     and s.step = d.steps and s.who = $7 and s.at = $8`,
}
/** Every one that does not wait for an explanation is a person's. */
export const handOver: readonly Statement[] = [
  {
    name: 'note-hand-over',
    text: `
    insert into discrepancy_step (bucket, lot_id, account_id, day, proof, item, step, state, at, on_day, who, why)
    select d.bucket, d.lot_id, d.account_id, d.day, d.proof, d.item, d.steps + 1, 'with-a-person', $5, ($5::timestamptz at time zone 'Asia/Shanghai')::date,
           'reconciliation', 'nothing explains it by itself'
      from discrepancy d
     where d.bucket = any ($1::int4[]) and d.account_id = $2 and d.day = $3::date and d.proof = $4 and d.state = 'found'
       and d.class <> all ($6::discrepancy_class[])
        on conflict do nothing`,
  },
  {
    name: 'take-hand-over',
    text: `
    update discrepancy d
       set state = s.state, steps = s.step
      from discrepancy_step s
     where d.bucket = any ($1::int4[]) and d.account_id = $2 and d.day = $3::date and d.proof = $4 and d.state = 'found'
       and s.bucket = d.bucket and s.lot_id = d.lot_id and s.account_id = d.account_id and s.day = d.day and s.proof = d.proof and s.item = d.item
       and s.step = d.steps + 1`,
  },
]

/**
 * What a day came to for each lot: from the lines, from our book, and how many differences there are. It does not write in its own
 * statement, for which PostgreSQL would take one processor alone (note-found.ts).
 */
export const sumTradeDay: Statement = {
  name: 'sum-trade-day',
  text: `
  select s.bucket, s.lot_id, sum(s.ours)::int4 as ours, sum(s.theirs)::int4 as theirs, sum(s.ours_fen)::int8 as ours_fen,
         sum(s.theirs_fen)::int8 as theirs_fen, sum(s.fee_milli_fen)::int8 as fee_milli_fen, sum(s.discrepancies)::int4 as discrepancies
    from (
      select bucket, lot_id, 0 as ours, count(*) as theirs, 0 as ours_fen,
             sum(case when kind = 'payment' then coalesce(settled_fen, amount_fen) else - coalesce(settled_fen, amount_fen) end) as theirs_fen,
             sum(fee_milli_fen) as fee_milli_fen, 0 as discrepancies
        from bill_line
       where bucket = any ($1::int4[]) and bill_id = $2 and (kind = 'payment' or (kind = 'refund' and refund_state <> 'failed'))
       group by bucket, lot_id
       union all
      select bucket, lot_id, count(*), 0, sum(amount_fen), 0, 0, 0
        from payment
       where bucket = any ($1::int4[]) and id >= $9 and cleared_at >= $5::timestamptz - interval '1 hour'
         and channel = $7 and account_key = $8 and paid_at >= $5 and paid_at < $6
       group by bucket, lot_id
       union all
      select r.bucket, r.lot_id, count(*), 0, - sum(r.amount_fen), 0, 0, 0
        from refund r
        join payment p on p.bucket = r.bucket and p.lot_id = r.lot_id and p.id = r.payment_id
       where r.bucket = any ($1::int4[]) and r.state = 'done' and r.done_at >= $5 and r.done_at < $6 and p.channel = $7 and p.account_key = $8
       group by r.bucket, r.lot_id
       union all
      select bucket, lot_id, 0, 0, 0, 0, 0, count(*)
        from discrepancy
       where bucket = any ($1::int4[]) and account_id = $3 and day = $4::date and proof = 'trade'
       group by bucket, lot_id
    ) as s
   group by s.bucket, s.lot_id`,
}
export type LotDay = {
  bucket: number
  lot_id: number
  ours: number
  theirs: number
  ours_fen: string
  theirs_fen: string
  fee_milli_fen: string
  discrepancies: number
}

/** Once and for all. */
export const closeTradeDay: Statement = {
  name: 'close-trade-day',
  text: `
  insert into reconciled_day (bucket, lot_id, account_id, day, proof, ours, theirs, ours_fen, theirs_fen, fee_milli_fen, discrepancies, closed_at)
  select s.bucket, s.lot_id, $9, $10::date, 'trade', s.ours, s.theirs, s.ours_fen, s.theirs_fen, s.fee_milli_fen, s.discrepancies, $11
    from unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::int8[], $6::int8[], $7::int8[], $8::int4[])
         as s (bucket, lot_id, ours, theirs, ours_fen, theirs_fen, fee_milli_fen, discrepancies)
      on conflict do nothing`,
}

/** What the channel says of payments and refunds that we have not heard of. */
export const selectUnheard: Statement = {
  name: 'select-unheard',
  text: `
  select d.bucket, d.lot_id, d.account_id, d.day::text as day, d.proof, d.item, l.kind, l.item_id as id, l.amount_fen, l.channel_no, l.at,
         coalesce(l.account_key, $4) as account_key
    from discrepancy d
   cross join lateral (
     select * from bill_line e
      where e.bucket = d.bucket and e.lot_id = d.lot_id and e.item_id = split_part(d.item, ':', 2)::int8 and e.bill_id = $5
        and e.kind = split_part(d.item, ':', 1)::bill_line_kind
      order by e.line
      limit 1
   ) as l
   where d.bucket = any ($1::int4[]) and d.account_id = $2 and d.day = $3::date and d.proof = 'trade' and d.class = 'unheard' and d.state = 'found'`,
}
export type UnheardRow = {
  bucket: number
  lot_id: number
  account_id: number
  day: string
  proof: string
  item: string
  kind: 'payment' | 'refund'
  id: string
  amount_fen: string
  channel_no: string
  at: number
  account_key: string
}

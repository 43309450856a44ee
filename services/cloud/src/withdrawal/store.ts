import type { Merchant } from '@lanepay/channels/channel.ts'
import { claimDue } from '@lanepay/database/claim-due.ts'
import type { Statement } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { OwnLimits } from './decide.ts'

/** How an account's money reaches the bank: by its channel's own doing, by the channel at our word, or by the simulated bank. */
export type Payout = 'mirrored' | 'channel' | 'bank'

/** Whoever has the turn of an account in a bucket moves withdrawals of it; the others wait. */
export const takeTurn: Statement = {
  name: 'take-withdrawal-turn',
  text: `
  insert into withdrawal_turn (bucket, lot_id, account_id, asked) values ($1, 0, $2, 1)
      on conflict (bucket, lot_id, account_id) do update set asked = withdrawal_turn.asked + 1`,
}
export const selectPayout: Statement = {
  name: 'select-payout',
  text: `
  select a.operator_id, a.channel, a.merchant, a.payout, o.withdrawal_limits, c.version, c.changed_at, c.kind, c.bank, c.ending, c.holder,
         h.held_changed_at, h.held_changing
    from channel_account a
    join operator o on o.operator_id = a.operator_id
   cross join lateral (select max(ended_at) filter (where state in ('applied', 'lost')) as held_changed_at,
                              count(*) filter (where ended_at is null) > 0 as held_changing
                         from held_card_change p where p.account_id = a.account_id) as h
    left join lateral (select version, changed_at, kind, bank, ending, holder
                         from payout_card p where p.account_id = a.account_id order by version desc limit 1) as c on c.kind <> 'none'
   where a.account_id = $1 and a.active`,
}
export type PayoutRow = {
  operator_id: string
  channel: ChannelName
  merchant: Merchant
  payout: Payout
  withdrawal_limits: OwnLimits | null
  version: number | null
  changed_at: number | null
  kind: 'card' | 'alipay' | null
  bank: string | null
  ending: string | null
  holder: string | null
  /** The last time that the card which its channel holds was changed from here, or may have been. */
  held_changed_at: number | null
  /** A change of it is on its way. */
  held_changing: boolean
}
/** The last day of an account's trade that is closed, with no day before it still open. */
export const selectProvenDay: Statement = {
  name: 'select-proven-day',
  text: `
  select max(day)::text as day
    from bill
   where bucket = 0 and lot_id = 0 and account_id = $1 and kind = 'trade' and state = 'closed'
     and day < coalesce((select min(day) from bill
                          where bucket = 0 and lot_id = 0 and account_id = $1 and kind = 'trade' and state <> 'closed'), 'infinity')`,
}
/** The operator's balances by lot, held as they are until the end: a refund that comes meanwhile waits. In the order of postings. */
export const lockHeld: Statement = {
  name: 'lock-held',
  text: `
  select lot_id, balance_fen
    from account
   where bucket = $1 and kind = 'operator-payable' and party = $2 and channel = $3 and balance_fen > 0
   order by lot_id
     for update`,
}
/**
 * What came in from $5 on, before anything was taken of it; what stands in an open question of the trade's proof; and of what came in
 * before, the receipts that the channel keeps back because they are still to be shared: a part of them is somebody else's, and the
 * channel pays nothing of them out. Payments' ids are made when they are, so older ones than $6 are not read: no channel takes money
 * for an order that long.
 */
export const selectUnproven: Statement = {
  name: 'select-unproven',
  text: `
  select l.lot_id,
         (select coalesce(sum(e.amount_fen), 0)
            from transfer t
           cross join lateral unnest(t.kind, t.party, t.amount_fen) as e (kind, party, amount_fen)
           where t.bucket = $1 and t.lot_id = l.lot_id and t.cause_id >= $6 and t.posted_at >= $5 and t.channel = $3
             and t.cause in ('payment-paid', 'share-taken-back', 'fee-given-back')
             and e.kind = 'operator-payable' and e.party = $2 and e.amount_fen > 0)::int8
         + (select coalesce(sum(greatest(coalesce(d.ours_fen, 0) - coalesce(d.theirs_fen, 0), 0)), 0)
              from discrepancy d
             where d.bucket = $1 and d.lot_id = l.lot_id and d.account_id = $7 and d.proof = 'trade' and d.item like 'payment:%'
               and d.state in ('found', 'with-a-person'))::int8
         + (select coalesce(sum(greatest(p.amount_fen - p.channel_fee_fen - p.platform_fee_fen - p.refunded_fen, 0)), 0)
              from payment p
             where p.bucket = $1 and p.lot_id = l.lot_id and p.channel = $3 and p.operator_id = $2 and p.share_at is not null
               and p.state in ('paid', 'partly-refunded') and p.cleared_at < $5)::int8 as unproven_fen
    from unnest($4::int4[]) as l (lot_id)`,
}
export const selectAskedToday: Statement = {
  name: 'select-asked-today',
  text: `
  select coalesce(sum(amount_fen), 0)::int8 as asked_fen
    from withdrawal
   where bucket = $1 and lot_id = 0 and account_id = $2 and kind = 'instant' and state <> 'refused' and asked_at >= $3`,
}
export const selectByCause: Statement = {
  name: 'select-withdrawal-by-cause',
  text: `
  select id, amount_fen, fee_fen
    from withdrawal
   where bucket = $1 and lot_id = 0 and account_id = $2 and cause = $3`,
}
export const insertWithdrawal: Statement = {
  name: 'insert-withdrawal',
  text: `
  insert into withdrawal (bucket, lot_id, id, operator_id, account_id, channel, kind, cause, amount_fen, fee_fen, payout, card_version,
                          state, asked_at, ask_at, steps)
  values ($1, 0, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'asked', $12, $12, 0)`,
}
export const insertParts: Statement = {
  name: 'insert-withdrawal-parts',
  text: `
  insert into withdrawal_part (bucket, lot_id, withdrawal_id, amount_fen, fee_fen)
  select $1, p.lot_id, $2, p.amount_fen, p.fee_fen
    from unnest($3::int4[], $4::int8[], $5::int8[]) as p (lot_id, amount_fen, fee_fen)`,
}
/** The state, and the line of history that says who brought it there and why: together, whichever it is. */
export const noteStep: Statement = {
  name: 'note-withdrawal-step',
  text: `
  with stepped as (
    update withdrawal
       set steps = steps + 1, state = $3, paid_at = $4, channel_no = $5, ask_at = $6
     where bucket = $1 and lot_id = 0 and id = $2
    returning bucket, lot_id, id, steps
  )
  insert into withdrawal_step (bucket, lot_id, withdrawal_id, step, state, at, who, why)
  select bucket, lot_id, id, steps, $3, $7, $8, $9 from stepped`,
}

// ---- on their way (withdraw.ts)

/** Asked again after seconds, then minutes, then an hour; a paid one twice a day, for as long as a bank may send it back. */
export const claimDueWithdrawals = claimDue({
  name: 'claim-due-withdrawals',
  table: 'withdrawal',
  due: 'ask_at',
  set: `asks = c.asks + 1,
         ask_at = $2::timestamptz + case when c.state = 'paid' then interval '12 hours'
                                         when c.asks < 10 then interval '15 seconds'
                                         when c.asks < 30 then interval '5 minutes' else interval '1 hour' end`,
  answer: 'c.bucket, c.id, c.account_id',
})
export type DueRow = { bucket: number; id: string; account_id: number }

export const selectWithdrawal: Statement = {
  name: 'select-withdrawal',
  text: `
  select w.state, w.operator_id, w.account_id, w.channel, w.payout, w.amount_fen, w.fee_fen, w.card_version, w.paid_at, w.channel_no,
         w.ask_at, c.version as card_now,
         exists (select from held_card_change h
                  where h.account_id = w.account_id and h.state in ('applied', 'lost') and h.ended_at >= w.asked_at) as held_card_changed
    from withdrawal w
    left join lateral (select version, kind from payout_card p where p.account_id = w.account_id order by version desc limit 1) as c
      on c.kind <> 'none'
   where w.bucket = $1 and w.lot_id = 0 and w.id = $2`,
}
export type WithdrawalRow = {
  state: 'asked' | 'sent' | 'paid' | 'returned' | 'refused'
  operator_id: string
  account_id: number
  channel: ChannelName
  payout: Payout
  amount_fen: string
  fee_fen: string
  card_version: number | null
  paid_at: number | null
  channel_no: string | null
  ask_at: number | null
  card_now: number | null
  /** Since it was asked for the channel's own card was changed from here. */
  held_card_changed: boolean
}
export const selectParts: Statement = {
  name: 'select-withdrawal-parts',
  text: `select lot_id, amount_fen, fee_fen from withdrawal_part where bucket = $1 and withdrawal_id = $2 order by lot_id`,
}
export const selectCard: Statement = {
  name: 'select-payout-card',
  text: `select kind, sealed, owner, bank, branch from payout_card where account_id = $1 and version = $2`,
}
export type CardRow = { sealed: string } & (
  | { kind: 'card'; owner: 'company' | 'person'; bank: string; branch: string | null }
  | { kind: 'alipay' }
)
export const endWatch: Statement = {
  name: 'end-withdrawal-watch',
  text: `update withdrawal set ask_at = null where bucket = $1 and lot_id = 0 and id = $2 and state = 'paid'`,
}

// ---- by themselves (automatic.ts)

export const selectAutomatic: Statement = {
  name: 'select-automatic-accounts',
  text: `select account_id, operator_id, channel from channel_account where active and payout = any ($1::text[]) order by account_id`,
}
/** Where there is something of it, and the day has not been withdrawn yet. */
export const selectWithMoney: Statement = {
  name: 'select-buckets-with-money',
  text: `-- fanout
  select distinct a.bucket
    from account a
   where a.bucket = any ($1::int4[]) and a.kind = 'operator-payable' and a.party = $2 and a.channel = $3 and a.balance_fen > 0
     and not exists (select from withdrawal w where w.bucket = a.bucket and w.lot_id = 0 and w.account_id = $4 and w.cause = $5)
   order by a.bucket`,
}

// ---- as persons read them (desk.ts)

export const selectAccountsOfOperator: Statement = {
  name: 'select-accounts-of-operator',
  text: `select account_id from channel_account where operator_id = $1 and active order by account_id`,
}
/** What of an operator is neither at the bank nor back. */
export const selectInFlight: Statement = {
  name: 'select-withdrawals-in-flight',
  text: `
  select coalesce(sum(balance_fen), 0)::int8 as in_flight_fen
    from account
   where bucket = $1 and kind = 'withdrawal-in-flight' and party = $2 and channel = $3`,
}
/** The days of what \`selectUnproven\` adds up of what came in. */
export const selectComing: Statement = {
  name: 'select-coming-money',
  text: `
  select (t.posted_at at time zone 'Asia/Shanghai')::date::text as day, sum(e.amount_fen)::int8 as amount_fen
    from transfer t
   cross join lateral unnest(t.kind, t.party, t.amount_fen) as e (kind, party, amount_fen)
   where t.bucket = $1 and t.lot_id = any ($4::int4[]) and t.cause_id >= $6 and t.posted_at >= $5 and t.channel = $3
     and t.cause in ('payment-paid', 'share-taken-back', 'fee-given-back')
     and e.kind = 'operator-payable' and e.party = $2 and e.amount_fen > 0
   group by 1
   order by 1`,
}
export const selectWhole: Statement = {
  name: 'select-whole-withdrawal',
  text: `
  select w.account_id, w.channel, w.kind, w.state, w.amount_fen, w.fee_fen, w.asked_at, w.paid_at, w.channel_no, w.ask_at,
         c.kind as card_kind, c.bank, c.ending, c.holder
    from withdrawal w
    left join payout_card c on c.account_id = w.account_id and c.version = w.card_version
   where w.bucket = $1 and w.lot_id = 0 and w.id = $2 and w.operator_id = $3`,
}
export type WholeRow = Pick<WithdrawalRow, 'account_id' | 'channel' | 'state' | 'amount_fen' | 'fee_fen'> &
  Pick<WithdrawalRow, 'paid_at' | 'channel_no' | 'ask_at'> & {
    kind: 'instant' | 'automatic'
    asked_at: number
    card_kind: 'card' | 'alipay' | null
    bank: string | null
    ending: string | null
    holder: string | null
  }
export const selectSteps: Statement = {
  name: 'select-withdrawal-steps',
  text: `
  select state, at, who, why
    from withdrawal_step
   where bucket = $1 and lot_id = 0 and withdrawal_id = $2
   order by step`,
}

// ---- where it goes (card.ts)

/** Of two that change it at once one has the version, and the other hears that it has not. */
export const insertCard: Statement = {
  name: 'insert-payout-card',
  text: `
  insert into payout_card (account_id, version, kind, sealed, ending, holder, owner, bank, branch, changed_by, why, changed_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      on conflict (account_id, version) do nothing
  returning version`,
}
export const selectThisCard: Statement = {
  name: 'select-this-payout-card',
  text: `
  select version
    from payout_card
   where account_id = $1 and version = $2 and sealed is not distinct from $3 and changed_by = $4 and changed_at = $5`,
}
export const selectCards: Statement = {
  name: 'select-payout-cards',
  text: `
  select version, kind, ending, holder, owner, bank, branch, changed_by, why, changed_at
    from payout_card
   where account_id = $1
   order by version`,
}
export type CardVersionRow = {
  version: number
  kind: 'card' | 'alipay' | 'none'
  ending: string | null
  holder: string | null
  owner: 'person' | 'company' | null
  bank: string | null
  branch: string | null
  changed_by: string
  why: string
  changed_at: number
}

import { claimDue } from '@lanepay/database/claim-due.ts'
import type { Statement } from '@lanepay/database/database.ts'

/** Claims refunds that are due; the next time is set before the channel is asked. What takes days is asked of once an hour. */
export const claimDueRefunds = claimDue({
  name: 'claim-due-refunds',
  table: 'refund',
  due: 'ask_at',
  set: `asks = c.asks + 1,
         ask_at = $2::timestamptz + case when c.asks < 3 then 5 when c.asks < 10 then 60 when c.asks < 30 then 600 else 3600 end * interval '1 second'`,
  answer: 'c.bucket, c.lot_id, c.id, c.payment_id, c.amount_fen, c.reason, c.state, c.asks, c.asked_by',
})
export type RefundRow = {
  bucket: number
  lot_id: number
  id: string
  payment_id: string
  amount_fen: number
  reason: string
  state: 'asked' | 'sent' | 'done' | 'failed'
  asks: number
  /** null: the system itself */
  asked_by: string | null
}
/** Locks the refund and its payment, and says what the books need to know. */
export const lockRefund: Statement = {
  name: 'lock-refund',
  text: `
  select r.state, r.amount_fen, r.platform_fee_fen, r.asked_by, r.payment_id, p.state as payment_state, p.channel, p.account_id,
         p.amount_fen as payment_fen, p.refunded_fen, p.operator_id, p.scanned_at is not null as scanned
    from refund r
    join payment p on p.bucket = r.bucket and p.lot_id = r.lot_id and p.id = r.payment_id
   where r.bucket = $1 and r.lot_id = $2 and r.id = $3
     for update of p, r`,
}
export type LockedRefund = {
  state: RefundRow['state']
  amount_fen: number
  /** of it, the part that the platform gives */
  platform_fee_fen: number
  asked_by: string | null
  payment_id: string
  payment_state: string
  channel: import('@lanepay/domain/types.ts').ChannelName
  account_id: number
  payment_fen: number
  refunded_fen: number
  operator_id: string
  /** Paid by a pay code. */
  scanned: boolean
}
export const setRefundSent: Statement = {
  name: 'set-refund-sent',
  text: `update refund set state = 'sent' where bucket = $1 and lot_id = $2 and id = $3 and state = 'asked'`,
}
export const setRefundDone: Statement = {
  name: 'set-refund-done',
  text: `update refund set state = 'done', done_at = $4, ask_at = null where bucket = $1 and lot_id = $2 and id = $3`,
}
export const setRefundFailed: Statement = {
  name: 'set-refund-failed',
  text: `update refund set state = 'failed', because = $4, ask_at = null where bucket = $1 and lot_id = $2 and id = $3`,
}
export const addRefunded: Statement = {
  name: 'add-refunded',
  text: `
  update payment
     set refunded_fen = refunded_fen + $4,
         state = case when refunded_fen + $4 = amount_fen then 'refunded' else 'partly-refunded' end::payment_state
   where bucket = $1 and lot_id = $2 and id = $3`,
}

// ---- cash and a payment by phone for one debt (paid-twice.ts)

/** Of stays and cash that each has: the places, from 1, of those that were paid more than the cash. */
export const staysWithMore: Statement = {
  name: 'stays-with-more',
  text: `
  select i.n::int4 as n
    from unnest($1::int4[], $2::int4[], $3::int8[], $4::int4[]) with ordinality as i (bucket, lot_id, session_id, paid_fen, n)
   cross join lateral (
     select k.paid_fen from session k where k.bucket = i.bucket and k.lot_id = i.lot_id and k.id = i.session_id limit 1
   ) as s
   where s.paid_fen > i.paid_fen`,
}
/**
 * What was paid by phone for a stay that has more than this cash. Payments are found by when their ids were made: after the
 * stay's own, so it is a part of the lot's day that is read.
 */
export const phoneMoneyOfStay: Statement = {
  name: 'phone-money-of-stay',
  text: `
  select p.id, p.amount_fen, coalesce(q.quoted_at, p.created_at) as quoted_at, c.told_at
    from session s
    join payment p on p.bucket = $1 and p.lot_id = $2 and p.id >= $5 and p.session_id = s.id and p.state = 'paid'
    join clearance c on c.bucket = $1 and c.lot_id = $2 and c.id = p.id
    left join quote q on q.bucket = $1 and q.lot_id = $2 and q.id = p.quote_id
   where s.bucket = $1 and s.lot_id = $2 and s.id = $3 and s.paid_fen > $4
   order by p.id`,
}
export const lockPayment: Statement = {
  name: 'lock-payment',
  text: `select state from payment where bucket = $1 and lot_id = $2 and id = $3 for update`,
}
/** One for a payment, under the lock of the payment; due when it can be known whether the money was used. */
export const insertRefundOfTwice: Statement = {
  name: 'insert-refund-of-twice',
  text: `
  insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, ask_at)
  select $1, $2, $3, $4, $5, $6, 'asked', $7, $8
   where not exists (select from refund r where r.bucket = $1 and r.lot_id = $2 and r.id >= $9 and r.payment_id = $4)`,
}
/** Locks the refund and its payment, with the stay and the cash that was taken for it. */
export const lockPaidTwice: Statement = {
  name: 'lock-paid-twice',
  text: `
  select p.state as payment_state, p.amount_fen, p.channel_fee_fen, p.platform_fee_fen, p.channel, p.operator_id,
         s.state as session_state, s.left_at, c.leave_by,
         (select coalesce(k.amount_fen[array_position(k.kind, 'channel-clearing')], 0)
            from transfer k
           where k.bucket = $1 and k.lot_id = $2 and k.cause_id = p.id and k.cause = 'fee-taken') as fee_taken_fen
    from refund r
    join payment p on p.bucket = $1 and p.lot_id = $2 and p.id = r.payment_id
    join session s on s.bucket = $1 and s.lot_id = $2 and s.id = p.session_id
    join clearance c on c.bucket = $1 and c.lot_id = $2 and c.id = $4
   where r.bucket = $1 and r.lot_id = $2 and r.id = $3 and r.state = 'asked'
     for update of p, r`,
}
export type PaidTwiceRow = {
  payment_state: string
  amount_fen: number
  channel_fee_fen: number
  platform_fee_fen: number
  /** What the channel's bill said it kept; null: it has not said so yet, and the fee is still set aside. */
  fee_taken_fen: string | null
  channel: import('@lanepay/domain/types.ts').ChannelName
  operator_id: string
  session_state: 'inside' | 'leaving' | 'left' | 'superseded' | 'voided'
  left_at: number | null
  leave_by: number
}
export const unapplyPayment: Statement = {
  name: 'unapply-payment',
  text: `update payment set state = 'unapplied' where bucket = $1 and lot_id = $2 and id = $3 and state = 'paid'`,
}

// ---- asked for by a person (ask.ts)

export const selectPaymentToRefund: Statement = {
  name: 'select-payment-to-refund',
  text: `
  select state, channel, amount_fen, platform_fee_fen, paid_at, operator_id
    from payment
   where bucket = $1 and lot_id = $2 and id = $3
     for update`,
}
export type PaymentToRefund = {
  state: import('./ask-decide.ts').RefundablePayment['state']
  channel: import('@lanepay/domain/types.ts').ChannelName
  amount_fen: number
  platform_fee_fen: number
  paid_at: number | null
  operator_id: string
}
/** Every refund of a payment, under the lock of the payment. */
export const selectRefundsOf: Statement = {
  name: 'select-refunds-of',
  text: `
  select id, state, amount_fen, platform_fee_fen, asked_by, coalesce(due_at, asked_at) as due_at
    from refund
   where bucket = $1 and lot_id = $2 and payment_id = $3`,
}
export type EarlierRow = {
  id: string
  state: RefundRow['state']
  amount_fen: number
  platform_fee_fen: number
  asked_by: string | null
  due_at: number
}
export const insertAskedRefund: Statement = {
  name: 'insert-asked-refund',
  text: `
  insert into refund (bucket, lot_id, id, payment_id, amount_fen, platform_fee_fen, reason, state, asked_at, ask_at, due_at, asked_by, second_factor)
  values ($1, $2, $3, $4, $5, $6, $7, 'asked', $8, $9, $9, $10, $11)`,
}

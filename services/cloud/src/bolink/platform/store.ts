import type { Statement } from '@lanepay/database/database.ts'
import type { Id } from '@lanepay/domain/types.ts'

// ---- calls by their signatures

/** The same signature is the same call, with the id it had first. */
export const insertCall: Statement = {
  name: 'insert-bolink-call',
  text: `
  insert into bolink_call (bucket, lot_id, sign, called_at, id, made, notify_url) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (bucket, lot_id, sign) do nothing
  returning id`,
}
export const selectCall: Statement = {
  name: 'select-bolink-call',
  text: 'select id, called_at from bolink_call where bucket = $1 and lot_id = $2 and sign = $3',
}
/** It was not carried out: that it comes again is no repeat. */
export const reopenCall: Statement = {
  name: 'reopen-bolink-call',
  text: `update bolink_call set called_at = '1970-01-01Z' where bucket = $1 and lot_id = $2 and sign = $3`,
}
/** Those that may come again. What has made something is never forgotten. */
export const dropCalls: Statement = {
  name: 'drop-bolink-calls',
  text: 'delete from bolink_call where bucket = any ($1::int4[]) and called_at < $2 and made is null',
}

// ---- payments that the vendor has a number for

export type PayRow = {
  readonly trade_no: string
  readonly kind: 'parking' | 'escape' | 'card'
  readonly subject: string
  readonly plate: string
  readonly amount_fen: number | null
  readonly attach: string | null
  readonly payment_id: string | null
}
const pay = 'select trade_no, kind, subject, plate, amount_fen, attach, payment_id from bolink_pay'
export const insertPay: Statement = {
  name: 'insert-bolink-pay',
  text: `
  insert into bolink_pay (bucket, lot_id, trade_no, kind, subject, plate, amount_fen, attach, notify_url, asked_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (bucket, lot_id, trade_no) do nothing`,
}
export const selectPay: Statement = {
  name: 'select-bolink-pay',
  text: `${pay} where bucket = $1 and lot_id = $2 and trade_no = $3`,
}
/** Month cards that are to be paid for this plate, the oldest first. */
export const selectCardsOfPlate: Statement = {
  name: 'select-bolink-cards-of-plate',
  text: `${pay} where bucket = $1 and lot_id = $2 and plate = $3 and kind = 'card' and payment_id is null and asked_at > $4 order by asked_at`,
}
export const selectPayOfPayment: Statement = {
  name: 'select-bolink-pay-of-payment',
  text: `${pay} where bucket = $1 and lot_id = $2 and payment_id = $3`,
}
/** Under which number a payment `p` by the code that a driver shows was asked for. */
const numberOfCharge = `
  select c.body ->> 'tradeNo' from bolink_charge c
   where c.bucket = p.bucket and c.lot_id = p.lot_id and p.driver like 'code:%' and c.id = substr(p.driver, 6)`
/** The same of a payment that may never be paid. */
export const selectNumberOfCharge: Statement = {
  name: 'select-vendor-number-of-bolink-charge',
  text: `select (${numberOfCharge}) as trade_no from payment p where p.bucket = $1 and p.lot_id = $2 and p.id = $3`,
}
/**
 * Of what this payment paid, and before its order was made, the one is paid by it that it was asked for under; else the one that was asked
 * for first.
 */
export const claimPay: Statement = {
  name: 'claim-bolink-pay',
  text: `
  update bolink_pay set payment_id = $3
   where bucket = $1 and lot_id = $2 and payment_id is null
     and not exists (select from bolink_pay t where t.bucket = $1 and t.lot_id = $2 and t.payment_id = $3)
     and trade_no = (select y.trade_no
                       from payment p
                       join bolink_order o on o.bucket = p.bucket and o.lot_id = p.lot_id and o.session_id = p.session_id
                       join bolink_pay y on y.bucket = p.bucket and y.lot_id = p.lot_id and y.payment_id is null
                            and y.asked_at <= p.created_at
                            and ((y.kind = 'parking' and y.subject = o.order_id)
                              or (y.kind = 'escape' and y.subject = o.debt_of)
                              or (y.kind = 'card' and o.debt_of = 'card:' || y.trade_no))
                      where p.bucket = $1 and p.lot_id = $2 and p.id = $3 and p.paid_at is not null
                      order by y.trade_no = (${numberOfCharge}) desc nulls last, y.asked_at, y.trade_no limit 1)`,
}
/** What was paid of what this number was made for, since. */
export const selectPaymentsOfPay: Statement = {
  name: 'select-payments-of-bolink-pay',
  text: `
  select p.id
    from bolink_pay y
    join bolink_order o on o.bucket = y.bucket and o.lot_id = y.lot_id
         and ((y.kind = 'parking' and y.subject = o.order_id)
           or (y.kind = 'escape' and o.order_id = 'debt:' || y.subject)
           or (y.kind = 'card' and o.order_id = 'debt:card:' || y.trade_no))
    join payment p on p.bucket = o.bucket and p.lot_id = o.lot_id and p.session_id = o.session_id
         and p.created_at >= y.asked_at and p.paid_at is not null
   where y.bucket = $1 and y.lot_id = $2 and y.trade_no = $3
   order by p.id`,
}
/** Where the vendor wants to hear of a payment, or of a refund that it asked for. */
export const selectNotifyUrl: Statement = {
  name: 'select-bolink-notify-url',
  text: `
  select notify_url from bolink_pay where bucket = $1 and lot_id = $2 and payment_id = $3 and notify_url is not null
  union all
  select notify_url from bolink_call where bucket = $1 and lot_id = $2 and id = $3 and made is not null and notify_url is not null
   union all
  select notify_url from cash_change where bucket = $1 and lot_id = $2 and told_by = $3 and notify_url is not null`,
}
export type ChangeToTell = {
  readonly bucket: number
  readonly lot_id: number
  readonly id: Id
  readonly asked_as: string
  readonly amount_fen: number
  readonly state: 'sent' | 'taken' | 'returned' | 'failed'
  readonly ended_at: number | null
}
/** Cash change that whoever asked for it has not heard the latest of, and waits for no answer to what they heard before. */
export const selectChangesToTell: Statement = {
  name: 'select-cash-changes-to-tell',
  text: `
  select c.bucket, c.lot_id, c.id, c.asked_as, c.amount_fen, c.state, c.ended_at
    from cash_change c
   where c.bucket = any ($1::int4[]) and c.state <> 'offered' and c.state <> 'giving' and c.told is distinct from c.state
     and not exists (select from bolink_message m where m.bucket = c.bucket and m.lot_id = c.lot_id and m.id = c.told_by)
   order by c.id limit 200`,
}
export const noteChangeTold: Statement = {
  name: 'note-cash-change-told',
  text: `
  update cash_change set told = $4, told_by = $5
   where bucket = $1 and lot_id = $2 and id = $3 and state = $4 and told is distinct from state
  returning id`,
}
/** A payment of this lot that is paid, or was. */
export const selectIsPaid: Statement = {
  name: 'select-is-paid-for-bolink',
  text: 'select id from payment where bucket = $1 and lot_id = $2 and id = $3 and paid_at is not null',
}
export const selectRefundState: Statement = {
  name: 'select-refund-state-for-bolink',
  text: 'select state from refund where bucket = $1 and lot_id = $2 and id = $3',
}

// ---- invoices that are wanted (invoices.ts)

/** What a number is of, and its stay: a record, a payment that the vendor has numbered, or a sum that is to be invoiced. */
export const selectInvoiced: Statement = {
  name: 'select-what-bolink-invoice-is-of',
  text: `
  select o.order_id as record, o.session_id as session from bolink_order o
   where o.bucket = $1 and o.lot_id = $2 and o.order_id = $3 and o.debt_of is null
   union all
  select coalesce(o.debt_of, o.order_id), o.session_id
    from bolink_pay y
    join payment p on p.bucket = y.bucket and p.lot_id = y.lot_id and p.id = y.payment_id
    join bolink_order o on o.bucket = p.bucket and o.lot_id = p.lot_id and o.session_id = p.session_id
   where y.bucket = $1 and y.lot_id = $2 and y.trade_no = $3
   union all
  select k.key, null from bolink_kept k where k.bucket = $1 and k.lot_id = $2 and k.kind = 'invoice' and k.key = $3
   limit 1`,
}
export type WishRow = {
  readonly body: {
    readonly amountFen: number
    readonly type: number
    /** Left out: nobody has said what became of it. */
    readonly state?: 'issued' | 'refused'
    readonly because?: string
  }
}
/** The same number is one wish, as it was said first. */
export const insertWish: Statement = {
  name: 'insert-bolink-invoice-wish',
  text: `
  insert into bolink_kept (bucket, lot_id, kind, key, body, sealed, said_at) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (bucket, lot_id, kind, key) do nothing`,
}
export const selectWish: Statement = {
  name: 'select-bolink-invoice-wish',
  text: 'select body from bolink_kept where bucket = $1 and lot_id = $2 and kind = $3 and key = $4',
}

/** Said once. */
export const endWishRow: Statement = {
  name: 'end-bolink-invoice-wish',
  text: `
  update bolink_kept set body = body || $5
   where bucket = $1 and lot_id = $2 and kind = $3 and key = $4 and not body ? 'state'
  returning key`,
}
export const selectOperatorOfLot: Statement = {
  name: 'select-operator-of-bolink-lot',
  text: 'select operator_id from lot where bucket = $1 and lot_id = $2',
}

// ---- lots and stays

export const askPark: Statement = {
  name: 'ask-bolink-park',
  text: `
  insert into bolink_asked_park (union_id, park_id, body, asked_at) values ($1, $2, $3, $4)
  on conflict (union_id, park_id) do update set body = excluded.body, asked_at = excluded.asked_at`,
}
export const selectAskedParks: Statement = {
  name: 'select-asked-bolink-parks',
  text: `
  select a.union_id, a.park_id, a.body, a.asked_at from bolink_asked_park a
   where not exists (select from bolink_park p where p.union_id = a.union_id and p.park_id = a.park_id)
   order by a.asked_at, a.union_id, a.park_id`,
}
/** Stays of a lot that began from one instant until before another. */
const staysAsked = `
    from bolink_order o
    join session s on s.bucket = o.bucket and s.lot_id = o.lot_id and s.id = o.session_id
   where o.bucket = $1 and o.lot_id = $2 and o.debt_of is null and s.id >= $3 and s.entered_at >= $4 and s.entered_at < $5
     and ($6::text is null or o.order_id = $6) and ($7::text is null or s.plate = $7)`
export const countStays: Statement = {
  name: 'count-stays-of-bolink-lot',
  text: `select count(*)::int4 as count ${staysAsked}`,
}
export const selectStays: Statement = {
  name: 'select-stays-of-bolink-lot',
  text: `
  select o.order_id, s.plate, s.entered_at, s.left_at, s.paid_fen,
         (select max(p.id) from payment p
           where p.bucket = s.bucket and p.lot_id = s.lot_id and p.session_id = s.id and p.id >= s.id and p.paid_at is not null) as payment_id
  ${staysAsked}
   order by s.id offset $8 limit $9`,
}
/** Lots whose vendor's cloud is to be called now. */
export const selectDue: Statement = {
  name: 'select-due-bolink-calls',
  text: `
  select distinct m.bucket, m.lot_id
    from bolink_park p
    join bolink_message m on m.bucket = p.bucket and m.lot_id = p.lot_id and m.send_at <= $2
   where p.call_url is not null and p.bucket = any ($1::int4[])`,
}

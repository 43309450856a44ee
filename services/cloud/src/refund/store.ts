import type { Statement } from '@lanepay/database/database.ts'

/** Claims refunds that are due; the next time is set before the channel is asked. */
export const claimDueRefunds: Statement = {
  name: 'claim-due-refunds',
  text: `
  update refund r
     set asks = r.asks + 1,
         ask_at = $2::timestamptz + case when r.asks < 3 then 5 when r.asks < 10 then 60 else 600 end * interval '1 second'
    from (select bucket, lot_id, id
            from refund
           where bucket = any ($1::int4[]) and ask_at <= $2
           order by ask_at
           limit $3
             for update skip locked) as due
   where r.bucket = due.bucket and r.lot_id = due.lot_id and r.id = due.id
  returning r.bucket, r.lot_id, r.id, r.payment_id, r.amount_fen, r.reason, r.state, r.asks`,
}
export type RefundRow = {
  bucket: number
  lot_id: number
  id: string
  payment_id: string
  amount_fen: number
  reason: string
  state: 'asked' | 'sent' | 'done' | 'failed'
  asks: number
}
/** Locks the refund and its payment, and says what the books need to know. */
export const lockRefund: Statement = {
  name: 'lock-refund',
  text: `
  select r.state, r.amount_fen, r.payment_id, p.channel, p.account_id, p.amount_fen as payment_fen, p.refunded_fen, p.operator_id
    from refund r
    join payment p on p.bucket = r.bucket and p.lot_id = r.lot_id and p.id = r.payment_id
   where r.bucket = $1 and r.lot_id = $2 and r.id = $3
     for update of p, r`,
}
export type LockedRefund = {
  state: RefundRow['state']
  amount_fen: number
  payment_id: string
  channel: import('@lanepay/domain/types.ts').ChannelName
  account_id: number
  payment_fen: number
  refunded_fen: number
  operator_id: string
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

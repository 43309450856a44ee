import { claimDue } from '@lanepay/database/claim-due.ts'
import type { Statement } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { PaymentToShare } from './decide.ts'

// ---- what is to be shared

/** Written before the channel hears of the order: what was made to be shared is never forgotten. */
export const markToShare: Statement = {
  name: 'mark-payment-to-share',
  text: `
  update payment set share_rule = $4, share_at = $5
   where bucket = $1 and lot_id = $2 and id = $3 and share_rule is null`,
}
/** Nothing will be shared of it any more. */
export const endSharing: Statement = {
  name: 'end-sharing-of-payment',
  text: `update payment set share_at = null where bucket = $1 and lot_id = $2 and id = $3`,
}
/** Claims payments to look at; the next look is set before this one. */
export const claimDueShares = claimDue({
  name: 'claim-due-shares',
  table: 'payment',
  due: 'share_at',
  set: `share_at = $2::timestamptz + interval '1 minute'`,
  answer: `c.bucket, c.lot_id, c.id, c.state, c.amount_fen, c.channel_fee_fen, c.platform_fee_fen, c.refunded_fen, c.share_rule,
            (select coalesce(sum(c.channel_fee_fen::int8 * r.amount_fen / c.amount_fen), 0) from refund r
              where r.bucket = c.bucket and r.lot_id = c.lot_id and r.payment_id = c.id and r.state = 'done') as fee_back_fen,
            exists (select from refund r
                     where r.bucket = c.bucket and r.lot_id = c.lot_id and r.payment_id = c.id and r.state in ('asked', 'sent')) as refunding`,
})
export type DueShareRow = {
  bucket: number
  lot_id: number
  id: string
  state: PaymentToShare['state']
  amount_fen: number
  channel_fee_fen: number
  platform_fee_fen: number
  refunded_fen: number
  fee_back_fen: string
  share_rule: string
  refunding: boolean
}
/** Many at once, those that are still as they were judged (0007_share.sql). */
export const makeShares: Statement = {
  name: 'make-shares',
  text: 'select place from make_shares($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as made (place)',
}

// ---- what a channel is asked

export type ShareRow = {
  bucket: number
  lot_id: number
  id: string
  payment_id: string
  kind: 'share' | 'release'
  round: number
  finish: boolean
  state: 'asked' | 'done' | 'failed'
  asks: number
}
const askedAgain = `asks = c.asks + 1,
         ask_at = $2::timestamptz + case when c.asks < 3 then 10 when c.asks < 10 then 60 else 600 end * interval '1 second'`
/** Claims share orders that are due; the next time is set before the channel is asked. */
export const claimDueOrders = claimDue({
  name: 'claim-due-share-orders',
  table: 'share',
  due: 'ask_at',
  set: askedAgain,
  answer: 'c.bucket, c.lot_id, c.id, c.payment_id, c.kind, c.round, c.finish, c.state, c.asks',
})
export const lockShare: Statement = {
  name: 'lock-share',
  text: `
  select bucket, lot_id, id, payment_id, kind, round, finish, state, asks
    from share where bucket = $1 and lot_id = $2 and id = $3 for update`,
}
export type PartRow = {
  party: string
  whole_fen: number
  amount_fen: number
  state: 'asked' | 'done' | 'with-a-person' | 'tried-again' | 'operator'
  because: string | null
}
export const selectParts: Statement = {
  name: 'select-share-parts',
  text: `
  select party, whole_fen, amount_fen, state, because
    from share_part where bucket = $1 and lot_id = $2 and share_id = $3 order by party`,
}
export const selectSharedPayment: Statement = {
  name: 'select-shared-payment',
  text: `
  select bucket, lot_id, id, channel, account_id, operator_id, amount_fen, refunded_fen, state, channel_trade_no, share_rule, share_at
    from payment where bucket = $1 and lot_id = $2 and id = $3`,
}
/** Whoever changes what was shared of a payment, or goes by it, holds its row. */
export const lockSharedPayment: Statement = {
  name: 'lock-shared-payment',
  text: `${selectSharedPayment.text} for update`,
}
export type SharedPaymentRow = {
  bucket: number
  lot_id: number
  id: string
  channel: ChannelName
  account_id: number
  operator_id: string
  amount_fen: number
  refunded_fen: number
  state: PaymentToShare['state']
  channel_trade_no: string | null
  share_rule: string | null
  share_at: number | null
}
export const setChannelShareNo: Statement = {
  name: 'set-channel-share-no',
  text: `update share set channel_share_no = $4 where bucket = $1 and lot_id = $2 and id = $3 and channel_share_no is null`,
}
export const endShare: Statement = {
  name: 'end-share',
  text: `
  update share set state = $4, because = $5, done_at = $6, ask_at = null
   where bucket = $1 and lot_id = $2 and id = $3`,
}
export const setPart: Statement = {
  name: 'set-share-part',
  text: `update share_part set state = $5, because = $6 where bucket = $1 and lot_id = $2 and share_id = $3 and party = $4`,
}
export const insertShare: Statement = {
  name: 'insert-share',
  text: `
  insert into share (bucket, lot_id, id, payment_id, kind, round, finish, state, asked_at, ask_at)
  values ($1, $2, $3, $4, $5, $6, $7, 'asked', $8, $8)`,
}
export const insertPart: Statement = {
  name: 'insert-share-part',
  text: `
  insert into share_part (bucket, lot_id, share_id, party, whole_fen, amount_fen, state)
  values ($1, $2, $3, $4, $5, $6, 'asked')`,
}
/** Every request of one payment, and every part of them. */
export const selectOrdersOfPayment: Statement = {
  name: 'select-share-orders-of-payment',
  text: `
  select bucket, lot_id, id, payment_id, kind, round, finish, state, asks
    from share where bucket = $1 and lot_id = $2 and payment_id = $3 order by id`,
}
export const selectPartsOfPayment: Statement = {
  name: 'select-share-parts-of-payment',
  text: `
  select p.share_id, p.party, p.whole_fen, p.amount_fen, p.state, p.because
    from share s
    join share_part p on p.bucket = $1 and p.lot_id = $2 and p.share_id = s.id
   where s.bucket = $1 and s.lot_id = $2 and s.payment_id = $3
   order by p.share_id, p.party`,
}
export type PartOfPaymentRow = PartRow & { share_id: string }

// ---- what comes back

export type ReturnRow = {
  bucket: number
  lot_id: number
  id: string
  payment_id: string
  refund_id: string
  share_id: string
  party: string
  amount_fen: number
  way: 'call' | 'refund' | 'none'
  state: 'asked' | 'done' | 'operator' | 'with-a-person' | 'void'
  asks: number
}
const returnColumns = 'bucket, lot_id, id, payment_id, refund_id, share_id, party, amount_fen, way, state, asks'
export const selectReturnsOfPayment: Statement = {
  name: 'select-share-returns-of-payment',
  text: `select ${returnColumns} from share_return where bucket = $1 and lot_id = $2 and payment_id = $3 order by id`,
}
/** What went back or goes back to the driver with this refund and those that were asked before it. */
export const selectGone: Statement = {
  name: 'select-gone-of-payment',
  text: `
  select coalesce(sum(amount_fen), 0)::int4 as gone_fen
    from refund
   where bucket = $1 and lot_id = $2 and payment_id = $3 and (state = 'done' or (id <= $4 and state <> 'failed'))`,
}
export const insertReturn: Statement = {
  name: 'insert-share-return',
  text: `
  insert into share_return (bucket, lot_id, id, payment_id, refund_id, share_id, party, amount_fen, way, state, asked_at, ask_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
}
export const claimDueReturns = claimDue({
  name: 'claim-due-share-returns',
  table: 'share_return',
  due: 'ask_at',
  set: askedAgain,
  answer: returnColumns
    .split(', ')
    .map((column) => `c.${column}`)
    .join(', '),
})
export const lockReturn: Statement = {
  name: 'lock-share-return',
  text: `select ${returnColumns} from share_return where bucket = $1 and lot_id = $2 and id = $3 for update`,
}
export const endReturn: Statement = {
  name: 'end-share-return',
  text: `
  update share_return set state = $4, because = $5, done_at = $6, ask_at = null
   where bucket = $1 and lot_id = $2 and id = $3`,
}
/** How far the refund is that carries a part back with it. */
export const selectRefundState: Statement = {
  name: 'select-refund-state',
  text: `select state, because from refund where bucket = $1 and lot_id = $2 and id = $3`,
}
export type RefundStateRow = { state: 'asked' | 'sent' | 'done' | 'failed'; because: string | null }

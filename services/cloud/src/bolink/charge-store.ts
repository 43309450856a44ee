import type { Statement } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'

/* Exits that we charge (charge.ts). */

export type ChargeRow = {
  id: string
  order_id: string
  body: { readonly [name: string]: unknown }
  asked_at: number
  answered: number | null
  ended_at: number | null
}
const charge = 'select id, order_id, body, asked_at, answered, ended_at from bolink_charge'
/** The payment `p` that a charge `c` has come to, by a code or out of a wallet. */
const paymentOfCharge = `left join code_scan s on s.bucket = c.bucket and s.lot_id = c.lot_id and s.request = c.id
    left join wallet_payment w on w.bucket = c.bucket and w.lot_id = c.lot_id and w.union_id = c.body ->> 'wallet'
                              and w.kind = 'senseless' and w.number = c.id
    left join payment p on p.bucket = c.bucket and p.lot_id = c.lot_id and p.id = coalesce(s.payment_id, w.payment_id)`
/** Held until its first charge is written down: two uploads of one record are charged one after another, and the later finds the earlier. */
export const holdOrder: Statement = {
  name: 'hold-bolink-order',
  text: 'select from bolink_order where bucket = $1 and lot_id = $2 and order_id = $3 for no key update',
}
/** `$7`: what it is answered, where that is certain from the start. Nothing where it was there before. */
export const insertCharge: Statement = {
  name: 'insert-bolink-charge',
  text: `
  insert into bolink_charge (bucket, lot_id, id, order_id, body, asked_at, answered, ended_at)
  values ($1, $2, $3, $4, $5, $6, $7::int4, case when $7::int4 is not null then $6::timestamptz end)
  on conflict (bucket, lot_id, id) do nothing`,
}
export type StandingRow = {
  id: string
  pay_type: string
  trade_no: string | null
  asked_at: number
  answered: number | null
  ended_at: number | null
  payment_id: string | null
  state: string | null
  is_asked: boolean | null
  left_fen: number | null
  goes_back_at: number | null
}
/** All charges of a record, each with the payment that it has come to. */
export const selectChargesOfOrder: Statement = {
  name: 'select-bolink-charges-of-order',
  text: `
  select c.id, c.body ->> 'pay_type' as pay_type, c.body ->> 'tradeNo' as trade_no, c.asked_at, c.answered, c.ended_at,
         p.id as payment_id, p.state, p.query_at is not null as is_asked, m.until as goes_back_at,
         p.amount_fen - (select coalesce(sum(r.amount_fen), 0)::int4 from refund r
                          where r.bucket = p.bucket and r.lot_id = p.lot_id and r.payment_id = p.id and r.state <> 'failed') as left_fen
    from bolink_charge c
    ${paymentOfCharge}
    left join bolink_message m on m.bucket = p.bucket and m.lot_id = p.lot_id and m.id = p.id and m.repeats
   where c.bucket = $1 and c.lot_id = $2 and c.order_id = $3
   order by c.asked_at desc`,
}
export const selectCharge: Statement = {
  name: 'select-bolink-charge',
  text: `${charge} where bucket = $1 and lot_id = $2 and id = $3`,
}
/** The charge that a wallet's payment is of (0098). */
export const selectChargeOfWallet: Statement = {
  name: 'select-bolink-charge-of-wallet',
  text: `
  select c.id, c.order_id, c.body, c.asked_at, c.answered, c.ended_at
    from wallet_payment w
    join bolink_charge c on c.bucket = w.bucket and c.lot_id = w.lot_id and c.id = w.number
   where w.bucket = $1 and w.lot_id = $2 and w.payment_id = $3 and w.kind = 'senseless'`,
}
/** Whether a charge has come to an order. */
export const selectChargeHasOrder: Statement = {
  name: 'select-bolink-charge-has-order',
  text: `
  select from code_scan where bucket = $1 and lot_id = $2 and request = $3 and payment_id is not null
  union all
  select from wallet_payment
   where bucket = $1 and lot_id = $2 and kind = 'senseless' and number = $3 and payment_id is not null`,
}
/** What an upload is answered. Of one that the lot was told 2 of it waits for a message, whatever another upload of the same is answered. */
export const answerCharge: Statement = {
  name: 'answer-bolink-charge',
  text: `
  update bolink_charge set answered = $4, ended_at = $5
   where bucket = $1 and lot_id = $2 and id = $3 and ended_at is null and answered is distinct from 2`,
}
/** The lot hears of it by the answer to an upload, whatever it was answered before. */
export const settleCharge: Statement = {
  name: 'settle-bolink-charge',
  text: `
  update bolink_charge set answered = $4, ended_at = $5 where bucket = $1 and lot_id = $2 and id = $3 and ended_at is null`,
}
export const endCharge: Statement = {
  name: 'end-bolink-charge',
  text: `
  update bolink_charge set ended_at = $4 where bucket = $1 and lot_id = $2 and id = $3 and ended_at is null returning order_id, body`,
}
/** Held while its message is put: who ends it takes that away. Nothing where it has ended. */
export const holdCharge: Statement = {
  name: 'hold-bolink-charge',
  text: 'select id from bolink_charge where bucket = $1 and lot_id = $2 and id = $3 and ended_at is null for update',
}
export const selectDriverOfPayment: Statement = {
  name: 'select-driver-of-payment-for-bolink',
  text: 'select driver, state from payment where bucket = $1 and lot_id = $2 and id = $3',
}
export type VainRow = ChargeRow & {
  bucket: number
  lot_id: number
  payment_id: string | null
  amount_fen: number
  channel: ChannelName
  plate: string
  state: string | null
  because: string | null
}
/**
 * Charges that the lot waits for and whose order will not be paid any more, or is not certain: it is told so, those that have waited longest
 * first. One that is told already, as at a lot that is away, waits for the lot's answer and keeps no other from being told.
 */
export const selectVainCharges: Statement = {
  name: 'select-vain-bolink-charges',
  text: `
  select c.bucket, c.lot_id, c.id, c.order_id, c.body, c.asked_at, c.answered, p.id as payment_id, p.amount_fen, p.channel, p.plate, p.state,
         coalesce(s.because, w.because) as because
    from bolink_charge c
    ${paymentOfCharge}
   where c.bucket = any ($1::int4[]) and c.ended_at is null and c.asked_at < $2
     and (p.id is null or p.state in ('closed', 'unapplied', 'created', 'pending'))
     and not exists (select from bolink_message m where m.bucket = p.bucket and m.lot_id = p.lot_id and m.id = p.id)
   order by c.asked_at limit 200`,
}

import type { Statement } from '@lanepay/database/database.ts'
import type { PermitTerms } from '@lanepay/lot-systems/permits.ts'

/** The payment by which a card is made longer: one of the card is open at a time. Answers nothing where there is one. */
export const beginRenewal: Statement = {
  name: 'begin-card-renewal',
  text: `
  insert into card_renewal (bucket, lot_id, session_id, card, begun_at, asked_at) values ($1, $2, $3, $4, $5, $5)
  on conflict (bucket, lot_id, card) where outcome is null do nothing
  returning session_id`,
}
export const makeSession: Statement = {
  name: 'make-session-of-card-renewal',
  text: `
  insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen, standing, renews_card)
  values ($1, $2, $3, $4, false, 'unknown', 'inside', $5, 0, 'month-card', $6)`,
}
/** Asked for again: it is not let go for a while. */
export const selectOpenRenewal: Statement = {
  name: 'select-open-card-renewal',
  text: `
  update card_renewal r set asked_at = $4
    from session s
   where r.bucket = $1 and r.lot_id = $2 and r.card = $3 and r.outcome is null
     and s.bucket = r.bucket and s.lot_id = r.lot_id and s.id = r.session_id
  returning r.session_id, s.paid_fen`,
}
export const insertRenewalQuote: Statement = {
  name: 'insert-card-renewal-quote',
  text: 'insert into card_renewal_quote (bucket, lot_id, id, months, start_at, lot_trade_no, permit) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing',
}
export const selectRenewalQuote: Statement = {
  name: 'select-card-renewal-quote',
  text: 'select months from card_renewal_quote where bucket = $1 and lot_id = $2 and id = $3',
}
export const selectIsSuspended: Statement = {
  name: 'select-is-lot-suspended-for-renewal',
  text: 'select suspended_at is not null as suspended from lot where bucket = $1 and lot_id = $2',
}

export type PaidRow = {
  readonly card: string
  readonly months: number
  readonly start_at: number | null
  readonly lot_trade_no: string | null
  readonly permit: PermitTerms | null
  readonly outcome: 'renewed' | 'refused' | 'let-go' | null
  readonly plate: string
  readonly amount_fen: number
  readonly channel_fee_fen: number
  readonly channel: import('@lanepay/domain/types.ts').ChannelName
  readonly paid_at: number
  readonly operator_id: string
  readonly session_id: string
}
/** What a payment is to make longer; nothing where it is of a stay. */
export const selectPaidRenewal: Statement = {
  name: 'select-paid-card-renewal',
  text: `
  select r.card, q.months, q.start_at, q.lot_trade_no, q.permit, r.outcome, p.plate, p.amount_fen, p.channel_fee_fen, p.channel, p.paid_at,
         p.operator_id, p.session_id
    from payment p
    join card_renewal r on r.bucket = p.bucket and r.lot_id = p.lot_id and r.session_id = p.session_id
    join card_renewal_quote q on q.bucket = p.bucket and q.lot_id = p.lot_id and q.id = p.quote_id
   where p.bucket = $1 and p.lot_id = $2 and p.id = $3`,
}
/** Ends it once; a refusal makes the refund `$8`, due at once. */
export const endRenewal: Statement = {
  name: 'end-card-renewal',
  text: `
  update card_renewal
     set outcome = $4, because = $5, until_at = $6, ended_at = $7, refund_id = $8,
         refund_at = case when $8::int8 is null then null else $7::timestamptz end
   where bucket = $1 and lot_id = $2 and session_id = $3 and outcome is null
  returning session_id`,
}
/** What was paid stays with it; it never was a stay. */
export const endSession: Statement = {
  name: 'end-session-of-card-renewal',
  text: `
  update session set state = 'voided', ended_because = $4
   where bucket = $1 and lot_id = $2 and id = $3 and left_at is null and ended_because is null and ($5::bool or paid_fen = 0)
  returning id`,
}

/** Renewals whose lot has answered, with what it answered. */
export const selectAnswered: Statement = {
  name: 'select-answered-card-renewals',
  text: `
  select r.bucket, r.lot_id, r.session_id, c.id as payment_id, c.state, c.because
    from card_renewal r
    join payment p on p.bucket = r.bucket and p.lot_id = r.lot_id and p.session_id = r.session_id and p.id >= r.session_id
    join clearance c on c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id and c.answered_at is not null
   where r.bucket = any ($1::int4[]) and r.outcome is null and r.card like 'lot:%'
   limit 100`,
}
/** Renewals that nobody has paid and nobody can pay any more. */
export const selectToLetGo: Statement = {
  name: 'select-card-renewals-to-let-go',
  text: `
  select r.bucket, r.lot_id, r.session_id
    from card_renewal r
   where r.bucket = any ($1::int4[]) and r.outcome is null and r.asked_at < $2
     and not exists (select from payment p
                      where p.bucket = r.bucket and p.lot_id = r.lot_id and p.session_id = r.session_id and p.state in ('created', 'pending'))
     and exists (select from session s
                  where s.bucket = r.bucket and s.lot_id = r.lot_id and s.id = r.session_id and s.paid_fen = 0)
   limit 100`,
}
export type ToRefundRow = {
  readonly bucket: number
  readonly lot_id: number
  readonly session_id: string
  readonly refund_id: string
  readonly payment_id: string
  readonly because: string
}
export const selectToRefund: Statement = {
  name: 'select-card-renewals-to-refund',
  text: `
  select r.bucket, r.lot_id, r.session_id, r.refund_id, c.id as payment_id, r.because
    from card_renewal r
    join payment p on p.bucket = r.bucket and p.lot_id = r.lot_id and p.session_id = r.session_id and p.id >= r.session_id
    join clearance c on c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id
   where r.bucket = any ($1::int4[]) and r.refund_at <= $2
   limit 100`,
}
export const refundLater: Statement = {
  name: 'refund-card-renewal-later',
  text: 'update card_renewal set refund_at = $4 where bucket = $1 and lot_id = $2 and session_id = $3 and refund_at is not null',
}
/** It is asked for, or a person's. */
export const refundOver: Statement = {
  name: 'refund-of-card-renewal-over',
  text: 'update card_renewal set refund_at = null, refund_id = null where bucket = $1 and lot_id = $2 and session_id = $3',
}
/** Whoever keeps the card knows of it. */
export const noteTold: Statement = {
  name: 'note-card-renewal-told',
  text: 'update clearance set told_at = $4 where bucket = $1 and lot_id = $2 and id = $3 and told_at is null',
}

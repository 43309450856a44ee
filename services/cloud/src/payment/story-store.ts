import type { Statement } from '@lanepay/database/database.ts'
import type { QuoteLine } from '@lanepay/lot-link/messages.ts'

/* What there is of one payment: all of it by the keys of the payment and of what was done about it. */

export const selectPaymentWhole: Statement = {
  name: 'select-payment-whole',
  text: `
  select p.operator_id, p.state, p.channel, p.account_id, p.channel_trade_no, p.session_id, p.plate, p.lane_id, p.occupancy, p.amount_fen,
         p.channel_fee_fen, p.platform_fee_fen, p.refunded_fen, p.created_at, p.expires_at, p.scanned_at, p.paid_at, p.cleared_at, p.queries,
         p.quote_id, p.share_at, l.name as lot_name
    from payment p
    join lot l on l.bucket = $1 and l.lot_id = $2
   where p.bucket = $1 and p.lot_id = $2 and p.id = $3`,
}
export type PaymentWholeRow = {
  operator_id: string
  state: string
  channel: string
  account_id: number
  channel_trade_no: string | null
  session_id: string
  plate: string
  lane_id: number | null
  occupancy: string | null
  amount_fen: number
  channel_fee_fen: number
  platform_fee_fen: number
  refunded_fen: number
  created_at: number
  expires_at: number
  scanned_at: number | null
  paid_at: number | null
  cleared_at: number | null
  queries: number
  quote_id: string | null
  share_at: number | null
  lot_name: string
}
export const selectQuoteWhole: Statement = {
  name: 'select-quote-whole',
  text: `
  select quoted_at as at, expires_at as until, price_fen, paid_before_fen, owed_fen, leave_minutes, lines
    from quote where bucket = $1 and lot_id = $2 and id = $3`,
}
export type QuoteWholeRow = {
  at: number
  until: number
  price_fen: number
  paid_before_fen: number
  owed_fen: number
  leave_minutes: number
  lines: QuoteLine[]
}
export const selectClearanceWhole: Statement = {
  name: 'select-clearance-whole',
  text: `
  select made_at, leave_by, lane_id, expires_at, state, because, answered_at, sends
    from clearance where bucket = $1 and lot_id = $2 and id = $3`,
}
export type ClearanceWholeRow = {
  made_at: number
  leave_by: number
  lane_id: number | null
  expires_at: number | null
  state: string
  because: string | null
  answered_at: number | null
  sends: number
}
/** What moved the gate for the vehicle that was quoted there. */
export const selectGatesOf: Statement = {
  name: 'select-gates-of-occupancy',
  text: `
  select lane_id, at, cause_kind, silent
    from gate_opening where bucket = $1 and lot_id = $2 and occupancy = $3::int8
   order by at limit 50`,
}
export type GateRow = { lane_id: number; at: number; cause_kind: string; silent: boolean }
/** $3: the payment, its refunds, shares and returns: whatever may have moved money for it. */
export const selectEntriesOf: Statement = {
  name: 'select-entries-of-causes',
  text: `
  select t.posted_at, t.cause, e.kind, e.party::text as party, e.amount_fen
    from transfer t
   cross join lateral unnest(t.kind, t.party, t.amount_fen) with ordinality as e (kind, party, amount_fen, n)
   where t.bucket = $1 and t.lot_id = $2 and t.cause_id = any ($3::int8[])
   order by t.posted_at, t.cause_id, t.cause, e.n`,
}
export type EntryRow = { posted_at: number; cause: string; kind: string; party: string; amount_fen: string }
/** Alarms are a person's: a lot has few. */
export const selectAlarmsOf: Statement = {
  name: 'select-alarms-of-payment',
  text: `
  select kind, because, raised_at
    from alarm where bucket = $1 and lot_id = $2 and payment_id = $3 and id >= $3
   order by id limit 50`,
}
export type AlarmOfRow = { kind: string; because: string; raised_at: number }

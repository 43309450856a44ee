import type { Statement } from '@lanepay/database/database.ts'
import type { LotEvent, QuoteLine } from '@lanepay/lot-link/messages.ts'
import { type SessionRow, stayColumns } from './search.ts'

/*
 * What there is of one stay. Of its log an index of its own answers; everything that the cloud made for it has an id between the stay's own
 * and a while after its end, so the primary keys answer, by as many rows as the lot had meanwhile.
 */

export const selectStay: Statement = {
  name: 'select-stay',
  text: `select ${stayColumns} from session s where s.bucket = $1 and s.lot_id = $2 and s.id = $3`,
}
export type StayNow = SessionRow

export const selectStanding: Statement = {
  name: 'select-where-stay-stands',
  text: `select lane_id, occupancy, since from lane_occupancy
          where bucket = $1 and lot_id = $2 and session_id = $3 and ended_at is null`,
}
export type StandingRow = { lane_id: number; occupancy: string; since: number }

export type EventRow = { kind: string; at: number; body: LotEvent }
export const selectEvents: Statement = {
  name: 'select-events-of-stay',
  text: `select kind, at, body from lot_event
          where bucket = $1 and lot_id + 0 = $2 and body ->> 'session' = $3
          order by epoch, seq limit 1000`,
}
export type SilentRow = { at: number; lane_id: number; cause_kind: string; cause_id: string | null }
export const selectSilent: Statement = {
  name: 'select-silent-gates-of-stay',
  text: `select at, lane_id, cause_kind, cause_id from gate_opening
          where bucket = $1 and lot_id = $2 and occupancy = any ($3::int8[]) and silent`,
}

export type QuoteRow = {
  id: string
  quoted_at: number
  expires_at: number
  price_fen: number
  paid_before_fen: number
  owed_fen: number
  lines: QuoteLine[]
  lane_id: number | null
  payment_id: string | null
}
/** $3 and $4: the first id and the first that is not meant; $5 the stay. So in those that follow. */
export const selectQuotes: Statement = {
  name: 'select-quotes-of-stay',
  text: `select id, quoted_at, expires_at, price_fen, paid_before_fen, owed_fen, lines, lane_id, payment_id from quote
          where bucket = $1 and lot_id = $2 and id >= $3 and id < $4 and session_id = $5
          order by id desc limit 200`,
}
export type PaymentRow = {
  id: string
  channel: string
  amount_fen: number
  state: string
  created_at: number
  paid_at: number | null
  cleared_at: number | null
  refunded_fen: number
  share_at: number | null
  lane_id: number | null
}
export const selectPayments: Statement = {
  name: 'select-payments-of-stay',
  text: `select id, channel::text as channel, amount_fen, state::text as state, created_at, paid_at, cleared_at, refunded_fen, share_at, lane_id
           from payment
          where bucket = $1 and lot_id = $2 and id >= $3 and id < $4 and session_id = $5
          order by id limit 200`,
}
export type ClearanceRow = {
  id: string
  made_at: number
  state: string
  because: string | null
  paid_fen: number
  answered_at: number | null
  lane_id: number | null
}
/** Of payments: what the lot was told. Cash it told us. */
export const selectClearances: Statement = {
  name: 'select-clearances-of-stay',
  text: `select id, made_at, state::text as state, because, paid_fen, answered_at, lane_id from clearance
          where bucket = $1 and lot_id = $2 and id >= $3 and id < $4 and session_id = $5 and sends > 0
          order by id limit 200`,
}
export type CommandOfStay = {
  id: string
  kind: string
  lane_id: number | null
  state: string
  because: string | null
  issued_at: number
  answered_at: number | null
  body: { by?: string; reason?: string; lane?: number } & Readonly<Record<string, unknown>>
}
export const selectCommands: Statement = {
  name: 'select-commands-of-stay',
  text: `select id, kind, lane_id, state::text as state, because, issued_at, answered_at, body from lot_command
          where bucket = $1 and lot_id = $2 and id >= $3 and id < $4
            and kind in ('open-gate', 'correct', 'void', 'close', 'coupon')
            and (session_id = $5 or body ->> 'session' = $5::text or body -> 'for' ->> 'session' = $5::text)
          order by id limit 200`,
}
export type AlarmRow = {
  kind: string
  lane_id: number | null
  because: string
  raised_at: number
  ended_at: number | null
}
export const selectAlarms: Statement = {
  name: 'select-alarms-of-stay',
  text: `select kind, lane_id, because, raised_at, ended_at from alarm
          where bucket = $1 and lot_id = $2 and id >= $3 and id < $4
            and (occupancy = any ($5::int8[]) or payment_id = any ($6::int8[]) or because = 'session ' || $7::text)
          order by id limit 200`,
}
export type InvoiceRow = {
  kind: 'invoice' | 'invoice-wish'
  key: string
  said_at: number
  amount_fen: number | null
  state: string | null
  because: string | null
}
/** What its software, or its vendor's cloud, has said is to be invoiced (bolink-protocol.md 6.12, 8.1). */
export const selectInvoices: Statement = {
  name: 'select-invoices-of-stay',
  text: `
  select kind, key, said_at, (body ->> 'amountFen')::int4 as amount_fen, coalesce(body ->> 'state', 'asked') as state,
         body ->> 'because' as because
    from bolink_kept
   where bucket = $1 and lot_id = $2 and kind = 'invoice-wish' and body ->> 'session' = $3::int8::text
   union all
  select k.kind, k.key, k.said_at, (k.body ->> 'paidFen')::int4, null, null
    from bolink_order o
    join bolink_kept k on k.bucket = o.bucket and k.lot_id = o.lot_id and k.kind = 'invoice' and k.key = o.order_id
   where o.bucket = $1 and o.lot_id = $2 and o.session_id = $3
   order by 3, 2 limit 100`,
}
export type ActRow = { act: string; account: string; at: number; reason: string; after: string }
export const selectActs: Statement = {
  name: 'select-acts-on-stay',
  text: `select act, account, at, reason, after from staff_line
          where bucket = $1 and lot_id = $2 and about = 'session ' || $3::text order by line limit 500`,
}

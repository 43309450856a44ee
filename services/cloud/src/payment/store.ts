import { claimDue } from '@lanepay/database/claim-due.ts'
import type { Statement } from '@lanepay/database/database.ts'
import type { QuoteFacts } from './decide.ts'

/** Everything a tap on "pay" is judged by, in one look; many taps at once, answered by their place from 1 (0003_clearing.sql). */
export const selectQuotes: Statement = {
  name: 'select-quotes-to-pay',
  text: 'select * from quotes_to_pay($1, $2, $3, $4, $5)',
}
export type QuoteRow = {
  n: number
  session_id: string
  driver: string
  plate: string
  lane_id: number | null
  occupancy: string | null
  paid_before_fen: number
  owed_fen: number
  leave_minutes: number
  expires_at: number
  session_state: string
  session_paid_fen: number
  lane_occupancy: string | null
  lane_ended_at: number | null
  payment_id: string | null
  payment_state: import('./decide.ts').OpenPayment['state'] | null
  amount_fen: number | null
  payment_created_at: number | null
  payment_expires_at: number | null
  payment_account: number | null
  lot_name: string
  operator_id: string
  platform_fee_basis_points: number
  lot_suspended: boolean
  own_open: string[] | null
}

export const factsOf = (row: QuoteRow): QuoteFacts => ({
  driver: row.driver,
  expiresAt: row.expires_at,
  paidBeforeFen: row.paid_before_fen,
  occupancy: row.occupancy,
  sessionState: row.session_state,
  sessionPaidFen: row.session_paid_fen,
  standing: row.lane_occupancy === null ? undefined : row.lane_ended_at === null ? row.lane_occupancy : null,
  lotSuspended: row.lot_suspended,
  payment: row.payment_id === null ? null : { state: row.payment_state!, expiresAt: row.payment_expires_at! },
})

/** The payments whose quotes are theirs now, of many taps at once (0003_clearing.sql). */
export const openPayments: Statement = {
  name: 'open-payments',
  text: 'select id from open_payments($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) as made (id)',
}
/** The channel has the order. */
export const markPending: Statement = {
  name: 'mark-payments-pending',
  text: 'select mark_payments_pending($1, $2, $3, $4, $5)',
}
export const closePayment: Statement = {
  name: 'close-payment',
  text: `
  update payment set state = 'closed', query_at = null
   where bucket = $1 and lot_id = $2 and id = $3 and state in ('created', 'pending')`,
}
/** Claims what is due for a query; the next one is set before this one goes out. */
export const claimDueQueries = claimDue({
  name: 'claim-due-queries',
  table: 'payment',
  due: 'query_at',
  set: `queries = c.queries + 1,
         query_at = $2::timestamptz + case when c.scanned_at is not null and c.queries < 30 then 5 else case c.queries when 0 then 6 when 1 then 10 when 2 then 20 when 3 then 30 else 60 end end * interval '1 second'`,
  answer:
    'c.bucket, c.lot_id, c.id, c.channel, c.account_id, c.state, c.created_at, c.expires_at, c.scanned_at, c.reversing',
})
export type DueRow = {
  bucket: number
  lot_id: number
  id: string
  channel: import('@lanepay/domain/types.ts').ChannelName
  account_id: number
  state: string
  created_at: number
  expires_at: number
  /** An attendant scanned the driver's pay code then; null: paid on the driver's own page. */
  scanned_at: number | null
  reversing: boolean | null
}
export const selectPayment: Statement = {
  name: 'select-payment',
  text: `
  select p.bucket, p.lot_id, p.id, p.channel, p.account_id, p.state, p.created_at, p.expires_at, p.scanned_at, p.reversing, p.driver, p.amount_fen, p.plate,
         p.paid_at, p.lane_id, p.occupancy, p.session_id,
         (select c.leave_by from clearance c where c.bucket = $1 and c.lot_id = $2 and c.id = p.id) as leave_by,
         (select jsonb_build_object('outcome', r.outcome, 'until', (extract(epoch from r.until_at) * 1000)::int8)
            from card_renewal r where r.bucket = $1 and r.lot_id = $2 and r.session_id = p.session_id) as renewal,
         exists (select from clearance c
                  where c.bucket = $1 and c.lot_id = $2 and c.id = p.id and c.told_at is not null) as lot_told,
         (select jsonb_agg(jsonb_build_object('state', c.state, 'because', c.because) order by c.id)
            from (select id, state, because from clearance where bucket = $1 and lot_id = $2 and id = p.id
                   union all
                  select id, state, because from lot_command
                   where bucket = $1 and lot_id = $2 and payment_id = p.id and kind = 'open-gate') as c) as commands,
         exists (select from gate_opening g
                  where g.bucket = $1 and g.lot_id = $2 and g.occupancy = p.occupancy and not g.silent) as opened,
         not exists (select from lane_occupancy o
                      where o.bucket = $1 and o.lot_id = $2 and o.lane_id = p.lane_id
                        and (o.occupancy is distinct from p.occupancy or o.ended_at is not null)) as stands
    from payment p
   where p.bucket = $1 and p.lot_id = $2 and p.id = $3`,
}
export type PaymentRow = DueRow & {
  driver: string
  amount_fen: number
  plate: string
  paid_at: number | null
  lane_id: number | null
  occupancy: string | null
  session_id: string
  leave_by: number | null
  /** Of a month card that it makes longer. */
  renewal: { outcome: 'renewed' | 'refused' | 'let-go' | null; until: number | null } | null
  lot_told: boolean
  commands: { state: string; because: string | null }[] | null
  opened: boolean
  /** By the lot's last word; of a lot that never said who stands in this lane it is not known otherwise. */
  stands: boolean
}
const accounts =
  'select account_id, operator_id, channel, merchant, channel_fee_basis_points, active from channel_account'
export const selectAccounts: Statement = { name: 'select-accounts', text: accounts }
export const selectAccountById: Statement = { name: 'select-account-by-id', text: `${accounts} where account_id = $1` }
export const selectAccountOf: Statement = {
  name: 'select-account-of-operator',
  text: `${accounts} where operator_id = $1 and channel = $2 and active`,
}

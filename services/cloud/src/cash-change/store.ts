import { claimDue } from '@lanepay/database/claim-due.ts'
import type { Statement } from '@lanepay/database/database.ts'
import type { ChannelName, Id } from '@lanepay/domain/types.ts'
import type { ChangeState } from './decide.ts'

export type ChangeRow = {
  readonly id: Id
  readonly asked_as: string
  readonly asked_at: number
  readonly operator_id: string
  readonly account_id: number
  readonly channel: ChannelName
  readonly amount_fen: number
  readonly expires_at: number
  readonly state: ChangeState
  readonly payee: string | null
  readonly ended_at: number | null
}
const columns =
  'id, asked_as, asked_at, operator_id, account_id, channel, amount_fen, expires_at, state, payee, ended_at'

export const insertChange: Statement = {
  name: 'insert-cash-change',
  text: `
  insert into cash_change (bucket, lot_id, id, asked_as, asked_by, asked_at, operator_id, account_id, channel, amount_fen, expires_at, state, ask_at,
                           notify_url)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'offered', $11, $12)
      on conflict (bucket, lot_id, asked_as) do nothing
  returning id`,
}
export const selectChangeAsked: Statement = {
  name: 'select-cash-change-asked',
  text: `select ${columns} from cash_change where bucket = $1 and lot_id = $2 and asked_as = $3`,
}
export const selectChange: Statement = {
  name: 'select-cash-change',
  text: `select ${columns} from cash_change where bucket = $1 and lot_id = $2 and id = $3`,
}
export const lockChange: Statement = { name: 'lock-cash-change', text: `${selectChange.text} for update` }
/** What the lot has been asked to give since an instant and was not given back. */
export const selectGivenSince: Statement = {
  name: 'select-cash-change-given',
  text: `
  select coalesce(sum(amount_fen), 0)::int8 as fen
    from cash_change
   where bucket = $1 and lot_id = $2 and asked_at >= $3 and id >= $4 and state not in ('returned', 'failed')`,
}
export const setGiving: Statement = {
  name: 'set-cash-change-giving',
  text: `
  update cash_change set state = 'giving', payee = $4, ask_at = $5, asks = 0
   where bucket = $1 and lot_id = $2 and id = $3 and state = 'offered'`,
}
export const setSent: Statement = {
  name: 'set-cash-change-sent',
  text: `update cash_change set state = 'sent' where bucket = $1 and lot_id = $2 and id = $3 and state = 'giving'`,
}
export const setOver: Statement = {
  name: 'set-cash-change-over',
  text: `
  update cash_change set state = $4, ended_at = $5, channel_no = $6, because = $7, ask_at = null
   where bucket = $1 and lot_id = $2 and id = $3 and ended_at is null`,
}

export type DueChange = ChangeRow & { readonly bucket: number; readonly lot_id: number }
/** Claims what is to be looked at: links that have ended, and what the channel has in hand. A channel keeps it for the driver for a day. */
export const claimDueChanges = claimDue({
  name: 'claim-due-cash-changes',
  table: 'cash_change',
  due: 'ask_at',
  set: `asks = c.asks + 1,
         ask_at = $2::timestamptz + coalesce((array[3, 5, 10, 30, 60])[c.asks + 1], case when c.asks < 30 then 60 else 600 end) * interval '1 second'`,
  answer: `c.bucket, c.lot_id, ${columns
    .split(', ')
    .map((column) => `c.${column}`)
    .join(', ')}`,
})

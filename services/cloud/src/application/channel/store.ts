import type { Merchant } from '@lanepay/channels/channel.ts'
import type { Statement } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'

export type ErrandRow = { serial: number; attempts: number; channel_no: string | null }

/** Applications that are open here and wait for their channel, with or without an errand yet. */
export const selectDueErrands: Statement = {
  name: 'select-due-application-errands',
  // fanout: what channels have to be told or asked, a round of the worker
  text: `-- fanout
  select c.bucket, c.application_id, c.channel
    from application_channel c
    join application a on a.bucket = c.bucket and a.lot_id = c.lot_id and a.id = c.application_id
    left join application_errand e
      on e.bucket = c.bucket and e.lot_id = c.lot_id and e.application_id = c.application_id and e.channel = c.channel
   where c.bucket = any($1) and c.state in ('asked', 'channel-review', 'to-sign')
     and a.opened_at is not null and a.state in ('approved', 'channel-review', 'to-sign')
     and coalesce(e.ask_at, c.told_at) <= $2
   order by coalesce(e.ask_at, c.told_at) limit 100`,
}
export type DueErrand = { bucket: number; application_id: string; channel: ChannelName }

/** Takes one for a while, so that no other process does; none where somebody has it, or it is not due any more. */
export const claimErrand: Statement = {
  name: 'claim-application-errand',
  text: `
  insert into application_errand as e (bucket, lot_id, application_id, channel, serial, ask_at, attempts)
  values ($1, $2, $3, $4, 1, $6, 0)
  on conflict (bucket, lot_id, application_id, channel) do update set ask_at = excluded.ask_at where e.ask_at <= $5
  returning serial, attempts, channel_no`,
}
/** What was heard, and when it is asked again. */
export const setErrand: Statement = {
  name: 'set-application-errand',
  text: `
  update application_errand
     set serial = $5, ask_at = $6, attempts = $7, channel_no = coalesce($8, channel_no), trouble = $9, merchant = coalesce($10, merchant)
   where bucket = $1 and lot_id = $2 and application_id = $3 and channel = $4`,
}
/** Asked at the next round. */
export const hastenErrand: Statement = {
  name: 'hasten-application-errand',
  text: `
  update application_errand set ask_at = least(ask_at, $4), attempts = 0
   where bucket = $1 and lot_id = $2 and application_id = $3`,
}
export const selectErrands: Statement = {
  name: 'select-application-errands',
  text: `
  select channel, serial, ask_at, attempts, channel_no, trouble, merchant
    from application_errand where bucket = $1 and lot_id = $2 and application_id = $3 order by channel`,
}
export type ErrandView = ErrandRow & {
  channel: ChannelName
  ask_at: number
  trouble: string | null
  merchant: Merchant | null
}

export const selectUploads: Statement = {
  name: 'select-application-uploads',
  text: `
  select sha256, paper_id from application_upload
   where bucket = $1 and lot_id = $2 and application_id = $3 and channel = $4`,
}
export const insertUpload: Statement = {
  name: 'insert-application-upload',
  text: `
  insert into application_upload (bucket, lot_id, application_id, channel, sha256, paper_id, uploaded_at)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (bucket, lot_id, application_id, channel, sha256) do nothing`,
}
export const dropUploads: Statement = {
  name: 'drop-application-uploads',
  text: 'delete from application_upload where bucket = $1 and lot_id = $2 and application_id = $3 and channel = $4',
}

export const selectActiveAccount: Statement = {
  name: 'select-active-account',
  text: 'select account_id from channel_account where operator_id = $1 and channel = $2 and active',
}
/** The next free number; none where somebody was faster, with the number or with the account. */
export const insertAccount: Statement = {
  name: 'insert-channel-account',
  text: `
  insert into channel_account (account_id, operator_id, channel, merchant, channel_fee_basis_points, active, payout)
  select coalesce(max(account_id), 0) + 1, $1, $2, $3, $4, true, $5 from channel_account
  on conflict do nothing
  returning account_id`,
}

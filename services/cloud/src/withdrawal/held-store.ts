import type { Merchant } from '@lanepay/channels/channel.ts'
import type { Statement } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'

/* Changes of a card that a channel holds, each until its end (held-card.ts, held-worker.ts). */

export type HeldState = 'asked' | 'sent' | 'checking' | 'applied' | 'refused' | 'lost'

/** None where another one of the account is not over, or somebody else has the version. */
export const insertHeldChange: Statement = {
  name: 'insert-held-card-change',
  text: `
  insert into held_card_change (account_id, version, state, sealed, ending, holder, owner, bank, branch, area_code, asked_by, why, asked_at,
                                ask_at)
  values ($1, $2, 'asked', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
      on conflict do nothing
  returning version`,
}
export const selectThisHeldChange: Statement = {
  name: 'select-this-held-card-change',
  text: `
  select version
    from held_card_change
   where account_id = $1 and version = $2 and ending = $3 and asked_by = $4 and why = $5 and asked_at = $6`,
}
export const selectHeldChanges: Statement = {
  name: 'select-held-card-changes',
  text: `
  select version, state, ending, holder, owner, bank, branch, ending_before, asked_by, why, asked_at, sent_at, channel_no, because, ended_at
    from held_card_change
   where account_id = $1
   order by version`,
}
export type HeldChangeRow = {
  version: number
  state: HeldState
  ending: string
  holder: string
  owner: 'person' | 'company'
  bank: string
  branch: string
  ending_before: string | null
  asked_by: string
  why: string
  asked_at: number
  sent_at: number | null
  channel_no: string | null
  because: string | null
  ended_at: number | null
}

// ---- on their way (held-worker.ts)

/** Asked again after minutes, then after ten, then after an hour; written before anything is sent, so that one process has it. */
export const claimDueHeldChanges: Statement = {
  name: 'claim-due-held-card-changes',
  text: `
  update held_card_change c
     set asks = c.asks + 1,
         ask_at = $1::timestamptz + case when c.asks < 10 then interval '1 minute'
                                         when c.asks < 60 then interval '10 minutes' else interval '1 hour' end
    from (select account_id, version
            from held_card_change
           where ask_at <= $1
           order by ask_at
           limit $2
             for update skip locked) as due
   where c.account_id = due.account_id and c.version = due.version
  returning c.account_id, c.version`,
}
export type DueHeldChange = { account_id: number; version: number }

export const selectOpenHeldChange: Statement = {
  name: 'select-open-held-card-change',
  text: `
  select c.state, c.sealed, c.ending, c.owner, c.bank, c.branch, c.area_code, c.ending_before, c.channel_no, c.sent_at,
         a.channel, a.merchant, a.active, a.operator_id
    from held_card_change c
    join channel_account a on a.account_id = c.account_id
   where c.account_id = $1 and c.version = $2 and c.ended_at is null`,
}
export type OpenHeldChange = {
  state: 'asked' | 'sent' | 'checking'
  sealed: string
  ending: string
  owner: 'person' | 'company'
  bank: string
  branch: string
  area_code: string
  ending_before: string | null
  channel_no: string | null
  sent_at: number | null
  channel: ChannelName
  merchant: Merchant
  active: boolean
  operator_id: string
}
/** On its way, as long as nobody else has sent it. */
export const sendHeldChange: Statement = {
  name: 'send-held-card-change',
  text: `
  update held_card_change set state = 'sent', ending_before = $3, sent_at = $4
   where account_id = $1 and version = $2 and state = 'asked'
  returning version`,
}
/** Taken under this number, or not taken at all: then it is sent again. */
export const noteHeldChange: Statement = {
  name: 'note-held-card-change',
  text: `
  update held_card_change set state = $3, channel_no = $4
   where account_id = $1 and version = $2 and state = 'sent'`,
}
/** What was sealed is gone with it. */
export const endHeldChange: Statement = {
  name: 'end-held-card-change',
  text: `
  update held_card_change set state = $3, because = $4, ended_at = $5, ask_at = null, sealed = null
   where account_id = $1 and version = $2 and ended_at is null`,
}

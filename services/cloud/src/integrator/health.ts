import type { ChannelError } from '@lanepay/channels/channel.ts'
import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { ChannelName, Id } from '@lanepay/domain/types.ts'
import type { Accounts } from '../payment/accounts.ts'
import type { Channels } from '../payment/settle.ts'
import { fewAtOnce } from '../server/few-at-once.ts'

/*
 * Whether the accounts with the channels work: each is asked every few hours after an order that there never was. "There is none" is a good
 * answer: it was for this account, and its signature held. Nothing of it is on the road of a payment.
 */

const askedAgainMs = 4 * 3_600_000
const atMost = 50

/** Takes those that nobody has asked about for a while, so that no other process does. */
const claimAccounts: Statement = {
  name: 'claim-accounts-to-look-at',
  text: `
  insert into channel_health as h (account_id, looked_at)
  select a.account_id, $1 from channel_account a left join channel_health k on k.account_id = a.account_id
   where a.active and a.channel = any($2::channel_name[]) and (k.looked_at is null or k.looked_at <= $3)
   order by k.looked_at nulls first, a.account_id limit $4
  on conflict (account_id) do update set looked_at = excluded.looked_at where h.looked_at is null or h.looked_at <= $3
  returning account_id`,
}
const noteGood: Statement = {
  name: 'note-account-good',
  text: 'update channel_health set good_at = $2, trouble = null where account_id = $1',
}
const noteTrouble: Statement = {
  name: 'note-account-trouble',
  text: 'update channel_health set trouble_at = $2, trouble = $3 where account_id = $1',
}

export function lookingAtAccounts(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly channels: Channels
  readonly accounts: Accounts
}): () => Promise<void> {
  const { database, clock, newId, channels, accounts } = options
  const here = Object.keys(channels) as ChannelName[]

  async function look(accountId: number): Promise<void> {
    const account = await accounts.byId(accountId)
    const channel = account && channels[account.channel]
    if (!channel) return
    // A number that no payment has: ids are never given out twice, and this one is of no lot.
    const answer = await channel.query(account.merchant, numberOf('trade', { bucket: 0, lotId: 0 }, newId()))
    const at = instantOut(clock.now())
    await (answer.ok
      ? database.reference.query(noteGood, [accountId, at])
      : database.reference.query(noteTrouble, [accountId, at, troubleOf(answer.error)]))
  }

  return async () => {
    const now = clock.now()
    const claimed = await database.reference.query<{ account_id: number }>(claimAccounts, [
      ...[instantOut(now), here, instantOut(now - askedAgainMs), atMost],
    ])
    await fewAtOnce(claimed, ({ account_id: id }) => look(id))
  }
}

/** The channel's code; its message may hold anything. */
const troubleOf = (error: ChannelError): string => ('code' in error ? error.code : error.kind).slice(0, 80)

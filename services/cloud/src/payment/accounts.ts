import type { Merchant } from '@lanepay/channels/channel.ts'
import type { Database } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import { selectAccounts } from './store.ts'

export type ChannelAccount = {
  readonly accountId: number
  readonly operatorId: string
  readonly channel: ChannelName
  readonly merchant: Merchant
  readonly channelFeeBasisPoints: number
  readonly active: boolean
}
export type Accounts = {
  /** The account that receives an operator's money through a channel. */
  ofOperator(operatorId: string, channel: ChannelName): Promise<ChannelAccount | null>
  /** The account a payment was made for, whether still in use or not. */
  byId(accountId: number): Promise<ChannelAccount | null>
}

/** The channel accounts, a small table read again at most every `freshMs` and whenever something is missing. */
export function channelAccounts(database: Database, freshMs = 5_000): Accounts {
  let readAt = Number.NEGATIVE_INFINITY
  let known: readonly ChannelAccount[] = []
  let reading: Promise<void> | undefined
  const read = () => {
    reading ??= database.reference
      .query<{
        account_id: number
        operator_id: string
        channel: ChannelName
        merchant: Merchant
        channel_fee_basis_points: number
        active: boolean
      }>(selectAccounts)
      .then((rows) => {
        readAt = performance.now()
        known = rows.map((row) => ({
          accountId: row.account_id,
          operatorId: row.operator_id,
          channel: row.channel,
          merchant: row.merchant,
          channelFeeBasisPoints: row.channel_fee_basis_points,
          active: row.active,
        }))
      })
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  const find = async (fits: (account: ChannelAccount) => boolean): Promise<ChannelAccount | null> => {
    if (performance.now() - readAt > freshMs) await read()
    return known.find(fits) ?? null
  }
  return {
    ofOperator: (operatorId, channel) =>
      find((account) => account.active && account.operatorId === operatorId && account.channel === channel),
    byId: (accountId) => find((account) => account.accountId === accountId),
  }
}

import type { Merchant } from '@lanepay/channels/channel.ts'
import type { Database, Statement } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import { selectAccountById, selectAccountOf, selectAccounts } from './store.ts'

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

type AccountRow = {
  account_id: number
  operator_id: string
  channel: ChannelName
  merchant: Merchant
  channel_fee_basis_points: number
  active: boolean
}
const accountOf = (row: AccountRow): ChannelAccount => ({
  ...{ accountId: row.account_id, operatorId: row.operator_id, channel: row.channel, merchant: row.merchant },
  ...{ channelFeeBasisPoints: row.channel_fee_basis_points, active: row.active },
})

/** The channel accounts, a small table read again at most every `freshMs`; one that was not there then is asked for alone. */
export function channelAccounts(database: Database, freshMs = 5_000): Accounts {
  let readAt = Number.NEGATIVE_INFINITY
  let known: readonly ChannelAccount[] = []
  let reading: Promise<void> | undefined
  const read = () => {
    reading ??= database.reference
      .query<AccountRow>(selectAccounts)
      .then((rows) => {
        readAt = performance.now()
        known = rows.map(accountOf)
      })
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  const find = async (
    fits: (account: ChannelAccount) => boolean,
    alone: Statement,
    key: readonly unknown[],
  ): Promise<ChannelAccount | null> => {
    if (performance.now() - readAt > freshMs) await read()
    const found = known.find(fits)
    if (found) return found
    const [row] = await database.reference.query<AccountRow>(alone, key)
    return row ? accountOf(row) : null
  }
  return {
    ofOperator: (operatorId, channel) =>
      find(
        (account) => account.active && account.operatorId === operatorId && account.channel === channel,
        selectAccountOf,
        [operatorId, channel],
      ),
    byId: (accountId) => find((account) => account.accountId === accountId, selectAccountById, [accountId]),
  }
}

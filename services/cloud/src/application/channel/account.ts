import type { Merchant } from '@lanepay/channels/channel.ts'
import type { Database } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import { insertAccount, selectActiveAccount } from './store.ts'

/** What both channels take of a parking payment unless a contract says otherwise: 0.6 % (wechat-pay.md 18.1). */
const usualFeeBasisPoints = 60
const tries = 20

/** Whether an operator's money can be received through a channel already. */
export const hasAccount = async (database: Database, operatorId: string, channel: ChannelName): Promise<boolean> =>
  (await database.reference.query(selectActiveAccount, [operatorId, channel])).length > 0

export type NewAccount = {
  readonly operatorId: string
  readonly channel: ChannelName
  readonly merchant: Merchant
  readonly feeBasisPoints?: number
  readonly payout?: 'mirrored' | 'channel' | 'bank'
}

/**
 * Writes by whom an operator's money is received through a channel from now on. Done again, by whichever process, it is the same account; an
 * operator that has one keeps it.
 */
export async function openAccount(
  database: Database,
  { operatorId, channel, merchant, feeBasisPoints = usualFeeBasisPoints, payout = 'mirrored' }: NewAccount,
): Promise<void> {
  for (let left = tries; left > 0; left--) {
    if (await hasAccount(database, operatorId, channel)) return
    const values = [operatorId, channel, merchant, feeBasisPoints, payout]
    if ((await database.reference.query(insertAccount, values)).length > 0) return
  }
  throw new Error(`no number was free for an account of operator ${operatorId}`)
}

import type { Database } from '@lanepay/database/database.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Day } from '../reconciliation/day.ts'
import { type AskDeps, setAside } from './ask.ts'
import { type Payout, selectAutomatic, selectProvenDay, selectWithMoney } from './store.ts'

type Account = { account_id: number; operator_id: string; channel: string }

/**
 * T+1 (domain.md 6): when an account's day is closed, everything that is proven is set aside, free of charge; once for the day, however
 * often and by however many processes it is asked. One round, called by a timer.
 */
export function automaticWithdrawals(
  deps: AskDeps & {
    readonly log: Log
    /** There is a simulated bank: accounts that it pays out are asked for, too. */
    readonly hasBank: boolean
  },
): () => Promise<void> {
  const { database, log } = deps
  const payouts: readonly Payout[] = deps.hasBank ? ['channel', 'bank'] : ['channel']
  const ofBucket = async (bucket: number, account: Account, cause: string): Promise<void> => {
    const id = deps.newId()
    const set = await setAside(deps, {
      ...{ bucket, accountId: account.account_id, kind: 'automatic', amountFen: 'all', by: 'automatic', id, cause },
    })
    // Under the floor of a fen: nothing of it is proven yet, which is no news.
    if (!set.ok && set.error.kind !== 'under-floor')
      log('warn', 'withdrawal-not-asked', { account: account.account_id, bucket, because: set.error.kind })
  }
  return async () => {
    for (const account of await database.reference.query<Account>(selectAutomatic, [payouts])) {
      const [proven] = await database.of(0).query<{ day: Day | null }>(selectProvenDay, [account.account_id])
      if (!proven?.day) continue
      const cause = `automatic:${proven.day}`
      for (const bucket of await bucketsWithMoney(database, account, cause)) await ofBucket(bucket, account, cause)
    }
  }
}

async function bucketsWithMoney(database: Database, account: Account, cause: string): Promise<number[]> {
  const { operator_id, channel, account_id } = account
  const found: number[] = []
  for (const { db, buckets } of database.nodes)
    for (const row of await db.query<{ bucket: number }>(selectWithMoney, [
      ...[buckets, operator_id, channel, account_id, cause],
    ]))
      found.push(row.bucket)
  return found
}

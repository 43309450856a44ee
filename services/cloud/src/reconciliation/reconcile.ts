import type { Channel, Merchant } from '@lanepay/channels/channel.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { ChannelName, Id } from '@lanepay/domain/types.ts'
import type { Clear } from '../clearing/clear.ts'
import { selectAccounts } from '../payment/store.ts'
import type { Refunds } from '../refund/refund.ts'
import { type Day, daysToPlan, readyAt } from './day.ts'
import { workFundFlow } from './flow-day.ts'
import { workGates } from './gates.ts'
import { readBill } from './read-bill.ts'
import {
  askAgain,
  type BillAccount,
  type BillRow,
  claimDueBill,
  closeBill,
  type KeptBill,
  planBills,
  selectBillState,
  selectPlanned,
} from './store.ts'
import { workTradeBill } from './trade-day.ts'

/**
 * Every day for every channel account: both bills fetched when they are ready, and held against our book (domain.md 2,
 * reconciliation); and every movement of a gate against its reason.
 */
export type Reconciliation = {
  /** One round of what is due: called by a timer or a person. Answers how many bills it moved on. */
  round(): Promise<number>
}

/** What reconciliation needs of a channel; one without bills is left out. */
export type BillChannels = Readonly<Partial<Record<ChannelName, Pick<Channel, 'accountKey' | 'bills'>>>>

/** Nobody else takes a bill for so long; whoever has died on it is followed then. */
const leaseMs = 30 * 60_000
const flowWaitsMs = 10 * 60_000

export function reconciliation(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly channels: BillChannels
  readonly clear: Clear
  readonly refunds: Pick<Refunds, 'heard'>
}): Reconciliation {
  const { database, clock, log, newId, channels, clear, refunds } = options
  const home = database.of(0)
  const now = () => clock.now()

  const plan = async (accounts: readonly KnownAccount[]): Promise<void> => {
    const planned = await home.query<{ account_id: number; kind: KeptBill['kind']; day: Day }>(selectPlanned)
    const due = accounts.flatMap((account) =>
      (['trade', 'fund-flow'] as const).flatMap((kind) => {
        const newest = planned.find((one) => one.account_id === account.accountId && one.kind === kind)?.day ?? null
        return daysToPlan(newest, now()).map((day) => ({ ...account, kind, day }))
      }),
    )
    if (due.length === 0) return
    await home.query(planBills, [
      ...[due.map((one) => one.accountId), due.map((one) => one.day), due.map((one) => one.kind)],
      ...[due.map((one) => one.channel), due.map((one) => one.accountKey)],
      due.map((one) => instantOut(readyAt(one.day))),
    ])
  }

  const work = async (row: BillRow, accounts: readonly KnownAccount[]): Promise<void> => {
    const key = [row.account_id, row.day, row.kind]
    const account = accounts.find((one) => one.accountId === row.account_id)
    const bills = channels[row.channel]?.bills
    if (!account || !bills) throw new Error(`${row.channel} is not configured now`)
    if (row.state === 'due') {
      const outcome = await readBill({ database, newId, now }, row, account, bills)
      log(outcome === 'kept' ? 'info' : 'warn', 'bill-read', {
        ...{ account: row.account_id, day: row.day, kind: row.kind, outcome },
      })
      if (outcome !== 'kept') return
    }
    const [kept] = await home.query<{ state: string; bill_id: string; lines: number }>(selectBillState, key)
    if (kept?.state !== 'kept') return
    const bill: KeptBill = {
      ...{ accountId: row.account_id, channel: row.channel, accountKey: row.account_key, kind: row.kind, day: row.day },
      ...{ billId: kept.bill_id, lines: kept.lines },
    }
    if (bill.kind === 'trade') await workTradeBill({ database, clear, refunds, now }, bill)
    else if (!(await workFundFlow({ database, newId, now }, bill, account.alike))) {
      await home.query(askAgain, [...key, instantOut(now() + flowWaitsMs), 'waits for the trade bill of its day'])
      return
    }
    await home.query(closeBill, [...key, bill.billId, instantOut(now())])
    log('info', 'bill-closed', { account: row.account_id, day: row.day, kind: row.kind, lines: bill.lines })
  }

  return {
    round: async () => {
      const accounts = await accountsOf(database, channels)
      await plan(accounts)
      let moved = 0
      for (;;) {
        const [row] = await home.query<BillRow>(claimDueBill, [instantOut(now()), instantOut(now() + leaseMs)])
        if (!row) break
        moved += 1
        await work(row, accounts).catch((error: Error) =>
          log('error', 'bill-not-worked', {
            ...{ account: row.account_id, day: row.day, kind: row.kind, message: error.message },
          }),
        )
      }
      await workGates({ database, now })
      return moved
    },
  }
}

/** With every account of ours that is this one at the channel. */
type KnownAccount = BillAccount & { readonly alike: number[] }

/** Every account that a channel has bills of, once, whoever of the operators has it. */
async function accountsOf(database: Database, channels: BillChannels): Promise<KnownAccount[]> {
  const rows = await database.reference.query<{ account_id: number; channel: ChannelName; merchant: Merchant }>(
    selectAccounts,
  )
  const accounts = new Map<string, KnownAccount>()
  for (const row of [...rows].sort((a, b) => a.account_id - b.account_id)) {
    const channel = channels[row.channel]
    if (!channel?.bills) continue
    const accountKey = channel.accountKey(row.merchant)
    const key = `${row.channel} ${accountKey}`
    const { account_id: accountId, merchant } = row
    const known = accounts.get(key)
    if (known) known.alike.push(accountId)
    else accounts.set(key, { accountId, channel: row.channel, accountKey, merchant, alike: [accountId] })
  }
  return [...accounts.values()]
}

import type { RefundState } from '@lanepay/channels/channel.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { type Posting, postTransfer } from '@lanepay/ledger/post.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { Accounts } from '../payment/accounts.ts'
import type { Channels } from '../payment/settle.ts'
import { goingBack, isOfTwice } from './paid-twice.ts'
import {
  addRefunded,
  claimDueRefunds,
  type LockedRefund,
  lockRefund,
  type RefundRow,
  setRefundDone,
  setRefundFailed,
  setRefundSent,
} from './store.ts'

/** Money that counts for no stay goes back by itself. An unclear answer is asked again under the same refund number. */
export type Refunds = {
  /** One round of what is due; called by a timer. */
  round(): Promise<void>
  /** Takes a believed word of the channel about one refund; doing it twice is doing it once. */
  heard(lot: LotKey, id: string, state: RefundState): Promise<void>
}

export function refunds(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly channels: Channels
  readonly accounts: Accounts
  readonly alarms: Alarms
  readonly publicUrl: string
}): Refunds {
  const { database, clock, log, channels, accounts, alarms, publicUrl } = options

  const goesBack = goingBack({ database, clock, alarms })

  /** Runs one step of a refund in one transaction: the row, the payment and the books move together or not at all. */
  const step = (
    lot: LotKey,
    id: string,
    from: readonly RefundRow['state'][],
    act: (locked: LockedRefund) => {
      statement: Parameters<Parameters<Parameters<ReturnType<Database['of']>['transaction']>[0]>[0]['query']>[0]
      values: readonly unknown[]
      cause: Posting['cause']
      entries: Posting['entries']
      refundedFen?: number
    },
  ): Promise<LockedRefund | null> =>
    twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        const key = [lot.bucket, lot.lotId, id]
        const [locked] = await tx.query<LockedRefund>(lockRefund, key)
        if (!locked || !from.includes(locked.state)) return null
        const { statement, values, cause, entries, refundedFen } = act(locked)
        await postTransfer(tx, { lot, causeId: id as Id, cause, entries, postedAt: clock.now() })
        await tx.query(statement, [...key, ...values])
        if (refundedFen !== undefined)
          await tx.query(addRefunded, [lot.bucket, lot.lotId, locked.payment_id, refundedFen])
        return locked
      }),
    )

  /** On its way: from money that counts for nothing to money in flight. */
  const sent = (lot: LotKey, id: string) =>
    step(lot, id, ['asked'], ({ amount_fen, channel, operator_id }) => ({
      statement: setRefundSent,
      values: [],
      cause: 'refund-asked',
      entries: [
        { kind: 'unapplied-receipts', party: operator_id, channel, amountFen: -amount_fen },
        { kind: 'refund-in-flight', party: operator_id, channel, amountFen: amount_fen },
      ],
    }))

  const heard: Refunds['heard'] = async (lot, id, state) => {
    if (state.state === 'pending') return
    if (state.state === 'done') {
      await sent(lot, id) // a notification may overtake our own note that we asked
      await step(lot, id, ['sent'], ({ amount_fen, channel, operator_id }) => ({
        statement: setRefundDone,
        values: [instantOut(state.doneAt)],
        cause: 'refund-done',
        entries: [
          { kind: 'refund-in-flight', party: operator_id, channel, amountFen: -amount_fen },
          { kind: 'channel-clearing', party: '0', channel, amountFen: amount_fen },
        ],
        refundedFen: amount_fen,
      }))
      return
    }
    const failed = await step(lot, id, ['sent'], ({ amount_fen, channel, operator_id }) => ({
      statement: setRefundFailed,
      values: [`${state.code}: ${state.message}`.slice(0, 200)],
      cause: 'refund-failed',
      entries: [
        { kind: 'refund-in-flight', party: operator_id, channel, amountFen: -amount_fen },
        { kind: 'unapplied-receipts', party: operator_id, channel, amountFen: amount_fen },
      ],
    }))
    if (failed) await alarms.raise(lot, { kind: 'refund-failed', payment: failed.payment_id, because: state.code })
  }

  const ask = async (row: RefundRow): Promise<void> => {
    const lot: LotKey = { bucket: row.bucket, lotId: row.lot_id }
    if (row.state === 'asked' && isOfTwice(row) && !(await goesBack(row))) return
    // The books say it is on its way before the channel hears of it: a crash between leaves it asked again, never lost.
    await sent(lot, row.id)
    const [payment] = await database.of(lot.bucket).query<LockedRefund>(lockRefund, [lot.bucket, lot.lotId, row.id])
    if (payment?.state !== 'sent') return
    const channel = channels[payment.channel]
    const account = await accounts.byId(payment.account_id)
    if (!channel || !account) throw new Error(`refund ${row.id}: ${payment.channel} is not configured now`)
    const tradeNumber = numberOf('trade', lot, row.payment_id as Id)
    const refundNumber = numberOf('refund', lot, row.id as Id)
    const answer = await channel.refund(account.merchant, {
      tradeNumber,
      refundNumber,
      amountFen: fen(row.amount_fen),
      paymentFen: fen(payment.payment_fen),
      reason: '停车费原路退回',
      notifyUrl: `${publicUrl}/notify/${payment.channel}`,
    })
    if (answer.ok) return heard(lot, row.id, answer.value)
    if (answer.error.kind === 'refused')
      return heard(lot, row.id, { state: 'failed', code: answer.error.code, message: answer.error.message })
    // Whatever else was said, it is asked again with the same number, and the channel's own book is looked at first.
    const state = await channel.queryRefund(account.merchant, { tradeNumber, refundNumber })
    if (state.ok) await heard(lot, row.id, state.value)
  }

  return {
    heard,
    round: async () => {
      for (const { db, buckets } of database.nodes) {
        const due = await db.query<RefundRow>(claimDueRefunds, [buckets, instantOut(clock.now()), 50])
        for (const row of due) {
          await ask(row).catch((error: Error) =>
            log('error', 'refund-not-asked', { lot: row.lot_id, refund: row.id, message: error.message }),
          )
        }
      }
    },
  }
}

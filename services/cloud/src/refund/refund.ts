import type { RefundOrder, RefundState } from '@lanepay/channels/channel.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { type Posting, postTransfer } from '@lanepay/ledger/post.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { refundToTell } from '../bolink/message-store.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { Accounts } from '../payment/accounts.ts'
import type { Channels } from '../payment/settle.ts'
import { fewAtOnce } from '../server/few-at-once.ts'
import { entriesWhenAsked, entriesWhenDone, entriesWhenFailed } from './books.ts'
import { caseOf, caseSays, type RefundCase } from './cases.ts'
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
import { type LetGo, nothingHeld, nothingToTakeBack, type TakeBack } from './take-back.ts'

/**
 * Money that counts for no stay goes back by itself, other money when a person asked for it (ask.ts). An unclear answer is asked
 * again under the same refund number; done is what the channel says is done; what it will not return is a person's.
 */
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
  /** What must be back before a refund goes out. */
  readonly takeBack?: TakeBack
  /** What the refund itself takes back from others, where the channel does it so. */
  readonly withRefund?: (refund: RefundRow) => Promise<NonNullable<RefundOrder['takeBack']>>
  /** What may be kept back of the payment when there is not enough for it. */
  readonly letGo?: LetGo
}): Refunds {
  const {
    database,
    clock,
    log,
    channels,
    accounts,
    alarms,
    publicUrl,
    takeBack = nothingToTakeBack,
    letGo = nothingHeld,
  } = options
  const withRefund = options.withRefund ?? (async () => [])

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
        if (statement !== setRefundSent) await tx.query(refundToTell, key)
        if (refundedFen !== undefined)
          await tx.query(addRefunded, [lot.bucket, lot.lotId, locked.payment_id, refundedFen])
        return locked
      }),
    )

  /** On its way. What a person asked for has been set aside before, by the same transfer. */
  const sent = (lot: LotKey, id: string) =>
    step(lot, id, ['asked'], (locked) => ({
      ...{ statement: setRefundSent, values: [], cause: 'refund-asked' },
      entries: entriesWhenAsked(locked),
    }))

  const heard: Refunds['heard'] = async (lot, id, state) => {
    if (state.state === 'pending') {
      if (state.code !== undefined) await waits(lot, id, state.code)
      return
    }
    await sent(lot, id) // a notification may overtake our own note that we asked
    if (state.state === 'done') {
      const done = await step(lot, id, ['sent'], (locked) => ({
        ...{ statement: setRefundDone, values: [instantOut(state.doneAt)], cause: 'refund-done' },
        ...{ entries: entriesWhenDone(locked), refundedFen: locked.amount_fen },
      }))
      if (!done) await saidOtherwise(lot, id)
      return
    }
    const one = await stateOf(lot, id)
    // It waits for a person at the channel, and may still be done there under this number: its money stays in flight.
    if (one !== null && caseOf(one.channel, state.code) === 'dead-card') return waits(lot, id, state.code)
    const failed = await step(lot, id, ['sent'], (locked) => ({
      ...{
        statement: setRefundFailed,
        values: [`${state.code}: ${state.message}`.slice(0, 200)],
        cause: 'refund-failed',
      },
      entries: entriesWhenFailed(locked),
    }))
    if (failed)
      await alarms.raise(lot, {
        ...{ kind: 'refund-failed', payment: failed.payment_id, refund: id },
        because: caseSays(caseOf(failed.channel, state.code), state.code),
      })
  }

  const stateOf = async (lot: LotKey, id: string): Promise<LockedRefund | null> =>
    (await database.of(lot.bucket).query<LockedRefund>(lockRefund, [lot.bucket, lot.lotId, id]))[0] ?? null

  /** Asked again by itself; a person is told where only a person can help it on. */
  const waits = async (lot: LotKey, id: string, code: string): Promise<void> => {
    const refund = await stateOf(lot, id)
    if (refund?.state !== 'sent') return
    const one = await caseNow(lot, id, refund, code)
    if (one === 'not-enough-money' || one === 'dead-card' || one === 'receipt-kept-back')
      await alarms.raise(lot, {
        ...{ kind: 'refund-waits', payment: refund.payment_id, refund: id },
        because: caseSays(one, code),
      })
  }

  /** Money may be missing because it waits to be shared: null where it is on its way out of there. */
  const caseNow = async (lot: LotKey, id: string, refund: LockedRefund, code: string): Promise<RefundCase | null> => {
    const one = caseOf(refund.channel, code)
    if (one !== 'not-enough-money') return one
    const { payment_id, amount_fen } = refund
    const held = await letGo({ bucket: lot.bucket, lot_id: lot.lotId, id, payment_id, amount_fen })
    if (held === 'under-way') return null
    return held === 'for-a-person' ? 'receipt-kept-back' : one
  }

  const saidOtherwise = async (lot: LotKey, id: string): Promise<void> => {
    const refund = await stateOf(lot, id)
    if (refund?.state === 'failed')
      await alarms.raise(lot, {
        ...{ kind: 'refund-disputed', payment: refund.payment_id, refund: id },
        because: caseSays('said-otherwise-later', 'done'),
      })
  }

  const ask = async (row: RefundRow): Promise<void> => {
    const lot: LotKey = { bucket: row.bucket, lotId: row.lot_id }
    if (row.state === 'asked' && isOfTwice(row) && !(await goesBack(row))) return
    if ((await takeBack(row)) === 'wait') return
    // The books say it is on its way before the channel hears of it: a crash between leaves it asked again, never lost.
    await sent(lot, row.id)
    const payment = await stateOf(lot, row.id)
    if (payment?.state !== 'sent') return
    const channel = channels[payment.channel]
    const account = await accounts.byId(payment.account_id)
    if (!channel || !account) throw new Error(`refund ${row.id}: ${payment.channel} is not configured now`)
    const tradeNumber = numberOf('trade', lot, row.payment_id as Id)
    const refundNumber = numberOf('refund', lot, row.id as Id)
    const back = await withRefund(row)
    // Where a channel refunds code payments by calls of their own.
    const through = (payment.scanned ? channel.payCode?.refunds : undefined) ?? channel
    const answer = await through.refund(account.merchant, {
      tradeNumber,
      refundNumber,
      amountFen: fen(row.amount_fen),
      paymentFen: fen(payment.payment_fen),
      reason: '停车费原路退回',
      notifyUrl: `${publicUrl}/notify/${payment.channel}`,
      ...(back.length > 0 ? { takeBack: back } : {}),
    })
    if (answer.ok) return heard(lot, row.id, answer.value)
    if (answer.error.kind === 'refused')
      return heard(lot, row.id, { state: 'failed', code: answer.error.code, message: answer.error.message })
    // Whatever else was said, it is asked again with the same number, and the channel's own book is looked at first.
    const state = await through.queryRefund(account.merchant, { tradeNumber, refundNumber })
    if (state.ok) await heard(lot, row.id, state.value)
  }

  return {
    heard,
    round: async () => {
      for (const { db, buckets } of database.nodes) {
        const due = await db.query<RefundRow>(claimDueRefunds, [buckets, instantOut(clock.now()), 200])
        // Those of one payment one after the other: a channel turns away a second one while it is busy with the first. As they were asked
        // for: each takes back what others have for itself and those before it, and one that finds nothing left would say nothing of it.
        const inOrder = due.toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1))
        const ofOnePayment = Object.values(Object.groupBy(inOrder, (row) => `${row.lot_id}/${row.payment_id}`))
        await fewAtOnce(ofOnePayment, async (rows = []) => {
          for (const row of rows)
            await ask(row).catch((error: Error) =>
              log('error', 'refund-not-asked', { lot: row.lot_id, refund: row.id, message: error.message }),
            )
        })
      }
    },
  }
}

import { type Database, instantOut } from '@lanepay/database/database.ts'
import { microBatch } from '@lanepay/database/micro-batch.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { firstIdAt, instantOfId } from '@lanepay/domain/ids.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { postTransfer } from '@lanepay/ledger/post.ts'
import { isKnownEvent } from '@lanepay/lot-link/messages.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { TakeIn } from '../session/take-in.ts'
import { fateOf, isPaidTwice } from './decide.ts'
import {
  insertRefundOfTwice,
  lockPaidTwice,
  lockPayment,
  type PaidTwiceRow,
  phoneMoneyOfStay,
  type RefundRow,
  setRefundFailed,
  staysWithMore,
  unapplyPayment,
} from './store.ts'

/*
 * While the line to a lot is down its attendant takes cash for what somebody has paid, or pays, by phone: nobody there can know.
 * Both are kept, so a person is told, with both amounts; and what was paid by phone goes back unless it was used (decide.ts).
 */

/** Why such a refund was made: it ends in the id of the clearance that the lot gave for the cash. */
const reason = 'paid-twice by cash '
export const isOfTwice = (refund: Pick<RefundRow, 'reason'>): boolean => refund.reason.startsWith(reason)

type CashTaken = {
  readonly session: string
  readonly clearance: string
  readonly paidFen: number
  readonly at: number
  readonly leaveBy: number
}
const dayMs = 86_400_000
/** Ids are ordered by the clocks of whoever made them, which differ by less than this. */
const madeAfter = (id: string) => firstIdAt(instantOfId(id as Id) - dayMs)
const yuan = (amountFen: number) => toYuan(fen(amountFen))

/** After each piece of a lot's log: cash in it that was taken for a debt already paid. Doing it twice is doing it once. */
export function noticingPaidTwice(
  takeIn: TakeIn,
  options: {
    readonly database: Database
    readonly clock: Clock
    readonly newId: () => Id
    readonly alarms: Alarms
  },
): TakeIn {
  const { database, clock, newId, alarms } = options
  const notice = async (lot: LotKey, cash: CashTaken): Promise<void> => {
    const key = [lot.bucket, lot.lotId]
    const paid = await database
      .of(lot.bucket)
      .query<{ id: string; amount_fen: number; quoted_at: number; told_at: number | null }>(phoneMoneyOfStay, [
        ...key,
        cash.session,
        cash.paidFen,
        madeAfter(cash.session),
      ])
    for (const payment of paid) {
      if (!isPaidTwice({ quotedAt: payment.quoted_at, toldAt: payment.told_at }, cash.at)) continue
      await twiceIfUnknown(() =>
        database.of(lot.bucket).transaction(async (tx) => {
          await tx.query(lockPayment, [...key, payment.id])
          await tx.query(insertRefundOfTwice, [
            ...key,
            newId(),
            payment.id,
            payment.amount_fen,
            reason + cash.clearance,
            instantOut(clock.now()),
            // Whether it was used shows at the earliest when the time that the cash has paid for is over.
            instantOut(cash.leaveBy),
            madeAfter(payment.id),
          ])
        }),
      )
      await alarms.raise(lot, {
        kind: 'paid-twice',
        payment: payment.id,
        because: `¥${yuan(cash.paidFen)} in cash and ¥${yuan(payment.amount_fen)} by phone for one debt of session ${cash.session}`,
      })
    }
  }
  /** Nearly no cash is: whether a stay has more than it is asked of many at once. */
  const hasMore = microBatch<LotKey & CashTaken, boolean>({
    keyOf: ({ clearance }) => clearance,
    run: async (items) => {
      const rows = await database
        .of(items[0]!.bucket)
        .query<{ n: number }>(staysWithMore, [
          items.map(({ bucket }) => bucket),
          items.map(({ lotId }) => lotId),
          items.map(({ session }) => session),
          items.map(({ paidFen }) => paidFen),
        ])
      const places = new Set(rows.map(({ n }) => n))
      return items.map((_, index) => places.has(index + 1))
    },
  })
  return async (from, piece) => {
    const seq = await takeIn(from, piece)
    // Before the lot hears that its piece is taken in: whatever fails here is told again with it.
    const taken = piece.events.flatMap((event) =>
      isKnownEvent(event) && event.kind === 'cash-taken' && event.seq <= seq ? [event] : [],
    )
    const more = await Promise.all(taken.map((cash) => hasMore({ ...cash, bucket: from.bucket, lotId: from.lotId })))
    for (const [index, cash] of taken.entries()) if (more[index]) await notice(from, cash)
    return seq
  }
}

/**
 * Whether such a refund goes out now: then the payment counts for nothing any more, in the books too. Waits while the vehicle is
 * inside; ends the refund and tells a person where the money may have been used.
 */
export function goingBack(options: {
  readonly database: Database
  readonly clock: Clock
  readonly alarms: Alarms
}): (row: RefundRow) => Promise<boolean> {
  const { database, clock, alarms } = options
  return async (row) => {
    const lot: LotKey = { bucket: row.bucket, lotId: row.lot_id }
    const key = [lot.bucket, lot.lotId, row.id]
    const fate = await twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        const [locked] = await tx.query<PaidTwiceRow>(lockPaidTwice, [...key, row.reason.slice(reason.length)])
        if (!locked) throw new Error(`refund ${row.id}: no cash, no payment or no stay to it`)
        if (locked.payment_state !== 'paid') return 'goes-back' // as it was decided before
        const decided = fateOf({ state: locked.session_state, leftAt: locked.left_at }, { leaveBy: locked.leave_by })
        if (decided === 'for-a-person')
          await tx.query(setRefundFailed, [...key, 'used: it left after the time that cash paid for'])
        if (decided !== 'goes-back') return decided
        const { amount_fen, channel_fee_fen, platform_fee_fen, fee_taken_fen, channel, operator_id } = locked
        // Once the channel has taken its fee nothing is set aside for it any more, and the operator has had the difference: the
        // account is owed what was taken, until the channel gives it back with the refund.
        const feeFen = fee_taken_fen === null ? channel_fee_fen : Number(fee_taken_fen)
        const moved = [
          { kind: 'channel-fee', party: '0', channel, amountFen: -feeFen },
          { kind: 'platform-fee', party: '0', channel, amountFen: -platform_fee_fen },
          {
            kind: 'operator-payable',
            party: operator_id,
            channel,
            amountFen: feeFen + platform_fee_fen - amount_fen,
          },
          { kind: 'unapplied-receipts', party: operator_id, channel, amountFen: amount_fen },
        ] as const
        await postTransfer(tx, {
          lot,
          // As any payment that counts for nothing has it: whoever posts its fee looks for it there.
          causeId: row.payment_id as Id,
          cause: 'payment-unapplied',
          entries: moved.filter(({ amountFen }) => amountFen !== 0),
          postedAt: clock.now(),
        })
        await tx.query(unapplyPayment, [lot.bucket, lot.lotId, row.payment_id])
        return decided
      }),
    )
    if (fate === 'for-a-person')
      await alarms.raise(lot, {
        kind: 'paid-twice-kept',
        payment: row.payment_id,
        because: `¥${yuan(row.amount_fen)} by phone beside cash does not go back by itself: it may have paid for a later leaving`,
      })
    return fate === 'goes-back'
  }
}

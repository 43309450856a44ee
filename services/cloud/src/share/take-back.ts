import type { RefundOrder } from '@lanepay/channels/channel.ts'
import { instantOut, type Tx } from '@lanepay/database/database.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Fen, Id, LotKey } from '@lanepay/domain/types.ts'
import { postTransfer } from '@lanepay/ledger/post.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { fewAtOnce } from '../server/few-at-once.ts'
import { failedForShares, type PaidPart, returnsOf } from './decide.ts'
import { cameBack } from './entries.ts'
import { asksBeforeAlarm, atChannel, type OrderDeps } from './order.ts'
import { numbersOf, partyOf } from './rule-of.ts'
import {
  claimDueReturns,
  endReturn,
  insertReturn,
  lockReturn,
  lockSharedPayment,
  type PartOfPaymentRow,
  type RefundStateRow,
  type ReturnRow,
  type SharedPaymentRow,
  type ShareRow,
  selectGone,
  selectOrdersOfPayment,
  selectPartsOfPayment,
  selectRefundState,
  selectReturnsOfPayment,
} from './store.ts'

/** A refund, as much of it as a share needs to know. */
export type RefundToShare = {
  readonly bucket: number
  readonly lot_id: number
  readonly id: string
  readonly payment_id: string
}

export type TakingBack = {
  /**
   * What others have received of a payment comes back before it goes to the driver: asked each time the refund is due. `wait`
   * while it does, or while what was shared is not known yet; `ready` when it is back, or will not come and the operator
   * carries it. Asked twice it decides once.
   */
  takeBack(refund: RefundToShare): Promise<'ready' | 'wait'>
  /**
   * What the refund itself takes back, where the channel does it so (`RefundOrder.takeBack`); asked after `ready`, before the
   * refund is sent, each time. The same refund has the same answer: it is part of what its number stands for.
   */
  withRefund(refund: RefundToShare): Promise<NonNullable<RefundOrder['takeBack']>>
  /** One round of returns that are due; called by a timer. */
  round(): Promise<void>
}

export function takingBack(deps: OrderDeps): TakingBack {
  const { database, clock, log, newId, alarms } = deps
  const lotOf = ({ bucket, lot_id }: { bucket: number; lot_id: number }): LotKey => ({ bucket, lotId: lot_id })
  const paymentKey = ({ bucket, lot_id, payment_id }: RefundToShare) => [bucket, lot_id, payment_id] as const

  /**
   * Once for each refund, under the lock of the payment: nobody shares or takes back meanwhile. Null while what others have is
   * not known yet.
   */
  const decide = async (tx: Tx, refund: RefundToShare, hasReturns: boolean): Promise<readonly Decided[] | null> => {
    const key = paymentKey(refund)
    const [payment] = await tx.query<SharedPaymentRow>(lockSharedPayment, key)
    const orders = await tx.query<ShareRow>(selectOrdersOfPayment, key)
    // A release moves nothing that others have.
    if (orders.some(({ kind, state }) => kind === 'share' && state === 'asked')) return null
    const returns = await tx.query<ReturnRow>(selectReturnsOfPayment, key)
    const own = returns.filter(({ refund_id }) => refund_id === refund.id)
    if (own.length > 0) return own
    const done = (await tx.query<PartOfPaymentRow>(selectPartsOfPayment, key)).filter(({ state }) => state === 'done')
    if (!payment?.share_rule || done.length === 0) return []
    const [gone] = await tx.query<{ gone_fen: number }>(selectGone, [...key, refund.id])
    const rule = await deps.ruleOf(lotOf(refund), payment.share_rule)
    const toMake = returnsOf(
      { amountFen: fen(payment.amount_fen), goneFen: fen(gone?.gone_fen ?? 0) },
      done.map((part) => paidPartOf(part, returns)),
      numbersOf(rule),
      hasReturns,
    )
    const now = instantOut(clock.now())
    const decided: Decided[] = []
    for (const { party, shareId, amountFen, way } of toMake) {
      const [state, askAt] = way === 'none' ? (['operator', null] as const) : (['asked', now] as const)
      const values = [...key.slice(0, 2), newId(), key[2], refund.id, shareId, party, amountFen, way, state, now, askAt]
      await tx.query(insertReturn, values)
      decided.push({ party, amount_fen: amountFen, way, state })
    }
    return decided
  }
  const decideOnce = (refund: RefundToShare, hasReturns: boolean) =>
    twiceIfUnknown(() => database.of(refund.bucket).transaction((tx) => decide(tx, refund, hasReturns)))
  const ordersOf = (refund: RefundToShare) =>
    database.of(refund.bucket).query<ShareRow>(selectOrdersOfPayment, paymentKey(refund))

  const takeBack: TakingBack['takeBack'] = async (refund) => {
    const orders = await ordersOf(refund)
    if (orders.length === 0) return 'ready' // nobody has anything: nearly all refunds
    const { shares } = await atChannel(deps, lotOf(refund), refund.payment_id)
    if (!shares.returns)
      return orders.some(({ kind, state }) => kind === 'share' && state === 'asked') ? 'wait' : 'ready'
    const decided = await decideOnce(refund, true)
    return !decided || decided.some(({ way, state }) => way === 'call' && state === 'asked') ? 'wait' : 'ready'
  }

  const withRefund: TakingBack['withRefund'] = async (refund) => {
    if ((await ordersOf(refund)).length === 0) return []
    const { shares, rule } = await atChannel(deps, lotOf(refund), refund.payment_id)
    if (shares.returns) return []
    const decided = await decideOnce(refund, false)
    if (!decided) throw new Error(`refund ${refund.id} was sent before it is known what others have of its payment`)
    return decided
      .filter(({ way }) => way === 'refund')
      .map(({ party, amount_fen }) => ({ from: partyOf(rule, party).receiver, amountFen: fen(amount_fen) }))
  }

  const ask = async (row: ReturnRow): Promise<void> => {
    const lot = lotOf(row)
    if (row.way === 'refund') return askRefund(lot, row)
    const { shares, rule, merchant } = await atChannel(deps, lot, row.payment_id)
    const { receiver } = partyOf(rule, row.party)
    // The same number with the same content: asked again it is asked about (wechat-pay.md 14.6).
    const answer = await shares.returns!.takeBack(merchant, {
      returnNumber: numberOf('share-return', lot, row.id as Id),
      shareNumber: numberOf('share', lot, row.share_id as Id),
      from: receiver,
      amountFen: fen(row.amount_fen),
      description: '停车费退款',
    })
    if (!answer.ok) {
      if (answer.error.kind === 'refused') return lost(lot, row, answer.error.code)
      if (row.asks === asksBeforeAlarm) await unclear(lot, row, answer.error.kind)
      return
    }
    const said = answer.value
    if (said.state === 'done' && said.amountFen === row.amount_fen) return back(lot, row)
    if (said.state === 'failed') return lost(lot, row, said.code)
    if (row.asks === asksBeforeAlarm) await unclear(lot, row, said.state)
  }

  /** Carried back by the refund, it came when the refund is done. */
  const askRefund = async (lot: LotKey, row: ReturnRow): Promise<void> => {
    const [refund] = await database
      .of(lot.bucket)
      .query<RefundStateRow>(selectRefundState, [lot.bucket, lot.lotId, row.refund_id])
    if (refund?.state === 'done') return back(lot, row)
    if (refund?.state !== 'failed') return
    // Nobody was asked for anything by a refund that failed for another reason: the next one asks.
    if (failedForShares(refund.because ?? '')) return lost(lot, row, refund.because!.split(':')[0]!)
    await end(lot, row, 'void', refund.because)
  }

  const end = (lot: LotKey, row: ReturnRow, state: ReturnRow['state'], because: string | null, act?: Act) =>
    twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        const key = [lot.bucket, lot.lotId, row.id]
        const [locked] = await tx.query<ReturnRow>(lockReturn, key)
        if (locked?.state !== 'asked') return false
        await act?.(tx)
        await tx.query(endReturn, [...key, state, because, instantOut(clock.now())])
        return true
      }),
    )

  const back = async (lot: LotKey, row: ReturnRow): Promise<void> => {
    await end(lot, row, 'done', null, async (tx) => {
      const [payment] = await tx.query<SharedPaymentRow>(lockSharedPayment, paymentKey(row))
      if (!payment) throw new Error(`share return ${row.id} is of no payment`)
      const entries = cameBack(payment, { party: row.party, amountFen: row.amount_fen as Fen })
      const postedAt = clock.now()
      await postTransfer(tx, { lot, causeId: row.id as Id, cause: 'share-taken-back', entries, postedAt })
    })
  }

  /** It will not come: the driver's refund goes on, at the operator's cost, and a person hears of it where the rule says so. */
  const lost = async (lot: LotKey, row: ReturnRow, code: string): Promise<void> => {
    const { rule } = await atChannel(deps, lot, row.payment_id)
    const carries = partyOf(rule, row.party).ifNotReturned
    const ended = await end(lot, row, carries === 'operator' ? 'operator' : 'with-a-person', code)
    if (ended && carries === 'person')
      await alarms.raise(lot, {
        kind: 'share-not-returned',
        payment: row.payment_id,
        share: row.id,
        because: `¥${toYuan(fen(row.amount_fen))} of party ${row.party}: ${code}`,
      })
  }

  const unclear = (lot: LotKey, row: ReturnRow, said: string) =>
    alarms.raise(lot, {
      kind: 'share-unclear',
      payment: row.payment_id,
      share: row.id,
      because: `taking back ¥${toYuan(fen(row.amount_fen))} of party ${row.party}: ${said} for a long time`,
    })

  return {
    takeBack,
    withRefund,
    round: async () => {
      for (const { db, buckets } of database.nodes) {
        const due = await db.query<ReturnRow>(claimDueReturns, [buckets, instantOut(clock.now()), 200])
        await fewAtOnce(due, (row) =>
          ask(row).catch((error: Error) =>
            log('error', 'share-return-not-asked', { lot: row.lot_id, return: row.id, message: error.message }),
          ),
        )
      }
    },
  }
}

type Decided = Pick<ReturnRow, 'party' | 'amount_fen' | 'way' | 'state'>
type Act = (tx: Tx) => Promise<void>

/** Back is also what was decided to be the operator's loss; not what a failed refund never asked for. */
export const paidPartOf = (part: PartOfPaymentRow, returns: readonly ReturnRow[]): PaidPart => ({
  party: part.party,
  shareId: part.share_id,
  wholeFen: fen(part.whole_fen),
  paidFen: fen(part.amount_fen),
  backFen: fen(
    returns
      .filter(({ share_id, party, state }) => share_id === part.share_id && party === part.party && state !== 'void')
      .reduce((sum, { amount_fen }) => sum + amount_fen, 0),
  ),
})

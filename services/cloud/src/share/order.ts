import type { Channel, ChannelError, Merchant } from '@lanepay/channels/channel.ts'
import type { ShareOrder, ShareState, Shares } from '@lanepay/channels/shares.ts'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Result } from '@lanepay/domain/result.ts'
import type { Fen, Id, LotKey } from '@lanepay/domain/types.ts'
import { type Posting, postTransfer } from '@lanepay/ledger/post.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { Accounts } from '../payment/accounts.ts'
import type { Channels } from '../payment/settle.ts'
import { fewAtOnce } from '../server/few-at-once.ts'
import { outcomesOf, type PartOutcome } from './decide.ts'
import { leftToOperator, paidOut } from './entries.ts'
import { partyOf, type RuleOf } from './rule-of.ts'
import type { RuleRow } from './rule-store.ts'
import {
  claimDueOrders,
  endShare,
  insertShare,
  lockShare,
  lockSharedPayment,
  type PartRow,
  type SharedPaymentRow,
  type ShareRow,
  selectParts,
  selectSharedPayment,
  setChannelShareNo,
  setPart,
} from './store.ts'

export type OrderDeps = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly channels: Channels
  readonly accounts: Accounts
  readonly alarms: Alarms
  readonly ruleOf: RuleOf
}

/** About half an hour of asking. */
export const asksBeforeAlarm = 12

/** Everything that is said to a channel about one payment's shares is said through this. */
export async function atChannel(
  { database, channels, accounts, ruleOf }: Pick<OrderDeps, 'database' | 'channels' | 'accounts' | 'ruleOf'>,
  lot: LotKey,
  paymentId: string,
): Promise<{
  readonly payment: SharedPaymentRow
  readonly rule: RuleRow
  readonly channel: Channel
  readonly shares: Shares
  readonly merchant: Merchant
}> {
  const [payment] = await database
    .of(lot.bucket)
    .query<SharedPaymentRow>(selectSharedPayment, [lot.bucket, lot.lotId, paymentId])
  if (!payment || payment.share_rule === null) throw new Error(`payment ${paymentId} is not to be shared`)
  const channel = channels[payment.channel]
  const account = await accounts.byId(payment.account_id)
  if (!channel?.shares || !account) throw new Error(`payment ${paymentId}: ${payment.channel} shares nothing now`)
  const rule = await ruleOf(lot, payment.share_rule)
  return { payment, rule, channel, shares: channel.shares, merchant: account.merchant }
}

/**
 * One round over the share orders that are due, and what is let go of. A number is asked with until it is clear; asked again, the
 * channel's own book is looked at first, and what never arrived is sent once more as it was.
 */
export function askingForShares(deps: OrderDeps): () => Promise<void> {
  const { database, clock, log, newId, alarms } = deps
  const keyOf = ({ bucket, lotId }: LotKey, id: string) => [bucket, lotId, id] as const

  const ask = async (row: ShareRow): Promise<void> => {
    const lot: LotKey = { bucket: row.bucket, lotId: row.lot_id }
    const at = await atChannel(deps, lot, row.payment_id)
    const parts = await database.of(lot.bucket).query<PartRow>(selectParts, keyOf(lot, row.id))
    const answer = await say(at, row, orderOf(lot, row, at.payment, at.rule, parts))
    if (row.asks === asksBeforeAlarm) await unclear(lot, row, answer.ok ? answer.value.state : answer.error.kind)
    if (answer.ok) return heard(lot, row, at, parts, answer.value)
    const { error } = answer
    if (error.kind === 'refused') await refused(lot, row, at, parts, error)
    // Unclear, or the number is known with another content: its next turn asks what became of it.
    else if (error.kind !== 'unclear') log('error', 'share-number-used', { lot: lot.lotId, share: row.id, ...error })
  }

  /** About a share that a channel has not ended by now a person hears; it is asked about all the same. */
  const unclear = (lot: LotKey, row: ShareRow, said: string) =>
    alarms.raise(lot, {
      kind: 'share-unclear',
      payment: row.payment_id,
      share: row.id,
      because: `${row.kind}: ${said} after ${row.asks} times`,
    })

  /** Finished with every part told, it is over; a part nobody spoke of is one that is still under way. */
  const heard = async (lot: LotKey, row: ShareRow, at: At, parts: readonly PartRow[], said: ShareState) => {
    if (said.channelShareNo !== null)
      await database.of(lot.bucket).query(setChannelShareNo, [...keyOf(lot, row.id), said.channelShareNo])
    if (said.state !== 'finished') return
    if (row.kind === 'release') return end(lot, row, 'done', null)
    const outcomes = outcomesOf(
      parts.map(({ party, amount_fen }) => ({
        party,
        account: partyOf(at.rule, party).receiver.account,
        amountFen: fen(amount_fen),
      })),
      said.parts,
    )
    if (outcomes) await settle(lot, row, at.rule, outcomes, false)
  }

  const refused = async (lot: LotKey, row: ShareRow, at: At, parts: readonly PartRow[], error: Refusal) => {
    if (row.kind === 'share') {
      const failed = parts.map(
        ({ party, amount_fen }): PartOutcome => ({
          party,
          amountFen: fen(amount_fen),
          state: 'failed',
          code: error.code,
        }),
      )
      return settle(lot, row, at.rule, failed, true)
    }
    // "Nothing left" is all that a release wants (wechat-pay.md 14.7).
    const rest = await at.shares.rest(at.merchant, at.payment.channel_trade_no!)
    if (rest.ok && rest.value === 0) return end(lot, row, 'done', null)
    if (!rest.ok && rest.error.kind === 'unclear') return
    await end(lot, row, 'failed', error.code)
    await alarms.raise(lot, { kind: 'share-not-released', payment: row.payment_id, share: row.id, because: error.code })
  }

  const end = async (lot: LotKey, row: ShareRow, state: 'done' | 'failed', because: string | null): Promise<void> => {
    await database.of(lot.bucket).query(endShare, [...keyOf(lot, row.id), state, because, instantOut(clock.now())])
  }

  /**
   * What became of each part, in one transaction with the books: paid out, left to the operator, or with a person. What is left of
   * the receipt is let go of, unless a person may still share it or the order did so itself.
   */
  const settle = async (
    lot: LotKey,
    row: ShareRow,
    rule: RuleRow,
    outcomes: readonly PartOutcome[],
    isRefused: boolean,
  ): Promise<void> => {
    const release = newId()
    const waiting = await twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        const [payment] = await tx.query<SharedPaymentRow>(lockSharedPayment, keyOf(lot, row.payment_id))
        const [share] = await tx.query<ShareRow>(lockShare, keyOf(lot, row.id))
        if (!payment || share?.state !== 'asked') return null
        const done = outcomes.filter((one) => one.state === 'done')
        const failed = outcomes.filter((one) => one.state === 'failed')
        const withPerson = failed.filter(({ party }) => partyOf(rule, party).ifNotPaid === 'person')
        const left = failed.filter((one) => !withPerson.includes(one))
        await post(tx, lot, row.id, 'share-paid', paidOut(payment, done))
        await post(tx, lot, row.id, 'share-taken-back', leftToOperator(payment, left))
        for (const one of outcomes) {
          const state = one.state === 'done' ? 'done' : withPerson.includes(one) ? 'with-a-person' : 'operator'
          const because = one.state === 'done' ? null : one.code
          await tx.query(setPart, [...keyOf(lot, row.id), one.party, state, because])
        }
        const now = instantOut(clock.now())
        const word = failed[0]?.code ?? null
        await tx.query(endShare, [...keyOf(lot, row.id), done.length > 0 ? 'done' : 'failed', word, now])
        const letsGo = row.finish && !isRefused
        if (withPerson.length === 0 && !letsGo)
          await tx.query(insertShare, [...keyOf(lot, release), row.payment_id, 'release', row.round, true, now])
        return withPerson
      }),
    )
    if (!waiting || waiting.length === 0) return
    const said = waiting.map(({ party, amountFen, code }) => `¥${toYuan(amountFen)} of party ${party}: ${code}`)
    await alarms.raise(lot, { kind: 'share-failed', payment: row.payment_id, share: row.id, because: said.join(', ') })
  }

  const post = async (tx: Tx, lot: LotKey, id: string, cause: Posting['cause'], entries: Posting['entries']) => {
    if (entries.length === 0) return
    await postTransfer(tx, { lot, causeId: id as Id, cause, entries, postedAt: clock.now() })
  }

  return async () => {
    for (const { db, buckets } of database.nodes) {
      const due = await db.query<ShareRow>(claimDueOrders, [buckets, instantOut(clock.now()), 200])
      await fewAtOnce(due, (row) =>
        ask(row).catch((error: Error) =>
          log('error', 'share-not-asked', { lot: row.lot_id, share: row.id, message: error.message }),
        ),
      )
    }
  }
}

type At = Awaited<ReturnType<typeof atChannel>>
type Refusal = Extract<ChannelError, { kind: 'refused' }>

/** First as an order; then by asking for it, and as an order again where it never arrived. */
async function say(at: At, row: ShareRow, order: ShareOrder): Promise<Result<ShareState, ChannelError>> {
  if (row.asks > 1) {
    const known = await at.shares.query(at.merchant, order)
    if (!known.ok) return known.error.kind === 'refused' ? { ok: false, error: unclearOf(known.error) } : known
    if (known.value.state !== 'unknown') return { ok: true, value: known.value }
  }
  if (row.kind === 'share') return at.shares.share(at.merchant, order)
  const { shareNumber, channelTradeNo, tradeNumber } = order
  return at.shares.release(at.merchant, { shareNumber, channelTradeNo, tradeNumber, description: '解冻剩余资金' })
}

/** That a question was refused says nothing of what was asked about. */
const unclearOf = ({ code, message }: Refusal): ChannelError => ({ kind: 'unclear', code, message })

const orderOf = (
  lot: LotKey,
  row: ShareRow,
  payment: SharedPaymentRow,
  rule: RuleRow,
  parts: readonly PartRow[],
): ShareOrder => ({
  shareNumber: numberOf('share', lot, row.id as Id),
  tradeNumber: numberOf('trade', lot, row.payment_id as Id),
  channelTradeNo: payment.channel_trade_no!,
  paymentFen: fen(payment.amount_fen),
  parts: parts.map(({ party, amount_fen }) => ({
    receiver: partyOf(rule, party).receiver,
    amountFen: amount_fen as Fen,
    description: partyOf(rule, party).description,
  })),
  finish: row.finish,
})

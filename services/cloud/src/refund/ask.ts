import { createHmac } from 'node:crypto'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { HmacSha1 } from '@lanepay/domain/totp.ts'
import type { Fen, Id, LotKey } from '@lanepay/domain/types.ts'
import { postTransfer } from '@lanepay/ledger/post.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { type AskRefusal, decideAsk } from './ask-decide.ts'
import { entriesWhenAsked } from './books.ts'
import { decideRight, type RefundRights, type RightRefusal, type SecondFactor } from './right.ts'
import {
  type EarlierRow,
  insertAskedRefund,
  type PaymentToRefund,
  selectPaymentToRefund,
  selectRefundsOf,
} from './store.ts'

export type AskRefund = {
  readonly lot: LotKey
  readonly payment: Id
  /** `all` is what is left of the payment. */
  readonly amountFen: number | 'all'
  readonly reason: string
  readonly by: string
  readonly secondFactor: SecondFactor | null
}
export type Asked = {
  /** Under which the channel knows it, however often it is sent. */
  readonly refundNumber: string
  readonly amountFen: Fen
  /** When it is sent for the first time. */
  readonly dueAt: number
  /** Of the code that was shown, to be noted as used; null where none was needed. */
  readonly usedStep: number | null
}
export type AskError =
  | AskRefusal
  | RightRefusal
  | { readonly kind: 'payment-not-found' }
  /** The operator's or the platform's account of this lot and channel holds less than it has to give. */
  | { readonly kind: 'not-enough-held' }

const hmac: HmacSha1 = (key, message) => createHmac('sha1', key).update(message).digest()

/**
 * A refund that a person asks for: full or partial, many of one payment, together never more than was paid, however many ask at
 * once. The money is set aside with the row, or nothing happens and the reason is named; a worker sends it (refund.ts).
 */
export async function askRefund(
  deps: {
    readonly database: Database
    readonly clock: Clock
    readonly newId: () => Id
    readonly rights: RefundRights
    /** Written in the same transaction, once however often it is asked. */
    readonly noted?: (tx: Tx, refund: { readonly id: Id; readonly amountFen: Fen }) => Promise<void>
  },
  asked: AskRefund,
): Promise<Result<Asked, AskError>> {
  const { database, clock, rights } = deps
  const { lot } = asked
  const id = deps.newId() // made once: a repeat after a lost answer finds it
  const now = clock.now()
  try {
    return await twiceIfUnknown(() => database.of(lot.bucket).transaction((tx) => act(tx)))
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string }
    if (code === '23514' && constraint === 'account_never_negative') return err({ kind: 'not-enough-held' })
    throw error
  }

  async function act(tx: Tx): Promise<Result<Asked, AskError>> {
    const key = [lot.bucket, lot.lotId, asked.payment]
    const [payment] = await tx.query<PaymentToRefund>(selectPaymentToRefund, key)
    if (!payment) return err({ kind: 'payment-not-found' })
    const earlier = await tx.query<EarlierRow>(selectRefundsOf, key)
    const answer = (amountFen: Fen, dueAt: number, usedStep: number | null): Result<Asked, AskError> =>
      ok({ refundNumber: numberOf('refund', lot, id), amountFen, dueAt, usedStep })
    const before = earlier.filter((refund) => refund.id !== id)
    // A repeat gets what was granted the first time, whatever it asks for now.
    const mine = earlier.find((refund) => refund.id === id)
    const granted = mine
      ? ok({ amountFen: fen(mine.amount_fen), platformFeeFen: fen(mine.platform_fee_fen), dueAt: mine.due_at })
      : decideAsk(
          {
            ...{ state: payment.state, channel: payment.channel, amountFen: payment.amount_fen },
            ...{ platformFeeFen: payment.platform_fee_fen, paidAt: payment.paid_at },
          },
          before.map((refund) => ({
            ...{ state: refund.state, amountFen: refund.amount_fen },
            ...{ platformFeeFen: refund.platform_fee_fen, dueAt: refund.due_at },
          })),
          { amountFen: asked.amountFen, reason: asked.reason, now },
        )
    if (!granted.ok) return granted
    const { amountFen, platformFeeFen, dueAt } = granted.value
    const askedBefore = before
      .filter((refund) => refund.asked_by !== null && refund.state !== 'failed')
      .reduce((sum, refund) => sum + refund.amount_fen, 0)
    const right = decideRight(hmac, rights, {
      ...{ by: asked.by, operatorId: payment.operator_id, amountFen: amountFen + askedBefore },
      ...{ secondFactor: asked.secondFactor, now },
    })
    if (!right.ok) return right
    if (mine) return answer(amountFen, dueAt, right.value)
    await tx.query(insertAskedRefund, [
      ...[...key.slice(0, 2), id, asked.payment, amountFen, platformFeeFen, asked.reason.trim()],
      ...[instantOut(now), instantOut(dueAt), asked.by, right.value !== null],
    ])
    await postTransfer(tx, {
      ...{ lot, causeId: id, cause: 'refund-asked', postedAt: now },
      entries: entriesWhenAsked({
        ...{ amount_fen: amountFen, platform_fee_fen: platformFeeFen, payment_state: payment.state },
        ...{ operator_id: payment.operator_id, channel: payment.channel },
      }),
    })
    await deps.noted?.(tx, { id, amountFen })
    return answer(amountFen, dueAt, right.value)
  }
}

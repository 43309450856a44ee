import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelName, Fen } from '@lanepay/domain/types.ts'

/*
 * What a person may give back of one payment, and whose money it is (domain.md 6, 8).
 */

/** A refund of the same payment that was asked before. */
export type EarlierRefund = {
  readonly state: 'asked' | 'sent' | 'done' | 'failed'
  readonly amountFen: number
  readonly platformFeeFen: number
  readonly dueAt: number
}
export type RefundablePayment = {
  readonly state: 'created' | 'pending' | 'paid' | 'unapplied' | 'partly-refunded' | 'refunded' | 'closed'
  readonly channel: ChannelName
  readonly amountFen: number
  readonly platformFeeFen: number
  readonly paidAt: number | null
}
export type AskRefusal =
  | { readonly kind: 'not-an-amount' }
  | { readonly kind: 'not-a-reason' }
  | { readonly kind: 'not-paid'; readonly state: string }
  /** It counts for no stay, and is refunded by itself. */
  | { readonly kind: 'goes-back-by-itself' }
  /** It counts for no stay, so nobody is owed a part of it. */
  | { readonly kind: 'whole-only'; readonly wholeFen: Fen }
  | { readonly kind: 'more-than-left'; readonly leftFen: Fen }
  | { readonly kind: 'too-late'; readonly until: number }
  | { readonly kind: 'too-many-refunds'; readonly most: number }
export type Granted = {
  readonly amountFen: Fen
  /** The platform's part of it; the operator gives the rest. */
  readonly platformFeeFen: Fen
  readonly dueAt: number
}

/**
 * What channels want of refunds of one payment: time between two of them, how many at most, and until when (wechat-pay.md
 * 12.2, alipay.md 7.9). How long Alipay takes refunds is in each operator's contract, so there the channel itself says no.
 */
const wants: Readonly<Record<ChannelName, { apartMs: number; most: number; forMs: number }>> = {
  wechatpay: { apartMs: 60_000, most: 50, forMs: 365 * 86_400_000 },
  alipay: { apartMs: 4_000, most: Number.POSITIVE_INFINITY, forMs: Number.POSITIVE_INFINITY },
  zldpay: { apartMs: 0, most: Number.POSITIVE_INFINITY, forMs: Number.POSITIVE_INFINITY },
}
const reasonAtMost = 80

/** Judged under the lock of the payment. `all` is what is left of it. */
export function decideAsk(
  payment: RefundablePayment,
  earlier: readonly EarlierRefund[],
  asked: { readonly amountFen: number | 'all'; readonly reason: string; readonly now: number },
): Result<Granted, AskRefusal> {
  if (asked.amountFen !== 'all' && !(Number.isSafeInteger(asked.amountFen) && asked.amountFen > 0))
    return err({ kind: 'not-an-amount' })
  const reason = asked.reason.trim()
  if (reason === '' || reason.length > reasonAtMost) return err({ kind: 'not-a-reason' })
  const { state, paidAt } = payment
  if (state === 'created' || state === 'pending' || state === 'closed' || paidAt === null)
    return err({ kind: 'not-paid', state })
  const standing = earlier.filter((refund) => refund.state !== 'failed')
  if (state === 'unapplied' && standing.length > 0) return err({ kind: 'goes-back-by-itself' })
  const gone = standing.reduce((sum, { amountFen }) => sum + amountFen, 0)
  const left = fen(payment.amountFen - gone)
  const amountFen = asked.amountFen === 'all' ? left : fen(asked.amountFen)
  if (left === 0 || amountFen > left) return err({ kind: 'more-than-left', leftFen: left })
  if (state === 'unapplied' && amountFen < left) return err({ kind: 'whole-only', wholeFen: left })
  const want = wants[payment.channel]
  if (asked.now > paidAt + want.forMs) return err({ kind: 'too-late', until: paidAt + want.forMs })
  if (standing.length >= want.most) return err({ kind: 'too-many-refunds', most: want.most })
  const feeGone = standing.reduce((sum, { platformFeeFen }) => sum + platformFeeFen, 0)
  return ok({
    amountFen,
    platformFeeFen: state === 'unapplied' ? fen(0) : platformPart(payment, { gone, feeGone }, amountFen),
    dueAt: Math.max(asked.now, ...earlier.map(({ dueAt }) => dueAt + want.apartMs)),
  })
}

/**
 * The platform gives its fee back in proportion, rounded down over all refunds of the payment together: so when everything has
 * gone back, all of its fee has. The operator gives the rest, the channel's fee in it too, until the channel gives that back.
 */
function platformPart(
  payment: RefundablePayment,
  { gone, feeGone }: { readonly gone: number; readonly feeGone: number },
  amountFen: number,
): Fen {
  const upToNow = Number((BigInt(payment.platformFeeFen) * BigInt(gone + amountFen)) / BigInt(payment.amountFen))
  return fen(Math.min(Math.max(upToNow - feeGone, 0), amountFen))
}

import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { feeOf } from './fees.ts'
import { refuseTrade } from './refusal.ts'
import { refundedFen, type Trade } from './trade.ts'

/*
 * Royalty (alipay.md 9): who may get a share, what was shared of a trade, and what is left to share. Pure, but for
 * `Refused` where the answer is no.
 */

export const receiverTypes = ['userId', 'loginName', 'openId'] as const
export type ReceiverType = (typeof receiverTypes)[number]

/** Somebody a merchant said it would share with. */
export type Relation = {
  readonly pid: string
  readonly type: ReceiverType
  readonly account: string
  readonly userId: string
  readonly loginName: string | null
  readonly memo: string | null
  readonly at: Instant
}

export type Share = {
  readonly detailId: string
  readonly kind: 'transfer' | 'replenish'
  readonly transInType: ReceiverType
  readonly transIn: string
  /** The account behind it. */
  readonly userId: string
  readonly amountFen: Fen
  /** When it is over, null for never; until then it is in process. */
  readonly doneAt: Instant | null
  /** What kept it from being paid. */
  readonly failed: { readonly code: string; readonly description: string } | null
}

/** One `alipay.trade.order.settle`. */
export type Settlement = {
  readonly settleNo: string
  readonly outRequestNo: string
  readonly tradeNo: string
  readonly pid: string
  /** What a repeat must say again. */
  readonly content: string
  readonly mode: 'sync' | 'async'
  readonly at: Instant
  readonly shares: readonly Share[]
  /** What this sets free of a frozen receipt: all that is left, a part, or nothing. */
  readonly unfreezes: 'all' | Fen
}

export function stateOf(share: Share, now: Instant): 'PROCESSING' | 'SUCCESS' | 'FAIL' {
  if (share.doneAt === null || share.doneAt > now) return 'PROCESSING'
  return share.failed ? 'FAIL' : 'SUCCESS'
}

/** The ceiling unless a merchant has it raised, in percent of the order (alipay.md 9.1). */
export const maxRatio = 30

const sum = (amounts: readonly number[]): number => amounts.reduce((total, one) => total + one, 0)

/** Paid to receivers or on its way to them, by their account, without what refunds took back. */
export function sharedBy(trade: Trade, settlements: readonly Settlement[], now: Instant): Map<string, number> {
  const by = new Map<string, number>()
  const add = (userId: string, fen: number) => by.set(userId, (by.get(userId) ?? 0) + fen)
  for (const { shares } of settlements)
    for (const share of shares) if (stateOf(share, now) !== 'FAIL') add(share.userId, share.amountFen)
  for (const { pulls } of 'refunds' in trade ? trade.refunds : [])
    for (const { userId, amountFen } of pulls ?? []) add(userId, -amountFen)
  return by
}

/** What can still be shared: what is left of the receipt, under the ceiling. */
export function distributableFen(trade: Trade, settlements: readonly Settlement[], now: Instant): Fen {
  const shared = sum([...sharedBy(trade, settlements, now).values()])
  const ceiling = Math.floor((trade.totalFen * maxRatio) / 100)
  return Math.max(0, Math.min(leftFen(trade, settlements, now), ceiling - shared)) as Fen
}

/** What the seller has of a trade: the receipt without fee, refunds and shares. */
export function leftFen(trade: Trade, settlements: readonly Settlement[], now: Instant): number {
  if (trade.state !== 'paid') return 0
  const kept = trade.totalFen - refundedFen(trade)
  return kept - feeOf(kept) - sum([...sharedBy(trade, settlements, now).values()])
}

const thirtyDaysMs = 30 * 86_400_000

/** What waits for its sharing and cannot be spent meanwhile: until it is finished, thirty days at most (alipay.md 7.12). */
export function frozenFen(trade: Trade, settlements: readonly Settlement[], now: Instant): Fen {
  if (!trade.royaltyFreeze || trade.state !== 'paid' || now - trade.paidAt >= thirtyDaysMs) return 0 as Fen
  if (settlements.some(({ unfreezes }) => unfreezes === 'all')) return 0 as Fen
  const free = sum(settlements.map(({ unfreezes }) => (unfreezes === 'all' ? 0 : unfreezes)))
  return Math.max(0, leftFen(trade, settlements, now) - free) as Fen
}

/** Takes back from receivers in proportion what a refund gives back, as face-to-face trades do by themselves (7.9). */
export function proportionalPulls(trade: Trade, by: ReadonlyMap<string, number>, amountFen: Fen): Pull[] {
  return [...by].flatMap(([userId, fen]) => {
    const left = trade.totalFen - refundedFen(trade)
    const pulled = Number((BigInt(fen) * BigInt(amountFen)) / BigInt(left))
    return pulled > 0 ? [{ userId, amountFen: pulled as Fen }] : []
  })
}

export type Pull = { readonly userId: string; readonly amountFen: Fen }

/** Refuses to take back more than a receiver got of this trade. */
export function checkPulls(pulls: readonly Pull[], by: ReadonlyMap<string, number>, amountFen: Fen): void {
  for (const { userId, amountFen: pulled } of pulls) {
    if (!by.has(userId)) refuseTrade('REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST', '退分账收款方账户不存在')
    if (pulled > (by.get(userId) ?? 0)) refuseTrade('ALLOC_AMOUNT_VALIDATE_ERROR', '退分账金额超限')
  }
  if (sum(pulls.map((pull) => pull.amountFen)) > amountFen) refuseTrade('ALLOC_AMOUNT_VALIDATE_ERROR', '退分账金额超限')
}

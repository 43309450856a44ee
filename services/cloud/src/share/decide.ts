import type { SharePartState } from '@lanepay/channels/shares.ts'
import { fen } from '@lanepay/domain/money.ts'
import { keptOf, takenBackOf } from '@lanepay/domain/share/kept.ts'
import { type Part, partsOf } from '@lanepay/domain/share/parts.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import type { KeptParty } from './rule-store.ts'

/*
 * What becomes of the receipt of a payment that is to be shared (domain.md 6, wechat-pay.md 14, alipay.md 9).
 */

export type PaymentToShare = {
  readonly state: 'created' | 'pending' | 'paid' | 'unapplied' | 'partly-refunded' | 'refunded' | 'closed'
  readonly amountFen: Fen
  readonly channelFeeFen: Fen
  readonly platformFeeFen: Fen
  readonly refundedFen: Fen
  /** Of the channel's fee, what it gave back with refunds: of each in proportion, rounded down. */
  readonly feeBackFen: Fen
  /** A refund of it is asked for or sent, and nobody knows yet what comes of it. */
  readonly refunding: boolean
}
/** What a party gets of the whole payment, and what of that is left after what went back to the driver. */
export type PartToPay = { readonly party: string; readonly wholeFen: Fen; readonly amountFen: Fen }
export type ShareFate =
  | { readonly act: 'wait' }
  /** It will never be: it was not paid, counts for nothing, or has gone back. */
  | { readonly act: 'nothing' }
  /** There is nothing to share of it, so all that waits goes to the operator. */
  | { readonly act: 'release' }
  | { readonly act: 'share'; readonly parts: readonly PartToPay[]; readonly finish: boolean }

/**
 * Shared are payments that count, less what has gone back; none while a refund is under way. The order lets go of the rest at
 * once where nobody would be asked about a part that cannot be paid: what then goes back is the operator's anyway.
 */
export function fateOf(
  payment: PaymentToShare,
  rule: { readonly limitBasisPoints: number; readonly parties: readonly KeptParty[] },
): ShareFate {
  switch (payment.state) {
    case 'created':
    case 'pending':
      return { act: 'wait' }
    case 'closed':
    case 'refunded':
      return { act: 'nothing' }
    case 'unapplied':
      return { act: payment.refunding ? 'wait' : 'nothing' }
    case 'paid':
    case 'partly-refunded': {
      if (payment.refunding) return { act: 'wait' }
      const parts = partsLeft(payment, partsOf(rule, payment).parts)
      if (parts.length === 0) return { act: 'release' }
      return { act: 'share', parts, finish: rule.parties.every(({ ifNotPaid }) => ifNotPaid === 'operator') }
    }
  }
}

/**
 * Nothing was paid out yet, so what has gone back was nobody's: what is left is shared in proportion, and no more than the channel
 * holds. Where hardly anything is left, that is as many fen less as there are parts and refunds that were rounded, at most.
 */
function partsLeft(payment: PaymentToShare, parts: readonly Part[]): readonly PartToPay[] {
  const gone = { amountFen: payment.amountFen, goneFen: payment.refundedFen }
  let left = Math.max(0, payment.amountFen - payment.refundedFen - payment.channelFeeFen + payment.feeBackFen)
  return parts.flatMap(({ party, amountFen: wholeFen }) => {
    const amountFen = fen(Math.min(left, keptOf(wholeFen, gone)))
    left -= amountFen
    return amountFen > 0 ? [{ party, wholeFen, amountFen }] : []
  })
}

export type AskedPart = { readonly party: string; readonly account: string; readonly amountFen: Fen }
export type PartOutcome = { readonly party: string; readonly amountFen: Fen } & (
  | { readonly state: 'done' }
  | { readonly state: 'failed'; readonly code: string }
)

/**
 * What a finished request says of each part; null while it does not speak, finally and of the same amount, of every one. A
 * channel may name a receiver otherwise than we did (alipay.md 9.2): then the amount says whose it is, if it is one part's alone.
 */
export function outcomesOf(
  asked: readonly AskedPart[],
  told: readonly SharePartState[],
): readonly PartOutcome[] | null {
  const named = new Set(asked.map(({ account }) => account))
  const strangers = told.filter(({ account }) => !named.has(account))
  const outcomes: PartOutcome[] = []
  for (const { party, account, amountFen } of asked) {
    const own = told.filter((one) => one.account === account)
    const unnamed = asked.filter(
      (one) => one.amountFen === amountFen && !told.some((said) => said.account === one.account),
    )
    const said = own.length > 0 || unnamed.length > 1 ? own : strangers.filter((one) => one.amountFen === amountFen)
    const [part] = said
    if (said.length !== 1 || !part || part.state === 'pending' || part.amountFen !== amountFen) return null
    outcomes.push(
      part.state === 'done'
        ? { party, amountFen, state: 'done' }
        : { party, amountFen, state: 'failed', code: part.code },
    )
  }
  return outcomes
}

/** A part that a party has, for a refund to take its share of it back. */
export type PaidPart = {
  readonly party: string
  readonly shareId: string
  readonly wholeFen: Fen
  readonly paidFen: Fen
  /** What came back, or was decided about, for earlier refunds. */
  readonly backFen: Fen
}
export type ReturnToMake = {
  readonly party: string
  readonly shareId: string
  readonly amountFen: Fen
  readonly way: 'call' | 'refund' | 'none'
}

/**
 * What one refund takes back from whom (domain.md 6): in proportion, to the fen, over all refunds together. `none`: the operator
 * carries it, because the rule says so; where the refund itself takes back, a rule cannot: told of nobody, Alipay takes from all in
 * proportion by itself (alipay.md 7.9). `goneFen` is what has gone back to the driver with this refund.
 */
export function returnsOf(
  payment: { readonly amountFen: Fen; readonly goneFen: Fen },
  parts: readonly PaidPart[],
  rule: { readonly parties: readonly KeptParty[] },
  hasReturns: boolean,
): readonly ReturnToMake[] {
  return parts.flatMap((part) => {
    const amountFen = takenBackOf(part, payment)
    if (amountFen === 0) return []
    const party = rule.parties.find((one) => one.party === part.party)
    const way = !hasReturns ? 'refund' : party?.onRefund === 'operator' ? 'none' : 'call'
    return [{ party: part.party, shareId: part.shareId, amountFen, way }]
  })
}

/** Whether a refund failed because of what it took back: then that is not tried again, and the rule says whose loss it is. */
export const failedForShares = (because: string): boolean => /ALLOC|ROYALTY/.test(because)

export const sumOf = (amounts: readonly { readonly amountFen: number }[]): Fen =>
  fen(amounts.reduce((sum, { amountFen }) => sum + amountFen, 0))

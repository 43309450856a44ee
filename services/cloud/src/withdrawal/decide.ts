import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen } from '@lanepay/domain/types.ts'

/*
 * What an operator may withdraw, and from which of its lots it comes (domain.md 6, 8). Judged under the turn of its account.
 */

export type WithdrawalTerms = {
  /** Of an instant withdrawal, taken from the amount asked for. */
  readonly instantFeeFen: Fen
  /** The least of an instant withdrawal; a fen more than its fee where that is more. */
  readonly floorFen: Fen
  /** At most in one instant withdrawal, and in those of one Beijing day together. */
  readonly mostAtOnceFen: Fen
  readonly mostPerDayFen: Fen
}
/** Limits of one operator's own, beside those of the installation. */
export type OwnLimits = Partial<Pick<WithdrawalTerms, 'floorFen' | 'mostAtOnceFen' | 'mostPerDayFen'>>
/** ¥3.00, and limits: all of it an installation's to set. */
export const usualTerms: WithdrawalTerms = {
  instantFeeFen: fen(300),
  floorFen: fen(301),
  mostAtOnceFen: fen(5_000_000),
  mostPerDayFen: fen(20_000_000),
}

/** What one lot's book has of the operator at the channel. */
export type HeldByLot = {
  readonly lotId: number
  readonly balanceFen: number
  /** Came in after the last closed day, or is disputed by an open discrepancy. */
  readonly unprovenFen: number
}
export type Part = { readonly lotId: number; readonly amountFen: Fen; readonly feeFen: Fen }
export type WithdrawalRefusal =
  | { readonly kind: 'not-an-amount' }
  /** The channel pays this account out by itself, or nobody has said how it is paid out. */
  | { readonly kind: 'not-paid-out-by-us'; readonly payout: string }
  | { readonly kind: 'no-card' }
  | { readonly kind: 'card-changed'; readonly until: number }
  /** Its channel has been told another card and has not said yet what became of that. */
  | { readonly kind: 'card-changing' }
  | { readonly kind: 'under-floor'; readonly floorFen: Fen }
  | { readonly kind: 'over-limit'; readonly mostFen: Fen }
  | { readonly kind: 'over-daily-limit'; readonly leftFen: Fen }
  | { readonly kind: 'more-than-available'; readonly availableFen: Fen }
export type GrantedWithdrawal = { readonly amountFen: Fen; readonly feeFen: Fen; readonly parts: readonly Part[] }

/** So long after a change of the bank card nothing is withdrawn to it at once. */
export const cardLockMs = 24 * 3_600_000

/** What of a lot's balance may leave: what is proven, and never more than is there. */
export const availableOf = ({ balanceFen, unprovenFen }: HeldByLot): Fen => fen(Math.max(balanceFen - unprovenFen, 0))

export type WithdrawalCase = {
  readonly kind: 'instant' | 'automatic'
  /** `all` is what is available. */
  readonly amountFen: number | 'all'
  readonly payout: string
  /** Whether whoever pays has to be told the card, and when the one it would be told was changed. */
  readonly needsCard: boolean
  readonly cardChangedAt: number | null
  /** The channel holds the card, and a change of it is on its way: it may be another one at any moment. */
  readonly cardChanging: boolean
  readonly held: readonly HeldByLot[]
  /** Of instant withdrawals asked on this Beijing day and not refused. */
  readonly askedTodayFen: number
  readonly now: number
}

/** An automatic withdrawal costs nothing and has no limit; an instant one pays its fee out of what it asks for. */
export function decideWithdrawal(
  asked: WithdrawalCase,
  terms: WithdrawalTerms,
): Result<GrantedWithdrawal, WithdrawalRefusal> {
  const { payout, needsCard, cardChangedAt, cardChanging, now } = asked
  const instant = asked.kind === 'instant'
  if (asked.amountFen !== 'all' && !(Number.isSafeInteger(asked.amountFen) && asked.amountFen > 0))
    return err({ kind: 'not-an-amount' })
  if (payout === 'mirrored') return err({ kind: 'not-paid-out-by-us', payout })
  if (needsCard && cardChangedAt === null) return err({ kind: 'no-card' })
  if (instant && cardChangedAt !== null && now < cardChangedAt + cardLockMs)
    return err({ kind: 'card-changed', until: cardChangedAt + cardLockMs })
  if (instant && cardChanging) return err({ kind: 'card-changing' })
  const { availableFen, floorFen: instantFloorFen, leftTodayFen } = outlookOf(asked, terms)
  const amountFen = asked.amountFen === 'all' ? availableFen : fen(asked.amountFen)
  const feeFen = instant ? terms.instantFeeFen : fen(0)
  const floorFen = instant ? instantFloorFen : fen(1)
  if (amountFen < floorFen) return err({ kind: 'under-floor', floorFen })
  if (amountFen > availableFen) return err({ kind: 'more-than-available', availableFen })
  if (instant && amountFen > terms.mostAtOnceFen) return err({ kind: 'over-limit', mostFen: terms.mostAtOnceFen })
  if (instant && amountFen > leftTodayFen) return err({ kind: 'over-daily-limit', leftFen: leftTodayFen })
  return ok({ amountFen, feeFen, parts: partsOf(asked.held, amountFen, feeFen) })
}

/** What there is, and what may be asked for at once: shown to a person beforehand, and what a request is held against. */
export type Outlook = WithdrawalTerms & { readonly availableFen: Fen; readonly leftTodayFen: Fen }

export const outlookOf = (
  { held, askedTodayFen }: Pick<WithdrawalCase, 'held' | 'askedTodayFen'>,
  terms: WithdrawalTerms,
): Outlook => ({
  ...terms,
  floorFen: fen(Math.max(terms.floorFen, terms.instantFeeFen + 1)),
  availableFen: fen(held.reduce((sum, lot) => sum + availableOf(lot), 0)),
  leftTodayFen: fen(Math.max(terms.mostPerDayFen - askedTodayFen, 0)),
})

/** Lot after lot until it is enough; the fee from the first of them that can bear it. */
function partsOf(held: readonly HeldByLot[], amountFen: Fen, feeFen: Fen): readonly Part[] {
  const parts: Part[] = []
  let [rest, fee]: [number, number] = [amountFen, feeFen]
  for (const lot of held) {
    const part = Math.min(availableOf(lot), rest)
    if (part === 0) continue
    const feeHere = Math.min(part, fee)
    parts.push({ lotId: lot.lotId, amountFen: fen(part), feeFen: fen(feeHere) })
    rest -= part
    fee -= feeHere
  }
  return parts
}

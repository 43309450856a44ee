import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { RightRefusal, SecondFactor } from '../refund/right.ts'
import { isToldOf } from './ask.ts'
import { maskedCard, type PayoutCard } from './card-file.ts'
import { decideMoneyOut, type MoneyOutDeps } from './right.ts'
import { sealCard } from './seal.ts'
import { type CardVersionRow, insertCard, type PayoutRow, selectCards, selectPayout, selectThisCard } from './store.ts'

/*
 * Where an account is paid out to, and who has said so. No line is ever changed: a change is a new one, and so is the end.
 */
export type ChangeCard = {
  readonly accountId: number
  /** Null ends the one that holds. */
  readonly card: PayoutCard | null
  readonly by: string
  readonly reason: string
  readonly secondFactor: SecondFactor | null
  /** The version that the person saw, 0 for none: of any other it has not read what it changes. */
  readonly seen?: number
}
export type ChangeDeps = {
  readonly database: Database
  readonly clock: Clock
  readonly houseKey: Uint8Array
  /** Written in the same transaction, once: in this bucket's, which has the small tables too. */
  readonly noted?: { readonly bucket: number; readonly write: (tx: Tx, version: number) => Promise<void> }
} & MoneyOutDeps
export type ChangedCard = { readonly version: number; readonly usedStep: number | null }
export type ChangeCardError =
  | RightRefusal
  | { readonly kind: 'account-not-found' }
  | { readonly kind: 'not-a-reason' }
  /** Whoever pays this account out has its card, or pays by itself: it would be told nothing. */
  | { readonly kind: 'held-by-channel' }
  /** Alipay finds a company's account by its branch. */
  | { readonly kind: 'branch-needed' }
  /** A bank pays to bank cards only. */
  | { readonly kind: 'not-a-bank-card' }
  | { readonly kind: 'no-card' }
  | { readonly kind: 'changed-meanwhile' }

/**
 * Puts the card that an account is paid out to from now on, or ends it: by a named person, with a reason, always with a second factor
 * (domain.md 8). For 24 hours after it nothing is withdrawn at once; what was asked for before and not sent yet is refused by the
 * worker, and what was sent stays what it is (withdraw.ts).
 */
export async function changeCard(deps: ChangeDeps, asked: ChangeCard): Promise<Result<ChangedCard, ChangeCardError>> {
  const { database } = deps
  const { accountId, card, by } = asked
  const [payout] = await database.reference.query<PayoutRow>(selectPayout, [accountId])
  if (!payout) return err({ kind: 'account-not-found' })
  const why = asked.reason.trim()
  if (why === '' || why.length > 80) return err({ kind: 'not-a-reason' })
  const unfit = card === null ? (payout.version === null ? 'no-card' : null) : whyUnfit(payout, card)
  if (unfit !== null) return err({ kind: unfit })
  const right = decideMoneyOut(deps, { ...asked, operatorId: payout.operator_id })
  if (!right.ok) return right
  const { seen } = asked
  const version = await keepCard(deps, { accountId, card, by, why, ...(seen === undefined ? {} : { seen }) })
  return version === null ? err({ kind: 'changed-meanwhile' }) : ok({ version, usedStep: right.value })
}

/** The next line of an account's history, whoever may; null where somebody else has written it just now. */
export async function keepCard(
  { database, clock, houseKey, noted }: Pick<ChangeDeps, 'database' | 'clock' | 'houseKey' | 'noted'>,
  { accountId, card, by, why, seen }: Pick<ChangeCard, 'accountId' | 'card' | 'by' | 'seen'> & { readonly why: string },
): Promise<number | null> {
  const at = instantOut(clock.now())
  const last = (await cardsOf(database, accountId)).at(-1)?.version ?? 0
  if (seen !== undefined && seen !== last) return null
  const version = last + 1
  const columns = card === null ? ['none', null, null, null, null, null, null] : columnsOf(houseKey, accountId, card)
  return twiceIfUnknown(() =>
    (noted ? database.of(noted.bucket) : database.reference).transaction(async (tx) => {
      const [put] = await tx.query(insertCard, [accountId, version, ...columns, by, why, at])
      if (put) await noted?.write(tx, version)
      const [ours] = await tx.query(selectThisCard, [accountId, version, columns[1], by, at])
      return ours ? version : null
    }),
  )
}

/** Every card an account ever had, the first first; masked. */
export const cardsOf = (database: Database, accountId: number): Promise<CardVersionRow[]> =>
  database.reference.query<CardVersionRow>(selectCards, [accountId])

function whyUnfit(payout: PayoutRow, card: PayoutCard): 'held-by-channel' | 'branch-needed' | 'not-a-bank-card' | null {
  if (!isToldOf(payout)) return 'held-by-channel'
  if (card.kind === 'alipay') return payout.payout === 'bank' ? 'not-a-bank-card' : null
  const isFoundByBranch = payout.payout !== 'bank' && card.owner === 'company'
  return isFoundByBranch && card.branch === undefined ? 'branch-needed' : null
}

function columnsOf(houseKey: Uint8Array, accountId: number, card: PayoutCard): (string | null)[] {
  const { ending, holder } = maskedCard(card)
  const number = card.kind === 'card' ? card.number : card.alipay
  const sealed = sealCard(houseKey, accountId, { cardNumber: number, name: card.holder })
  return card.kind === 'card'
    ? ['card', sealed, ending, holder, card.owner, card.bank, card.branch ?? null]
    : ['alipay', sealed, ending, holder, null, null, null]
}

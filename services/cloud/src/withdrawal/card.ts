import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { RightRefusal, SecondFactor } from '../refund/right.ts'
import { type CardAt, cardAt } from './card-at.ts'
import { maskedCard, type PayoutCard } from './card-file.ts'
import { askHeldChange, heldCardOf, type UnfitForChannel } from './held-card.ts'
import { decideMoneyOut, type MoneyOutDeps } from './right.ts'
import { sealCard } from './seal.ts'
import { type CardVersionRow, insertCard, type PayoutRow, selectCards, selectPayout, selectThisCard } from './store.ts'

/*
 * Where an account is paid out to, and who has said so. No line is ever changed: a change is a new one, and so is the end. A card that the
 * channel holds is changed by the channel, and what is kept here is that it was asked to (held-card.ts).
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
  /** By whose interface a card that the channel holds is changed here; left out, the channel is asked. */
  readonly changes?: readonly ChannelName[]
  /** Written in the same transaction, once: in this bucket's, which has the small tables too. */
  readonly noted?: { readonly bucket: number; readonly write: (tx: Tx, version: number, at: CardAt) => Promise<void> }
} & MoneyOutDeps
export type ChangedCard = { readonly version: number; readonly usedStep: number | null }
export type ChangeCardError =
  | RightRefusal
  | { readonly kind: 'account-not-found' }
  | { readonly kind: 'not-a-reason' }
  /** Whoever pays this account out has its card, and takes no other one from us. */
  | { readonly kind: 'held-by-channel' }
  /** Its channel has the card, and always one: it takes another, and no end. */
  | { readonly kind: 'cannot-be-ended' }
  /** A channel finds an account at a bank by its branch: Alipay a company's, and each that holds the card itself. */
  | { readonly kind: 'branch-needed' }
  /** By the city of the branch, too, where the channel holds the card. */
  | { readonly kind: 'area-code-needed' }
  /** What is kept here is paid to by its number, and has no place for the city. */
  | { readonly kind: 'area-code-not-kept' }
  /** A bank pays to bank cards only, and so does a channel that holds the card. */
  | { readonly kind: 'not-a-bank-card' }
  /** The channel has been told another card and has not said yet what became of that. */
  | { readonly kind: 'change-under-way' }
  | { readonly kind: 'no-card' }
  | { readonly kind: 'changed-meanwhile' }

/**
 * Puts the card that an account is paid out to from now on, or ends it: by a named person, with a reason, always with a second factor
 * (domain.md 8). For 24 hours after it nothing is withdrawn at once; what was asked for before and not sent yet is refused by the
 * worker, and what was sent stays what it is (withdraw.ts). Where the channel holds the card, the answer is that the channel will be told:
 * it is another one, and those 24 hours begin, when the channel says so.
 */
export async function changeCard(deps: ChangeDeps, asked: ChangeCard): Promise<Result<ChangedCard, ChangeCardError>> {
  const { database, noted } = deps
  const { accountId, card, by, seen } = asked
  const [payout] = await database.reference.query<PayoutRow>(selectPayout, [accountId])
  if (!payout) return err({ kind: 'account-not-found' })
  const why = asked.reason.trim()
  if (why === '' || why.length > 80) return err({ kind: 'not-a-reason' })
  const at = cardAt(payout, deps.changes)
  const fit = fitFor(payout, at, card)
  if (!fit.ok) return err({ kind: fit.error })
  const right = decideMoneyOut(deps, { ...asked, operatorId: payout.operator_id })
  if (!right.ok) return right
  const writing = noted && {
    noted: { bucket: noted.bucket, write: (tx: Tx, version: number) => noted.write(tx, version, at) },
  }
  const { clock, houseKey } = deps
  const version = await fit.value(
    { database, clock, houseKey, ...writing },
    { accountId, by, why, ...(seen === undefined ? {} : { seen }) },
  )
  return version.ok ? ok({ version: version.value, usedStep: right.value }) : err({ kind: version.error })
}

type KeepDeps = Pick<ChangeDeps, 'database' | 'clock' | 'houseKey'> & {
  readonly noted?: { readonly bucket: number; readonly write: (tx: Tx, version: number) => Promise<void> }
}
type Keep = Pick<ChangeCard, 'accountId' | 'by' | 'seen'> & { readonly why: string }
type KeepRefusal = 'changed-meanwhile' | 'change-under-way'
type Unfit = 'held-by-channel' | 'no-card' | 'area-code-not-kept' | UnfitForChannel

/** How this card becomes the one of this account, or why it cannot. */
function fitFor(
  payout: PayoutRow,
  at: CardAt,
  card: PayoutCard | null,
): Result<(deps: KeepDeps, keep: Keep) => Promise<Result<number, KeepRefusal>>, Unfit> {
  if (at === 'elsewhere') return err('held-by-channel')
  if (at === 'channel') {
    const held = heldCardOf(card)
    return held.ok ? ok((deps, keep) => askHeldChange(deps, { ...keep, card: held.value })) : held
  }
  const unfit = card === null ? (payout.version === null ? 'no-card' : null) : whyUnfit(payout, card)
  if (unfit !== null) return err(unfit)
  return ok(async (deps, keep) => {
    const version = await keepCard(deps, { ...keep, card })
    return version === null ? err('changed-meanwhile') : ok(version)
  })
}

/** The next line of an account's history, whoever may; null where somebody else has written it just now. */
export async function keepCard(
  { database, clock, houseKey, noted }: KeepDeps,
  { accountId, card, by, why, seen }: Keep & Pick<ChangeCard, 'card'>,
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

function whyUnfit(
  payout: PayoutRow,
  card: PayoutCard,
): 'branch-needed' | 'not-a-bank-card' | 'area-code-not-kept' | null {
  if (card.kind === 'alipay') return payout.payout === 'bank' ? 'not-a-bank-card' : null
  if (card.areaCode !== undefined) return 'area-code-not-kept'
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

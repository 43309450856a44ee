import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen, Id } from '@lanepay/domain/types.ts'
import { postTransfer } from '@lanepay/ledger/post.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { type Day, dayAfter, dayOf, startOf } from '../reconciliation/day.ts'
import type { RightRefusal, SecondFactor } from '../refund/right.ts'
import { entriesOf } from './books.ts'
import { cardAt } from './card-at.ts'
import {
  decideWithdrawal,
  type HeldByLot,
  type Outlook,
  outlookOf,
  type WithdrawalCase,
  type WithdrawalRefusal,
  type WithdrawalTerms,
} from './decide.ts'
import { decideMoneyOut, type MoneyOutDeps } from './right.ts'
import {
  insertParts,
  insertWithdrawal,
  lockHeld,
  noteStep,
  type PayoutRow,
  selectAskedToday,
  selectByCause,
  selectPayout,
  selectProvenDay,
  selectUnproven,
  takeTurn,
} from './store.ts'

export type AskWithdrawal = {
  readonly bucket: number
  readonly accountId: number
  /** `all` is what is available. */
  readonly amountFen: number | 'all'
  readonly by: string
  readonly secondFactor: SecondFactor | null
}
export type AskedWithdrawal = {
  /** Under which the channel knows it, however often it is sent. */
  readonly withdrawalNumber: string
  /** Of it the fee stays; the rest goes to the bank. */
  readonly amountFen: Fen
  readonly feeFen: Fen
  /** Of the code that was shown, to be noted as used. */
  readonly usedStep: number | null
}
export type AskWithdrawalError = WithdrawalRefusal | RightRefusal | { readonly kind: 'account-not-found' }
export type AskDeps = {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly terms: WithdrawalTerms
  /** Written in the same transaction, once however often it is asked. */
  readonly noted?: (tx: Tx, asked: Omit<AskedWithdrawal, 'usedStep'>) => Promise<void>
}

/** Channels close an order within the day; what is older than this was heard of before any day that is still open. */
export const heardWithinMs = 30 * 86_400_000

/**
 * An instant withdrawal that a named person asks for, always with a second factor (domain.md 8). The money is set aside with the
 * row, or nothing happens and the reason is named; a worker sends it (withdraw.ts).
 */
export async function askWithdrawal(
  deps: AskDeps & MoneyOutDeps,
  asked: AskWithdrawal,
): Promise<Result<AskedWithdrawal, AskWithdrawalError>> {
  const { database } = deps
  const [payout] = await database.reference.query<PayoutRow>(selectPayout, [asked.accountId])
  if (!payout) return err({ kind: 'account-not-found' })
  const right = decideMoneyOut(deps, { ...asked, operatorId: payout.operator_id })
  if (!right.ok) return right
  const id = deps.newId()
  const set = await setAside(deps, { ...asked, kind: 'instant', id, cause: `asked:${id}` })
  return set.ok ? ok({ ...set.value, usedStep: right.value }) : set
}

/** The same for whoever asks, a person or the day: the same cause of an account in a bucket is one withdrawal. */
export async function setAside(
  { database, clock, terms, noted }: AskDeps,
  told: {
    readonly bucket: number
    readonly accountId: number
    readonly kind: 'instant' | 'automatic'
    readonly amountFen: number | 'all'
    readonly by: string
    /** Made once: a repeat after a lost answer finds it. */
    readonly id: Id
    readonly cause: string
  },
): Promise<Result<Omit<AskedWithdrawal, 'usedStep'>, WithdrawalRefusal | { readonly kind: 'account-not-found' }>> {
  const { bucket, accountId, kind, id, cause } = told
  const now = clock.now()
  const provenDay = await provenDayOf(database, accountId)
  const answer = (of: string, amountFen: number, feeFen: number) =>
    ok({
      withdrawalNumber: numberOf('withdrawal', { bucket, lotId: 0 }, of as Id),
      ...{ amountFen: fen(amountFen), feeFen: fen(feeFen) },
    })
  return twiceIfUnknown(() =>
    database.of(bucket).transaction(async (tx) => {
      await tx.query(takeTurn, [bucket, accountId])
      const [payout] = await tx.query<PayoutRow>(selectPayout, [accountId])
      if (!payout) return err({ kind: 'account-not-found' })
      type Before = { id: string; amount_fen: string; fee_fen: string }
      const [before] = await tx.query<Before>(selectByCause, [bucket, accountId, cause])
      if (before) return answer(before.id, Number(before.amount_fen), Number(before.fee_fen))
      const { operator_id: operatorId, channel } = payout
      const known = await gather(tx, { bucket, accountId, payout, provenDay, now })
      const granted = decideWithdrawal({ ...known, kind, amountFen: told.amountFen }, termsOfOperator(terms, payout))
      if (!granted.ok) return granted
      const { amountFen, feeFen, parts } = granted.value
      await tx.query(insertWithdrawal, [
        ...[bucket, id, operatorId, accountId, channel, kind, cause, amountFen, feeFen, payout.payout],
        ...[payout.version, instantOut(now)],
      ])
      const [lots, amounts, fees] = [
        parts.map(({ lotId }) => lotId),
        parts.map((part) => part.amountFen),
        parts.map((part) => part.feeFen),
      ]
      await tx.query(insertParts, [bucket, id, lots, amounts, fees])
      await tx.query(noteStep, [
        ...[bucket, id, 'asked', null, null, instantOut(now), instantOut(now), told.by, `${kind}: ${cause}`],
      ])
      for (const part of parts)
        await postTransfer(tx, {
          ...{ lot: { bucket, lotId: part.lotId }, causeId: id, cause: 'withdrawal-asked', postedAt: now },
          entries: entriesOf('withdrawal-asked', { ...part, operatorId, channel }),
        })
      const asked = answer(id, amountFen, feeFen)
      await noted?.(tx, asked.value)
      return asked
    }),
  )
}

export type SeenOutlook = Outlook & {
  readonly payout: PayoutRow
  readonly held: readonly HeldByLot[]
  readonly provenDay: Day | null
  /** Why nothing could be asked for now, not even all that is available; null: it could. */
  readonly refusal: WithdrawalRefusal['kind'] | null
}
/** What a person is shown before anything is asked: what there is, within which limits, and where it would go. */
export async function withdrawalOutlook(
  { database, clock, terms }: Pick<AskDeps, 'database' | 'clock' | 'terms'>,
  { bucket, accountId }: Pick<AskWithdrawal, 'bucket' | 'accountId'>,
): Promise<Result<SeenOutlook, { readonly kind: 'account-not-found' }>> {
  const provenDay = await provenDayOf(database, accountId)
  return database.of(bucket).transaction(async (tx) => {
    const [payout] = await tx.query<PayoutRow>(selectPayout, [accountId])
    if (!payout) return err({ kind: 'account-not-found' })
    const known = await gather(tx, { bucket, accountId, payout, provenDay, now: clock.now() })
    const own = termsOfOperator(terms, payout)
    const seen = outlookOf(known, own)
    // The most that could be, but of what the limits leave never less than the least: so the limit itself is named.
    const letOut = Math.max(seen.floorFen, Math.min(seen.mostAtOnceFen, seen.leftTodayFen))
    const amountFen = Math.max(1, Math.min(seen.availableFen, letOut))
    const tried = decideWithdrawal({ ...known, kind: 'instant', amountFen }, own)
    return ok({ ...seen, payout, held: known.held, provenDay, refusal: tried.ok ? null : tried.error.kind })
  })
}

const termsOfOperator = (terms: WithdrawalTerms, { withdrawal_limits }: PayoutRow): WithdrawalTerms => ({
  ...terms,
  ...withdrawal_limits,
})

async function provenDayOf(database: Database, accountId: number): Promise<Day | null> {
  const [proven] = await database.of(0).query<{ day: Day | null }>(selectProvenDay, [accountId])
  return proven?.day ?? null
}

/** All that a request is judged by, but the request. */
async function gather(
  tx: Tx,
  of: {
    readonly bucket: number
    readonly accountId: number
    readonly payout: PayoutRow
    readonly provenDay: Day | null
    readonly now: number
  },
): Promise<Omit<WithdrawalCase, 'kind' | 'amountFen'>> {
  const { bucket, accountId, payout, provenDay, now } = of
  const { operator_id: operatorId, channel } = payout
  const held = await heldBy(tx, { bucket, accountId, operatorId, channel, provenDay })
  const today = instantOut(startOf(dayOf(now)))
  const [day] = await tx.query<{ asked_fen: string }>(selectAskedToday, [bucket, accountId, today])
  return {
    ...{ payout: payout.payout, held, now, askedTodayFen: Number(day?.asked_fen ?? 0) },
    ...{ needsCard: isToldOf(payout), cardChangedAt: cardChangedAt(payout), cardChanging: payout.held_changing },
  }
}

/** Whether whoever pays an account out has to be told where to: the simulated bank does, and so do some channels. */
export const isToldOf = (payout: Pick<PayoutRow, 'payout' | 'channel' | 'merchant'>): boolean =>
  cardAt(payout) === 'here'

/** When the card was changed last, ours or the channel's own; null: never from here, or there is none where one is needed. */
export const cardChangedAt = (payout: PayoutRow): number | null => {
  const { changed_at: own, held_changed_at: held } = payout
  if (own === null && isToldOf(payout)) return null
  return own === null || held === null ? (own ?? held) : Math.max(own, held)
}

/** What each lot has of it, and how much of that no closed day proves. Without a closed day nothing is proven. */
async function heldBy(
  tx: Tx,
  of: {
    readonly bucket: number
    readonly accountId: number
    readonly operatorId: string
    readonly channel: string
    readonly provenDay: Day | null
  },
): Promise<HeldByLot[]> {
  const { bucket, accountId, operatorId, channel, provenDay } = of
  const lots = await tx.query<{ lot_id: number; balance_fen: string }>(lockHeld, [bucket, operatorId, channel])
  if (provenDay === null)
    return lots.map((lot) => ({
      ...{ lotId: lot.lot_id, balanceFen: Number(lot.balance_fen), unprovenFen: Number(lot.balance_fen) },
    }))
  const provenUntil = startOf(dayAfter(provenDay))
  const rows = await tx.query<{ lot_id: number; unproven_fen: string }>(selectUnproven, [
    ...[bucket, operatorId, channel, lots.map((lot) => lot.lot_id), instantOut(provenUntil)],
    ...[firstIdAt(provenUntil - heardWithinMs), accountId],
  ])
  const unproven = new Map(rows.map((row) => [row.lot_id, Number(row.unproven_fen)]))
  return lots.map((lot) => ({
    ...{ lotId: lot.lot_id, balanceFen: Number(lot.balance_fen), unprovenFen: unproven.get(lot.lot_id) ?? 0 },
  }))
}

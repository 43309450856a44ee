import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { ChannelName, LotKey } from '@lanepay/domain/types.ts'
import { type Day, dayAfter, readyAt, startOf } from '../reconciliation/day.ts'
import type { BalancesView, BalanceView, CardChange, CardView, MaskedCard, WithdrawalView } from './api.ts'
import { cardChangedAt, heardWithinMs, withdrawalOutlook } from './ask.ts'
import { cardsOf } from './card.ts'
import { cardAt } from './card-at.ts'
import { cardLockMs, type WithdrawalTerms } from './decide.ts'
import { heldChangesOf } from './held-card.ts'
import {
  type PayoutRow,
  selectAccountsOfOperator,
  selectComing,
  selectInFlight,
  selectParts,
  selectPayout,
  selectSteps,
  selectWhole,
  type WholeRow,
} from './store.ts'

/* What an operator reads of its money before it asks for any, and of what became of what it asked for. */

type Deps = {
  readonly database: Database
  readonly clock: Clock
  readonly terms: WithdrawalTerms
  /** By whose interface a card that the channel holds is changed from here. */
  readonly changes: readonly ChannelName[]
}

/** Every account of the operator, in each bucket where it has lots. */
export async function balancesOf(
  deps: Deps,
  operatorId: string,
  lots: readonly LotKey[],
): Promise<BalancesView['balances']> {
  const accounts = await deps.database.reference.query<{ account_id: number }>(selectAccountsOfOperator, [operatorId])
  const buckets = [...new Set(lots.map(({ bucket }) => bucket))].sort((a, b) => a - b)
  const balances: BalanceView[] = []
  for (const { account_id: accountId } of accounts)
    for (const bucket of buckets) {
      const view = await balanceOf(deps, { bucket, accountId })
      if (view) balances.push(view)
    }
  return balances
}

async function balanceOf(deps: Deps, of: { bucket: number; accountId: number }): Promise<BalanceView | null> {
  const { database, clock } = deps
  const seen = await withdrawalOutlook(deps, of)
  if (!seen.ok) return null
  const { payout, held, provenDay, availableFen, ...terms } = seen.value
  const { operator_id: operatorId, channel } = payout
  const db = database.of(of.bucket)
  const now = clock.now()
  const from = provenDay === null ? now - heardWithinMs : startOf(dayAfter(provenDay))
  const key = [of.bucket, operatorId, channel] as const
  const [flight] = await db.query<{ in_flight_fen: string }>(selectInFlight, key)
  const coming = await db.query<{ day: Day; amount_fen: string }>(selectComing, [
    ...[...key, held.map(({ lotId }) => lotId), instantOut(from), firstIdAt(from - heardWithinMs)],
  ])
  const heldFen = held.reduce((sum, lot) => sum + lot.balanceFen, 0)
  const comingFen = coming.reduce((sum, one) => sum + Number(one.amount_fen), 0)
  return {
    ...{ account: of.accountId, bucket: of.bucket, channel, payout: payout.payout },
    ...{ heldFen, availableFen, inFlightFen: Number(flight?.in_flight_fen ?? 0), provenDay },
    // What is left when a day's money has come is kept back by an open question of the proof.
    inQuestionFen: Math.max(heldFen - availableFen - comingFen, 0),
    coming: coming.map(({ day, amount_fen }) => ({ day, amountFen: Number(amount_fen), expectedAt: readyAt(day) })),
    instant: {
      ...{ feeFen: terms.instantFeeFen, floorFen: terms.floorFen, mostAtOnceFen: terms.mostAtOnceFen },
      ...{ mostPerDayFen: terms.mostPerDayFen, leftTodayFen: terms.leftTodayFen, refusal: terms.refusal },
    },
    ...{ cardAt: cardAt(payout, deps.changes), card: cardOf(payout) },
    cardLockedUntil: lockedUntil(cardChangedAt(payout), now),
  }
}

const cardOf = ({ kind, bank, ending, holder }: Omit<MaskedCard, 'kind'> & { kind: MaskedCard['kind'] | null }) =>
  kind === null ? null : { kind, bank, ending, holder }
const lockedUntil = (changedAt: number | null, now: number): number | null =>
  changedAt !== null && now < changedAt + cardLockMs ? changedAt + cardLockMs : null

/** One withdrawal of this operator with every step of it; null: there is none such. */
export async function withdrawalOf(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  operatorId: string,
  withdrawal: string,
): Promise<WithdrawalView | null> {
  const number = parseNumber('withdrawal', withdrawal)
  if (!number.ok || number.value.lotId !== 0) return null
  const { bucket, id } = number.value
  const db = database.of(bucket)
  const [row] = await db.query<WholeRow>(selectWhole, [bucket, id, operatorId])
  if (!row) return null
  type Part = { lot_id: number; amount_fen: string; fee_fen: string }
  const parts = await db.query<Part>(selectParts, [bucket, id])
  const steps = await db.query<WithdrawalView['steps'][number]>(selectSteps, [bucket, id])
  return {
    ...{ now: clock.now(), withdrawal, account: row.account_id, channel: row.channel, kind: row.kind },
    ...{ state: row.state, amountFen: Number(row.amount_fen), feeFen: Number(row.fee_fen) },
    ...{ askedAt: row.asked_at, paidAt: row.paid_at, channelNumber: row.channel_no },
    ...{ card: cardOf({ ...row, kind: row.card_kind }), watched: row.state === 'paid' && row.ask_at !== null },
    parts: parts.map((part) => ({
      ...{ lot: part.lot_id, amountFen: Number(part.amount_fen), feeFen: Number(part.fee_fen) },
    })),
    steps,
  }
}

/** The card of an account of this operator, masked, with every change of it; null: there is no such account in use. */
export async function cardOfAccount(
  { database, clock, changes: channels }: Pick<Deps, 'database' | 'clock' | 'changes'>,
  operatorId: string,
  accountId: number,
): Promise<CardView | null> {
  const [payout] = await database.reference.query<PayoutRow>(selectPayout, [accountId])
  if (payout?.operator_id !== operatorId) return null
  const now = clock.now()
  const at = cardAt(payout, channels)
  const changes = at === 'here' ? await keptChanges(database, accountId) : await heldChanges(database, accountId)
  return {
    ...{ now, account: accountId, channel: payout.channel, payout: payout.payout, cardAt: at },
    ...{ version: changes[0]?.version ?? 0, lockedUntil: lockedUntil(cardChangedAt(payout), now) },
    card: at === 'here' ? cardOf(payout) : masked(changes.find(({ state }) => state === 'applied')),
    changes,
  }
}

const masked = (change: CardChange | undefined): MaskedCard | null =>
  change === undefined || change.kind === 'none'
    ? null
    : { kind: change.kind, bank: change.bank, ending: change.ending, holder: change.holder }

/** The newest first. */
const keptChanges = async (database: Database, accountId: number): Promise<CardChange[]> =>
  (await cardsOf(database, accountId))
    .toReversed()
    .map(({ version, kind, bank, branch, ending, holder, owner, ...card }) => ({
      ...{ version, kind, bank, branch, ending, holder, owner },
      ...{ by: card.changed_by, reason: card.why, at: card.changed_at },
      ...{ state: 'applied', because: null, endedAt: card.changed_at },
    }))
const heldChanges = async (database: Database, accountId: number): Promise<CardChange[]> =>
  (await heldChangesOf(database, accountId))
    .toReversed()
    .map(({ version, bank, branch, ending, holder, owner, state, because, ...change }) => ({
      ...{ version, kind: 'card', bank, branch, ending, holder, owner, state, because },
      ...{ by: change.asked_by, reason: change.why, at: change.asked_at, endedAt: change.ended_at },
    }))

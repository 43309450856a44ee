import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { keptOf } from '@lanepay/domain/share/kept.ts'
import type { Fen, Id, LotKey } from '@lanepay/domain/types.ts'
import { postTransfer } from '@lanepay/ledger/post.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { leftToOperator } from './entries.ts'
import {
  insertPart,
  insertShare,
  lockSharedPayment,
  type PartOfPaymentRow,
  type SharedPaymentRow,
  type ShareRow,
  selectGone,
  selectOrdersOfPayment,
  selectPartsOfPayment,
  setPart,
} from './store.ts'

/*
 * What a person says of parts that a channel did not pay (`share-failed`): tried once more, when what was in the way is mended, or
 * left to the operator.
 */

export type PersonRefusal =
  | { readonly kind: 'nothing-waits' }
  /** What is left to share is known when the refund is over. */
  | { readonly kind: 'refund-under-way' }
export type Decided = { readonly shareNumber: string; readonly amountFen: Fen }
export type PersonDeps = { readonly database: Database; readonly clock: Clock; readonly newId: () => Id }
/** `decided` is written in the same transaction, once. */
type Deps = PersonDeps & { readonly decided?: (tx: Tx, what: Decided) => Promise<void> }
type Waiting = {
  readonly payment: SharedPaymentRow
  readonly round: number
  readonly parts: readonly PartOfPaymentRow[]
}

/** Orders the parts that wait for a person once more, under a number of its own; what has gone back meanwhile is not shared. */
export function shareAgain(deps: Deps, lot: LotKey, payment: Id): Promise<Result<Decided, PersonRefusal>> {
  const lost = deps.newId()
  return decide(deps, lot, payment, async (tx, share, { payment: row, round, parts }) => {
    const [gone] = await tx.query<{ gone_fen: number }>(selectGone, [lot.bucket, lot.lotId, payment, afterAll])
    if (gone && gone.gone_fen !== row.refunded_fen) return err({ kind: 'refund-under-way' })
    const key = [lot.bucket, lot.lotId] as const
    const again = parts
      .map(({ party, whole_fen, amount_fen }) => {
        const kept = keptOf(fen(whole_fen), { amountFen: fen(row.amount_fen), goneFen: fen(row.refunded_fen) })
        return { party, wholeFen: whole_fen, was: amount_fen, amountFen: fen(Math.min(amount_fen, kept)) }
      })
      .filter(({ amountFen }) => amountFen > 0)
    if (again.length === 0) return err({ kind: 'nothing-waits' })
    await tx.query(insertShare, [...key, share, payment, 'share', round + 1, false, instantOut(deps.clock.now())])
    for (const { party, wholeFen, amountFen } of again)
      await tx.query(insertPart, [...key, share, party, wholeFen, amountFen])
    for (const part of parts) {
      const state = again.some(({ party }) => party === part.party) ? 'tried-again' : 'operator'
      await tx.query(setPart, [...key, part.share_id, part.party, state, part.because])
    }
    const before = parts.map(({ party, amount_fen }) => ({ party, amountFen: amount_fen }))
    const less = before.map(({ party, amountFen }) => ({
      party,
      amountFen: fen(amountFen - (again.find((one) => one.party === party)?.amountFen ?? 0)),
    }))
    await give(deps, tx, lot, lost, row, less)
    return ok(again.reduce((sum, { amountFen }) => sum + amountFen, 0))
  })
}

/** Leaves them to the operator, and lets go of what is left of the receipt. */
export const leaveToOperator = (deps: Deps, lot: LotKey, payment: Id): Promise<Result<Decided, PersonRefusal>> => {
  const lost = deps.newId()
  return decide(deps, lot, payment, async (tx, release, waiting) => {
    await leaveAll(deps, tx, { release, lost }, waiting)
    return ok(waiting.parts.reduce((sum, { amount_fen }) => sum + amount_fen, 0))
  })
}

/** Under the lock of the payment: these parts are the operator's, and what is left of the receipt is let go of, under these ids. */
export async function leaveAll(
  { clock }: Pick<PersonDeps, 'clock'>,
  tx: Tx,
  { release, lost }: { readonly release: Id; readonly lost: Id },
  { payment, round, parts }: Waiting,
): Promise<void> {
  const lot = { bucket: payment.bucket, lotId: payment.lot_id }
  const key = [lot.bucket, lot.lotId] as const
  for (const part of parts) await tx.query(setPart, [...key, part.share_id, part.party, 'operator', part.because])
  const all = parts.map(({ party, amount_fen }) => ({ party, amountFen: fen(amount_fen) }))
  await give({ clock }, tx, lot, lost, payment, all)
  await tx.query(insertShare, [...key, release, payment.id, 'release', round, true, instantOut(clock.now())])
}

/** Greater than every id: all that has gone back or is on its way. */
const afterAll = String(2n ** 63n - 1n)

async function give(
  { clock }: Pick<PersonDeps, 'clock'>,
  tx: Tx,
  lot: LotKey,
  causeId: Id,
  payment: SharedPaymentRow,
  parts: readonly { readonly party: string; readonly amountFen: Fen }[],
): Promise<void> {
  const entries = leftToOperator(
    payment,
    parts.filter(({ amountFen }) => amountFen > 0),
  )
  if (entries.length === 0) return
  await postTransfer(tx, { lot, causeId, cause: 'share-taken-back', entries, postedAt: clock.now() })
}

/** Under the lock of the payment, once: the same call again after a lost answer finds what it did. */
async function decide(
  { database, newId, ...deps }: Deps,
  lot: LotKey,
  paymentId: Id,
  act: (tx: Tx, share: Id, waiting: Waiting) => Promise<Result<number, PersonRefusal>>,
): Promise<Result<Decided, PersonRefusal>> {
  const share = newId()
  const decided = (amountFen: number): Decided => ({
    ...{ shareNumber: numberOf('share', lot, share), amountFen: fen(amountFen) },
  })
  return twiceIfUnknown(() =>
    database.of(lot.bucket).transaction(async (tx) => {
      const key = [lot.bucket, lot.lotId, paymentId]
      const [payment] = await tx.query<SharedPaymentRow>(lockSharedPayment, key)
      const orders = await tx.query<ShareRow>(selectOrdersOfPayment, key)
      const all = await tx.query<PartOfPaymentRow>(selectPartsOfPayment, key)
      if (orders.some(({ id }) => id === share))
        return ok(decided(all.filter((one) => one.share_id === share).reduce((sum, one) => sum + one.amount_fen, 0)))
      const parts = all.filter(({ state }) => state === 'with-a-person')
      if (!payment || parts.length === 0) return err({ kind: 'nothing-waits' })
      const round = Math.max(...orders.map((one) => one.round))
      const acted = await act(tx, share, { payment, round, parts })
      if (!acted.ok) return acted
      await deps.decided?.(tx, decided(acted.value))
      return ok(decided(acted.value))
    }),
  )
}

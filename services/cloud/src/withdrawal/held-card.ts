import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { maskedCard, type PayoutCard } from './card-file.ts'
import { type HeldChangeRow, insertHeldChange, selectHeldChanges, selectThisHeldChange } from './held-store.ts'
import { sealCard } from './seal.ts'

/*
 * The card of an account that its channel holds: another one is asked for here, and the worker tells the channel (held-worker.ts). What is
 * kept is sealed, and only until the channel has said what became of it.
 */

/** What a channel needs besides to find a bank's branch. */
export type HeldCard = Extract<PayoutCard, { readonly kind: 'card' }> & {
  readonly branch: string
  readonly areaCode: string
}
export type UnfitForChannel = 'cannot-be-ended' | 'not-a-bank-card' | 'branch-needed' | 'area-code-needed'

/** What the channel is told of it, or why nothing: the channel settles to one card, always. */
export function heldCardOf(card: PayoutCard | null): Result<HeldCard, UnfitForChannel> {
  if (card === null) return err('cannot-be-ended')
  if (card.kind === 'alipay') return err('not-a-bank-card')
  const { branch, areaCode } = card
  if (branch === undefined) return err('branch-needed')
  return areaCode === undefined ? err('area-code-needed') : ok({ ...card, branch, areaCode })
}

/**
 * The next change of an account's card at its channel, whoever may ask for it; one at a time. `changed-meanwhile`: somebody has asked for one
 * since the version that was seen.
 */
export async function askHeldChange(
  deps: {
    readonly database: Database
    readonly clock: Clock
    readonly houseKey: Uint8Array
    readonly noted?: { readonly bucket: number; readonly write: (tx: Tx, version: number) => Promise<void> }
  },
  asked: {
    readonly accountId: number
    readonly card: HeldCard
    readonly by: string
    readonly why: string
    readonly seen?: number
  },
): Promise<Result<number, 'changed-meanwhile' | 'change-under-way'>> {
  const { database, clock, houseKey, noted } = deps
  const { accountId, card, by, why, seen } = asked
  const at = instantOut(clock.now())
  const last = (await heldChangesOf(database, accountId)).at(-1)
  if (seen !== undefined && seen !== (last?.version ?? 0)) return err('changed-meanwhile')
  if (last && last.ended_at === null) return err('change-under-way')
  const version = (last?.version ?? 0) + 1
  const { ending, holder } = maskedCard(card)
  const sealed = sealCard(houseKey, accountId, { cardNumber: card.number, name: card.holder })
  return twiceIfUnknown(() =>
    (noted ? database.of(noted.bucket) : database.reference).transaction(async (tx) => {
      const [put] = await tx.query(insertHeldChange, [
        ...[accountId, version, sealed, ending, holder, card.owner, card.bank, card.branch, card.areaCode, by, why, at],
      ])
      if (put) await noted?.write(tx, version)
      const [ours] = await tx.query(selectThisHeldChange, [accountId, version, ending, by, why, at])
      return ours ? ok(version) : err('changed-meanwhile')
    }),
  )
}

/** Every change that was ever asked of the channel, the first first; masked. */
export const heldChangesOf = (database: Database, accountId: number): Promise<HeldChangeRow[]> =>
  database.reference.query<HeldChangeRow>(selectHeldChanges, [accountId])

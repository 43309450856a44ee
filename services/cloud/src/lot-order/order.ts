import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import { insertOrder } from '../command/store.ts'
import type { LotOrder } from './decide.ts'

const dayMs = 24 * 3_600_000
/** A lot that is away so long hears of it when it is back; what a person wanted of one stay is soon of no use. */
const lastsMs: Readonly<Record<LotOrder['kind'], number>> = {
  lists: 30 * dayMs,
  tariff: 30 * dayMs,
  coupon: 30 * dayMs,
  correct: dayMs,
  void: dayMs,
  close: dayMs,
  show: 30_000,
}

type Making = { readonly clock: Clock; readonly newId: () => Id }
/** `isNew`: false of an order that was queued before under this id. */
export type Ordered = { readonly id: Id; readonly number: string; readonly isNew: boolean }

/** Queues an order for a lot, in the transaction of whatever it is the effect of; a worker tells it until it answers. */
export async function queueOrder(tx: Tx, deps: Making, lot: LotKey, order: LotOrder): Promise<Ordered> {
  const [id, now] = [deps.newId(), deps.clock.now()]
  const expiresAt = now + lastsMs[order.kind]
  const number = numberOf('command', lot, id)
  const command = { ...order, id: number, issuedAt: now, expiresAt } as Command
  const made = await tx.query(insertOrder, [
    ...[lot.bucket, lot.lotId, id, order.kind, command, instantOut(now), instantOut(expiresAt)],
  ])
  return { id, number, isNew: made.length > 0 }
}

/** The same by itself. The command's number, by which its answer is found. */
export const orderLot = async (
  deps: Making & { readonly database: Database },
  lot: LotKey,
  order: LotOrder,
): Promise<string> => (await queueOrder(deps.database.of(lot.bucket), deps, lot, order)).number

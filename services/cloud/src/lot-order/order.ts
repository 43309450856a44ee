import { type Database, instantOut } from '@lanepay/database/database.ts'
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
}

/** Queues an order for a lot; a worker tells it until it answers. The command's number, by which its answer is found. */
export async function orderLot(
  deps: { readonly database: Database; readonly clock: Clock; readonly newId: () => Id },
  lot: LotKey,
  order: LotOrder,
): Promise<string> {
  const [id, now] = [deps.newId(), deps.clock.now()]
  const expiresAt = now + lastsMs[order.kind]
  const number = numberOf('command', lot, id)
  const command = { ...order, id: number, issuedAt: now, expiresAt } as Command
  await deps.database
    .of(lot.bucket)
    .query(insertOrder, [lot.bucket, lot.lotId, id, order.kind, command, instantOut(now), instantOut(expiresAt)])
  return number
}

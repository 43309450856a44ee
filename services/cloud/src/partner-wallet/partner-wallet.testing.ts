import assert from 'node:assert/strict'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Events, LotEvent } from '@lanepay/lot-link/messages.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import type pg from 'pg'
import { aLotPlan } from '../lot/lot.testing.ts'
import { type LotPlan, parseLotPlan } from '../lot/provision.ts'
import type { TakeIn } from '../session/take-in.ts'

/** A lot that says of one stay, which has lasted an hour, what it owes now, or does not answer. */
export const lotThatSays = (
  says: () => { readonly stay: Id; plate: string; owedFen: number; isThere: boolean; now: number },
): LotSystem => ({
  abilitiesOf: async () => ['quotes-by-lane'],
  quote: async (_, by) => {
    const { stay, plate, owedFen, isThere, now } = says()
    if (!isThere) return err({ kind: 'offline' })
    return ok({
      ...{ session: stay, plate, pass: false, enteredAt: now - 3_600_000, quotedAt: now, expiresAt: now + 300_000 },
      ...('lane' in by ? { lane: 2, occupancy: '77' } : {}),
      ...{ priceFen: owedFen, paidFen: 0, owedFen, leaveMinutes: 15 },
      lines: [{ kind: 'unit', text: { 'zh-CN': '停车', en: 'Parking' }, amountFen: owedFen }],
    })
  },
  admitUnplated: async () => assert.fail('nobody is let in here'),
  picture: async () => assert.fail('nobody looks at pictures here'),
  status: async () => assert.fail('nobody asks how the lot is'),
  isOnline: () => says().isThere,
})

/** A lot of an operator of its own that takes this wallet and nothing else. */
export function walletLotPlan(
  lot: LotKey,
  wallet: { readonly unionId: string; readonly key: string; readonly url: string; readonly book?: 'older' },
): LotPlan {
  const { unionId, key, url, ...more } = wallet
  const plan = parseLotPlan(
    aLotPlan(lot, {
      operator: { id: String(lot.lotId), name: '阳光物业' },
      accounts: [{ id: lot.lotId, channel: 'zldpay', channelFeeBasisPoints: 60, merchant: { walletUnionId: unionId } }],
      wallet: { unionId, name: '车载钱包', key, payUrl: `${url}/thirdpay.do`, noticeUrl: url, ...more },
    }),
  )
  assert.ok(plan.ok, JSON.stringify(plan))
  return plan.value
}

/** A stay of this plate that began an hour ago at a lot of bucket 4, put there by `rows`, whose first value is the lot. */
export async function stayInside(
  rows: (text: string, ...values: unknown[]) => Promise<unknown>,
  { id, plate, now }: { readonly id: Id; readonly plate: string; readonly now: number },
): Promise<Id> {
  await rows(
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen)
     values (4, $1, $2, $3, false, 'blue', 'inside', $4, 0)`,
    ...[id, plate, new Date(now - 3_600_000)],
  )
  return id
}

/** Until so many others wait for what this connection has locked. */
export async function lockWaits(sql: pg.Client, count: number): Promise<void> {
  const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
  while ((await sql.query(waiting)).rowCount! < count) await new Promise(setImmediate)
}

/** What a lot's log says, told to `hear` with numbers that go on. */
export function logOf(hear: () => TakeIn, now: () => number) {
  let seq = 0
  return (lot: LotKey, ...all: readonly object[]) =>
    hear()({ ...lot, device: 'agent' }, {
      epoch: '1',
      events: all.map((one) => ({ seq: ++seq, at: now(), ...one }) as unknown as LotEvent),
    } as unknown as Events)
}

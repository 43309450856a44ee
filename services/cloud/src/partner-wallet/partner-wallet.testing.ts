import assert from 'node:assert/strict'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { type LotPlan, parseLotPlan } from '../lot/provision.ts'

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
  wallet: { readonly unionId: string; readonly key: string; readonly url: string },
): LotPlan {
  const { unionId, key, url } = wallet
  const plan = parseLotPlan(
    aLotPlan(lot, {
      operator: { id: String(lot.lotId), name: '阳光物业' },
      accounts: [{ id: lot.lotId, channel: 'zldpay', channelFeeBasisPoints: 60, merchant: { walletUnionId: unionId } }],
      wallet: { unionId, name: '车载钱包', key, payUrl: `${url}/thirdpay.do`, noticeUrl: url },
    }),
  )
  assert.ok(plan.ok, JSON.stringify(plan))
  return plan.value
}

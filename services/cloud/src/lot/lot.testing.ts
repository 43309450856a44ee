import type { LotKey } from '@lanepay/domain/types.ts'
import type { LotPlan } from './provision.ts'

/** A lot with one exit whose operator takes both wallets, for tests that are about something else. */
export const aLotPlan = ({ bucket, lotId }: LotKey, over: Partial<LotPlan> = {}): LotPlan => ({
  bucket,
  number: lotId,
  name: '阳光花园',
  platformFeeBasisPoints: 100,
  operator: { id: '1', name: '阳光物业' },
  accounts: [
    { id: 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} },
    { id: 2, channel: 'alipay', channelFeeBasisPoints: 60, merchant: {} },
  ],
  lanes: [{ id: 2, name: '出口', direction: 'exit' }],
  ...over,
})

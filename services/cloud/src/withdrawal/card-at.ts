import { isToldTheCard } from '@lanepay/channels/withdrawals.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { PayoutRow } from './store.ts'

/**
 * Where the card is that an account is paid out to: `here`, and whoever pays is told it with each payment; at the `channel`, which takes
 * another one from us; or `elsewhere`, where it is changed without us.
 */
export type CardAt = 'here' | 'channel' | 'elsewhere'

/**
 * A channel holds the cards of the merchants that it took on under our name: WeChat Pay of its sub-merchants (wechat-pay.md 18.4), Alipay of
 * those of the second tier (alipay.md 13.1). `changes` are the channels by whose interface they are changed in this installation; where that
 * is not known, the channel is asked and says so itself.
 */
export function cardAt(
  { payout, channel, merchant }: Pick<PayoutRow, 'payout' | 'channel' | 'merchant'>,
  changes?: readonly ChannelName[],
): CardAt {
  if (payout === 'bank') return 'here'
  const held = channel === 'wechatpay' ? merchant.subMchid : channel === 'alipay' ? merchant.smid : undefined
  if (!held) return isToldTheCard[channel] ? 'here' : 'elsewhere'
  return changes === undefined || changes.includes(channel) ? 'channel' : 'elsewhere'
}

import type { ChannelName } from '@lanepay/domain/types.ts'

const origins: Readonly<Partial<Record<ChannelName, readonly [code: string, name: string]>>> = {
  alipay: ['4', '支付宝'],
  wechatpay: ['8', '微信'],
}
const ours = ['0', 'Lanepay'] as const
/** How it numbers and names by what was paid. */
export const originOf = (channel: ChannelName): readonly [code: string, name: string] => origins[channel] ?? ours

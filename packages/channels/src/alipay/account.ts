import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError, Merchant } from '../channel.ts'
import type { AlipaySettings } from './settings.ts'

/** For whom a call is made (alipay.md 1): ourselves, or an operator who authorised our application. */
export type Account = {
  /** The PID that receives the money; also what a paid fact is compared with. */
  readonly sellerId: string
  readonly appAuthToken: string | undefined
  /** The second-tier merchant of ours that the money is for. */
  readonly smid?: string
}

/** Refused, with an alarm, when a call would go out for an operator whose PID nobody told us: the money would be unheard of. */
export function accountOf(
  ours: Pick<AlipaySettings, 'sellerId'>,
  { sellerId, appAuthToken, smid }: Merchant,
): Result<Account, ChannelError> {
  if (smid) return ok({ sellerId: ours.sellerId, appAuthToken: undefined, smid })
  if (sellerId || !appAuthToken) return ok({ sellerId: sellerId || ours.sellerId, appAuthToken })
  const message = 'merchant.sellerId: the PID of the operator whose appAuthToken is used'
  return err({ kind: 'refused', code: 'SELLER_ID_MISSING', message, alarm: true })
}

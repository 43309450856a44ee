import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError, Merchant } from '../channel.ts'
import type { Json } from './json.ts'
import { textOf } from './json.ts'
import type { WechatPaySettings } from './settings.ts'

/** Who receives the money, in the words of the mode (wechat-pay.md 1). */
export type Account =
  | { readonly mode: 'direct'; readonly mchid: string; readonly appid: string }
  | {
      readonly mode: 'partner'
      readonly spMchid: string
      readonly spAppid: string
      readonly subMchid: string
      readonly subAppid: string | undefined
    }

type Ours = Pick<WechatPaySettings, 'mode' | 'mchid' | 'appid'>

/** Refused, with an alarm, when a partner call would go out without a sub-merchant: WeChat Pay refuses it anyway. */
export function accountOf(ours: Ours, merchant: Merchant): Result<Account, ChannelError> {
  if (ours.mode === 'direct') return ok({ mode: 'direct', mchid: ours.mchid, appid: ours.appid })
  const { subMchid, subAppid } = merchant
  if (!subMchid || subMchid === ours.mchid) {
    const message = 'merchant.subMchid: partner mode needs the number of a sub-merchant, other than our own'
    return err({ kind: 'refused', code: 'SUB_MCHID_MISSING', message, alarm: true })
  }
  return ok({ mode: 'partner', spMchid: ours.mchid, spAppid: ours.appid, subMchid, subAppid })
}

/** `mchid`, or `sp_mchid/sub_mchid`. */
export const accountKeyOf = (account: Account): string =>
  account.mode === 'direct' ? account.mchid : `${account.spMchid}/${account.subMchid}`

/** The same key, out of a query's answer or a notification; `null` when the money did not go to an account of ours. */
export function accountKeyIn(ours: Ours, facts: Json): string | null {
  if (ours.mode === 'direct') return facts.mchid === ours.mchid ? ours.mchid : null
  const subMchid = textOf(facts.sub_mchid)
  return facts.sp_mchid === ours.mchid && subMchid ? `${ours.mchid}/${subMchid}` : null
}

/** Payments name the appid they were created with; refunds name none. */
export const isOurAppid = (ours: Ours, facts: Json): boolean =>
  (ours.mode === 'direct' ? facts.appid : facts.sp_appid) === ours.appid

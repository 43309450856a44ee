import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from '../channel.ts'
import { type Json, textOf } from './json.ts'
import type { WechatPaySettings } from './settings.ts'

/**
 * Where the driver's browser learns who it is, silently (wechat-pay.md 21.1). The order of the parameters and the
 * fragment are part of the contract. @throws RangeError when `state` is not 1 to 128 letters and digits.
 */
export function authorizeUrl(
  settings: Pick<WechatPaySettings, 'appid' | 'oauthHost'>,
  ask: { readonly redirectUri: string; readonly state: string },
): string {
  if (!/^[A-Za-z0-9]{1,128}$/.test(ask.state)) throw new RangeError('state: 1 to 128 letters and digits')
  const query = [
    `appid=${settings.appid}`,
    `redirect_uri=${encodeURIComponent(ask.redirectUri)}`,
    'response_type=code',
    'scope=snsapi_base',
    `state=${ask.state}`,
  ]
  return `${settings.oauthHost}/connect/oauth2/authorize?${query.join('&')}#wechat_redirect`
}

/** Carries the app secret: never log it. */
export function accessTokenUrl(
  settings: Pick<WechatPaySettings, 'appid' | 'appSecret' | 'accountHost'>,
  code: string,
): string {
  const query = [
    `appid=${settings.appid}`,
    `secret=${encodeURIComponent(settings.appSecret)}`,
    `code=${encodeURIComponent(code)}`,
    'grant_type=authorization_code',
  ]
  return `${settings.accountHost}/sns/oauth2/access_token?${query.join('&')}`
}

const stale = [40029, 40163, 42003]
const busy = [-1, 45009, 45011] // busy, daily quota, too often: true again in a while

/** Errors come with HTTP 200 here. The tokens beside the openid are not kept. */
export function readOpenid(answer: Json): Result<string, { kind: 'stale-code' } | ChannelError> {
  const openid = textOf(answer.openid)
  if (openid !== null && (answer.errcode === undefined || answer.errcode === 0)) return ok(openid)
  if (typeof answer.errcode !== 'number')
    return err({ kind: 'unclear', code: 'MALFORMED_ANSWER', message: 'neither openid nor errcode' })
  if (stale.includes(answer.errcode)) return err({ kind: 'stale-code' })
  const code = String(answer.errcode)
  const message = textOf(answer.errmsg) ?? ''
  if (busy.includes(answer.errcode)) return err({ kind: 'unclear', code, message })
  return err({ kind: 'refused', code, message, alarm: true })
}

import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from '../channel.ts'
import type { ApiRequest } from './gateway.ts'
import { type Json, textOf } from './json.ts'
import type { AlipaySettings } from './settings.ts'

/**
 * Where the driver's browser learns who it is, silently (alipay.md 5). @throws RangeError when `state` is not 1 to 100
 * letters and digits.
 */
export function authorizeUrl(
  ours: Pick<AlipaySettings, 'appId' | 'authorizeUrl'>,
  ask: { readonly redirectUri: string; readonly state: string },
): string {
  if (!/^[A-Za-z0-9]{1,100}$/.test(ask.state)) throw new RangeError('state: 1 to 100 letters and digits')
  const query = { app_id: ours.appId, scope: 'auth_base', redirect_uri: ask.redirectUri, state: ask.state }
  return `${ours.authorizeUrl}?${new URLSearchParams(query)}`
}

/** Its parameters stand beside `biz_content`, of which there is none (alipay.md 2.2). */
export const tokenRequest = (code: string): ApiRequest => ({
  method: 'alipay.system.oauth.token',
  beside: { grant_type: 'authorization_code', code },
})

/** The id of the kind that orders are made with. The tokens beside it are not kept. */
export function readIdentity(identity: AlipaySettings['identity'], answer: Json): Result<string, ChannelError> {
  const id = textOf(answer[identity])
  if (id !== null) return ok(id)
  const message = `identity: the application is not given a ${identity}`
  return err({ kind: 'refused', code: 'IDENTITY_MISSING', message, alarm: true })
}

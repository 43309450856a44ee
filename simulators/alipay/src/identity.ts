import { randomBytes, randomInt } from 'node:crypto'
import type { Instant } from '@lanepay/domain/types.ts'
import { beijing } from './beijing.ts'
import type { Method } from './methods.ts'
import type { Works } from './money.ts'
import { refuseCall } from './refusal.ts'

/* Who is driving (alipay.md 5): the silent authorise page and the exchange of its code. */

const dayMs = 86_400_000
const tokenSeconds = 1_296_000
const refreshSeconds = 2_592_000

/** The way back from the authorise page with a fresh code, or what is wrong with the way there. */
export function authorise(
  works: Works,
  ask: { query: URLSearchParams; appIds: readonly string[]; user: string },
): { readonly location: string } | { readonly wrong: string } {
  const { query } = ask
  const appId = query.get('app_id') ?? ''
  if (!ask.appIds.includes(appId)) return { wrong: 'app_id 无效' }
  const scope = query.get('scope')
  if (scope !== 'auth_base' && scope !== 'auth_user') return { wrong: 'scope 无效' }
  const back = URL.parse(query.get('redirect_uri') ?? '')
  if (!back || !/^https?:$/.test(back.protocol)) return { wrong: 'redirect_uri 无效' }
  const state = query.get('state')
  if ((state ?? '').length > 100) return { wrong: 'state 过长' }
  const code = randomBytes(16).toString('hex')
  works.book.codes.put(code, { code, user: ask.user, appId, at: works.clock.now(), used: false })
  const added = { app_id: appId, source: 'alipay_wallet', scope, ...(state === null ? {} : { state }), auth_code: code }
  for (const [name, value] of Object.entries(added)) back.searchParams.set(name, value)
  return { location: back.href }
}

/** `alipay.system.oauth.token`: parameters at the top level, and a success that carries no `code`. */
export const oauthToken: Method = (works, { params, caller }) => {
  const now = works.clock.now()
  switch (params.grant_type) {
    case 'authorization_code':
      return tokenFor(works, userOfCode(works, params.code || '', caller.authAppId, now), caller.authAppId, now)
    case 'refresh_token':
      return tokenFor(
        works,
        userOfRefresh(works, params.refresh_token || '', caller.authAppId, now),
        caller.authAppId,
        now,
      )
    default:
      return refuseCall('isv.grant-type-invalid', 'grant_type参数不合法')
  }
}

function userOfCode(works: Works, code: string, appId: string, now: Instant): string {
  const known = works.book.codes.get(code)
  if (!known || known.used || now - known.at >= dayMs) return refuseCall('isv.code-invalid', '授权码code无效')
  if (known.appId !== appId) return refuseCall('isv.unmatched-app-id', '授权码code和app_id不匹配')
  works.book.codes.put(code, { ...known, used: true })
  return known.user
}

function userOfRefresh(works: Works, token: string, appId: string, now: Instant): string {
  const known = works.book.refreshTokens.get(token)
  if (!known || known.appId !== appId) return refuseCall('isv.refresh-token-invalid', '刷新令牌refresh_token无效')
  if (known.used) return refuseCall('isv.refreshed-token-invalid', '刷新令牌已被使用')
  if (now - known.at >= refreshSeconds * 1000) return refuseCall('isv.refresh-token-time-out', '刷新令牌已过期')
  works.book.refreshTokens.put(token, { ...known, used: true })
  return known.user
}

function tokenFor(works: Works, user: string, appId: string, now: Instant) {
  const ids = works.book.idsOf(user, appId)
  const refreshToken = newToken()
  works.book.refreshTokens.put(refreshToken, { token: refreshToken, user, appId, at: now, used: false })
  return {
    ...(works.identity === 'user_id' ? { user_id: ids.userId } : { open_id: ids.openId }),
    access_token: newToken(),
    expires_in: tokenSeconds,
    refresh_token: refreshToken,
    re_expires_in: refreshSeconds,
    auth_start: beijing(now),
  }
}

const newToken = (): string => `authbseB${randomBytes(15).toString('hex')}X${randomInt(10, 100)}`

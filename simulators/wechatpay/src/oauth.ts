import type { Account } from './account.ts'
import type { Book } from './book.ts'
import type { Faults } from './faults.ts'
import { openidFor, randomText } from './sealing.ts'

/* The silent OAuth of an official account (wechat-pay.md 21.1). */

const codeLivesMs = 5 * 60_000
const order = ['appid', 'redirect_uri', 'response_type', 'scope', 'state']

type Ledger = { readonly book: Book; readonly account: () => Account }

const accountsOf = ({ appid, appSecret, subMerchants }: Account) => [{ appid, appSecret }, ...subMerchants]

/** The person's openid under this appid; from here on it is known to have been handed out. */
export function openidOf({ book, account }: Ledger, appid: string, user: string): string {
  const openid = openidFor(account().openidSeed, appid, user)
  if (!book.get('openid', openid)) book.put('openid', openid, { openid, appid, user })
  return openid
}

/** The authorise page: where the browser goes next, or what the page complains of. */
export function authorise(
  { book, account }: Ledger,
  asked: { readonly query: URLSearchParams; readonly user: string; readonly now: number },
): { readonly location: string } | { readonly wrong: string } {
  const { query, user, now } = asked
  // Another order, or one left out, is how this page is called wrongly most often.
  if ([...query.keys()].filter((name) => name !== 'x-wallet-user').join() !== order.join())
    return { wrong: '该链接无法访问：参数应依次为appid、redirect_uri、response_type、scope、state' }
  const [appid, redirectUri, responseType, scope, state] = order.map((name) => query.get(name) ?? '') as [
    string,
    string,
    string,
    string,
    string,
  ]
  if (!accountsOf(account()).some((one) => one.appid === appid)) return { wrong: 'appid 参数错误' }
  const back = URL.parse(redirectUri)
  if (!back || (back.protocol !== 'http:' && back.protocol !== 'https:')) return { wrong: 'redirect_uri 参数错误' }
  if (responseType !== 'code') return { wrong: 'response_type 参数错误' }
  if (scope !== 'snsapi_base' && scope !== 'snsapi_userinfo') return { wrong: 'scope 参数错误或没有 scope 权限' }
  if (!/^[A-Za-z0-9]{1,128}$/.test(state)) return { wrong: 'state 参数错误' }
  const code = randomText(32)
  book.put('code', code, { code, appid, user, scope, at: now, used: false })
  back.searchParams.append('code', code)
  back.searchParams.append('state', state)
  return { location: back.href }
}

const sorry = (errcode: number, errmsg: string) => ({ errcode, errmsg: `${errmsg}, rid: ${randomText(8)}` })

/** `GET /sns/oauth2/access_token`: errors too come with HTTP 200. A code is good once, for five minutes. */
export function exchangeCode(
  { book, account, faults }: Ledger & { readonly faults: Faults },
  query: URLSearchParams,
  now: number,
): Readonly<Record<string, unknown>> {
  if (faults.take('oauth-busy')) return { errcode: -1, errmsg: 'system error' }
  const appid = query.get('appid')
  const ours = accountsOf(account()).find((one) => one.appid === appid)
  if (!ours) return sorry(40013, 'invalid appid')
  if (query.get('secret') !== ours.appSecret) return sorry(40125, 'invalid appsecret')
  if (query.get('grant_type') !== 'authorization_code') return sorry(40002, 'invalid grant_type')
  const given = query.get('code')
  if (!given) return sorry(41008, 'missing code')
  const code = book.get('code', given)
  if (!code || code.appid !== ours.appid) return sorry(40029, 'invalid code')
  if (code.used) return sorry(40163, 'code been used')
  if (now >= code.at + codeLivesMs) return sorry(42003, 'code expired')
  book.put('code', code.code, { ...code, used: true })
  return {
    access_token: randomText(107),
    expires_in: 7200,
    refresh_token: randomText(107),
    openid: openidOf({ book, account }, ours.appid, code.user),
    scope: code.scope,
  }
}

import assert from 'node:assert/strict'
import type { CashChangeSheet } from '@lanepay/channels/cash-change.ts'
import type { CodeView, EnterView, ErrorView, PaymentView, PayView, QuoteView } from '@lanepay/cloud/driver/api.ts'
import { alipayUserAgent } from '@lanepay/simulator-alipay/simulator.ts'
import { weixinUserAgent } from '@lanepay/simulator-wechatpay/simulator.ts'

export type Answer<T> = { readonly status: number; readonly body: T & ErrorView }
export type Wallet = 'wechatpay' | 'alipay'

/**
 * A driver's phone without its screen: the wallet's user agent, cookies, redirects, and the wallet's own act of paying. For
 * tests of what goes wrong behind the page; the page itself is tested in a browser.
 */
export function phone(of: { driver: string; wallet: Wallet; cloudUrl: string; walletUrl: string }) {
  const { driver, wallet, cloudUrl, walletUrl } = of
  const cookies = new Map<string, string>()
  const send = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const toCloud = url.startsWith(cloudUrl)
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: {
        'user-agent': wallet === 'wechatpay' ? weixinUserAgent : alipayUserAgent,
        ...(toCloud ? { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
        ...(toCloud ? {} : { 'x-wallet-user': driver }),
        ...init.headers,
      },
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (name === undefined || value === undefined) continue
      if (value === '' || /max-age=0/i.test(cookie)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  const ask = async <T>(path: string, body?: unknown): Promise<Answer<T>> => {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await send(cloudUrl + path, init)
    return { status: response.status, body: (await response.json()) as T & ErrorView }
  }
  return {
    driver,
    send,
    ask,
    /** Scans a code: through the wallet's identification to the page. Answers the page. */
    async scan(codeUrl: string): Promise<{ readonly status: number; readonly html: string }> {
      let url = cloudUrl + new URL(codeUrl).pathname
      for (let hop = 0; hop < 10; hop++) {
        const response = await send(url)
        const to = response.headers.get('location')
        if (to === null) return { status: response.status, html: await response.text() }
        await response.body?.cancel()
        url = new URL(to, url).href
      }
      throw new Error('redirected in circles')
    },
    view: (code: string) => ask<CodeView>(`/api/driver/codes/${code}`),
    quote: (code: string, plate?: string) =>
      ask<QuoteView>(`/api/driver/codes/${code}/quote`, plate === undefined ? {} : { plate }),
    pay: (code: string, quote: string) => ask<PayView>(`/api/driver/codes/${code}/pay`, { quote }),
    enter: (code: string) => ask<EnterView>(`/api/driver/codes/${code}/enter`, {}),
    payment: (number: string, and = '') => ask<PaymentView>(`/api/driver/payments/${number}${and}`),
    help: (number: string) => ask<{ ok: true }>(`/api/driver/payments/${number}/help`, {}),
    /** The wallet's button on the sheet of change that is the driver's: he takes it. */
    async takeInWallet(sheet: CashChangeSheet): Promise<void> {
      const body = JSON.stringify({ params: sheet.params, user: driver })
      const response = await send(`${walletUrl}/wallet/take`, { method: 'POST', body })
      assert.equal(response.status, 200)
      const { result } = (await response.json()) as { result: unknown }
      assert.equal(result, 'ok')
    },
    /** The wallet's button: the driver pays what the sheet says. Answers the wallet's word. */
    async payInWallet(sheet: PayView['sheet']): Promise<unknown> {
      assert.notEqual(sheet.kind, 'redirect')
      const body =
        sheet.kind === 'wechatpay-jsapi'
          ? { params: sheet.params, user: driver }
          : sheet.kind === 'alipay-trade'
            ? { tradeNo: sheet.tradeNo, user: driver }
            : {}
      const response = await send(`${walletUrl}/wallet/pay`, { method: 'POST', body: JSON.stringify(body) })
      assert.equal(response.status, 200)
      return ((await response.json()) as { result: unknown }).result
    },
  }
}
export type Phone = ReturnType<typeof phone>

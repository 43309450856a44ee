import assert from 'node:assert/strict'
import type { PayView } from '@lanepay/cloud/driver/api.ts'
import { weixinUserAgent } from '@lanepay/simulator-wechatpay/simulator.ts'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import type { Phone } from './phone.ts'
import type { Road } from './road.ts'

/** WeChat's bridge in the page: keeps what it is asked to bring up until the driver does something about it. */
const bridge = `
  window.sheets = []
  window.WeixinJSBridge = {
    invoke(_, params, done) {
      window.sheets.push(params)
      window.endSheet = done
    },
  }`

export type Screen = {
  readonly page: Page
  readonly context: BrowserContext
  shows(text: string | RegExp): Promise<void>
  noLonger(text: string | RegExp): Promise<void>
  readonly payButton: Locator
  sheetIsUp(): Promise<void>
  /** The wallet's button: the driver pays what the sheet says, and the wallet tells the page so. */
  paysInWallet(): Promise<void>
}

/** A driver's phone with its screen: the page itself in a browser, in WeChat, on the road. `code`: of another lot there. */
export async function screenOf(
  browser: Browser,
  road: Road,
  driver: string,
  kind: 'exit' | 'prepay',
  code = road.code(kind),
): Promise<Screen> {
  const wallet: Phone = road.phone(driver)
  const context = await browser.newContext({
    viewport: { width: 390, height: 760 },
    userAgent: weixinUserAgent,
    extraHTTPHeaders: { 'x-wallet-user': driver },
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(120_000)
  await context.addInitScript({ content: bridge })
  const page = await context.newPage()
  await page.goto(`${road.publicUrl}/p/${code}`)
  const main = page.locator('main')
  const sheetIsUp = async () => void (await page.waitForFunction('window.sheets.length > 0'))
  return {
    page,
    context,
    shows: (text) => main.getByText(text).first().waitFor(),
    noLonger: (text) => main.getByText(text).first().waitFor({ state: 'detached' }),
    payButton: page.locator('.bar.reach button'),
    sheetIsUp,
    paysInWallet: async () => {
      await sheetIsUp()
      const params = await page.evaluate<object>('window.sheets.at(-1)')
      const word = await wallet.payInWallet({ kind: 'wechatpay-jsapi', params } as PayView['sheet'])
      assert.equal(word, 'ok')
      await page.evaluate(`window.endSheet({ err_msg: 'get_brand_wcpay_request:ok' })`)
    },
  }
}

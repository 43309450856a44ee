import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../../../e2e/browser.ts'
import { buildDriverPage } from '../src/build.ts'
import { type FakeCloud, fakeCloud, type Script } from './fake-cloud.ts'

/** The wallet's bridge in the page, as far as a test needs one: what it was asked to bring up, and how it ends. */
declare global {
  interface Window {
    sheets: unknown[]
    endSheet: (result: string) => void
  }
}
const bridges = {
  wechatpay: () => {
    window.sheets = []
    window.WeixinJSBridge = {
      invoke: (name, params, done) => {
        window.sheets.push(params)
        const asked = name === 'getBrandWCPayRequest' ? 'get_brand_wcpay_request' : name
        window.endSheet = (result) => done({ err_msg: `${asked}:${result}` })
      },
    }
  },
  alipay: () => {
    window.sheets = []
    window.AlipayJSBridge = {
      call: (_, params, done) => {
        window.sheets.push(params)
        window.endSheet = (resultCode) => done({ resultCode })
      },
    }
  },
  none: () => {},
} as const

export type PhoneBrowser = Awaited<ReturnType<typeof phoneBrowser>>

/** The built page in a real browser of a phone's size, and the fake cloud it talks to. Close it. */
export async function phoneBrowser() {
  const folder = await mkdtemp(join(tmpdir(), 'lanepay-driver-page-'))
  const built = await buildDriverPage(folder)
  const cloud: FakeCloud = await fakeCloud(built)
  const browser: Browser = await launchBrowser()
  const contexts: BrowserContext[] = []
  return {
    built,
    cloud,
    browser,
    url: `${cloud.url}/p/T0KEN`,
    changeUrl: `${cloud.url}/g/T0KEN`,
    /** A fresh phone that has scanned the code of this story. */
    async scans(
      story: Partial<Script>,
      {
        wallet = 'wechatpay',
        width = 390,
        height = 760,
        url = `${cloud.url}/p/T0KEN`,
      }: {
        wallet?: keyof typeof bridges
        width?: number
        height?: number
        url?: string
      } = {},
    ): Promise<Page> {
      cloud.tells(story)
      const context = await browser.newContext({
        viewport: { width, height },
        reducedMotion: 'reduce',
        hasTouch: true,
      })
      contexts.push(context)
      await context.addInitScript(bridges[wallet])
      const page = await context.newPage()
      page.setDefaultTimeout(60_000)
      await page.goto(url)
      return page
    },
    async forgetPhones() {
      await Promise.all(contexts.splice(0).map((context) => context.close()))
    },
    async close() {
      await browser.close()
      await cloud.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

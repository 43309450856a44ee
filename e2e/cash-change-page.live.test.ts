import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { buildDriverPage } from '@lanepay/app-driver/build.ts'
import { weixinBridgeScript, weixinUserAgent } from '@lanepay/simulator-wechatpay/simulator.ts'
import type { Browser } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { type ChangeMachines, changeMachines } from './kit/change-machines.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* Cash change on a driver's telephone: the real page in WeChat, its sheet, and the vendor's cloud that hears of it. */

let road: Road
let browser: Browser
let machines: ChangeMachines
before(async () => {
  const built = await buildDriverPage(join(tmpdir(), 'lanepay-driver-page-of-tests'))
  const page = { ...built, otherBrowser: ({ takes }: { takes?: 'change' }) => `only ${takes} in WeChat` }
  ;[road, browser] = await Promise.all([startRoad({ page }), launchBrowser()])
  machines = await changeMachines(road, 1400)
})
after(async () => {
  await browser?.close()
  await road?.close()
  await machines?.close()
})

/** The link that a machine shows, and what its vendor's cloud hears. */
async function aMachine() {
  const machine = await machines.aMachine()
  const { state, url } = await machine.ask()
  assert.equal(state, 1)
  // It waits for the driver in the very answer that takes it on, as it mostly does.
  road.wechatpay.control.fault({ kind: 'transfer-at-once', times: 1 })
  return { ...machine, url: String(url) }
}
/** A driver's telephone on which the link is opened, inside WeChat. */
async function telephone(driver: string, url: string) {
  const context = await browser.newContext({
    ...{ viewport: { width: 390, height: 760 }, userAgent: weixinUserAgent, reducedMotion: 'reduce' },
    extraHTTPHeaders: { 'x-wallet-user': driver },
  })
  context.setDefaultTimeout(60_000)
  await context.addInitScript({ content: weixinBridgeScript({ walletUrl: road.wechatpay.url, user: driver }) })
  const page = await context.newPage()
  await page.goto(url)
  return { page, close: () => context.close() }
}

test('two taps from the link to the money; the sheet closed in between costs nothing', async () => {
  const machine = await aMachine()
  const { page, close } = await telephone('takes it', machine.url)
  const button = page.locator('.bar.reach button')
  await page.getByText('2.01').first().waitFor()
  await button.click()
  await page.getByTestId('wallet-cancel').click()
  await button.click()
  await page.getByTestId('wallet-take').click()
  await page.getByTestId('wallet-done').click()
  await page.getByText('已收下').first().waitFor()
  // That it waited in the wallet is told where it waits for longer than it takes to tell.
  await until('the vendor has heard that it was taken', () => machine.recharges().at(-1) === 2)
  assert.deepEqual(
    road.wechatpay.control.takenBy('takes it').map(({ amountFen }) => amountFen),
    [201],
  )
  await close()
  await road.audit()
})

test('whoever opens the same link later sees that it is another driver’s; a link of nobody says so', async () => {
  const machine = await aMachine()
  const first = await telephone('was first', machine.url)
  await first.page.locator('.bar.reach button').click()
  await first.page.getByTestId('wallet-take').waitFor()
  const second = await telephone('came second', machine.url)
  await second.page.getByRole('heading', { name: '已有别人领取' }).waitFor()
  assert.equal(await second.page.locator('.bar.reach button').count(), 0)
  const third = await telephone('has a wrong link', `${road.publicUrl}/g/IjEi.${'A'.repeat(43)}`)
  await third.page.getByText('无法识别这个找零码').first().waitFor()
  for (const one of [first, second, third]) await one.close()
})

test('a browser that is no wallet is told to open WeChat', async () => {
  const machine = await aMachine()
  const response = await fetch(machine.url, { headers: { 'user-agent': 'Mozilla/5.0 Chrome/130' } })
  assert.equal(await response.text(), 'only change in WeChat')
})

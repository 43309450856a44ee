import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { changeStory, letsItAsk, thenIs, withItsClock } from './change-states.ts'
import { No, type Script } from './fake-cloud.ts'
import { type PhoneBrowser, phoneBrowser } from './phone-browser.ts'
import { endSheet, payButton } from './states.ts'
import { begun, someChange, transferSheet } from './views.ts'

/* What the page of cash change does in a real browser, against a server of which only the contract is real. */
let phones: PhoneBrowser
before(async () => {
  phones = await phoneBrowser()
})
after(() => phones.close())
afterEach(() => phones.forgetPhones())

type Phone = Parameters<PhoneBrowser['scans']>[1]
const scans = (story: Partial<Script>, phone: Phone = {}) => phones.scans(story, { url: phones.changeUrl, ...phone })
const seen = (page: Page, text: string) =>
  page.locator('main').getByText(text).and(page.locator(':not(.heard)')).first().waitFor()
const button = (page: Page, name: string) => page.getByRole('button', { name }).first()
const sheets = (page: Page, count: number) => page.waitForFunction((n) => window.sheets.length === n, count)
const offLine = (page: Page) => page.context().setOffline(true)
const onLine = (page: Page) => page.context().setOffline(false)
const taken = { change: () => someChange({ state: 'taken' as const }) }
/** As a phone does it when the driver comes back to the page. */
const comesBack = (page: Page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))

test('how much, one tap, WeChat’s own sheet, and he has it', async () => {
  const page = await scans(thenIs('waiting'))
  await seen(page, '找给您的零钱')
  await seen(page, '13')
  await button(page, '收下 ¥13.50').click()
  await sheets(page, 1)
  assert.deepEqual(await page.evaluate(() => window.sheets[0]), transferSheet.params)
  assert.deepEqual(phones.cloud.lastAsked('take-change'), {})
  await endSheet(page, 'ok')
  await seen(page, '正在确认是否到账')
  phones.cloud.nowTells(taken)
  await seen(page, '已收下')
  assert.equal(await payButton(page).count(), 0)
})

test('it is light, and the first question does not wait for its script', async () => {
  const { change, assets } = phones.built
  const loaded = assets.filter(({ path }) => change.includes(path)).map(({ body }) => body)
  const packed = [Buffer.from(change), ...loaded].map((body) => gzipSync(body, { level: 9 }).length)
  assert.ok(packed.reduce((sum, bytes) => sum + bytes, 0) < 25_000, packed.join(' + '))
  const page = await scans(changeStory())
  await seen(page, '找给您的零钱')
  assert.equal(phones.cloud.timesAsked('change'), 1)
})

// ---- never twice

test('five quick taps are one ask and one sheet', async () => {
  const page = await scans(thenIs('waiting'))
  await seen(page, '找给您的零钱')
  const free = phones.cloud.holds()
  await page.evaluate(() => {
    const take = document.querySelector<HTMLButtonElement>('.bar.reach button')!
    for (let tap = 0; tap < 5; tap++) take.click()
  })
  await seen(page, '正在打开微信确认')
  await payButton(page).click({ force: true })
  free()
  await sheets(page, 1)
  await seen(page, '请在弹出的窗口中确认收款')
  assert.equal(phones.cloud.timesAsked('take-change'), 1)
  assert.equal(await payButton(page).count(), 0, 'nothing to tap under the sheet that could bring up another')
})

test('the sheet closed without confirming: it is still there, and the next tap shows it again', async () => {
  const page = await scans(thenIs('waiting'))
  await payButton(page).click()
  await endSheet(page, 'cancel')
  await seen(page, '您没有确认')
  await payButton(page).click()
  await sheets(page, 2)
  phones.cloud.nowTells(taken)
  await endSheet(page, 'ok')
  await seen(page, '已收下')
})

test('loaded anew with the sheet closed: he goes on where he was', async () => {
  const page = await scans(changeStory({ change: () => someChange({ state: 'waiting' }) }))
  await payButton(page).click()
  await sheets(page, 1)
  await page.reload()
  await payButton(page).click()
  await sheets(page, 1)
  phones.cloud.nowTells(taken)
  await endSheet(page, 'ok')
  await seen(page, '已收下')
})

// ---- what WeChat says is no proof, and may be nothing

test('WeChat says ok and the cloud still waits: the page waits too, then lets him open WeChat again', async () => {
  const page = await scans(changeStory({ change: () => someChange({ state: 'waiting' }) }))
  await withItsClock(page)
  await payButton(page).click()
  await endSheet(page, 'ok')
  await seen(page, '正在确认是否到账')
  assert.equal(await payButton(page).count(), 0, 'whoever has just confirmed is not asked to at once')
  await letsItAsk(page, 2)
  await seen(page, '还在等微信的结果')
  await button(page, '再打开微信确认').click()
  await sheets(page, 2)
  phones.cloud.nowTells(taken)
  await endSheet(page, 'ok')
  await seen(page, '已收下')
})

test('WeChat says nothing: who comes back to the page sees at once that he has it, and a late word changes nothing', async () => {
  const page = await scans(thenIs('waiting'))
  await payButton(page).click()
  await sheets(page, 1)
  phones.cloud.nowTells(taken)
  await comesBack(page)
  await seen(page, '已收下')
  await endSheet(page, 'cancel')
  await seen(page, '已收下')
  assert.equal(await page.getByText('您没有确认').count(), 0)
})

test('no window came: he can look, and tap again', async () => {
  const page = await scans(thenIs('waiting'))
  await payButton(page).click()
  await sheets(page, 1)
  await button(page, '没有弹出窗口').click()
  await seen(page, '还不知道您有没有收下')
  await payButton(page).click()
  await sheets(page, 2)
})

test('no bridge: how to get one', async () => {
  const page = await scans(thenIs('open'), { wallet: 'none' })
  await withItsClock(page)
  await payButton(page).click()
  await seen(page, '请在弹出的窗口中确认收款')
  await page.clock.runFor(6_000)
  await seen(page, '请把微信更新到最新版')
  assert.equal(await payButton(page).count(), 1)
})

test('nothing to show yet: the page asks again, and he goes on once there is', async () => {
  const page = await scans(
    changeStory({
      change: ({ nth }) => someChange({ state: nth === 1 ? 'open' : 'sending' }),
      'take-change': ({ nth }) =>
        nth === 1 ? begun({ view: someChange({ state: 'sending' }), sheet: null }) : begun(),
    }),
  )
  await payButton(page).click()
  await seen(page, '微信正在处理')
  assert.equal(await page.evaluate(() => window.sheets.length), 0)
  phones.cloud.nowTells({ change: () => someChange({ state: 'waiting' }) })
  await payButton(page).click()
  await sheets(page, 1)
})

for (const [says, shows] of [
  ['requestMerchantTransfer:fail', '这次没有收成'],
  ['requestMerchantTransfer:fail_system busy', '这次没有收成'],
  ['system:access_denied', '这次没有收成'],
  ['system:function_not_exist', '请把微信更新到最新版'],
  ['something new', '还不知道您有没有收下'],
] as const)
  test(`WeChat's ${says}: ${shows}`, async () => {
    const page = await scans(thenIs('waiting'))
    await page.evaluate((err_msg) => {
      window.WeixinJSBridge = { invoke: (_, __, done) => done({ err_msg }) }
    }, says)
    await payButton(page).click()
    await seen(page, shows)
    assert.equal(await payButton(page).count(), 1)
  })

// ---- the line

test('a slow cloud: the page says that it is opening, until it knows', async () => {
  const page = await scans(changeStory())
  await seen(page, '找给您的零钱')
  const free = phones.cloud.holds()
  await page.reload()
  await page.getByRole('heading', { name: '正在打开' }).waitFor()
  free()
  await seen(page, '找给您的零钱')
})

test('without a line at the start: said, and it goes on by itself', async () => {
  const page = await scans(changeStory())
  await page.route('**/api/**', (route) => route.abort('internetdisconnected'))
  await page.reload()
  await seen(page, '网络不通')
  await page.unroute('**/api/**')
  await seen(page, '找给您的零钱')
  assert.equal(await page.getByText('网络不通').count(), 0)
})

test('the line lost at the tap: said, asked by itself what became of it, and the next tap is for the same link', async () => {
  const page = await scans(changeStory({ change: () => someChange({ state: 'waiting' }) }))
  await seen(page, '找给您的零钱')
  await offLine(page)
  await payButton(page).click()
  await seen(page, '网络不通')
  assert.equal(await page.evaluate(() => window.sheets.length), 0)
  await onLine(page)
  await page.getByText('网络不通').first().waitFor({ state: 'detached' })
  await payButton(page).click()
  await sheets(page, 1)
  assert.equal(phones.cloud.timesAsked('take-change'), 1)
})

test('the line lost after the sheet: he has it as soon as the line is back', async () => {
  const page = await scans(thenIs('waiting'))
  await payButton(page).click()
  await sheets(page, 1)
  await offLine(page)
  await endSheet(page, 'ok')
  await seen(page, '网络不通')
  phones.cloud.nowTells(taken)
  await onLine(page)
  await seen(page, '已收下')
})

test('out of sight nothing is asked; who comes back is told at once', async () => {
  const page = await scans(changeStory({ change: () => someChange({ state: 'sending' }) }))
  await withItsClock(page)
  await seen(page, '微信正在处理')
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }))
  const asked = phones.cloud.timesAsked('change')
  await page.clock.runFor(60_000)
  assert.ok(phones.cloud.timesAsked('change') <= asked + 1)
  phones.cloud.nowTells(taken)
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: false, configurable: true }))
  await comesBack(page)
  await seen(page, '已收下')
})

test('a page that lies open past the time says so, by the clock of the server', async () => {
  const page = await scans(changeStory())
  await withItsClock(page)
  await seen(page, '请在 16:09 前领取')
  phones.cloud.nowTells({ change: () => someChange({ state: 'over' }) })
  await page.clock.fastForward('01:00:02')
  await seen(page, '不能在这里领取了')
})

// ---- who it is

test('who is not identified goes through WeChat and comes back', async () => {
  const page = await scans(changeStory({ change: ({ nth }) => (nth === 1 ? new No('not-identified') : someChange()) }))
  await seen(page, '找给您的零钱')
  assert.equal(phones.cloud.timesAsked('who'), 1)
  assert.equal(page.url(), phones.changeUrl)
})

test('an identity that ran out is asked for at the tap', async () => {
  const page = await scans(
    changeStory({ 'take-change': ({ nth }) => (nth === 1 ? new No('not-identified') : begun()) }),
  )
  await Promise.all([page.waitForRequest((request) => request.url().endsWith('/who')), payButton(page).click()])
  await payButton(page).click()
  await sheets(page, 1)
})

test('whom WeChat does not name is not sent round in circles: he is asked', async () => {
  const story = changeStory({ change: () => new No('not-identified') })
  const page = await scans(story, { url: `${phones.changeUrl}?anonymous=1` })
  await seen(page, '没有确认到您的身份')
  assert.equal(phones.cloud.timesAsked('who'), 0)
  phones.cloud.nowTells({ change: () => someChange() })
  await page.getByRole('link', { name: '再试一次' }).click()
  await seen(page, '找给您的零钱')
  assert.equal(phones.cloud.timesAsked('who'), 1)
})

// ---- for everybody

test('the language is turned by the one switch, and kept', async () => {
  const page = await scans(changeStory())
  await page.locator('button.language').click()
  await seen(page, 'Change for you')
  await page.reload()
  await seen(page, 'Change for you')
  assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.title]), ['en', 'Your change'])
})

test('who only hears it hears each turn of it', async () => {
  const page = await scans(thenIs('waiting'))
  const says = (text: RegExp) =>
    page.getByRole('status').filter({ hasText: text }).first().waitFor({ state: 'attached' })
  await says(/^找给您的零钱 ¥13\.50$/)
  await payButton(page).click()
  await says(/请在弹出的窗口中确认收款/)
  await endSheet(page, 'cancel')
  await page.getByRole('alert').filter({ hasText: '您没有确认' }).waitFor()
  await payButton(page).click()
  await sheets(page, 2)
  phones.cloud.nowTells(taken)
  await endSheet(page, 'ok')
  await says(/^已收下/)
})

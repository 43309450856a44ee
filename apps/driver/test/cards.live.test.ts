import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { No } from './fake-cloud.ts'
import { type PhoneBrowser, phoneBrowser } from './phone-browser.ts'
import { endSheet, payButton, types } from './states.ts'
import { aCardQuote, aCode, anOrder, aPayment, aQuote, paid, someCards } from './views.ts'

/* What the page of month cards does in a real browser, against a server of which only the contract is real. */
let phones: PhoneBrowser
before(async () => {
  phones = await phoneBrowser()
})
after(() => phones.close())
afterEach(() => phones.forgetPhones())

const story = {
  ...{ code: () => aCode({ kind: 'prepay' as const }), quote: () => aQuote(), pay: () => anOrder() },
  ...{ cards: () => someCards(), 'card-quote': () => aCardQuote(), payment: () => aPayment() },
}
const seen = (page: Page, text: string) =>
  page.locator('main').getByText(text).and(page.locator(':not(.heard)')).first().waitFor()
const button = (page: Page, name: string) => page.getByRole('button', { name }).first()
const renewed = { leaveBy: null, card: { renewed: true, until: null } }

test('from the page of fees a link leads there, and nothing of it is loaded before', async () => {
  const page = await phones.scans(story)
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
  await seen(page, '输入车牌号')
  const [own] = phones.built.assets.filter(({ path }) => phones.built.cards.includes(path))
  const before = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  assert.ok(!before.some((name) => name.endsWith(own!.path)))
  await page.getByRole('link', { name: '月卡续费' }).click()
  await seen(page, '月卡上的车牌号')
  assert.ok(loaded.includes(own!.path))
  await page.getByRole('link', { name: '返回停车缴费' }).click()
  await seen(page, '输入车牌号')
})

test('the card, for how long, the price, the sheet; cancelled it is paid by the same quote, and then it is longer', async () => {
  const page = await phones.scans(story, { url: `${phones.url}/card` })
  await types(page, '粤B12345')
  for (const _ of [1, 2]) await button(page, '增加').click()
  await button(page, '查看价格').click()
  await seen(page, '应付')
  assert.deepEqual(phones.cloud.lastAsked('card-quote'), { plate: '粤B12345', card: 'here:77', months: 3 })
  await payButton(page).click()
  await endSheet(page, 'cancel')
  await seen(page, '您取消了支付')
  await payButton(page).click()
  await page.waitForFunction(() => window.sheets.length === 2)
  assert.deepEqual(phones.cloud.lastAsked('pay'), { quote: '7100' })
  phones.cloud.nowTells({ payment: () => paid({ leaveBy: null, card: { renewed: false, until: null } }) })
  await page.evaluate(() => window.endSheet('ok'))
  await seen(page, '正在为月卡延期')
  phones.cloud.nowTells({ payment: () => paid(renewed) })
  await seen(page, '续费成功')
  // It has ended: the page of fees takes nothing up again.
  await page.goto(phones.url)
  await seen(page, '输入车牌号')
})

test('whose card it is shows who knows the end of the telephone', async () => {
  const locked = someCards({ cards: [], phoneNeeded: true })
  const page = await phones.scans(
    { ...story, cards: ({ phoneEnd }) => (phoneEnd === '8000' ? someCards() : locked) },
    { url: `${phones.url}/card` },
  )
  await types(page, '粤B12345')
  for (const [end, says] of [
    ['0000', '后四位不对'],
    ['8000', '业主月卡'],
  ] as const) {
    await page.getByLabel('办卡手机号后四位').fill(end)
    await button(page, '查看月卡').click()
    await seen(page, says)
  }
  await button(page, '查看价格').click()
  await seen(page, '应付')
  assert.deepEqual(phones.cloud.lastAsked('card-quote'), {
    ...{ plate: '粤B12345', phoneEnd: '8000', card: 'here:77', months: 1 },
  })
})

test('a price that stands no more is asked for again; without a line nothing is lost', async () => {
  const page = await phones.scans({ ...story, pay: () => new No('quote-expired') }, { url: `${phones.url}/card` })
  await types(page, '粤B12345')
  await button(page, '查看价格').click()
  await payButton(page).click()
  await seen(page, '续费时长')
  await page.context().setOffline(true)
  await button(page, '查看价格').click()
  await seen(page, '网络不通')
  await page.context().setOffline(false)
  await button(page, '查看价格').click()
  await seen(page, '应付')
})

test('who is not identified is sent to the page of fees, which sees to that', async () => {
  const page = await phones.scans(
    { ...story, code: () => aCode({ kind: 'prepay', identified: false }) },
    { url: `${phones.url}/card` },
  )
  await page.waitForURL(phones.url)
})

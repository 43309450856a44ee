import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type DriverErrorCode, driverErrorCodes } from '@lanepay/cloud/driver/api.ts'
import type { Page } from 'playwright-core'
import { until } from '../../../e2e/kit/until.ts'
import { zhCn } from '../src/texts/zh-cn.ts'
import { No } from './fake-cloud.ts'
import { type PhoneBrowser, phoneBrowser } from './phone-browser.ts'
import { endSheet, payButton, types } from './states.ts'
import { aCode, anEntry, anOrder, aPayment, aQuote, nothingOwed, now, paid, payment } from './views.ts'

/*
 * What the page does in a real browser, against a server of which only the contract is real.
 */
let phones: PhoneBrowser
before(async () => {
  phones = await phoneBrowser()
})
after(() => phones.close())
afterEach(() => phones.forgetPhones())

const exit = { code: () => aCode(), quote: () => aQuote() }
const prepay = { code: () => aCode({ kind: 'prepay' as const }), quote: () => aQuote() }
const paying = { ...exit, pay: () => anOrder(), payment: () => aPayment() }
const seen = (page: Page, text: string | RegExp) => page.locator('main').getByText(text).first().waitFor()
const button = (page: Page, name: string) => page.getByRole('button', { name })
const offLine = (page: Page) => page.context().setOffline(true)
const onLine = (page: Page) => page.context().setOffline(false)

// ---- fast

test('everything up to the fee is within 30 kB as it travels', async () => {
  phones.cloud.tells(exit)
  const context = await phones.browser.newContext()
  try {
    const page = await context.newPage()
    const wire = await context.newCDPSession(page)
    await wire.send('Network.enable')
    let bytes = 0
    const paths: string[] = []
    wire.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    page.on('request', (request) => paths.push(new URL(request.url()).pathname))
    await page.goto(phones.url)
    await seen(page, '应付')
    assert.ok(bytes > 10_000 && bytes < 30_000, `${bytes} bytes`)
    assert.equal(paths.length, 4, paths.join(' ')) // the page, its script, the code, the quote
  } finally {
    await context.close()
  }
})
test('the second scan loads no script', async () => {
  const page = await phones.scans(exit)
  await seen(page, '应付')
  const script = await page.evaluate(() => document.querySelector('script[src]')!.getAttribute('src')!)
  await page.goto(phones.url)
  await seen(page, '应付')
  const size = await page.evaluate(
    (name) =>
      (performance.getEntriesByName(new URL(name, location.href).href)[0] as PerformanceResourceTiming).transferSize,
    script,
  )
  assert.equal(size, 0)
})
test('a slow lot: the page says what it is doing until the fee is there', async () => {
  const page = await phones.scans({ ...exit, code: () => aCode({ kind: 'prepay' }) })
  await seen(page, '输入车牌号')
  const free = phones.cloud.holds()
  await types(page, '粤B12345')
  await seen(page, '正在查询停车费')
  free()
  await seen(page, '应付')
})

// ---- the lane

test('in the lane: the fee without a tap, the sheet with one, the gate after it', async () => {
  const page = await phones.scans(paying)
  await seen(page, '15')
  await payButton(page).click()
  await page.waitForFunction(() => window.sheets.length === 1)
  const sheet = anOrder().sheet
  assert.deepEqual(await page.evaluate(() => window.sheets[0]), sheet.kind === 'wechatpay-jsapi' && sheet.params)
  assert.deepEqual(phones.cloud.lastAsked('pay'), { quote: '7001' })
  await endSheet(page, 'ok')
  await seen(page, '正在确认支付结果')
  phones.cloud.nowTells({ payment: () => paid({ gate: 'sent' }) })
  await seen(page, '正在抬杆')
  phones.cloud.nowTells({ payment: () => paid({ gate: 'opened' }) })
  await seen(page, '道闸已打开')
})
test('Alipay is asked by its trade number', async () => {
  const story = { ...paying, pay: () => anOrder({ sheet: { kind: 'alipay-trade', tradeNo: '2026031422001' } }) }
  const page = await phones.scans(story, { wallet: 'alipay' })
  await payButton(page).click()
  await page.waitForFunction(() => window.sheets.length === 1)
  assert.deepEqual(await page.evaluate(() => window.sheets[0]), { tradeNO: '2026031422001' })
  phones.cloud.nowTells({ payment: () => paid({ gate: 'opened' }) })
  await endSheet(page, '9000')
  await seen(page, '道闸已打开')
})
for (const [code, says] of [
  ['6001', '您取消了支付'],
  ['4000', '支付没有成功'],
  ['6002', '正在确认支付结果'],
  ['8000', '正在确认支付结果'],
] as const)
  test(`Alipay's ${code}: ${says}`, async () => {
    const story = { ...paying, pay: () => anOrder({ sheet: { kind: 'alipay-trade', tradeNo: '1' } }) }
    const page = await phones.scans(story, { wallet: 'alipay' })
    await payButton(page).click()
    await endSheet(page, code)
    await seen(page, says)
    // Said at once, and the question is on its way.
    await until('the cloud is asked what became of it', () => phones.cloud.timesAsked('payment') > 0)
  })
test('a bridge that comes late is waited for', async () => {
  const page = await phones.scans(paying, { wallet: 'none' })
  await payButton(page).click()
  await seen(page, '请在弹出的窗口中完成支付')
  await page.evaluate(() => {
    window.sheets = []
    window.WeixinJSBridge = { invoke: (_, params) => window.sheets.push(params) }
    document.dispatchEvent(new Event('WeixinJSBridgeReady'))
  })
  await page.waitForFunction(() => window.sheets.length === 1)
})
test('where there is no bridge the page says so and the fee stays', async () => {
  const page = await phones.scans(paying, { wallet: 'none' })
  await payButton(page).click()
  await seen(page, '支付窗口没有打开')
  assert.equal(await payButton(page).isVisible(), true)
})
test('a wallet with a page of its own is gone to; back from it the server is asked', async () => {
  const page = await phones.scans({ ...paying, pay: () => anOrder({ sheet: { kind: 'redirect', url: '/p/WALLET' } }) })
  await payButton(page).click()
  await page.waitForURL('**/p/WALLET')
  phones.cloud.nowTells({ payment: () => paid({ gate: 'opened' }) })
  await page.goBack()
  await seen(page, '道闸已打开')
})
test('an empty lane: as soon as a vehicle stands there its fee is shown', async () => {
  const page = await phones.scans({ ...exit, quote: () => new No('lane-empty') })
  await seen(page, '车道上没有车')
  phones.cloud.nowTells({ quote: () => aQuote() })
  await seen(page, '应付')
})
test('a vehicle that changes under the page: its plate is shown with a warning, and only its quote can be paid', async () => {
  const page = await phones.scans({
    ...paying,
    quote: ({ nth }) => aQuote(nth === 1 ? {} : { plate: '京A88888', quote: '7002' }),
    pay: ({ quote }) => (quote === '7001' ? new No('vehicle-changed') : anOrder()),
  })
  await payButton(page).click()
  await seen(page, '车道上换了一辆车')
  await seen(page, '京A')
  await payButton(page).click()
  await page.waitForFunction(() => window.sheets.length === 1)
  assert.deepEqual(phones.cloud.lastAsked('pay'), { quote: '7002' })
})

// ---- never twice

test('two quick taps are one order and one sheet', async () => {
  const page = await phones.scans(paying)
  await seen(page, '应付')
  const free = phones.cloud.holds()
  await page.evaluate(() => {
    const pay = document.querySelector<HTMLButtonElement>('.bar.reach button')!
    for (let tap = 0; tap < 5; tap++) pay.click()
  })
  await seen(page, '正在打开支付')
  await payButton(page).click({ force: true })
  free()
  await page.waitForFunction(() => window.sheets.length === 1)
  assert.equal(phones.cloud.timesAsked('pay'), 1)
})
test('a cancelled sheet: the same quote is paid again, so it is the same order', async () => {
  const page = await phones.scans(paying)
  await payButton(page).click()
  await endSheet(page, 'cancel')
  await seen(page, '您取消了支付')
  await payButton(page).click()
  await page.waitForFunction(() => window.sheets.length === 2)
  assert.deepEqual(phones.cloud.lastAsked('pay'), { quote: '7001' })
})
test('an unclear answer of the channel: the fee stays, and the next tap is for the same quote', async () => {
  const page = await phones.scans({ ...paying, pay: ({ nth }) => (nth === 1 ? new No('channel-unclear') : anOrder()) })
  await payButton(page).click()
  await seen(page, '再点一次会继续同一笔订单')
  await payButton(page).click()
  await page.waitForFunction(() => window.sheets.length === 1)
  assert.deepEqual(phones.cloud.lastAsked('pay'), { quote: '7001' })
})
test('loaded anew with the sheet up and paid meanwhile: the payment is found again', async () => {
  const page = await phones.scans(paying)
  await payButton(page).click()
  await page.waitForFunction(() => window.sheets.length === 1)
  phones.cloud.nowTells({ payment: () => paid({ gate: 'opened' }) })
  await page.reload()
  await seen(page, '道闸已打开')
  assert.equal(phones.cloud.timesAsked('pay'), 1)
})
test('loaded anew and not paid: the driver goes on with the same order, which can be tapped once', async () => {
  const page = await phones.scans(paying)
  await payButton(page).click()
  await page.waitForFunction(() => window.sheets.length === 1)
  await page.reload()
  await seen(page, '您有一笔未完成的支付')
  const asked = phones.cloud.timesAsked('quote')
  await page.evaluate(() => {
    const pay = document.querySelector<HTMLButtonElement>('.bar.reach button')!
    for (let tap = 0; tap < 5; tap++) pay.click()
  })
  await page.waitForFunction(() => window.sheets.length === 1)
  assert.equal(phones.cloud.timesAsked('pay'), 2)
  assert.deepEqual(phones.cloud.lastAsked('pay'), { quote: '7001' })
  assert.equal(phones.cloud.timesAsked('quote'), asked, 'no other quote, so no other order')
})
test('loaded anew while the answer to "pay" was on its way: the next tap gets the answer of the same quote', async () => {
  // The server answers the same fee with the same quote here; the real one closes the earlier order before it opens another.
  const page = await phones.scans(paying)
  await seen(page, '应付')
  const free = phones.cloud.holds()
  await payButton(page).click()
  await seen(page, '正在打开支付')
  free()
  await page.reload()
  await payButton(page)
    .or(button(page, zhCn.pay.resume('15.50')))
    .first()
    .click()
  await page.waitForFunction(() => window.sheets.length === 1)
  assert.deepEqual(phones.cloud.lastAsked('pay'), { quote: '7001' })
})
test('two tabs of one phone are one order: the second takes it up again, and both see it paid', async () => {
  const page = await phones.scans(paying)
  await payButton(page).click()
  await page.waitForFunction(() => window.sheets.length === 1)
  const second = await page.context().newPage()
  await second.goto(phones.url)
  await seen(second, '您有一笔未完成的支付')
  phones.cloud.nowTells({ payment: () => paid({ gate: 'opened' }) })
  await endSheet(page, 'ok')
  for (const tab of [page, second]) await seen(tab, '道闸已打开')
  assert.equal(phones.cloud.timesAsked('pay'), 1)
})
test('an order that ran out unpaid ends in the fee of now', async () => {
  const page = await phones.scans({ ...paying, payment: ({ nth }) => aPayment(nth < 3 ? {} : { state: 'closed' }) })
  await payButton(page).click()
  phones.cloud.nowTells({ quote: () => aQuote({ owedFen: 2075, quote: '7002' }) })
  await endSheet(page, 'ok')
  await seen(page, '上一笔订单已关闭')
  await seen(page, '20')
})

// ---- the gate stays shut

test('paid and the gate silent: open again, call for help, see it open', async () => {
  const page = await phones.scans({ ...paying, payment: () => paid({ gate: 'silent' }) })
  await payButton(page).click()
  await endSheet(page, 'ok')
  await seen(page, '已付清，但道闸没有应答')
  assert.equal(await page.getByRole('link', { name: /0755/ }).getAttribute('href'), 'tel:075586123456')
  await button(page, '请工作人员来帮忙').click()
  await seen(page, '已通知工作人员')
  assert.equal(phones.cloud.timesAsked('help'), 1)
  const asked = phones.cloud.timesAsked('quote')
  phones.cloud.nowTells({ quote: () => nothingOwed({ state: 'already-paid', gate: 'opened' }) })
  await button(page, '再试一次抬杆').click()
  await seen(page, '道闸已打开')
  assert.equal(phones.cloud.timesAsked('quote'), asked + 1)
  assert.equal(phones.cloud.timesAsked('pay'), 1)
})

// ---- inside the lot

test('a plate is typed with the keyboard on the page, and stands there the next time', async () => {
  const page = await phones.scans({ ...prepay, quote: () => aQuote({ plate: '粤BD12345' }) })
  for (const key of '粤BD12345') await page.locator('.keyboard button', { hasText: new RegExp(`^${key}$`) }).click()
  await button(page, '查询停车费').click()
  await seen(page, '应付')
  assert.deepEqual(phones.cloud.lastAsked('quote'), { plate: '粤BD12345' })
  await page.reload()
  await seen(page, '输入车牌号')
  assert.equal(await page.locator('.field input').inputValue(), '粤BD12345')
  assert.equal(await page.locator('.keyboard').count(), 0, 'nothing to type, nothing in the way')
  await button(page, '查询停车费').click()
  await seen(page, '应付')
})
test('a wrong place is tapped and corrected', async () => {
  const page = await phones.scans(prepay)
  await page.locator('.field input').fill('粤B12345')
  const box = (await page.locator('.field').boundingBox())!
  await page.mouse.click(box.x + (box.width / 8) * 3.5, box.y + box.height / 2)
  await page.locator('.keyboard button', { hasText: /^9$/ }).click()
  assert.equal(await page.locator('.field input').inputValue(), '粤B19345')
})
test('a hardware keyboard works as well, with Enter at the end', async () => {
  const page = await phones.scans(prepay)
  await page.locator('.field input').focus()
  await page.keyboard.insertText('粤')
  await page.keyboard.type('b i12345')
  assert.equal(await page.locator('.field input').inputValue(), '粤B12345')
  await page.keyboard.press('Enter')
  await seen(page, '应付')
})
test('half a plate cannot be asked about', async () => {
  const page = await phones.scans(prepay)
  await page.locator('.field input').fill('粤B123')
  await button(page, '查询停车费').click({ force: true })
  await page.locator('.field input').press('Enter')
  await page.locator('.field input').fill('粤B12345')
  await button(page, '查询停车费').click()
  await seen(page, '应付')
  assert.equal(phones.cloud.timesAsked('quote'), 1)
})
test('the pass of a car without plate is one tap', async () => {
  const page = await phones.scans({
    code: () => aCode({ kind: 'prepay', pass: '3KM7W9X' }),
    quote: () => aQuote({ plate: '3KM7W9X', pass: true }),
  })
  await button(page, '查询这辆车').click()
  await seen(page, '应付')
  assert.deepEqual(phones.cloud.lastAsked('quote'), { plate: '3KM7W9X' })
})
test('an unknown plate: three reasons, the telephone, and the plate there to be corrected', async () => {
  const page = await phones.scans({ ...prepay, quote: () => new No('no-session') })
  await types(page, '粤B12345')
  await seen(page, '没有找到这辆车')
  assert.equal(await page.locator('.reasons li').count(), 3)
  assert.equal(await page.locator('.field input').inputValue(), '粤B12345')
  assert.ok(await page.getByRole('link', { name: /0755/ }).isVisible())
})
test('an unknown plate that a camera may have misread: one tap asks for the one that is inside, and nothing is asked before it', async () => {
  const page = await phones.scans({
    ...prepay,
    quote: ({ plate }) =>
      plate === '粤B1234S' ? aQuote({ plate }) : new No('no-session', null, undefined, ['粤B1234S', '粤B72345']),
  })
  await types(page, '粤B12345')
  await seen(page, '车场里有相似的车牌')
  assert.deepEqual(phones.cloud.lastAsked('quote'), { plate: '粤B12345' })
  assert.equal(await page.locator('.reasons li').count(), 3)
  await page.getByRole('button', { name: /粤B.?1234S/ }).click()
  await seen(page, '应付')
  assert.deepEqual(phones.cloud.lastAsked('quote'), { plate: '粤B1234S' })
  assert.equal(phones.cloud.timesAsked('quote'), 2)
})
test('paid inside: until when to leave, by the clock of the server, also after loading anew', async () => {
  const page = await phones.scans({ ...prepay, pay: () => anOrder(), payment: () => paid() })
  await types(page, '粤B12345')
  await payButton(page).click()
  await endSheet(page, 'ok')
  await seen(page, '请在 15:24 前离场')
  assert.match((await page.locator('.left b').textContent())!, /^1[45]:\d\d$/)
  await page.waitForFunction(() => /^14:5\d$/.test(document.querySelector('.left b')!.textContent!))
  await page.reload()
  await seen(page, '请在 15:24 前离场')
})
test('when the time to leave is over the page says so', async () => {
  const page = await phones.scans({
    ...prepay,
    quote: () => nothingOwed({ state: 'already-paid', leaveBy: now + 1_000 }),
  })
  await types(page, '粤B12345')
  await seen(page, '离场时间已过')
})

test('and on the page of a payment made inside, asking again is one tap, with the plate standing there', async () => {
  const page = await phones.scans({
    ...prepay,
    pay: () => anOrder(),
    payment: () => paid({ leaveBy: now + 1_000 }),
  })
  await types(page, '粤B12345')
  await payButton(page).click()
  await endSheet(page, 'ok')
  await seen(page, '离场时间已过')
  await button(page, '重新查询').click()
  await seen(page, '输入车牌号')
  assert.equal(await page.locator('.field input').inputValue(), '粤B12345')
})

// ---- without a plate

test('a scan at the entry lets in and shows the pass; loading anew asks for no second admission, a new scan does', async () => {
  const page = await phones.scans({ code: () => aCode({ kind: 'entry' }), enter: () => anEntry() })
  await seen(page, '3KM7W9X')
  await page.reload()
  await seen(page, '3KM7W9X')
  assert.equal(phones.cloud.timesAsked('enter'), 1)
  await page.goto(`${phones.url}?scanned=again`)
  await seen(page, '3KM7W9X')
  assert.equal(phones.cloud.timesAsked('enter'), 2)
})

// ---- no line

test('without a line at the scan: said at once, tried again by itself, at once when it is back', async () => {
  const page = await phones.scans({ ...exit, quote: () => new No('lane-empty') })
  await seen(page, '车道上没有车')
  await offLine(page)
  await seen(page, '网络不通')
  phones.cloud.nowTells({ quote: () => aQuote() })
  await onLine(page)
  await seen(page, '应付')
  assert.equal(await page.getByText('网络不通').count(), 0)
})
test('a line lost at the tap on pay: said, no sheet by itself when it is back, one on the next tap', async () => {
  const page = await phones.scans(paying)
  await seen(page, '应付')
  await offLine(page)
  await payButton(page).click()
  await seen(page, '网络不通')
  await onLine(page)
  await page.getByText('网络不通').waitFor({ state: 'detached' })
  assert.equal(await page.evaluate(() => window.sheets.length), 0)
  await payButton(page).click()
  await page.waitForFunction(() => window.sheets.length === 1)
})
test('a line lost while the payment is confirmed: the page waits, and goes on', async () => {
  const page = await phones.scans(paying)
  await payButton(page).click()
  await endSheet(page, 'ok')
  await offLine(page)
  await seen(page, '网络不通')
  phones.cloud.nowTells({ payment: () => paid({ gate: 'opened' }) })
  await onLine(page)
  await seen(page, '道闸已打开')
})
test('an answer that is not ours, from something in between, is no answer', async () => {
  const page = await phones.scans(exit)
  await seen(page, '应付')
  await page.route('**/quote', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad' }))
  await page.reload()
  await seen(page, '网络不通')
  await page.unroute('**/quote')
  await button(page, '再试一次').click()
  await seen(page, '应付')
})

// ---- the lot's own line

test('the line to the lot is cut under an open page: said before anybody pays, and taken back with the line', async () => {
  const page = await phones.scans(paying)
  await seen(page, '应付')
  assert.equal(await page.getByText('车场网络暂时不通').count(), 0)
  phones.cloud.nowTells({ lot: () => ({ now, lotOnline: false }) })
  await seen(page, '付款后道闸可能收不到')
  await page.getByRole('status').getByText('付款后道闸可能收不到').waitFor({ state: 'attached' })
  const asked = phones.cloud.timesAsked('quote')
  phones.cloud.nowTells({ lot: () => ({ now, lotOnline: true }) })
  await page.locator('main').getByText('车场网络暂时不通').waitFor({ state: 'detached' })
  assert.equal(phones.cloud.timesAsked('quote'), asked, 'to look costs the lot nothing')
})
test('cut between the last look and the tap: no sheet, the driver is told, and the next tap pays the same quote', async () => {
  const page = await phones.scans({ ...paying, pay: () => anOrder({ lotOnline: false }) })
  await payButton(page).click()
  await seen(page, '没有扣款。车场网络暂时不通')
  assert.equal(await page.evaluate(() => window.sheets.length), 0)
  await payButton(page).click()
  await page.waitForFunction(() => window.sheets.length === 1)
  assert.deepEqual(phones.cloud.lastAsked('pay'), { quote: '7001' })
})
test('paid inside while the lot is away: it has not heard, whom to show it to, no second payment; until it has', async () => {
  const page = await phones.scans({
    ...prepay,
    pay: () => anOrder(),
    payment: () => paid({ lotOnline: false, lotTold: false }),
  })
  await types(page, '粤B12345')
  await payButton(page).click()
  await endSheet(page, 'ok')
  await seen(page, '还没有收到这笔付款')
  assert.equal(await payButton(page).count(), 0)
  assert.ok(await page.getByRole('link', { name: /0755/ }).isVisible())
  phones.cloud.nowTells({ payment: () => paid() })
  await page.locator('main').getByText('还没有收到这笔付款').waitFor({ state: 'detached' })
  await seen(page, '请在 15:24 前离场')
})

// ---- everybody

test('a driver the wallet has not named goes to be named', async () => {
  const page = await phones.scans({ code: () => aCode({ identified: false, identifyUrl: '/p/WHO' }) })
  await page.waitForURL('**/p/WHO')
})
test('and after coming back without a name is asked first', async () => {
  const story = { code: () => aCode({ identified: false, identifyUrl: '/p/WHO' }) }
  const page = await phones.scans(story, { url: `${phones.url}?anonymous=1` })
  await seen(page, '没有确认到您的身份')
  await button(page, '再试一次').click()
  await page.waitForURL('**/p/WHO')
})
test('English is one tap away, complete, and remembered', async () => {
  const page = await phones.scans(exit)
  await seen(page, '应付')
  await page.locator('button.language').click()
  await seen(page, 'First hour ¥5.00')
  assert.doesNotMatch((await page.locator('main').textContent())!.replaceAll('粤', ''), /\p{Script=Han}/u)
  await page.reload()
  await seen(page, 'To pay')
  assert.equal(await page.title(), 'Parking payment')
})
test('the fee is heard, and paid, without seeing or touching the screen', async () => {
  const page = await phones.scans(paying)
  await page.getByRole('status').getByText('粤B12345 应付 ¥15.50').waitFor({ state: 'attached' })
  await page.keyboard.press('Tab') // a new screen begins at its top
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), '支付 ¥15.50')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => window.sheets.length === 1)
  await page.getByRole('status').getByText('请在弹出的窗口中完成支付').waitFor({ state: 'attached' })
})
test('every code the API can answer with has its own words on the page', async () => {
  const page = await phones.scans(exit)
  for (const code of Object.keys(driverErrorCodes) as DriverErrorCode[]) {
    phones.cloud.tells({ code: () => new No(code) })
    await page.goto(phones.url)
    await seen(page, zhCn.problems[code].title)
    await seen(page, zhCn.problems[code].todo)
  }
})
test('the end shows the number that staff can find the payment by', async () => {
  const page = await phones.scans({ ...paying, payment: () => paid({ gate: 'opened' }) })
  await payButton(page).click()
  await endSheet(page, 'ok')
  await seen(page, payment)
})

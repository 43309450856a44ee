import assert from 'node:assert/strict'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import chromium from '@sparticuz/chromium'
import axe from 'axe-core'
import { type Browser, chromium as playwright } from 'playwright-core'
import { callParams, newNumber, post, saidIn, signByHand } from './fixtures.ts'
import { type AlipaySimulator, alipayBridgeScript, alipayUserAgent, startAlipaySimulator } from './simulator.ts'

/* A page in a real browser that takes itself to be inside Alipay. */

// Written as the document asks of pages: wait for the bridge when it is not there yet (alipay.md 6).
const payPage = `<!doctype html><meta charset="utf-8"><style>div, button { display: none !important }</style><script>
  window.early = typeof window.AlipayJSBridge
  const ready = new Promise((go) => window.AlipayJSBridge ? go() : document.addEventListener('AlipayJSBridgeReady', go))
  window.pay = (tradeNO) => ready.then(() => new Promise((tell) => AlipayJSBridge.call('tradePay', { tradeNO }, (said) => tell(said.resultCode))))
</script>`

let simulator: AlipaySimulator
let browser: Browser
let site: http.Server
const clock = new SimulatedClock()

before(async () => {
  simulator = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false })
  site = http.createServer((_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(payPage))
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args,
    headless: true,
  })
})
after(async () => {
  await browser?.close()
  site.closeAllConnections()
  site.close()
  await simulator.close()
})

const trade = async (changes: object = {}) => {
  const biz = {
    out_trade_no: newNumber(),
    total_amount: '8.50',
    subject: '停车费 阳光花园',
    buyer_id: simulator.control.identityOf('driver-1'),
    ...changes,
  }
  const params = callParams(simulator.settings, 'alipay.trade.create', biz, clock.now())
  const { text } = await post(simulator.settings, { ...params, sign: signByHand(simulator.settings, params) })
  return { tradeNo: saidIn(text).trade_no ?? '', outTradeNo: biz.out_trade_no }
}
const phone = async (user = 'driver-1') => {
  const context = await browser.newContext({ userAgent: alipayUserAgent, viewport: { width: 390, height: 844 } })
  context.setDefaultTimeout(15_000)
  await context.addInitScript(alipayBridgeScript({ walletUrl: simulator.url, user }))
  const page = await context.newPage()
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`)
  const pay = (tradeNo: string) =>
    page.evaluate((no) => (globalThis as unknown as { pay(no: string): Promise<string> }).pay(no), tradeNo)
  return { page, pay }
}

describe('tradePay', () => {
  beforeEach(() => simulator.control.clearFaults())

  test('the bridge comes with the page, not before it; the page is inside Alipay', async () => {
    const { page } = await phone()
    assert.equal(await page.evaluate('window.early'), 'undefined')
    assert.equal(await page.evaluate('typeof AlipayJSBridge.call'), 'function')
    assert.match(await page.evaluate('navigator.userAgent'), /AlipayClient\//)
  })

  test('the sheet shows seller and amount; paying and leaving it gives 9000', async () => {
    const { tradeNo, outTradeNo } = await trade()
    const { page, pay } = await phone()
    const outcome = pay(tradeNo)
    await page.getByTestId('wallet-pay').click()
    assert.equal(await page.getByText('¥8.50').isVisible(), true, 'whatever the page does to its own elements')
    await page.getByTestId('wallet-done').click()
    assert.equal(await outcome, '9000')
    assert.equal(simulator.control.trade(outTradeNo).status, 'TRADE_SUCCESS')
    assert.equal(await page.getByTestId('wallet-sheet').count(), 0)
  })

  test('the sheet can be read and used by everybody', async () => {
    const { tradeNo } = await trade()
    const { page, pay } = await phone()
    const outcome = pay(tradeNo)
    await page.getByTestId('wallet-pay').waitFor()
    const faults = async () => {
      await page.evaluate(axe.source)
      type Found = Record<'violations' | 'passes', { id: string }[]>
      const { violations, passes } = await page.evaluate<Found>('axe.run("[data-testid=wallet-sheet]")')
      assert.ok(
        passes.some(({ id }) => id === 'aria-dialog-name'),
        'it looked inside',
      )
      return violations.map(({ id }) => id)
    }
    assert.deepEqual(await faults(), [])
    await page.keyboard.press('Enter')
    await page.getByText('支付成功').waitFor()
    assert.deepEqual(await faults(), [])
    await page.keyboard.press('Enter')
    assert.equal(await outcome, '9000', 'with nothing but the keyboard')
  })

  test('closing the sheet gives 6001 and the trade stays open', async () => {
    const { tradeNo, outTradeNo } = await trade()
    const { page, pay } = await phone()
    const outcome = pay(tradeNo)
    await page.getByTestId('wallet-cancel').click()
    assert.equal(await outcome, '6001')
    assert.equal(simulator.control.trade(outTradeNo).status, 'WAIT_BUYER_PAY')
  })

  test('somebody else gets told so, and 4000', async () => {
    const { tradeNo } = await trade()
    const { page, pay } = await phone('driver-2')
    const outcome = pay(tradeNo)
    await page.getByTestId('wallet-pay').click()
    await page.getByText('您不是该笔交易的付款人').waitFor()
    await page.getByTestId('wallet-done').click()
    assert.equal(await outcome, '4000')
  })

  test('a frozen card gives 4000, and the driver may try again', async () => {
    const { tradeNo, outTradeNo } = await trade()
    const { page, pay } = await phone()
    const failed = pay(tradeNo)
    await page.getByTestId('wallet-purse').click()
    await page.getByText('已冻结的银行卡').waitFor()
    await page.getByTestId('wallet-pay').click()
    await page.getByText('银行卡已冻结，付款失败').waitFor()
    await page.getByTestId('wallet-done').click()
    assert.equal(await failed, '4000')
    assert.equal(simulator.control.trade(outTradeNo).status, 'WAIT_BUYER_PAY')
    const again = pay(tradeNo)
    await page.getByTestId('wallet-pay').click()
    await page.getByTestId('wallet-done').click()
    assert.equal(await again, '9000')
  })

  test('an outcome nobody knows gives 6004', async () => {
    const { tradeNo } = await trade()
    simulator.control.fault({ kind: 'error-after-pay', times: 1 })
    const { page, pay } = await phone()
    const outcome = pay(tradeNo)
    await page.getByTestId('wallet-pay').click()
    await page.getByText('支付结果确认中').waitFor()
    await page.getByTestId('wallet-done').click()
    assert.equal(await outcome, '6004')
  })

  test('our own number instead of theirs gives 4000; a second sheet over the first 5000', async () => {
    const { tradeNo, outTradeNo } = await trade()
    const { page, pay } = await phone()
    assert.equal(await pay(outTradeNo), '4000')
    const first = pay(tradeNo)
    await page.getByTestId('wallet-pay').waitFor()
    assert.equal(await pay(tradeNo), '5000')
    await page.getByTestId('wallet-cancel').click()
    await first
  })

  test('closeWebview leaves the page', async () => {
    const { page } = await phone()
    await page.evaluate("AlipayJSBridge.call('closeWebview')")
    await page.getByTestId('wallet-closed').waitFor({ state: 'attached' })
  })
})

test('the cashier of an ordinary browser: confirm, done, back to the return_url', async () => {
  const back = `http://127.0.0.1:${(site.address() as AddressInfo).port}/done`
  const biz = {
    out_trade_no: newNumber(),
    total_amount: '8.00',
    subject: '停车费',
    product_code: 'QUICK_WAP_WAY',
    quit_url: `${back}/quit`,
  }
  const params = { ...callParams(simulator.settings, 'alipay.trade.wap.pay', biz, clock.now()), return_url: back }
  const url = `${simulator.settings.gateway}?${new URLSearchParams({ ...params, sign: signByHand(simulator.settings, params) })}`
  const page = await browser.newPage()
  await page.goto(url)
  await page.getByTestId('wallet-cancel').click()
  await page.waitForURL(`${back}/quit`)
  await page.goto(url)
  await page.getByTestId('wallet-purse').click()
  await page.getByTestId('wallet-pay').click()
  await page.getByText('银行卡已冻结').waitFor()
  await page.goto(url)
  await page.getByTestId('wallet-pay').click()
  await page.getByTestId('wallet-done').click()
  await page.waitForURL((at) => at.pathname === '/done' && at.searchParams.get('out_trade_no') === biz.out_trade_no)
  assert.equal(simulator.control.trade(biz.out_trade_no).status, 'TRADE_SUCCESS')
})

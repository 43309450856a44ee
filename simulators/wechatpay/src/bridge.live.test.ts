import assert from 'node:assert/strict'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import chromium from '@sparticuz/chromium'
import axe from 'axe-core'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { callsOf, newNumber, pageParams } from './fixtures.ts'
import { startWechatPaySimulator, type WechatPaySimulator, weixinBridgeScript, weixinUserAgent } from './simulator.ts'

/* A page in a real browser that takes itself to be inside WeChat. */

// Written as the document asks of pages: wait for the bridge when it is not there yet (wechat-pay.md 7.1).
const payPage = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>停车缴费</title>
<style>div, button { display: none !important }</style><main><h1>停车缴费</h1></main><script>
  window.early = typeof window.WeixinJSBridge
  const ready = new Promise((go) => window.WeixinJSBridge ? go() : document.addEventListener('WeixinJSBridgeReady', go))
  window.pay = (params) => ready.then(() => new Promise((tell) =>
    WeixinJSBridge.invoke('getBrandWCPayRequest', params, (said) => tell(said.err_msg))))
  window.take = (params) => ready.then(() => new Promise((tell) =>
    WeixinJSBridge.invoke('requestMerchantTransfer', params, (said) => tell(said.err_msg))))
</script>`
// Nothing of the wallet's may depend on what the page allows itself.
const policy = "default-src 'none'; style-src 'sha256-none'; script-src 'unsafe-inline'; connect-src *"

let simulator: WechatPaySimulator
let browser: Browser
let site: http.Server
const clock = new SimulatedClock()

before(async () => {
  simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
  site = http.createServer((_, response) => {
    const headers = { 'content-type': 'text/html', 'content-security-policy': policy }
    response.writeHead(200, headers).end(payPage)
  })
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

const ordered = async () => {
  const number = newNumber()
  const { body } = await callsOf(simulator, clock).create({ out_trade_no: number })
  return { number, params: pageParams(simulator.settings, String(body.prepay_id), clock.now()) }
}
const phone = async (user = 'driver-1') => {
  const context = await browser.newContext({ userAgent: weixinUserAgent, viewport: { width: 390, height: 844 } })
  context.setDefaultTimeout(15_000)
  await context.addInitScript(weixinBridgeScript({ walletUrl: simulator.url, user }))
  const page = await context.newPage()
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`)
  const pay = (params: object) =>
    page.evaluate((told) => (globalThis as unknown as { pay(told: object): Promise<string> }).pay(told), params)
  const take = (params: object) =>
    page.evaluate((told) => (globalThis as unknown as { take(told: object): Promise<string> }).take(told), params)
  return { page, pay, take }
}
const axeFaults = async (page: Page) => {
  await page.evaluate(axe.source)
  type Found = Record<'violations' | 'passes', { id: string }[]>
  const { violations, passes } = await page.evaluate<Found>('axe.run("[data-testid=wallet-sheet]")')
  assert.ok(
    passes.some(({ id }) => id === 'aria-dialog-name'),
    'it looked inside',
  )
  return violations.map(({ id }) => id)
}
const said = (result: 'ok' | 'cancel' | 'fail') => `get_brand_wcpay_request:${result}`

describe('getBrandWCPayRequest', () => {
  beforeEach(() => simulator.control.clearFaults())

  test('the bridge comes with the page, not before it; the page is inside WeChat', async () => {
    const { page } = await phone()
    assert.equal(await page.evaluate('window.early'), 'undefined')
    assert.equal(await page.evaluate('typeof WeixinJSBridge.invoke'), 'function')
    assert.match(await page.evaluate('navigator.userAgent'), /MicroMessenger\/8\./)
  })

  test('the sheet shows merchant and amount; paying and leaving it gives ok', async () => {
    const { number, params } = await ordered()
    const { page, pay } = await phone()
    const outcome = pay(params)
    await page.getByTestId('wallet-pay').waitFor()
    for (const text of ['¥10.00', '停车费 阳光花园 粤B·1**45', `停车场商户 ${simulator.settings.mchid.slice(-4)}`])
      assert.equal(await page.getByText(text).isVisible(), true, 'whatever the page does to its own elements')
    await page.getByTestId('wallet-pay').click()
    await page.getByTestId('wallet-done').click()
    assert.equal(await outcome, said('ok'))
    assert.equal(simulator.control.order(number).state, 'SUCCESS')
    assert.equal(await page.getByTestId('wallet-sheet').count(), 0)
  })

  test('the sheet can be read and used by everybody', async () => {
    const { params } = await ordered()
    const { page, pay } = await phone()
    const outcome = pay(params)
    await page.getByTestId('wallet-pay').waitFor()
    assert.deepEqual(await axeFaults(page), [])
    await page.keyboard.press('Enter')
    await page.getByText('支付成功').waitFor()
    assert.deepEqual(await axeFaults(page), [])
    await page.keyboard.press('Enter')
    assert.equal(await outcome, said('ok'), 'with nothing but the keyboard')
  })

  test('closing the sheet gives cancel and the order stays open', async () => {
    const { number, params } = await ordered()
    const { page, pay } = await phone()
    const outcome = pay(params)
    await page.getByTestId('wallet-cancel').click()
    assert.equal(await outcome, said('cancel'))
    assert.equal(simulator.control.order(number).state, 'NOTPAY')
  })

  test('a frozen card gives fail, and the driver may try again', async () => {
    const { number, params } = await ordered()
    const { page, pay } = await phone()
    const failed = pay(params)
    await page.getByTestId('wallet-purse').click()
    await page.getByText('已冻结的银行卡').waitFor()
    await page.getByTestId('wallet-pay').click()
    await page.getByText('银行卡已冻结，支付失败').waitFor()
    await page.getByTestId('wallet-done').click()
    assert.equal(await failed, said('fail'))
    assert.equal(simulator.control.order(number).state, 'NOTPAY')
    const again = pay(params)
    await page.getByTestId('wallet-pay').click()
    await page.getByTestId('wallet-done').click()
    assert.equal(await again, said('ok'))
  })

  test('somebody else is told so, and fail', async () => {
    const { params } = await ordered()
    const { page, pay } = await phone('driver-2')
    const outcome = pay(params)
    await page.getByTestId('wallet-pay').click()
    await page.getByText('下单账号与支付账号不一致').waitFor()
    await page.getByTestId('wallet-cancel').click()
    assert.equal(await outcome, said('fail'), 'closing the sheet afterwards does not make it a cancel')
  })

  test('money taken and fail said: the page cannot know', async () => {
    const { number, params } = await ordered()
    simulator.control.fault({ kind: 'error-after-pay', times: 1 })
    const { page, pay } = await phone()
    const outcome = pay(params)
    await page.getByTestId('wallet-pay').click()
    await page.getByTestId('wallet-done').click()
    assert.equal(await outcome, said('fail'))
    assert.equal(simulator.control.order(number).state, 'SUCCESS')
  })

  test('a line that breaks while paying: fail', async () => {
    const { params } = await ordered()
    const { page, pay } = await phone()
    const outcome = pay(params)
    await page.getByTestId('wallet-pay').waitFor()
    await page.context().setOffline(true)
    await page.getByTestId('wallet-pay').click()
    await page.getByText('网络异常').waitFor()
    await page.getByTestId('wallet-done').click()
    assert.equal(await outcome, said('fail'))
  })

  const badParams: [what: string, change: (params: Record<string, string>) => object][] = [
    ['no package', ({ package: _, ...rest }) => rest],
    ['the bare prepay_id as package', (params) => ({ ...params, package: params.package!.slice(10) })],
    ['a prepay_id nobody has', (params) => ({ ...params, package: 'prepay_id=wx1' })],
  ]
  for (const [what, change] of badParams)
    test(`${what}: fail, and no sheet stays`, async () => {
      const { params } = await ordered()
      const { page, pay } = await phone()
      assert.equal(await pay(change(params)), said('fail'))
      assert.equal(await page.getByTestId('wallet-sheet').count(), 0)
    })

  test('a second sheet over the first gives fail; the first goes on', async () => {
    const { params } = await ordered()
    const { page, pay } = await phone()
    const first = pay(params)
    await page.getByTestId('wallet-pay').waitFor()
    assert.equal(await pay(params), said('fail'))
    await page.getByTestId('wallet-cancel').click()
    assert.equal(await first, said('cancel'))
  })

  test('closeWindow leaves the page; what the bridge cannot do it says', async () => {
    const { page } = await phone()
    const unknown = "new Promise((tell) => WeixinJSBridge.invoke('openLocation', {}, (said) => tell(said.err_msg)))"
    assert.equal(await page.evaluate(unknown), 'openLocation:fail_no permission')
    await page.evaluate("WeixinJSBridge.call('closeWindow')")
    await page.getByTestId('wallet-closed').waitFor({ state: 'attached' })
  })
})

describe('requestMerchantTransfer', () => {
  beforeEach(() => simulator.control.clearFaults())

  const told = (result: 'ok' | 'cancel' | 'fail') => `requestMerchantTransfer:${result}`
  /** Money that waits for the driver, and what the page hands to the wallet. */
  const given = async () => {
    const { number: earned } = await ordered()
    simulator.control.pay(earned)
    simulator.control.fault({ kind: 'transfer-at-once', times: 1 })
    const { mchid: mchId, appid: appId } = simulator.settings
    const number = newNumber()
    const { body, text } = await callsOf(simulator, clock).post('/v3/fund-app/mch-transfer/transfer-bills', {
      appid: appId,
      out_bill_no: number,
      transfer_scene_id: '1011',
      openid: simulator.control.openidOf('driver-1'),
      transfer_amount: 350,
      transfer_remark: '停车找零 阳光花园',
      transfer_scene_report_infos: [{ info_type: '赔付原因', info_content: '停车找零' }],
    })
    assert.ok(body.package_info, text)
    const stateOf = () =>
      simulator.control.transfers().find(({ transferNumber }) => transferNumber === number)?.step.state
    return { params: { mchId, appId, package: String(body.package_info) }, stateOf }
  }

  test('the sheet shows who gives how much; taking it, with nothing but the keyboard, gives ok', async () => {
    const { params, stateOf } = await given()
    const { page, take } = await phone()
    const outcome = take(params)
    await page.getByTestId('wallet-take').waitFor()
    for (const text of ['¥3.50', '停车找零 阳光花园', `停车场商户 ${simulator.settings.mchid.slice(-4)}`])
      assert.equal(await page.getByText(text).isVisible(), true)
    assert.deepEqual(await axeFaults(page), [])
    await page.keyboard.press('Enter')
    await page.getByText('收款成功').waitFor()
    assert.deepEqual(await axeFaults(page), [])
    await page.keyboard.press('Enter')
    assert.equal(await outcome, told('ok'))
    assert.equal(stateOf(), 'SUCCESS')
    assert.equal(await page.getByTestId('wallet-sheet').count(), 0)
  })

  test('closing it gives cancel, and it can be taken later', async () => {
    const { params, stateOf } = await given()
    const { page, take } = await phone()
    const left = take(params)
    await page.getByTestId('wallet-cancel').click()
    assert.equal(await left, told('cancel'))
    assert.equal(stateOf(), 'WAIT_USER_CONFIRM')
    const again = take(params)
    await page.getByTestId('wallet-take').click()
    await page.getByTestId('wallet-done').click()
    assert.equal(await again, told('ok'))
    assert.equal(stateOf(), 'SUCCESS')
  })

  test('somebody else is told so, and fail', async () => {
    const { params, stateOf } = await given()
    const { page, take } = await phone('driver-2')
    const outcome = take(params)
    await page.getByTestId('wallet-take').click()
    await page.getByText('你的微信号与商家指定的微信号不一致').waitFor()
    await page.getByTestId('wallet-done').click()
    assert.equal(await outcome, told('fail'))
    assert.equal(stateOf(), 'WAIT_USER_CONFIRM')
  })

  const badParams: [what: string, change: (params: Record<string, string>) => object][] = [
    ['no package', ({ package: _, ...rest }) => rest],
    ['no merchant number', ({ mchId: _, ...rest }) => rest],
    ['a package nobody has', (params) => ({ ...params, package: 'x' })],
  ]
  for (const [what, change] of badParams)
    test(`${what}: fail, and no sheet stays`, async () => {
      const { params } = await given()
      const { page, take } = await phone()
      assert.equal(await take(change(params)), told('fail'))
      assert.equal(await page.getByTestId('wallet-sheet').count(), 0)
    })
})

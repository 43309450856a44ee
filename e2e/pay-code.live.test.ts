import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { hashPassword } from '@lanepay/lot-agent/page/password.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'
import { secondsPass } from './pay-code.testing.ts'

/*
 * The attendant scans the driver's wallet, on the lot's own page in a real browser, through the real agent, line, cloud and
 * channel. Screenshots are kept where SCREENSHOTS names a folder.
 */
const fiftyMinutes = 50 * 60_000
const password = 'the password of the booth'
const shots = process.env.SCREENSHOTS ?? null
let road: Road
let browser: Browser
let context: BrowserContext
let page: Page
let plates = 40_000

before(async () => {
  ;[browser, road] = await Promise.all([
    launchBrowser(),
    startRoad({ plan: { page: { host: '127.0.0.1', port: 0, password: await hashPassword(password) } } }),
  ])
  context = await browser.newContext({ viewport: { width: 390, height: 780 }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(60_000)
  page = await context.newPage()
  await page.goto(road.agent()!.pageUrl!)
  await page.getByLabel('您的姓名').fill('张师傅')
  await page.getByLabel('本页密码').fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
})
after(async () => {
  await browser.close()
  await road.close()
})
afterEach(async () => {
  road.wechatpay.control.clearFaults()
  road.alipay.control.clearFaults()
  await page.keyboard.press('Escape')
  await road.emptyLanes()
  await road.settled()
  await road.audit()
})

const shot = async (name: string) => {
  if (shots === null) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: join(shots, `${name}.png`) })
}
const exit = () => page.getByRole('region', { name: '2 号出口' })
const stateOf = async (session: string) =>
  (await road.rows<{ state: string }>('select state from session where id = $1', [session]))[0]?.state
async function standsAtTheExit() {
  const plate = `粤B${++plates}`
  const session = await road.park(plate)
  road.pass(fiftyMinutes)
  await road.toExit(plate)
  await exit().getByText(`粤B·${plates}`).first().waitFor()
  return { plate, session }
}
/** A reader types the digits and presses Enter. */
async function scan(code: string) {
  await exit().getByRole('button', { name: '扫付款码' }).click()
  await page.getByLabel('付款码', { exact: true }).fill(code)
  await page.keyboard.press('Enter')
}

for (const channel of ['wechatpay', 'alipay'] as const) {
  const simulator = () => road[channel]
  const shown = () => simulator().control.payCodeOf(`driver-${channel}`)

  describe(`${channel}: a pay code at the booth`, () => {
    test('scanned, paid, the gate opens by itself, and the car leaves', async () => {
      const { session } = await standsAtTheExit()
      await scan(shown())
      await page.getByText('已收 ¥5.00，可以放行。').waitFor()
      await road.driveOut()
      await until('it is out', async () => (await stateOf(session)) === 'left')
    })

    test('the driver is asked for the password: the gate waits for certainty, then opens', async () => {
      const { session } = await standsAtTheExit()
      simulator().control.fault({ kind: 'pay-waits-then-paid', times: 1, ms: 12_000 })
      await scan(shown())
      await page.getByText('等待车主确认，请勿重复收款……').waitFor()
      await shot(`scan-waiting-${channel}`)
      assert.equal(road.exit.state().arm, 'down')
      await secondsPass(road, 15)
      await page.getByText('已收 ¥5.00，可以放行。').waitFor()
      await road.driveOut()
      await until('it is out', async () => (await stateOf(session)) === 'left')
    })

    test('the driver never confirms: taken back, said so, and another code pays', async () => {
      await standsAtTheExit()
      simulator().control.fault({ kind: 'pay-waits', times: 1 })
      await scan(shown())
      await page.getByText('等待车主确认，请勿重复收款……').waitFor()
      await secondsPass(road, 30)
      await page.getByText('车主未在 30 秒内确认，已撤销，没有扣款。请再扫一次。').waitFor()
      await shot(`scan-reversed-${channel}`)
      await page.getByLabel('付款码', { exact: true }).fill(simulator().control.payCodeOf('driver-second'))
      await page.keyboard.press('Enter')
      await page.getByText('已收 ¥5.00，可以放行。').waitFor()
      await road.driveOut()
    })

    test('no money: said so at once', async () => {
      await standsAtTheExit()
      simulator().control.fault({ kind: 'pay-no-money', times: 1 })
      await scan(shown())
      await page.getByText('车主余额不足，请换一种付款方式。').waitFor()
      road.exit.vehicleTurnsBack()
    })
  })
}

test('what is no code of any wallet is refused before anything is made', async () => {
  const { session } = await standsAtTheExit()
  await scan('6901234567892')
  await page.getByText('只认微信和支付宝的付款码。').waitFor()
  assert.deepEqual(await road.rows('select 1 from payment where session_id = $1', [session]), [])
  road.exit.vehicleTurnsBack()
})

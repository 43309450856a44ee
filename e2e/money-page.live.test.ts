import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { hmacSha1 } from '@lanepay/cloud/staff/factor.ts'
import { parseTotpSecret, totpCode, totpStep } from '@lanepay/domain/totp.ts'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { type HouseFolder, houseFolder } from './kit/house.ts'
import { phone } from './kit/phone.ts'
import type { LanepayProcess } from './kit/process.ts'
import { faultsOf, watched } from './kit/seen.ts'
import { until } from './kit/until.ts'

/*
 * The owner of a car park at its desk, on the running street: a driver was charged too much; the stay is found by a part of the plate, its
 * quote explains the charge line by line, and a part goes back from there. Days later what is proven is withdrawn at once, and the bank sends it back.
 */
const minute = 60_000
const day = 24 * 60 * minute
/** Days close and withdraw by rounds of a minute each. */
const patience = 5 * minute

let folder: HouseFolder
let house: LanepayProcess
let browser: Browser
let page: Page
let complaints: readonly string[]
before(async () => {
  folder = await houseFolder()
  ;[house, browser] = await Promise.all([folder.start(), launchBrowser()])
  const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' })
  context.setDefaultTimeout(patience)
  page = await context.newPage()
  complaints = watched(page)
})
after(async () => {
  await browser?.close()
  await house?.end()
  folder?.remove()
})

const json = async <T>(url: string, body?: object): Promise<T> => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, body ? { method: 'POST', headers, body: JSON.stringify(body) } : {})
  assert.equal(response.status, 200, `${url}: ${response.status}`)
  return (await response.json()) as T
}
const act = (what: object) => json(`${folder.url}/street/act`, what)
const bank = (path = '') => `http://127.0.0.1:${folder.env.LANEPAY_BANK_SIMULATOR_PORT}/control${path}`
type Order = { orderNumber: string; amountFen: number; state: string }
const orders = async () => (await json<{ orders: Order[] }>(bank())).orders
const now = () =>
  Date.now() + (JSON.parse(readFileSync(join(folder.home, 'clock.json'), 'utf8')) as { aheadMs: number }).aheadMs
const to = (path: string) => page.goto(`http://localhost:${folder.env.LANEPAY_HTTP_PORT}/console${path}`)
const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
const hasNoFaults = async () => assert.deepEqual(await faultsOf(page), [])
const balance = () => page.getByRole('region', { name: '支付宝 2' })

const account = 'wang.fang'
const password = 'a long enough horse'
let recoveryCodes: string[] = []
let code: () => string
/** As days pass a sign-in ends. */
async function signsIn(): Promise<void> {
  await page.context().clearCookies()
  await to('/sign-in')
  await page.getByLabel('账号', { exact: true }).fill(account)
  await page.getByLabel('密码', { exact: true }).fill(password)
  await press('登录')
  await page.getByLabel('动态口令或恢复码').fill(recoveryCodes.pop()!)
  await press('登录')
  await page.getByRole('navigation', { name: '主菜单' }).waitFor()
}

test('an owner gives a part of a payment back, withdraws with a second factor, and sees the bank send it back', async () => {
  // Somebody opens the account; its owner sets a password by the link, and an authenticator.
  const whole = ['--role', 'owner', '--operator', '1', '--name', '王芳', '--phone', '13700001111', '--by', '李工']
  const { output } = await folder.run('staff', 'put', account, ...whole)
  await page.goto(/http\S+#\S+/.exec(output)![0])
  await page.getByLabel('新密码').fill(password)
  await page.getByLabel('再输一次').fill(password)
  await press('设置')
  await page.getByText('密码已设置').waitFor()
  await to('/account')
  await page.getByLabel('账号', { exact: true }).fill(account)
  await page.getByLabel('密码', { exact: true }).fill(password)
  await press('登录')
  await page.getByLabel('先输入密码').fill(password)
  await press('开始设置')
  const secret = parseTotpSecret((await page.locator('.lp-secret').textContent()) ?? '')
  assert.ok(secret.ok)
  code = () => totpCode(hmacSha1, secret.value, totpStep(Date.now()))
  await page.getByLabel('它现在显示的 6 位口令').fill(code())
  await press('确认')
  await page.locator('.lp-codes li').nth(7).waitFor()
  recoveryCodes = await page.locator('.lp-codes li').allTextContents()

  // A driver pays by phone.
  await act({ do: 'send', plate: '粤B12345', colour: 'blue' })
  const { codes } = await json<{ codes: { kind: string; url: string; path: string }[] }>(`${folder.url}/street/layout`)
  const printed = codes.find(({ kind }) => kind === 'prepay')!
  const token = printed.path.split('/').at(-1)!
  const driver = phone({
    ...{ driver: 'lin', wallet: 'alipay', cloudUrl: `http://localhost:${folder.env.LANEPAY_HTTP_PORT}` },
    walletUrl: `http://127.0.0.1:${folder.env.LANEPAY_ALIPAY_SIMULATOR_PORT}`,
  })
  await driver.scan(printed.url)
  // Not too often: who asks for plates that are not inside must wait a minute.
  await until('the car is in', async () => (await driver.quote(token, '粤B12345')).status === 200, 120_000, 1_000)
  await act({ do: 'advance', ms: 70 * minute })
  const paying = await driver.pay(token, (await driver.quote(token, '粤B12345')).body.quote!)
  await driver.payInWallet(paying.body.sheet)
  await until('it is paid', async () => (await driver.payment(paying.body.payment)).body.state === 'paid')

  // The stay is found by a part of the plate, its charge is read line by line, and a part of it goes back, all on the page of the stay.
  await to('/sessions')
  await page.getByLabel('车牌', { exact: false }).fill('b12')
  await press('查找')
  await page.getByRole('row').filter({ hasText: '粤B·12345' }).click()
  await heading('停车 粤B·12345')
  await page.locator('summary').filter({ hasText: '应付 ¥8.00' }).first().click()
  const lines = page.getByRole('region', { name: /^查费记录 / }).locator('tbody tr')
  await lines.first().waitFor()
  const owed = await lines.locator('td:last-child .lp-money').allTextContents()
  assert.equal(
    owed.reduce((sum, text) => sum + Math.round(Number(text.replace('¥', '')) * 100), 0),
    800,
  )
  await press('退款')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('退多少（元）').fill('3')
  await dialog.getByLabel('原因').fill('入口抓拍早了一小时')
  await dialog.getByText('原路退给司机').waitFor()
  await hasNoFaults()
  await press('退回 ¥3.00')
  await page.getByText('已申请退款 ¥3.00').waitFor()
  const parts = page.getByRole('region', { name: /^支付 ¥8\.00 的退款与分润/ })
  await parts
    .getByRole('row')
    .filter({ hasText: /wang\.fang.*¥3\.00.*入口抓拍早了一小时/ })
    .waitFor()
  await until(
    'the channel has given it back',
    async () => {
      await page.reload()
      await heading('停车 粤B·12345')
      return page.getByText('部分退款').first().isVisible()
    },
    patience,
    2_000,
  )
  const story = page.getByRole('region', { name: '全部经过' })
  await story.getByRole('row').filter({ hasText: '退款完成' }).waitFor()
  await hasNoFaults()

  // The night passes; the bank refuses what goes by itself, so there is something to ask for on the day after.
  const cards = (await json<{ cards: { number: string; name: string }[] }>(bank())).cards
  const card = cards.find(({ name }) => name === '阳光物业')!
  await json(bank('/cards'), { ...card, closed: true })
  const midnight = Math.floor((now() + 8 * 60 * minute) / day) * day - 8 * 60 * minute
  await act({ do: 'advance', ms: midnight + 36 * 60 * minute - now() })
  await until('the closed day asks by itself', async () => (await orders())[0]?.state === 'failed', patience)
  await json(bank('/cards'), { ...card, closed: false })
  await json(bank('/faults'), { kind: 'pay-returned', ms: 5 * day })
  await act({ do: 'advance', ms: 13 * 60 * minute })
  await signsIn()
  // Longer ago than a second factor lasts.
  await act({ do: 'advance', ms: 15 * minute })
  const available = await until(
    'what came back is available',
    async () => {
      await to('/withdrawals')
      const text = await balance().locator('.lp-big').textContent()
      return text === '¥0.00' ? null : text
    },
    patience,
    5_000,
  )
  await hasNoFaults()
  await balance().getByRole('button', { name: '即时提现' }).click()
  await dialog.getByText('每笔手续费 ¥3.00').waitFor()
  await hasNoFaults()
  await press(`提现 ${available}`)
  await page.getByLabel('动态口令或恢复码').fill(code())
  await press('确认并继续')
  await heading('提现详情')
  const number = page.url().split('/').at(-1)!
  await page.getByText('渠道已付到银行').waitFor()
  await hasNoFaults()
  const mine = async () => (await orders()).find(({ orderNumber }) => orderNumber === number)
  const atBank = Math.round(Number(available.replace('¥', '')) * 100) - 300
  assert.equal((await mine())!.amountFen, atBank)

  // Five days later the bank sends it back, and the page says so.
  await act({ do: 'advance', ms: 5 * day + 12 * 60 * minute })
  await signsIn()
  await to(`/withdrawals/${number}`)
  await page.getByText('银行退回了这笔钱').waitFor()
  const steps = page.getByRole('region', { name: '经过' })
  await steps.getByText('银行退回', { exact: true }).waitFor()
  assert.deepEqual(await steps.locator('tbody tr td:nth-child(2) .lp-cell').allTextContents(), [
    ...['已申请', '已提交', '已到账', '银行退回'],
  ])
  assert.deepEqual(complaints, [])
  const proven = await folder.run('audit', '--all')
  assert.match(proven.output, /^[1-9]\d* invariants hold, 0 broken/m)
  assert.match((await folder.run('staff', 'check')).output, /\S/)
})

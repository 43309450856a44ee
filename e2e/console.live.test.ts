import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { type HouseFolder, houseFolder, streetOn } from './kit/house.ts'
import type { LanepayProcess } from './kit/process.ts'

/*
 * The office of the street: signed in with what `npm start` prints, while cars come and pay on the street beside it. Nothing is reached into.
 */

const patience = 120_000
let folder: HouseFolder
let house: LanepayProcess
let browser: Browser
let office: { readonly url: string; readonly password: string }

before(async () => {
  folder = await houseFolder()
  ;[house, browser] = await Promise.all([folder.start(), launchBrowser()])
  const [, url, password] = /The office: +(\S+?)\/ .*password (\S+)/.exec(house.output()) ?? []
  assert.ok(url && password, house.output())
  office = { url, password }
})
after(async () => {
  await browser?.close()
  await house?.end()
  folder?.remove()
})

const errors: string[] = []
async function sits(
  account: string,
  { width, height }: { readonly width: number; readonly height: number } = { width: 1280, height: 900 },
): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(patience)
  const page = await context.newPage()
  page.on('pageerror', ({ message }) => errors.push(message))
  await page.goto(office.url)
  await page.getByLabel('账号', { exact: true }).fill(account)
  await page.getByLabel('密码', { exact: true }).fill(office.password)
  await page.getByRole('button', { name: '登录' }).click()
  // On a telephone the menu is behind its button.
  const menu = page.getByRole('navigation', { name: '主菜单' })
  await menu.or(page.getByRole('button', { name: '菜单', exact: true })).waitFor()
  return { page, context }
}

describe('the office', () => {
  test('shows its owner a car that comes and pays, on a page that nobody loads again', async () => {
    const { page, context } = await sits('owner')
    const figure = (name: string, text: string) =>
      page.getByRole('region', { name }).getByText(text, { exact: true }).waitFor()
    await page.getByText('实时').waitFor()
    await figure('今日收款', '¥0.00')
    await figure('在场车辆', '0')
    await page.evaluate('window.isTheSame = true')

    const streetPage = await context.newPage()
    const street = streetOn(streetPage)
    await street.open(folder.url)
    await street.send('粤B12345')
    await street.isAt('粤B12345', '停在')
    await figure('在场车辆', '1')
    await street.push('+1 小时')
    await street.toExit('粤B12345')
    await street.hold('lin', 'wechatpay')
    const phone = await street.scan('出口码')
    const button = phone.getByRole('button', { name: /^支付 ¥/ })
    const [, yuan] = /¥(\d+\.\d\d)/.exec((await button.textContent()) ?? '') ?? []
    assert.ok(Number(yuan) > 0)
    await button.click()
    await phone.getByTestId('wallet-pay').click()
    await phone.getByTestId('wallet-done').click()
    await street.isGone('粤B12345')
    await figure('今日收款', `¥${yuan}`)
    await figure('在场车辆', '0')
    assert.equal(await page.evaluate(`'isTheSame' in window`), true)
    await context.close()
  })

  test('shows an attendant its lane, and no money: not in the menu, not by an address, not by asking', async () => {
    const { page, context } = await sits('attendant')
    await page.getByRole('heading', { level: 1 }).waitFor()
    const menu = page.getByRole('navigation', { name: '主菜单' })
    for (const link of await menu.getByRole('link').allTextContents())
      assert.doesNotMatch(link, /支付|退款|分润|提现|对账|差错/)
    assert.doesNotMatch((await page.locator('main').textContent()) ?? '', /¥/)
    await page.goto(`${office.url}/payments`)
    await page.getByText('您的角色看不到这一页').waitFor()
    for (const path of [
      'overview',
      'overview/live',
      'reports',
      'reports/money/payments?from=2026-01-01&until=2026-01-02',
      'balances',
      'staff',
    ])
      assert.equal(
        await page.evaluate((path) => fetch(`/api/operator/${path}`).then(({ status }) => status), path),
        403,
        path,
      )
    await context.close()
  })

  test('lets an attendant go round the codes of its lot with a telephone, and shows it none of the pages about them', async () => {
    const { page, context } = await sits('attendant', { width: 320, height: 640 })
    const fits = async (what: string) =>
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320, what)
    await page.goto(`${office.url}/codes`)
    await page.getByText('您的角色看不到这一页').waitFor()
    await page.goto(`${office.url}/patrols`)
    await page.getByRole('heading', { level: 1, name: '停车码巡查' }).waitFor()
    await page.getByRole('region', { name: '车场', exact: true }).getByRole('row').last().click()
    await page.getByRole('button', { name: '开始巡查' }).waitFor()
    await fits('the patrols of a lot')
    assert.equal(await page.getByRole('link', { name: '这个车场的停车码' }).count(), 0)
    await page.getByRole('button', { name: '开始巡查' }).click()
    const places = page.getByRole('region', { name: '要核对的位置' })
    await places.getByRole('button', { name: '核对: 出口' }).click()
    const here = page.getByRole('region', { name: '现在的位置' })
    await here.getByLabel('或输入码下面的校验号').fill('https://evil.example.com/pay?lot=1&lane=2')
    await here.getByRole('button', { name: '核对', exact: true }).click()
    await here.getByText('不是我们的码').waitFor()
    await fits('a place where somebody else has stuck a code over ours')
    await page.getByRole('button', { name: '结束巡查' }).click()
    await fits('what is asked at the end')
    await page.getByRole('dialog').getByRole('button', { name: '结束巡查' }).click()
    await page.getByText(/正确 \/ 应有: 0 \/ \d/).waitFor()
    await fits('a patrol that has ended')
    await context.close()
  })

  test('has complained of nothing', () => assert.deepEqual(errors, []))
})

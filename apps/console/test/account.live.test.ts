import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { hmacSha1 } from '@lanepay/cloud/staff/factor.ts'
import { aBrowser } from '@lanepay/cloud/staff/staff.testing.ts'
import { parseTotpSecret, totpCode, totpStep } from '@lanepay/domain/totp.ts'
import type { Page } from 'playwright-core'
import { type Doors, faultsOf, startDoors } from './doors.ts'

/* Signing in, the page behind a one-time link, and one's own account, in a real browser under the console's own policy. */

let doors: Doors
before(async () => {
  doors = await startDoors()
})
after(() => doors?.close())

const signIn = async (page: Page, account: string) => {
  await page.getByLabel('账号', { exact: true }).fill(account)
  await page.getByLabel('密码', { exact: true }).fill(doors.staff.password)
  await page.getByRole('button', { name: '登录' }).click()
}

describe('the page of a link', () => {
  test('sets the password, and takes the secret out of the address at once', async () => {
    const asked = { account: 'zhang.wei', name: '张伟', phone: '13800138000', role: 'reviewer', lots: 'all' } as const
    const offered = await doors.staff.manage.open({ operatorId: null }, doors.staff.byCommand, asked)
    assert.ok(offered.ok)
    const { page, complaints, asks } = await doors.opens(`/link#${offered.value.link}`)
    await page.getByRole('heading', { name: '设置密码' }).waitFor()
    assert.equal(page.url(), `${doors.url}/link`)
    const say = async (password: string, again = password) => {
      await page.getByLabel('新密码').fill(password)
      await page.getByLabel('再输一次').fill(again)
      await page.getByRole('button', { name: '设置' }).click()
    }
    const says = (text: string) => page.getByText(text).first().waitFor()
    await say(doors.staff.password, 'something altogether else')
    await says('两次输入不一致')
    await say('password2026')
    await says('这个密码太常见')
    await say(doors.staff.password)
    await says('密码已设置，账号：zhang.wei')
    assert.deepEqual(complaints, [])
    assert.ok(asks.every((ask) => ask.startsWith(doors.origin) && !ask.includes(offered.value.link)))
    const signedIn = aBrowser(doors.staff.server)
    const answer = await signedIn.post('/api/staff/sign-in', { account: 'zhang.wei', password: doors.staff.password })
    assert.equal(answer.status, 200)
    assert.equal((await signedIn.get('/api/me')).json.role, 'reviewer')
  })

  test('says of a link that does not work that it does not', async () => {
    const { page } = await doors.opens('/link#nothing')
    await page.getByLabel('新密码').fill(doors.staff.password)
    await page.getByLabel('再输一次').fill(doors.staff.password)
    await page.getByRole('button', { name: '设置' }).click()
    await page.getByText('链接无效').waitFor()
  })
})

describe('the account', () => {
  test('is where an authenticator is set up, which is asked for from then on', async () => {
    const { account } = await doors.staff.person()
    const { page, complaints } = await doors.opens('/account')
    await page.waitForURL(/\/sign-in\?to=%2Faccount$/)
    await signIn(page, account)
    await page.getByRole('heading', { name: '我的账号', level: 1 }).waitFor()
    assert.equal(page.url(), `${doors.url}/account`, 'back to where one was')
    assert.deepEqual(await faultsOf(page), [])
    await page.getByLabel('先输入密码').fill(doors.staff.password)
    await page.getByRole('button', { name: '开始设置' }).click()
    const picture = page.getByAltText('身份验证器的二维码')
    await picture.waitFor()
    assert.deepEqual(await faultsOf(page), [])
    const typed = await page.locator('.lp-secret').textContent()
    assert.equal(await readCode(page), `otpauth://totp/Lanepay:${account}?secret=${typed}&issuer=Lanepay`)
    const secret = parseTotpSecret(typed ?? '')
    assert.ok(secret.ok)
    const code = () => totpCode(hmacSha1, secret.value, totpStep(doors.staff.clock.now()))
    await page.getByLabel('它现在显示的 6 位口令').fill(code())
    await page.getByRole('button', { name: '确认' }).click()
    await page.locator('.lp-codes li').nth(7).waitFor()
    for (const one of await page.locator('.lp-codes li').allTextContents())
      assert.match(one, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    await page.getByRole('button', { name: '退出登录' }).click()
    await page.getByRole('heading', { name: '登录' }).waitFor()
    doors.staff.clock.advance(30_000)
    await signIn(page, account)
    await page.getByLabel('动态口令或恢复码').fill(code())
    await page.getByRole('button', { name: '登录' }).click()
    await page.getByRole('navigation', { name: '主菜单' }).waitFor()
    await page.goto(`${doors.url}/account`)
    await page.getByText('恢复码还剩 8 个').waitFor()
    assert.deepEqual(complaints, [])
  })

  test('shows where it is signed in, and ends what is elsewhere', async () => {
    const { account } = await doors.staff.person()
    const elsewhere = aBrowser(doors.staff.server)
    await elsewhere.post('/api/staff/sign-in', { account, password: doors.staff.password })
    const { page } = await doors.opens('/sign-in')
    await signIn(page, account)
    await page.getByRole('link', { name: '我的账号' }).first().click()
    const rows = page.getByRole('region', { name: '登录着的地方' }).locator('tbody tr')
    await rows.nth(1).waitFor()
    await page.getByRole('button', { name: '结束' }).click()
    await page.getByText('已结束那次登录').waitFor()
    assert.equal((await elsewhere.get('/api/me')).status, 401)
  })

  test('takes another password, with which every sign-in ends', async () => {
    const { account } = await doors.staff.person()
    const { page } = await doors.opens('/account')
    await signIn(page, account)
    await page.getByLabel('现在的密码').fill(doors.staff.password)
    await page.getByLabel('新密码').fill('quite another horse')
    await page.getByLabel('再输一次').fill('quite another horse')
    await page.getByRole('button', { name: '修改并重新登录' }).click()
    await page.getByRole('heading', { name: '登录' }).waitFor()
    await signIn(page, account)
    await page.getByText('账号或密码不对').waitFor()
  })
})

describe('the way back after signing in', () => {
  for (const [to, leads] of [
    ['/account?x=1', '/account?x=1'],
    ['//evil.example.com/', '/'],
    ['/\\evil.example.com', '/'],
    ['https://evil.example.com/', '/'],
    ['javascript:alert(1)', '/'],
    ['/\u0009/evil.example.com', '/'],
    ['/sign-in?to=//evil.example.com', '/'],
    ['', '/'],
  ] as const)
    test(`that says ${JSON.stringify(to)} leads to ${leads}`, async () => {
      const { account } = await doors.staff.person()
      const { page } = await doors.opens(`/sign-in?to=${encodeURIComponent(to)}`)
      await signIn(page, account)
      await page.getByRole('navigation', { name: '主菜单' }).waitFor()
      assert.equal(page.url(), `${doors.url}${leads}`)
    })
})

/** What a camera reads in the picture of the authenticator. */
async function readCode(page: Page): Promise<string | undefined> {
  const pixels = (await page.evaluate(`(async () => {
    const picture = document.querySelector('.lp-qr')
    await picture.decode()
    const pen = Object.assign(document.createElement('canvas'), { width: 400, height: 400 }).getContext('2d')
    pen.drawImage(picture, 0, 0, 400, 400)
    return [...pen.getImageData(0, 0, 400, 400).data]
  })()`)) as number[]
  const { default: read } = createRequire(import.meta.url)('jsqr') as Pick<typeof import('jsqr'), 'default'>
  return read(new Uint8ClampedArray(pixels), 400, 400)?.data
}

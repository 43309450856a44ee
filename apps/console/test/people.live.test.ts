import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { aBrowser, setUpAuthenticator } from '@lanepay/cloud/staff/staff.testing.ts'
import type { Page } from 'playwright-core'
import { type Doors, faultsOf, startDoors } from './doors.ts'

/* Persons and looks, as the people of an operator and of the platform meet them; and how one gets about without a mouse. */

let doors: Doors
before(async () => {
  doors = await startDoors()
  await doors.staff.lot(4001, '1')
})
after(() => doors?.close())

/** Somebody with an authenticator, signed in on the page at this path; `code` is what it shows now. */
async function sits(told: Parameters<Doors['staff']['person']>[0], path: string) {
  const { staff } = doors
  const { account, id } = await staff.person(told)
  const elsewhere = aBrowser(staff.server)
  await elsewhere.post('/api/staff/sign-in', { account, password: staff.password })
  const { code } = await setUpAuthenticator(elsewhere, staff)
  staff.clock.advance(30_000)
  const { page, complaints } = await doors.opens(path)
  await page.getByLabel('账号', { exact: true }).fill(account)
  await page.getByLabel('密码', { exact: true }).fill(staff.password)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByLabel('动态口令或恢复码').fill(code())
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('navigation', { name: '主菜单' }).waitFor()
  return { page, complaints, code, account, id, elsewhere }
}
const rowOf = (page: Page, text: string) => page.locator('tbody tr', { hasText: text })

describe('the people of an operator', () => {
  test('are given accounts, changed and ended, each with the second factor, a reason, and a line in the trail', async () => {
    const { page, complaints, code } = await sits({ role: 'owner', operatorId: '1' }, '/staff')
    doors.staff.clock.advance(11 * 60_000)
    await page.getByRole('button', { name: '开一个账号' }).click()
    const dialog = page.getByRole('dialog', { name: '开一个账号' })
    await dialog.getByLabel('账号').fill('Liu Yang')
    await dialog.getByLabel('姓名').fill('刘洋')
    await dialog.getByLabel('手机').fill('13700002222')
    await dialog.getByRole('button', { name: '开账号并生成链接' }).click()
    const factor = page.getByRole('dialog', { name: '请出示动态口令' })
    assert.deepEqual(await faultsOf(page), [])
    await factor.getByLabel('动态口令或恢复码').fill('000000')
    await factor.getByRole('button', { name: '确认并继续' }).click()
    await factor.getByText('口令不对').waitFor()
    await factor.getByLabel('动态口令或恢复码').fill(code())
    await factor.getByRole('button', { name: '确认并继续' }).click()
    await dialog.getByText('账号为 3 到 32 位小写字母').first().waitFor()
    await dialog.getByLabel('账号').fill('liu.yang')
    await dialog.getByRole('button', { name: '开账号并生成链接' }).click()
    const shown = page.getByRole('dialog', { name: '把这个链接发给本人' })
    assert.match((await shown.locator('.lp-secret').textContent()) ?? '', /\/console\/link#[\w-]{43}$/)
    await shown.getByRole('button', { name: '好了' }).click()

    await rowOf(page, 'liu.yang').getByText('等待设置密码').waitFor()
    await rowOf(page, 'liu.yang').getByRole('button', { name: '改角色或车场' }).click()
    const change = page.getByRole('dialog', { name: '改 liu.yang 的角色或车场' })
    await change.getByLabel('角色').selectOption('attendant')
    await change.getByLabel('车场', { exact: true }).selectOption('some')
    await change.getByRole('checkbox').check()
    await change.getByPlaceholder('通道编号').fill('1, 2')
    await change.getByRole('button', { name: '保存' }).click()
    await rowOf(page, 'liu.yang').getByText('4001 (1+2)').waitFor()

    await rowOf(page, 'liu.yang').getByRole('button', { name: '停用' }).click()
    const end = page.getByRole('dialog', { name: '停用 liu.yang' })
    await end.getByText('也不能恢复').waitFor()
    assert.equal(await end.getByRole('button', { name: '停用' }).isDisabled(), true, 'not without a reason')
    await end.getByLabel('原因').fill('离职')
    assert.equal(await end.getByRole('button', { name: '停用' }).isDisabled(), true, 'nor with half a one')
    await end.getByLabel('原因').fill('已经离职')
    await end.getByRole('button', { name: '停用' }).click()
    await rowOf(page, 'liu.yang').waitFor({ state: 'detached' })
    await page.getByLabel('显示已停用的').check()
    await rowOf(page, 'liu.yang').getByText('已停用').waitFor()

    await page.getByRole('link', { name: '操作记录' }).click()
    await rowOf(page, '已经离职').getByText('停用账号').waitFor()
    await page.getByLabel('操作', { exact: true }).selectOption('改角色或车场')
    await page.getByRole('button', { name: '查找' }).click()
    await rowOf(page, '停用账号').waitFor({ state: 'detached' })
    await rowOf(page, '改角色或车场').waitFor()
    assert.match(page.url(), /act=staff\.change/)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '导出 CSV' }).click(),
    ])
    const text = await readFile((await download.path())!, 'utf8')
    assert.equal(text.trim().split('\n').length, 2, 'a heading, and the one line that is found')
    assert.deepEqual(complaints, [])
  })
})

describe('a look at an operator’s view', () => {
  test('is begun with a reason, says so on every page, reads only, ends, and stands where the operator reads it', async () => {
    const { page, account } = await sits({ role: 'platform-admin' }, '/platform/looks')
    await page.getByText('先在页面顶部选择一个运营方').waitFor()
    await page.getByRole('combobox', { name: '运营方：名称或编号' }).fill('物业')
    await page.getByText('物业 (1)').click()
    await page.getByLabel('原因（对方会看到）').fill('车主投诉少找零')
    await page.getByRole('button', { name: '开始查看' }).click()
    const banner = page.getByText('您正在查看运营方 1，只读')
    await banner.waitFor()
    await page.getByRole('link', { name: '人员', exact: true }).click()
    await page.getByRole('heading', { name: '人员', level: 1 }).waitFor()
    await banner.waitFor()
    assert.equal(await page.getByRole('button', { name: '开一个账号' }).count(), 0)
    await page.getByRole('button', { name: '结束查看' }).click()
    await banner.waitFor({ state: 'detached' })

    const owner = await sits({ role: 'owner', operatorId: '1' }, '/looks')
    await rowOf(owner.page, account).getByText('车主投诉少找零').waitFor()
    assert.equal(await rowOf(owner.page, account).getByText('进行中').count(), 0)
    await owner.page.getByRole('link', { name: '操作记录' }).click()
    await rowOf(owner.page, '/api/operator/staff').first().waitFor()
  })
})

describe('without a mouse', () => {
  test('one skips to the content, and stands at the heading of each page that one opens', async () => {
    const { page } = await sits({ role: 'owner', operatorId: '1' }, '/account')
    await page.reload()
    await page.getByRole('heading', { name: '我的账号', level: 1 }).waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
    await page.keyboard.press('Tab')
    assert.equal(await focused(), '跳到内容')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    assert.equal(await focused(), '退出登录')
    await page.getByRole('link', { name: '操作记录' }).press('Enter')
    await page.getByRole('heading', { name: '操作记录', level: 1 }).waitFor()
    assert.equal(await focused(), '操作记录')
    assert.equal(await page.title(), '操作记录 - Lanepay')
  })

  test('language and appearance are chosen once, and stay', async () => {
    const { page } = await sits({ role: 'owner', operatorId: '1' }, '/account')
    await page.getByLabel('语言 Language').selectOption('en')
    await page.getByRole('heading', { name: 'My account', level: 1 }).waitFor()
    await page.getByLabel('Appearance').selectOption('dark')
    await page.reload()
    await page.getByRole('heading', { name: 'My account', level: 1 }).waitFor()
    assert.deepEqual(
      await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme]),
      ['en', 'dark'],
    )
  })
})

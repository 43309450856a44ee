import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { filesInZip } from '@lanepay/cloud/report/book.testing.ts'
import type { Page } from 'playwright-core'
import { type Office, settled, startOffice } from './office.ts'
import { moneyOf } from './rows/money.ts'

/* What the days and months came to, and the books of one of them, as somebody of the office reads and takes them away. */

let office: Office
before(async () => {
  office = await startOffice()
  await moneyOf(office)
})
after(() => office?.close())

const rows = (page: Page) => page.locator('.lp-table tbody tr')
const asked = (page: Page) => new URL(page.url()).searchParams
const sits = async (role: 'owner' | 'manager' | 'read-only', path: string): Promise<Page> => {
  const { page } = await office.sits({ role, operatorId: '1' })
  await page.goto(office.url + path)
  await settled(page)
  return page
}

describe('days and months', () => {
  test('are a chart and numbers, told apart and narrowed by what the address says', async () => {
    const page = await sits('owner', '/summaries?from=2026-11-01')
    await page.getByRole('img', { name: '每天：支付金额、净额' }).waitFor()
    await rows(page).first().waitFor()
    const days = await rows(page).count()
    await page.getByRole('button', { name: '看数字' }).click()
    await page.getByRole('region', { name: '每天：支付金额、净额' }).waitFor()

    await page.getByLabel('分开').selectOption('channel')
    await page.getByRole('columnheader', { name: '渠道', exact: true }).waitFor()
    assert.ok((await rows(page).count()) > days, 'each day by its channels')
    await page.getByLabel('内容').selectOption('traffic')
    await page.getByRole('columnheader', { name: '平均停留' }).waitFor()
    assert.deepEqual([asked(page).get('of'), asked(page).get('show')], ['channel', 'traffic'])
    await page.reload()
    await page.getByRole('columnheader', { name: '平均停留' }).waitFor()
    assert.equal(await page.getByLabel('分开').inputValue(), 'channel', 'kept in the address')
  })

  test('a month leads to its days', async () => {
    const page = await sits('owner', '/summaries?by=month')
    await page.getByRole('row').filter({ hasText: '2026-11' }).click()
    await page.waitForURL(/from=2026-11-01&until=2026-12-01/)
    await page
      .getByRole('cell', { name: /^2026-11-\d\d$/ })
      .first()
      .waitFor()
  })

  test('are taken away as they are told apart', async () => {
    const page = await sits('owner', '/summaries?from=2026-11-01&of=channel')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '导出 CSV' }).click(),
    ])
    assert.match(await readFile((await download.path())!, 'utf8'), /^\uFEFF日期,车场,渠道,支付笔数/)
  })

  test('say what to do where there are none', async () => {
    const page = await sits('owner', '/summaries?from=2025-01-01&until=2025-01-02')
    await page.getByText('这段时间还没有汇总').waitFor()
    assert.equal(await page.locator('canvas').count(), 0)
  })
})

describe('a month’s books', () => {
  test('say whether the month is closed, of which lots it is made, and come as a file', async () => {
    const page = await sits('owner', '/books?month=2026-11')
    await page.getByText('这个月还没有全部关账').waitFor()
    await page.getByRole('region', { name: '各车场' }).getByRole('row').filter({ hasText: '4003' }).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '下载 CSV（zip）' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'books-2026-11.zip')
    assert.ok('checks.csv' in filesInZip(await readFile((await download.path())!)))
    await page.getByLabel('月份').selectOption({ index: 3 })
    await page.getByText('这个月没有账').waitFor()
    assert.notEqual(asked(page).get('month'), '2026-11')
  })

  test('are not for whoever may not read shares', async () => {
    const page = await sits('manager', '/books')
    await page.getByText('您的角色看不到这一页').waitFor()
    assert.equal(await page.getByRole('link', { name: '月度账册' }).count(), 0)
  })
})

test('a stay that left owing leads to its story', async () => {
  const page = await sits('read-only', '/left-owing?from=2026-11-01')
  await page.getByText('共 2 条').waitFor()
  await page.getByRole('row').filter({ hasText: '粤A·00010' }).click()
  await page.waitForURL(/\/sessions\/4003\/\d+$/)
})

test('the file of stays says of which days it is, before it is taken and in its name', async () => {
  const page = await sits('owner', '/sessions')
  const said = (await page.getByText(/^文件里是 .* 入场的/).textContent()) ?? ''
  const [from, last] = said.match(/\d{4}-\d\d-\d\d/g) ?? []
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '导出 Excel' }).click(),
  ])
  assert.ok(download.suggestedFilename().startsWith(`sessions-${from}-`), `${said} ${download.suggestedFilename()}`)
  const days = Date.parse(last!) - Date.parse(from!)
  assert.equal(days / 86_400_000, 30)
})

test('a partner reads its own statement, and what of it is on its way', async () => {
  const { page } = await office.sits({ role: 'partner', party: '2001' })
  await page.goto(`${office.url}/`)
  await page.getByRole('link', { name: '我的对账单' }).first().click()
  await page.getByRole('region', { name: '还没付给您的' }).waitFor()
  await page.getByRole('region', { name: '渠道正在付' }).waitFor()
  assert.equal(await page.getByLabel('科目').count(), 0, 'there is one account')
})

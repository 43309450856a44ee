import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { demonstration } from './demonstration.ts'
import { type Office, settled, startOffice } from './office.ts'

/* A list of the reports as every list page has it, on the payments of eight days. */

let office: Office
let page: Page
before(async () => {
  office = await startOffice()
  await demonstration(office)
  ;({ page } = await office.sits({ role: 'owner', operatorId: '1' }))
  await page.goto(`${office.url}/payments`)
  await settled(page)
})
after(() => office?.close())

const rows = () => page.locator('.lp-table tbody tr')
/** How many there are in all, which is said after the rows are there. */
const count = async (): Promise<number> =>
  Number(/\d+/.exec((await page.getByText(/^共 \d+ 条$/).textContent()) ?? '')?.[0])
const asked = () => new URL(page.url()).searchParams
const answered = () => page.waitForResponse((response) => response.url().includes('/reports/money/payments'))

test('is the last seven days, the newest first, a page of fifty', async () => {
  await rows().nth(49).waitFor()
  assert.equal(await rows().count(), 50)
  const times = await page.locator('.lp-table tbody time').allTextContents()
  assert.deepEqual(times.toSorted().toReversed()[0], times[0])
})

test('is narrowed by what is chosen, and the address says so', async () => {
  const all = await count()
  const [narrowed] = await Promise.all([
    answered(),
    page.getByLabel('渠道', { exact: true }).first().selectOption('alipay'),
  ])
  assert.equal(narrowed.status(), 200)
  await page.waitForFunction((before) => !document.querySelector('main')?.textContent?.includes(`共 ${before} 条`), all)
  assert.ok((await count()) < all)
  assert.equal(asked().get('channel'), 'alipay')
  await page.reload()
  await rows().first().waitFor()
  assert.equal(await page.getByLabel('渠道', { exact: true }).first().inputValue(), 'alipay', 'kept in the address')
})

test('goes on page by page, and back by the browser', async () => {
  await page.getByRole('button', { name: '清除条件' }).click()
  await rows().nth(49).waitFor()
  const first = await rows().first().textContent()
  await page.getByRole('button', { name: '下一页' }).click()
  await page.waitForFunction((text) => document.querySelector('.lp-table tbody tr')?.textContent !== text, first)
  assert.ok(asked().get('after'))
  await page.goBack()
  await page.waitForFunction((text) => document.querySelector('.lp-table tbody tr')?.textContent === text, first)
})

test('is sorted the other way', async () => {
  const newest = await rows().first().textContent()
  await page.getByLabel('顺序').selectOption('asc')
  await page.waitForFunction((text) => document.querySelector('.lp-table tbody tr')?.textContent !== text, newest)
  assert.equal(asked().get('order'), 'asc')
})

test('is taken away as a file, whole', async () => {
  const all = await count()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '导出 CSV' }).click(),
  ])
  assert.match(download.suggestedFilename(), /^payments-.*\.csv$/)
  const text = await readFile((await download.path())!, 'utf8')
  assert.ok(text.trim().split('\n').length > all, 'a heading, every row, and what it adds up to')
})

test('is gone through by the keyboard, row after row', async () => {
  await rows().first().focus()
  await page.keyboard.press('ArrowDown')
  const at = () => page.evaluate(() => [...document.querySelectorAll('tbody tr')].indexOf(document.activeElement!))
  assert.equal(await at(), 1)
  await page.keyboard.press('End')
  assert.equal(await at(), (await rows().count()) - 1)
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/payments\/\d{32}$/)
})

test('says that there is nothing, and what to do then', async () => {
  await page.goto(`${office.url}/payments?from=2025-01-01&until=2025-01-02&channel=alipay`)
  await page.getByText('没有符合条件的记录').waitFor()
  await page.getByText('换一段时间，或清除条件再看').waitFor()
})

test('that is here as a whole is sorted by a heading, up, down and back, and the address says so', async () => {
  await page.goto(`${office.url}/lots`)
  await rows().nth(1).waitFor()
  const heading = page.locator('.lp-table th').first()
  const first = () => rows().first().textContent()
  const pressed = async (way: string) => {
    await heading.getByRole('button').press('Enter')
    await page.locator(`.lp-table th[aria-sort="${way}"]`).waitFor()
    return first()
  }
  assert.match((await pressed('ascending'))!, /4001/)
  assert.match((await pressed('descending'))!, /4002/)
  assert.equal(asked().get('sort'), '-lot')
  await page.reload()
  await rows().nth(1).waitFor()
  assert.match((await first())!, /4002/, 'kept in the address')
  await heading.getByRole('button').press('Enter')
  await page.waitForFunction(() => !document.querySelector('.lp-table th[aria-sort]'))
  assert.equal(asked().get('sort'), null)
})

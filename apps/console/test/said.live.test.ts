import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { demonstration } from './demonstration.ts'
import { examples } from './examples.ts'
import { type Office, settled, startOffice } from './office.ts'

/* What became of an invoice that is wanted, as a manager says it; and who only reads has no button for it. */

let office: Office
let address: string
before(async () => {
  office = await startOffice()
  await demonstration(office)
  address = office.url + (await examples['/said']!(office))
})
after(() => office?.close())

const rows = (page: Page) => page.locator('.lp-table tbody tr')
const wanted = '1658997742125'

test('those that wait are narrowed to, one is noted as made, and waits no more', async () => {
  const { context, page, complaints } = await office.sits({ role: 'manager', operatorId: '1' })
  await page.goto(address)
  await settled(page)
  assert.equal(await rows(page).count(), 2)
  await page.getByLabel('状态', { exact: true }).selectOption('waiting')
  await page.waitForFunction(() => document.querySelectorAll('.lp-table tbody tr').length === 1)
  assert.equal(new URL(page.url()).searchParams.get('state'), 'waiting')
  assert.match((await rows(page).textContent()) ?? '', new RegExp(`${wanted}.*待处理`))
  await page.getByRole('button', { name: '登记已开票' }).click()
  const dialog = page.getByRole('dialog', { name: `登记已开票：${wanted}` })
  await dialog.getByLabel(/^发票号码/).fill('24312000000012345678')
  await dialog.getByRole('button', { name: '登记已开票' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('没有符合的记录').waitFor()
  await page.getByLabel('状态', { exact: true }).selectOption('issued')
  await rows(page).first().waitFor()
  assert.match((await rows(page).textContent()) ?? '', /已开票.*24312000000012345678/)
  assert.equal(await page.getByRole('button', { name: '不开票' }).count(), 0, 'it is said once')
  assert.deepEqual(complaints, [])
  await context.close()
})

test('who only reads sees them, and ends none', async () => {
  const { context, page } = await office.sits({ role: 'read-only', operatorId: '1' })
  await page.goto(address)
  await settled(page)
  assert.equal(await rows(page).count(), 2)
  assert.equal(await page.locator('main button[aria-haspopup="dialog"]').count(), 0)
  await context.close()
})

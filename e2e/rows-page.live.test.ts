import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectedLot } from './kit/connected-lot.ts'
import { browser, road } from './kit/office.ts'
import { person } from './kit/person.ts'
import { until } from './kit/until.ts'

/* A manager keeps the free list of a lot whose charging software takes lists, and sees at each row what the software made of it. */

test('a row that the software refuses says why, and is told again when a person says so', async (t) => {
  const { software } = await connectedLot(road, 790, { habits: { refusesRows: { white_list_sync: '名单已满' } } })
  t.after(() => software.close())
  assert.equal((await software.login()).state, 1)
  const page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/vehicles?lot=790`)
  await page.getByText('每一条都已由车场的收费软件确认。').waitFor()
  // What such software cannot be told is not asked for.
  assert.equal(await page.getByRole('button', { name: '改车位总数' }).count(), 0)
  await page.getByLabel('车牌', { exact: true }).fill('粤B60001')
  await page.getByRole('button', { name: '加入', exact: true }).click()
  await until('it is refused', () => software.heard.some(({ service }) => service === 'white_list_sync'))
  await page.getByText('1 条被拒绝').waitFor()
  await page.getByText('名单已满').first().waitFor()
  software.behave({ refusesRows: {} })
  await page.getByRole('button', { name: '再发一次' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('原因（会留在操作记录里）').fill('那边腾出来了')
  await dialog.getByRole('button', { name: '确认', exact: true }).click()
  await page.getByText('每一条都已由车场的收费软件确认。').waitFor()
  await page.getByText('收费软件已生效').waitFor()
  assert.equal(software.lists.of('white_list_sync').length, 1)
})

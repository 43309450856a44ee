import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { calledLot } from './kit/called-lot.ts'
import { browser, road } from './kit/office.ts'
import { person } from './kit/person.ts'
import { until } from './kit/until.ts'

/*
 * A manager at the page of a lot whose charging software is called: what it has words for are buttons, what it has none for the page says.
 */

test('an arm is left up and lowered, a vehicle is held and let go, one is blocked; what cannot be done is said', async (t) => {
  const { lot, close } = await calledLot(road, 791, 'pyun')
  t.after(close)
  await lot.enter('粤B88881', 'A1')
  const session = await until('the stay is known', async () => {
    const [row] = await road.rows<{ id: string }>('select id from session where lot_id = 791')
    return row?.id ?? null
  })
  const page = await person(road, browser, 'manager')
  const orders = async (button: string, done: string, where: Locator | Page = page) => {
    await where.getByRole('button', { name: button, exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('原因（会留在操作记录里）').fill('业主来电')
    await dialog.getByRole('button', { name: button, exact: true }).click()
    await page.getByText(done).first().waitFor()
    await dialog.waitFor({ state: 'detached' })
  }

  await page.goto(`${road.publicUrl}/console/lots/791`)
  await page.getByText('从这里不能：').waitFor()
  await page.getByText('往显示屏写字').waitFor()
  const exit = page.getByRole('region', { name: '2 出口', exact: true })
  await orders('闸常开', '车场已让闸常开。', exit)
  await orders('落闸', '车场已落闸。', exit)
  assert.deepEqual(
    lot.moved.map(({ lane, to }) => [lane, to]),
    [
      ['B1', 'held up'],
      ['B1', 'down'],
    ],
  )

  await page.goto(`${road.publicUrl}/console/sessions/791/${session}`)
  await orders('锁车', '车场已锁车。')
  assert.deepEqual([...lot.locked], ['粤B88881'])
  await orders('解锁', '车场已解锁。')
  assert.equal(lot.locked.size, 0)

  await page.goto(`${road.publicUrl}/console/vehicles?lot=791`)
  await page.getByText('这个车场的收费软件在每次入场前来问').waitFor()
  assert.equal(await page.getByRole('button', { name: '加入', exact: true }).count(), 0, 'free vehicles are its own')
  await page.goto(`${road.publicUrl}/console/vehicles?lot=791&list=blocked`)
  await page.getByLabel('车牌', { exact: true }).fill('粤B88882')
  await page.getByRole('button', { name: '加入', exact: true }).click()
  await page.getByText('粤B·88882').first().waitFor()
  await lot.enter('粤B88882', 'A1')
  assert.deepEqual(lot.turnedAway, ['粤B88882'])
})

test('lanes that differ, free spaces and devices of a called lot are on its page; who is inside here alone is found and ended', async (t) => {
  const devices = await calledLot(road, 792, 'pyun')
  t.after(devices.close)
  await road.rows(`update lane set channel = 'B9' where lot_id = $1 and lane_id = 2 returning 1`, [792])
  const page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/lots/792`)
  await page.getByText('100 / 100').waitFor()
  await page.getByText('入口相机 11').waitFor()
  const differing = page.getByRole('region', { name: '与车场软件不一致的通道', exact: true })
  await differing.getByText('软件没有这条通道').waitFor()
  assert.equal(await page.getByRole('button', { name: '核对', exact: true }).count(), 0, 'it lists nobody')

  const lists = await calledLot(road, 793, 'hikvision')
  t.after(lists.close)
  await lists.lot.enter('粤B79301', 'A1')
  await until('the stay is known', async () => (await road.rows('select 1 from session where lot_id = 793')).length > 0)
  road.pass(1_800_000)
  lists.lot.behave({ misses: ['left'] })
  await lists.lot.toExit('粤B79301', 'B1')
  await lists.lot.leave('B1')
  road.pass(600_000)
  const manager = await person(road, browser, 'manager')
  await manager.goto(`${road.publicUrl}/console/lots/793`)
  await manager.getByRole('button', { name: '核对', exact: true }).click()
  await manager.getByText('这里 1 辆，车场软件 0 辆。').waitFor()
  await manager.getByRole('link', { name: '打开记录', exact: true }).click()
  await manager.getByRole('button', { name: '结束', exact: true }).click()
  const dialog = manager.getByRole('dialog')
  await dialog.getByLabel('原因（会留在操作记录里）').fill('车已离场')
  await dialog.getByRole('button', { name: '结束这次停车', exact: true }).click()
  await until('it has ended', async () => {
    const [row] = await road.rows<{ state: string }>('select state::text from session where lot_id = 793')
    return row?.state === 'left'
  })
})

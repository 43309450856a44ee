import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { buildDriverPage } from '@lanepay/app-driver/build.ts'
import { otherBrowserPage } from '@lanepay/app-driver/other-browser.ts'
import type { Browser } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { blindLot } from './kit/own-lot.ts'
import { type Road, startRoad } from './kit/road.ts'
import { type Screen, screenOf } from './kit/screen.ts'
import { until } from './kit/until.ts'

/*
 * An exit whose lot's software has said that it does not know who stands there: the driver says the plate, and the gate opens for the vehicle
 * that was paid for, or not at all. Every part is real, the page in a browser.
 */
let browser: Browser
let road: Road
let lot: Awaited<ReturnType<typeof blindLot>>

before(async () => {
  const built = await buildDriverPage(join(tmpdir(), 'lanepay-driver-page-of-tests'))
  ;[road, browser] = await Promise.all([
    startRoad({ page: { ...built, otherBrowser: otherBrowserPage } }),
    launchBrowser(),
  ])
  lot = await blindLot(road, 611)
  await lot.program.start()
  const watcher = road.phone('watcher')
  await until('it polls', async () => (await watcher.view(lot.code('prepay'))).body.lotOnline)
})
after(async () => {
  lot.program.close()
  await browser.close()
  await road.close()
})

const scans = (driver: string): Promise<Screen> => screenOf(browser, road, driver, 'exit', lot.code('exit'))
const types = async ({ page }: Screen, plate: string): Promise<void> => {
  await page.locator('.field input').fill(plate)
  await page.locator('form button[type=submit]').click()
}
/** Where a plate was paid for, as which vehicle there, and what became of telling the lot; null: the lot has not answered. */
const toldOf = async (plate: string) => {
  const [row] = await road.rows<{ lane: number; occupancy: string | null; state: string }>(
    `select c.lane_id as lane, c.occupancy, c.state::text from payment p join clearance c using (bucket, lot_id, id)
      where p.lot_id = $1 and p.plate = $2 and c.answered_at is not null`,
    [lot.number, plate],
  )
  return row ?? null
}
/** Orders of ours to the gates of this lot. */
const orders = () => road.rows(`select id from lot_command where lot_id = $1`, [lot.number])

test('the exit code asks for the plate, the lot hears of the payment and the lane, and opens by its own camera', async () => {
  await lot.program.enters('粤B61101')
  road.pass(1_800_000)
  lot.program.toExit('粤B61101')
  const driver = await scans('driver')
  await types(driver, '粤B61199')
  await driver.shows('没有找到这辆车')
  await types(driver, '粤B61101')
  await driver.shows('应付')
  await driver.payButton.click()
  await driver.paysInWallet()
  await driver.shows('道闸已打开')
  assert.equal(lot.program.opened(), 1)
  await lot.program.drivesOut()
  assert.deepEqual(await toldOf('粤B61101'), { lane: 2, occupancy: null, state: 'opened' })
  assert.deepEqual(await orders(), [])
  await driver.page.reload()
  await driver.shows('道闸已打开')
})

test("paid for another's plate, the arm stays down for who stands there, and rises for the vehicle that was paid for", async () => {
  await lot.program.enters('粤B61102')
  await lot.program.enters('粤B61103')
  road.pass(1_800_000)
  const before = lot.program.opened()
  lot.program.toExit('粤B61103')
  const driver = await scans('another driver')
  await types(driver, '粤B61102')
  await driver.payButton.click()
  await driver.paysInWallet()
  await driver.shows('支付成功')
  await driver.shows('车场认出您的车后抬杆')
  const told = await until('the lot has heard of it', () => toldOf('粤B61102'))
  assert.deepEqual(told, { lane: 2, occupancy: null, state: 'done' })
  assert.equal(lot.program.opened(), before, 'who stands there has not paid')
  // Nor does it help to scan again for the plate that owes nothing now.
  const again = await scans('another driver again')
  await types(again, '粤B61102')
  await again.shows('已支付，无需再付')
  await again.shows('车场认出您的车后抬杆')
  assert.deepEqual([lot.program.opened(), await orders()], [before, []])
  lot.program.toExit('粤B61102')
  assert.equal(lot.program.opened(), before + 1)
  await lot.program.drivesOut()
  await road.audit()
})

test('a driver without a plate is asked nothing: his pass is the vehicle', async () => {
  const phone = road.phone('without a plate')
  await phone.scan(`${road.publicUrl}/p/${lot.code('entry')}`)
  const { pass } = (await phone.enter(lot.code('entry'))).body
  road.pass(1_800_000)
  lot.program.toExit(pass)
  const driver = await scans('without a plate')
  await driver.shows('应付')
  await driver.shows(pass)
  await driver.payButton.click()
  await driver.paysInWallet()
  await driver.shows('道闸已打开')
  await lot.program.drivesOut()
  await road.audit()
})

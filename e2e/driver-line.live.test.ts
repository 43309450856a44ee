import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { buildDriverPage } from '@lanepay/app-driver/build.ts'
import { otherBrowserPage } from '@lanepay/app-driver/other-browser.ts'
import type { Browser } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { type Road, startRoad } from './kit/road.ts'
import { type Screen, screenOf } from './kit/screen.ts'
import { until } from './kit/until.ts'

/*
 * The line between the lot and the cloud is cut while drivers have their pages open (domain.md 4): each page learns it by
 * itself, says before and after paying what it means, and takes it back with the line. Every part is real, the page in a
 * browser; a lot counts as away once the cloud has not heard of it for 35 s.
 */
let folder: string
let browser: Browser
let road: Road
/** At the exit and pays; inside and pays; at the exit and only looks. */
let leaves: Screen
let inside: Screen
let looks: Screen

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanepay-driver-line-'))
  const page = { ...(await buildDriverPage(folder)), otherBrowser: otherBrowserPage }
  ;[road, browser] = await Promise.all([startRoad({ page }), launchBrowser()])
  await road.park('粤B20001')
  await road.park('粤B20002')
  road.pass(70 * 60_000)
  await road.toExit('粤B20001')
  leaves = await screenOf(browser, road, 'driver-leaves', 'exit')
  inside = await screenOf(browser, road, 'driver-inside', 'prepay')
  looks = await screenOf(browser, road, 'driver-looks', 'exit')
})
after(async () => {
  await browser.close()
  await road.close()
  await rm(folder, { recursive: true, force: true })
})

const isAway = /车场网络暂时不通/

test('with the line nothing is said of it', async () => {
  await inside.page.locator('.field input').fill('粤B20002')
  await inside.page.locator('form button[type=submit]').click()
  for (const screen of [leaves, inside, looks]) {
    await screen.shows('应付')
    assert.equal(await screen.page.getByText(isAway).count(), 0)
  }
})
test('cut under the open pages: each says before anybody pays that the gate may not hear of it, in either language', async () => {
  road.taps.agentLink.cut()
  for (const screen of [leaves, inside, looks]) await screen.shows('付款后道闸可能收不到，要请工作人员抬杆')
  await looks.page.locator('button.language').click()
  await looks.shows('The gate may not hear of your payment, and staff may have to open it')
})
test('paid all the same: it is paid, the gate could not be told, whom to ask, and nothing to pay again', async () => {
  for (const screen of [leaves, inside]) {
    await screen.payButton.click()
    await screen.sheetIsUp()
    await screen.shows('付款不会丢失，请不要再付一次')
    await screen.paysInWallet()
  }
  await leaves.shows('已付清，正在等车场恢复网络')
  await leaves.shows('不用再付款')
  await inside.shows('支付成功')
  await inside.shows('还没有收到这笔付款')
  for (const { page, payButton } of [leaves, inside]) {
    assert.equal(await payButton.count(), 0)
    assert.equal(await page.getByRole('link', { name: '400-000-0000' }).getAttribute('href'), 'tel:4000000000')
  }
  assert.notEqual(road.exit.state().arm, 'up')
})
test('loaded anew it says the same', async () => {
  await Promise.all([leaves.page.reload(), inside.page.reload()])
  await leaves.shows('已付清，正在等车场恢复网络')
  await inside.shows('还没有收到这笔付款')
})
test('to try the gate again is answered with the truth, and it stays paid', async () => {
  await leaves.page.getByRole('button', { name: '再试一次抬杆' }).click()
  await leaves.shows('暂时连不上车场')
  await leaves.shows('已付清，正在等车场恢复网络')
  assert.equal(await leaves.payButton.count(), 0)
})
test('with the line the word is taken back, the gate opens by itself, and each stay was paid once', async () => {
  road.taps.agentLink.mend()
  await until('the arm rises', () => road.exit.state().arm === 'up')
  await leaves.shows('道闸已打开')
  await inside.noLonger('还没有收到这笔付款')
  await inside.shows('前离场')
  await looks.noLonger('The gate may not hear of your payment')
  await road.driveOut()
  await road.settled()
  const paid = await road.rows<{ plate: string; n: number }>(
    `select plate, count(*)::int as n from payment where state = 'paid' group by plate order by plate`,
  )
  assert.deepEqual(paid, [
    { plate: '粤B20001', n: 1 },
    { plate: '粤B20002', n: 1 },
  ])
  await road.audit()
})

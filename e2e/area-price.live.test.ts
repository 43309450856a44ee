import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { buildConsole } from '@lanepay/app-console/build.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import { type LaneSimulator, startLaneSimulator } from '@lanepay/simulator-camera/lane.ts'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { person } from './kit/person.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * The price of an area inside a lot is changed in the office, and a car that stands in there is quoted by it: the agent says what areas its plan
 * has, the office chooses one by its name, and the lot is told both lists.
 */

const minute = 60_000
const area = '地库'
const lanes = (['entry', 'exit', 'entry', 'exit'] as const).map((direction, index) => ({
  ...{ id: index + 1, direction },
  camera: {
    ...{ protocol: 'vzlpr-http' as const, board: 'fk' as const },
    serial: index < 2 ? `road-${direction}` : `area-${direction}`,
  },
  inputs: { loop: 1, underArm: 2, armOpen: 3 },
  ...(index < 2 ? {} : { area }),
}))

let road: Road
let browser: Browser
const inner: LaneSimulator[] = []
before(async () => {
  const built = await buildConsole(join(tmpdir(), 'lanepay-console-of-tests'))
  const areas = [{ name: area, tariff: simpleTariff({ hourFen: 900 }) }]
  ;[road, browser] = await Promise.all([startRoad({ console: built, plan: { lanes, areas } }), launchBrowser()])
  for (const { id, camera } of lanes.slice(2))
    inner.push(
      await startLaneSimulator({
        ...{ serial: camera.serial, clock: road.clock, board: 'fk' },
        agentUrl: `http://127.0.0.1:${road.taps.cameras.port}/camera/${id}?key=${encodeURIComponent(road.plan.cameraKey)}`,
        timing: { pollMs: 20, resendMs: 200, raiseMs: 50, lowerMs: 50, passMs: 50, storedMs: 200, lostMs: 100 },
      }),
    )
})
after(async () => {
  await browser?.close()
  for (const lane of inner) await lane.close()
  await road?.close()
})

const publish = async (page: Page, yuan: string, freeMinutes = 0): Promise<void> => {
  await page.getByLabel('免费分钟').fill(String(freeMinutes))
  await page.getByLabel('之后每小时（元）').fill(yuan)
  await page
    .getByRole('region', { name: '停车时长与价格' })
    .getByRole('row')
    .filter({ hasText: `¥${yuan}.00` })
    .first()
    .waitFor()
  await page.getByRole('button', { name: '发布', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('原因（会留在操作记录里）').fill('业主大会决定')
  await dialog.getByRole('button', { name: '发布', exact: true }).click()
}
const inForce = (version: number) =>
  until(`version ${version} is in force at the lot`, async () => {
    const [row] = await road.rows<{ state: string }>(
      `select state from lot_command where kind = 'tariff' and body->>'version' = $1`,
      [String(version)],
    )
    return row?.state === 'done'
  })

test('the price of an area from the office meets a car that stands in there', async () => {
  const page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/tariff`)

  // That of the area is told together with that of the lot, which comes first.
  await page.getByLabel('范围').selectOption(area)
  await page.getByText(`这里还没有发布过“${area}”的规则`).waitFor()
  await publish(page, '3')
  await page.getByText('请先发布整个车场的收费规则').first().waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByLabel('范围').selectOption({ label: '整个车场' })
  await publish(page, '5', 15)
  await inForce(1)
  await page.getByLabel('范围').selectOption(area)
  await page.getByText(`这里还没有发布过“${area}”的规则`).waitFor()
  await publish(page, '3')
  await inForce(2)
  await page.getByRole('region', { name: '发布记录' }).getByRole('row').filter({ hasText: area }).waitFor()

  // A stay that goes through it is tried before anybody pays it: an hour and a half of the lot, two hours in there.
  await page.getByLabel('是否进入场内区域').selectOption(area)
  await page.getByRole('button', { name: '试算', exact: true }).click()
  const tried = page.getByRole('region', { name: '试算一次停车' })
  await tried.getByRole('row').filter({ hasText: area }).filter({ hasText: '¥6.00' }).waitFor()
  await tried.getByRole('row').filter({ hasText: '合计' }).filter({ hasText: '¥16.00' }).waitFor()

  // 70 minutes in there, and outside no longer than it is free: two hours of the area.
  road.pass(minute)
  await road.park('粤BT1234')
  const [way] = inner
  way!.vehicleArrives({ plateText: '粤BT1234', colour: 'blue' })
  await until('the arm of the area is up', () => way!.state().arm === 'up')
  way!.vehicleDrivesThrough()
  await until('the cloud knows that it is in there', async () => {
    const found = await road.rows(`select 1 from lot_event where kind = 'area-entered'`)
    return found.length > 0
  })
  road.pass(70 * minute)
  const who = road.phone('asks-BT1234')
  await who.scan(`${road.publicUrl}/p/${road.code('prepay')}`)
  const { body } = await who.quote(road.code('prepay'), '粤BT1234')
  assert.equal(body.owedFen, 600)
  await road.settled()
  await road.audit()
})

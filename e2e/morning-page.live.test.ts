import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workGates } from '@lanepay/cloud/reconciliation/gates.ts'
import { browser, road } from './kit/office.ts'
import { person } from './kit/person.ts'
import { lotPlan } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * A manager's morning: one driver has paid and left, one has paid before a gate that does not move, and somebody has raised an arm by hand; a camera's clock is wrong.
 * The first page says so, and each thing that is not well leads to what is behind it. On the next morning the arm is a discrepancy that waits.
 */

test('a manager reads the morning, and goes from each thing that is not well to what is behind it', async () => {
  const heldAgainstReasons = () => workGates({ database: road.database, now: () => road.clock.now() })
  // From the days before on, so that none is left out, whatever hour it is.
  await heldAgainstReasons()
  const page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/`)
  await page.getByText('一切正常：没有不正常的设备，没有报警，没有待处理的差错。').waitFor()
  const figure = (name: string) => page.getByRole('region', { name, exact: true })
  await figure('今日收款').getByText('¥0.00').first().waitFor()

  const pays = async (driver: string, plate: string) => {
    await road.park(plate)
    road.pass(30 * 60_000)
    await road.toExit(plate)
    const phone = road.phone(driver)
    const paying = await road.sheet(phone, 'exit')
    await phone.payInWallet(paying.sheet)
    await road.paymentIs(phone, paying.payment, 'paid')
  }
  await pays('lin', '粤B10001')
  await road.driveOut()
  road.exit.fault({ kind: 'gate-silent', times: 1 })
  await pays('wang', '粤B10002')
  await until('the lot says that it is paid and shut', async () => {
    return (await road.rows(`select 1 from alarm where kind = 'paid-but-shut'`)).length > 0
  })
  road.entry.openByHand()

  // By itself, without being asked: the page stands open in the office.
  await figure('今日收款').getByText('¥10.00').waitFor()
  await figure('今日入场').getByText('2', { exact: true }).waitFor()
  await figure('在场车辆').getByText('1', { exact: true }).waitFor()

  const back = async () => {
    await page.getByRole('link', { name: '概况', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: '概况' }).waitFor()
  }
  await page.getByRole('link', { name: '今天有 1 次没有原因的抬杆' }).click()
  await page.getByRole('heading', { level: 1, name: '没有原因的抬杆' }).waitFor()
  await page.getByText('共 1 条').waitFor()
  await page
    .getByRole('row')
    .filter({ hasText: String(lotPlan.number) })
    .click()
  await page.getByRole('heading', { level: 1, name: `${lotPlan.number} ${lotPlan.name}` }).waitFor()

  await back()
  await page.getByRole('link', { name: /^今天有 \d 个报警$/ }).click()
  await page.getByRole('heading', { level: 1, name: '报警' }).waitFor()
  await page.getByRole('row').filter({ hasText: '已付款但未抬杆' }).waitFor()

  road.entry.setClockOffMs(2 * 60_000)
  road.entry.vehicleArrives({ plateText: '粤B10003', colour: 'blue' })
  await back()
  await page.getByRole('link', { name: '1 个设备不正常' }).click()
  await page.getByRole('heading', { level: 1, name: '车场与设备' }).waitFor()
  assert.match(page.url(), /show=wrong/)
  await page.getByRole('row').filter({ hasText: '时钟快' }).click()
  await page.getByRole('heading', { level: 1, name: `${lotPlan.number} ${lotPlan.name}` }).waitFor()

  road.exit.openByHand()
  await road.driveOut()
  await road.settled()
  await road.audit()
  assert.equal((await road.openings('silent')).length, 1, 'one order to a gate that did not move')

  // The day is over, and nobody had ordered that arm up.
  road.pass(34 * 3_600_000)
  await heldAgainstReasons()
  const next = await person(road, browser, 'manager')
  await next.goto(`${road.publicUrl}/console/`)
  await next.getByRole('link', { name: /^\d+ 个差错等待处理$/ }).click()
  await next.getByRole('heading', { level: 1, name: '差错' }).waitFor()
  await next.getByRole('row').filter({ hasText: '不明抬杆' }).first().click()
  await next.getByText('nobody had ordered it').first().waitFor()
})

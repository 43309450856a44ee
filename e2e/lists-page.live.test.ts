import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utils, write } from '@e965/xlsx'
import type { Page } from 'playwright-core'
import { browser, road } from './kit/office.ts'
import { person } from './kit/person.ts'
import { until } from './kit/until.ts'

/*
 * What a lot goes by is changed in the office, and the next car meets it: a price list from now on, month cards out of Excel, and a coupon
 * that a shop gives by its own page and that is settled.
 */

const minute = 60_000
const because = async (page: Page, text: string, sure: string): Promise<void> => {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('原因（会留在操作记录里）').fill(text)
  await dialog.getByRole('button', { name: sure, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}
const owedOf = async (plate: string): Promise<number> => {
  const who = road.phone(`asks-${plate.slice(1)}`)
  await who.scan(`${road.publicUrl}/p/${road.code('prepay')}`)
  return (await who.quote(road.code('prepay'), plate)).body.owedFen!
}
const left = (session: string) =>
  until('the cloud knows that it left', async () => {
    const [row] = await road.rows<{ state: string }>('select state from session where id = $1', [session])
    return row?.state === 'left'
  })

test('a price list, month cards and a coupon from the office meet the next car', async () => {
  // A price list from now on is what the next driver is quoted.
  let page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/tariff`)
  await page.getByLabel('免费分钟').fill('0')
  await page.getByLabel('之后每小时（元）').fill('8')
  await page.getByRole('region', { name: '停车时长与价格' }).getByRole('row').filter({ hasText: '¥8.00' }).waitFor()
  await page.getByRole('button', { name: '发布', exact: true }).click()
  await because(page, '业主大会决定', '发布')
  await page.getByText('车场已生效').first().waitFor()
  road.pass(minute)
  await road.park('粤BT1234')
  road.pass(30 * minute)
  assert.equal(await owedOf('粤BT1234'), 800)

  // Month cards come out of Excel, and such a car goes out without paying.
  page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/cards`)
  await page.getByRole('button', { name: '新建产品' }).click()
  await page.getByLabel('名称').fill('业主月卡')
  await page.getByLabel('每月价格（元）').fill('300')
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  const book = utils.book_new()
  const rows = [
    ['卡号', '车牌', '开始', '到期'],
    ['A-101', '粤BA1234', '2026-01-01', '2098-12-31'],
    ['A-102', '不是车牌', '2026-01-01', '2098-12-31'],
  ]
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows), '月卡')
  await page.getByLabel('文件').setInputFiles({
    ...{ name: '月卡.xlsx', mimeType: 'application/octet-stream' },
    buffer: write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer,
  })
  await page.getByRole('button', { name: '先核对' }).click()
  await page.getByText('开卡 1，修改 0，不变 0，有错 1。').waitFor()
  await page.getByRole('row').filter({ hasText: 'A-102' }).getByText('“不是车牌”不是车牌').waitFor()
  await page.getByRole('button', { name: '导入这 1 行' }).click()
  await page.getByText('车场已生效').first().waitFor()
  const resident = await road.park('粤BA1234')
  road.pass(60 * minute)
  road.exit.vehicleArrives({ plateText: '粤BA1234', colour: 'blue' })
  await road.driveOut()
  await left(resident)
  const [opening] = await road.openings(`session_id = ${resident} and lane_id = 2`)
  assert.deepEqual([opening?.cause_kind, opening?.cause_id], ['month-card', 'A-101'])

  // A shop gives a coupon by its own page, on a telephone.
  page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/shops`)
  await page.getByRole('button', { name: '加商户' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('登录账号').fill('noodles')
  await dialog.getByLabel('店名').fill('面馆')
  await dialog.getByLabel('优惠名称').fill('满百')
  await dialog.getByLabel('数值').fill('5')
  await dialog.getByRole('button', { name: '加商户' }).click()
  const link = (await page.locator('.lp-code').textContent()) ?? ''
  const phone = await browser.newContext({ viewport: { width: 390, height: 800 }, locale: 'zh-CN' })
  const shop = await phone.newPage()
  const complaints: string[] = []
  shop.on('pageerror', ({ message }) => complaints.push(message))
  shop.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 4')) complaints.push(message.text())
  })
  await shop.goto(link)
  await shop.getByLabel('新密码').fill('九里香 2026 老店')
  await shop.getByRole('button', { name: '设置密码' }).click()
  await shop.getByLabel('车牌').fill('粤bt1234')
  await shop.getByRole('button', { name: '发给这辆车' }).click()
  await shop.getByText('已发给 粤BT1234').waitFor()
  await until('the lot has the coupon', async () => {
    const [row] = await road.rows<{ state: string }>(`select state from lot_command where kind = 'coupon'`)
    return row?.state === 'done'
  })

  // It lowers the fee, the driver pays the rest, and the month is settled in fen.
  const full = 1600
  assert.equal(await owedOf('粤BT1234'), full - 500)
  const driver = road.phone('driver-of-the-coupon')
  await driver.scan(`${road.publicUrl}/p/${road.code('prepay')}`)
  const { sheet, payment, quote } = await road.sheet(driver, 'prepay', '粤BT1234')
  assert.equal(quote.owedFen, full - 500)
  await driver.payInWallet(sheet)
  await road.paymentIs(driver, payment, 'paid')
  await road.toExit('粤BT1234')
  await road.driveOut()
  await until('the coupon is settled', async () => {
    const [row] = await road.rows<{ lowered_fen: number | null }>('select lowered_fen from coupon')
    return row?.lowered_fen === 500
  })
  await page.reload()
  const settled = page.getByRole('region', { name: '按月结算' })
  await settled.getByRole('row').filter({ hasText: '面馆' }).filter({ hasText: '¥5.00' }).waitFor()
  await shop.reload()
  await shop.getByText('已使用').waitFor()
  const [scroll, client] = await shop.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  )
  assert.ok(scroll <= client, `${scroll} wide on ${client}`)
  assert.deepEqual(complaints, [])
  await road.settled()
  await road.audit()
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { type LiveLot, pagePassword, startLiveLot } from '@lanepay/lot-agent/page/live-lot.testing.ts'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'

/* A shift on the lot's own page, as an attendant works it in a real browser. The line to the cloud is down all the while. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let browser: Browser
let lot: LiveLot
before(async () => {
  ;[browser, lot] = await Promise.all([
    launchBrowser(),
    startLiveLot({
      booths: [
        { id: 1, name: '东门岗亭', shifts: true },
        { id: 2, name: '西门岗亭', shifts: true },
      ],
    }),
  ])
})
after(async () => {
  await browser.close()
  await lot.close()
})
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const complaints = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe)
  return page.evaluate(`axe.run(document).then(({ violations }) => violations.map((one) => one.id))`)
}

test('chooses the booth, counts and opens, takes cash with its change, gives some back, counts and hands over', async () => {
  await lot.park('粤B12345')
  lot.clock.advance(70 * 60_000)
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  await page.goto(lot.url)
  await page.getByLabel('您的姓名').fill('张师傅')
  await page.getByLabel('本页密码').fill(pagePassword)
  await button(page, '登录').click()
  await page.getByLabel('岗亭').selectOption('1')
  await page.getByText('没有开班').waitFor()
  await button(page, '开班…').click()
  await page.getByLabel('钱箱清点金额（元）').fill('200')
  assert.deepEqual(await complaints(page), [])
  await page.getByRole('dialog').getByRole('button', { name: '开班…' }).click()
  await page.getByText('已开班。').waitFor()

  lot.exit.vehicleArrives({ plateText: '粤B12345', colour: 'blue' })
  const exit = page.getByRole('region', { name: '2 号出口' })
  await exit.getByRole('button', { name: '收现金 ¥10.00' }).click()
  await page.getByLabel('收到（元，可不填）').fill('50')
  await page.getByText('找零 ¥40.00').waitFor()
  await button(page, '已收 ¥10.00').click()
  await page.getByText('已记收现金 ¥10.00。').waitFor()
  await exit.getByRole('button', { name: '停车记录' }).click()
  await button(page, '退现金…').click()
  await page.getByLabel('金额（元）').fill('3')
  await button(page, '多收了').click()
  await page.getByRole('dialog').getByRole('button', { name: '退现金…' }).click()
  await page.getByText('已退现金 ¥3.00。').waitFor()

  await button(page, '交班…').click()
  assert.equal(await page.getByText('207').count(), 0, 'what it should hold is not shown before it was counted')
  await page.getByLabel('钱箱清点金额（元）').fill('206.50')
  await page.getByLabel('接班人').fill('李师傅')
  await page.getByRole('dialog').getByRole('button', { name: '交班…' }).click()
  await page.getByText('已交班。应有 ¥207.00，短款 ¥0.50。').waitFor()
  await button(page, 'English，切换到英文')
    .or(button(page, /English/))
    .first()
    .click()
  await page.getByText('no shift is open').waitFor()
  assert.deepEqual(await complaints(page), [])
  await context.close()
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { type LiveLot, pagePassword, startLiveLot, until } from '@lanepay/lot-agent/page/live-lot.testing.ts'
import { hardware } from '@lanepay/simulator-kiosk/hardware.ts'
import { type KioskSimulator, startKioskSimulator } from '@lanepay/simulator-kiosk/kiosk.ts'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'

/* A cash kiosk on the lot's own page, as whoever fills, watches and empties it works in a real browser. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const secret = 'the secret of the kiosk on the page'
let browser: Browser
let lot: LiveLot
let machine: KioskSimulator
before(async () => {
  ;[browser, lot] = await Promise.all([
    launchBrowser(),
    startLiveLot({ kiosks: [{ id: 9, name: '东侧', secret, floatFen: 5_000 }], kioskPort: 0 }),
  ])
  machine = startKioskSimulator({
    ...{ url: () => lot.agent.kioskUrl!, kiosk: 9, secret, clock: lot.clock, againMs: 20, helloMs: 100 },
    metal: hardware({ hoppers: [{ fen: 100, count: 50 }], takes: [100, 500, 1000, 5000] }),
  })
  machine.on()
})
after(async () => {
  await machine?.close()
  await browser?.close()
  await lot?.close()
})
const complaints = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe)
  return page.evaluate(`axe.run(document).then(({ violations }) => violations.map((one) => one.id))`)
}
/** A driver chooses his plate, puts in fifty yuan for ten, and the coins do what they do. */
async function pays(plate: string): Promise<void> {
  await lot.park(plate)
  lot.clock.advance(70 * 60_000)
  await until('the kiosk knows the fee', () => machine.choose(plate))
  await until('fifty yuan go in', () => machine.insert(5000))
}

test('is filled, seen paying, settled where it jams, ended where it hangs, and emptied; in both languages', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  await page.goto(lot.url)
  await page.getByLabel('您的姓名').fill('张师傅')
  await page.getByLabel('本页密码').fill(pagePassword)
  await page.getByRole('button', { name: '登录' }).click()
  const kiosk = page.getByRole('region', { name: '缴费机 东侧' })
  const dialog = page.getByRole('dialog')
  await kiosk.getByText('没有装找零').waitFor()
  await kiosk.getByRole('button', { name: '装入找零…' }).click()
  assert.equal(await page.getByLabel('留在机内找零（元）').inputValue(), '50.00', 'what the plan says is usual')
  assert.deepEqual(await complaints(page), [])
  await dialog.getByRole('button', { name: '装入找零…' }).click()
  await page.getByText('已登记装入的找零。').waitFor()
  await kiosk.getByText('机内现金 ¥50.00').waitFor()
  await kiosk.getByText('¥1.00 × 50').waitFor()

  machine.metal.jamAfter(45)
  await pays('粤B20001')
  await until('its change is paid', () => machine.isIdle() && machine.screen()[0] === '缴费结束')
  await kiosk.getByText('快用完了').waitFor()
  await kiosk.getByText('机内现金 ¥60.00').waitFor()

  // Change that jams: the case is on the page, and paid from the lot's own drawer.
  machine.metal.empty([{ fen: 100, count: 50 }])
  await pays('粤B20002')
  await kiosk.getByText('欠 粤B·20002 ¥35.00').waitFor()
  assert.deepEqual(await complaints(page), [])
  await kiosk.getByRole('button', { name: '补找零…' }).click()
  await dialog.getByText('从您的钱箱付给司机 ¥35.00。').waitFor()
  await dialog.getByRole('button', { name: '司机当面领取' }).click()
  assert.deepEqual(await complaints(page), [])
  await dialog.getByRole('button', { name: '补找零…' }).click()
  await page.getByText('已补找零 ¥35.00。').waitFor()

  // A purchase that hangs, with its power gone: a person ends it, and it is owed.
  machine.metal.repair()
  machine.faulty({ powerGoes: 'while-paying' })
  await pays('粤B20003')
  await kiosk.getByText('正在找零 ¥40.00').waitFor()
  await kiosk.getByRole('button', { name: '结束这笔缴费…' }).click()
  await dialog.getByRole('button', { name: '机器断电' }).click()
  await dialog.getByRole('button', { name: '结束这笔缴费…' }).click()
  await page.getByText('这笔缴费已结束。').waitFor()
  await kiosk.getByText('欠 粤B·20003 ¥40.00').waitFor()
  machine.on()
  await kiosk.getByText('欠 粤B·20003 ¥39.00').waitFor() // its counter knew of a coin

  await page.getByRole('button', { name: /English/ }).click()
  const english = page.getByRole('region', { name: 'Kiosk 东侧' })
  await english.getByText('¥39.00 owed to 粤B·20003').waitFor()
  await english.getByRole('button', { name: 'Empty …' }).click()
  await page.getByLabel('Counted in it (yuan)').fill('1')
  await page.getByLabel('The money goes to').fill('李师傅')
  await dialog.getByRole('button', { name: 'Empty …' }).click()
  await page.getByText(/^Handed over\. ¥154\.00 expected, ¥153\.00 short\.$/).waitFor()
  await english.getByText('Not filled').waitFor()
  assert.deepEqual(await complaints(page), [])
  await context.close()
})

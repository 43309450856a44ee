import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { silentLog } from '@lanepay/domain/log.ts'
import { hour, minute, type TestLot, testLot } from '@lanepay/lot-agent/fixtures.ts'
import { pageOf } from '@lanepay/lot-agent/page/fixtures.ts'
import { pagePassword } from '@lanepay/lot-agent/page/live-lot.testing.ts'
import type { PageLot } from '@lanepay/lot-agent/page/page-lot.ts'
import { hashPassword } from '@lanepay/lot-agent/page/password.ts'
import { type LotPage, startLotPage } from '@lanepay/lot-agent/page/server.ts'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'

/*
 * Parts of the page that depend on what the lot is, in a real browser on a lot that is driven by hand. What an attendant does all day
 * is in lot-page.live.test.ts.
 */

let browser: Browser
let dir: string
let lot: TestLot
let served: LotPage | null
let page: Page
before(async () => {
  browser = await launchBrowser()
  dir = mkdtempSync(join(tmpdir(), 'lanepay-screen-'))
})
after(async () => {
  await browser.close()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => {
  lot = testLot()
})
afterEach(async () => {
  await page.close()
  await served?.close()
  lot.close()
})

const parked = (plate: string): string => {
  lot.opens(lot.read(1, plate).opening)
  lot.drivesThrough(1)
  return lot.lot.store.openSessions(plate as never)[0]!.id
}
/** Signed in, in Chinese unless told. */
async function open(over: Partial<PageLot> = {}, english = false): Promise<void> {
  served = await startLotPage({
    settings: { host: '127.0.0.1', port: 0, password: hashPassword(pagePassword) },
    page: pageOf(lot, over).page,
    dir,
    log: silentLog,
  })
  page = await browser.newPage({ reducedMotion: 'reduce' })
  page.setDefaultTimeout(60_000)
  await page.goto(served!.url)
  await page.getByLabel('您的姓名').fill('张师傅')
  await page.getByLabel('本页密码').fill(pagePassword)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  if (english) await page.getByRole('button', { name: /EN/ }).click()
}
const button = (name: string) => page.getByRole('button', { name, exact: true })

describe("this box's own clock", () => {
  const hint = /打开自动校时/
  const cases: [what: string, offMs: number | null, shown: string | null, isHinted: boolean][] = [
    ['before the cloud has answered', null, null, false],
    ['a second off is as good as right', 1_200, '与云端一致', false],
    ['a minute off is not over a minute', -60_000, '比云端快 60 秒', false],
    ['over a minute behind', 61_000, '比云端慢 61 秒', true],
    ['in the wrong zone', -8 * 3_600_000, '比云端快 28800 秒', true],
  ]
  for (const [what, offMs, shown, isHinted] of cases)
    test(`${what}: ${shown ?? 'nothing is shown'}`, async () => {
      await open({ cloudOffMs: () => offMs })
      await button('设备').click()
      await page.getByText('车位', { exact: true }).waitFor()
      assert.equal(await page.getByText('本机时钟', { exact: true }).count(), shown === null ? 0 : 1)
      if (shown !== null) await page.getByText(shown).waitFor()
      assert.equal(await page.getByText(hint).count(), isHinted ? 1 : 0)
    })
  test('in English', async () => {
    await open({ cloudOffMs: () => 90_000 }, true)
    await button('Devices').click()
    await page.getByText('90 s behind the cloud').waitFor()
    await page.getByText(/switch its time synchronisation \(NTP\) on/).waitFor()
  })
})

describe('the class of a vehicle', () => {
  const knows = (...classes: string[]) => {
    lot.lot.price = Object.assign((stay: Parameters<typeof lot.lot.price>[0]) => price(stay), {
      classes: () => classes,
    })
  }
  let price: TestLot['lot']['price']
  beforeEach(() => {
    price = lot.lot.price
  })

  test('is put right by a choice, and priced by; once said, the plate says it no more', async () => {
    knows('small', 'large', 'coach')
    const session = parked('粤B12345')
    lot.pass(hour)
    await open()
    await button('场内').click()
    await page.getByRole('button', { name: /粤B·12345/ }).click()
    await button('更正…').click()
    const classes = page.getByLabel('车型')
    assert.deepEqual(await classes.locator('option').allTextContents(), ['按车牌判断', '小型车', '大型车', 'coach'])
    await classes.selectOption('large')
    await button('看了照片').click()
    await button('更正').click()
    await page.getByText('已更正。').waitFor()
    assert.equal(lot.lot.store.session(session as never)?.vehicleClass, 'large')
    const quoted = lot.quote({ session })
    assert.equal('quote' in quoted && quoted.quote.owedFen, 1000)

    await page.getByRole('button', { name: /粤B·12345/ }).click()
    await page.getByText('改为 大型车').waitFor()
    await button('更正…').click()
    assert.deepEqual(await classes.locator('option').allTextContents(), ['大型车', '小型车', 'coach'])
  })

  test('in English', async () => {
    knows('small', 'nev')
    parked('粤B12345')
    lot.pass(minute)
    await open({}, true)
    await button('Inside').click()
    await page.getByRole('button', { name: /粤B·12345/ }).click()
    await button('Correct …').click()
    const options = page.getByLabel('Class of vehicle').locator('option')
    assert.deepEqual(await options.allTextContents(), ['as its plate says', 'small', 'new energy'])
  })

  test('is not asked where the price list knows only one', async () => {
    parked('粤B12345')
    await open()
    await button('场内').click()
    await page.getByRole('button', { name: /粤B·12345/ }).click()
    await button('更正…').click()
    await page.getByLabel('入场时间').waitFor()
    assert.equal(await page.getByLabel('车型').count(), 0)
  })
})

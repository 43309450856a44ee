import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { silentLog } from '@lanepay/domain/log.ts'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../../../e2e/browser.ts'
import { hour, minute, type TestLot, testLot } from '../fixtures.ts'
import { pageOf } from './fixtures.ts'
import { pagePassword } from './live-lot.testing.ts'
import type { PageLot } from './page-lot.ts'
import { hashPassword } from './password.ts'
import { type LotPage, startLotPage } from './server.ts'

/*
 * Parts of the page that depend on what the lot is, in a real browser on a lot that is driven by hand. What an attendant does all day
 * is in e2e/lot-page.live.test.ts.
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

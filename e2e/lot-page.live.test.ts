import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { StateView } from '@lanepay/lot-agent/page/api.ts'
import { type LiveLot, pagePassword, startLiveLot } from '@lanepay/lot-agent/page/live-lot.testing.ts'
import { tap } from '@lanepay/simulator-wire/tap.ts'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { houseFolder } from './kit/house.ts'
import { until } from './kit/until.ts'

/*
 * The lot's own page as an attendant uses it, in a real browser, on a real agent with simulated lanes. The line to the cloud is down
 * from the beginning to the end.
 */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const hourAndTen = 70 * 60_000

let browser: Browser
let lot: LiveLot
let context: BrowserContext
let page: Page
let pageErrors: string[]

before(async () => {
  ;[browser, lot] = await Promise.all([launchBrowser(), startLiveLot()])
})
after(async () => {
  await browser.close()
  await lot.close()
})
beforeEach(() => {
  pageErrors = []
})
afterEach(async () => {
  await context.close()
  assert.deepEqual(pageErrors, [])
})

async function open(options: BrowserContextOptions = {}): Promise<void> {
  context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    // What the page's policy forbids must stay forbidden in the test; only axe comes in past it.
    bypassCSP: false,
    ...options,
  })
  context.setDefaultTimeout(60_000)
  page = await context.newPage()
  page.on('pageerror', ({ message }) => pageErrors.push(message))
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) pageErrors.push(message.text())
  })
  await page.goto(lot.url)
}
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const exit = () => page.getByRole('region', { name: '2 号出口' })
async function signIn(password = pagePassword): Promise<void> {
  await page.getByLabel('您的姓名').fill('张师傅')
  await page.getByLabel('本页密码').fill(password)
  await button('登录').click()
}
async function openSignedIn(options: BrowserContextOptions = {}): Promise<void> {
  await open(options)
  await signIn()
  await exit().waitFor()
}
const complaints = async (): Promise<string[]> => {
  await page.evaluate(axe)
  return page.evaluate(
    `axe.run(document).then(({ violations }) => violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.target.join(' ')).join(', ')))`,
  )
}
const isTooWide = (): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')

describe('at the exit', () => {
  test('signs in, sees the car and what it owes, takes cash, sees the gate open and the car leave', async () => {
    await lot.park('粤B12345')
    lot.clock.advance(hourAndTen)
    await openSignedIn()
    await exit().getByText('通道上没有车').waitFor()
    lot.exit.vehicleArrives({ plateText: '粤B12345', colour: 'blue' })
    await exit().getByText('粤B·12345').first().waitFor()
    await exit().getByText('已停 1 小时 10 分钟').waitFor()
    await exit().getByText('收费10元').waitFor()
    await exit().getByRole('button', { name: '收现金 ¥10.00' }).click()
    await page.getByLabel('收到（元，可不填）').fill('20')
    await page.getByText('找零 ¥10.00').waitFor()
    await button('已收 ¥10.00').click()
    await page.getByText('已记收现金 ¥10.00。').waitFor()
    await exit().getByText('闸杆抬起').waitFor()
    await exit().getByText('闸已开').waitFor()
    await lot.driveOut()
    await exit().getByText('通道上没有车').waitFor()
    await button('日志').click()
    await page.getByLabel('类型').selectOption('cash-taken')
    await page.getByText('¥10.00 · 经手 张师傅').waitFor()
  })

  test('all by keyboard: cash, with nothing but Tab, Enter and Escape', async () => {
    await lot.park('粤B23456')
    lot.clock.advance(hourAndTen)
    lot.exit.vehicleArrives({ plateText: '粤B23456', colour: 'blue' })
    await open()
    await page.getByLabel('您的姓名').focus()
    await page.keyboard.type('李师傅')
    await page.keyboard.press('Tab')
    await page.keyboard.type(pagePassword)
    await page.keyboard.press('Enter')
    const cash = exit().getByRole('button', { name: '收现金 ¥10.00' })
    await cash.waitFor()
    const focused = () => page.evaluate<string>('document.activeElement.textContent')
    const tabTo = async (name: string) => {
      const passed: string[] = []
      while ((await focused()) !== name) {
        passed.push(await focused())
        assert.ok(passed.length < 40, `the keyboard does not get there: ${passed.join(' | ').slice(0, 500)}`)
        await page.keyboard.press('Tab')
      }
    }
    await tabTo('收现金 ¥10.00')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.equal(await focused(), '收现金 ¥10.00', 'back where it was')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await tabTo('已收 ¥10.00')
    await page.keyboard.press('Enter')
    await page.getByText('已记收现金 ¥10.00。').waitFor()
    await lot.driveOut()
  })

  test('a plate misread at the entry: offered, put right by one press and a reason, then paid', async () => {
    await lot.park('粤B8888D')
    lot.clock.advance(hourAndTen)
    await openSignedIn()
    lot.exit.vehicleArrives({ plateText: '粤B88880', colour: 'blue' })
    await exit().getByRole('button', { name: '是这辆，更正车牌' }).click()
    assert.equal(await page.getByLabel('车牌', { exact: true }).inputValue(), '粤B88880')
    await button('看了照片').click()
    await button('更正').click()
    await page.getByText('已更正。').waitFor()
    await exit().getByRole('button', { name: '收现金 ¥10.00' }).click()
    await button('已收 ¥10.00').click()
    await lot.driveOut()
  })

  test('a car that nobody knows: opened with a reason, and not without', async () => {
    await openSignedIn()
    lot.exit.vehicleArrives({ plateText: '京A99999', colour: 'blue' })
    await exit().getByText('没有入场记录').first().waitFor()
    await exit().getByRole('button', { name: '开闸…' }).click()
    assert.equal(await button('开闸').isDisabled(), true)
    await page.getByLabel('原因').fill('救护车')
    await button('开闸').click()
    await page.getByText('已下令开闸。').waitFor()
    await lot.driveOut()
    await page.keyboard.press('3')
    await page.getByText('原因：救护车 · 经手 张师傅').first().waitFor()
  })

  test('what it owes changes while the window is open: the new amount is shown, and taken', async () => {
    await lot.park('粤B34567')
    lot.clock.advance(hourAndTen)
    lot.exit.vehicleArrives({ plateText: '粤B34567', colour: 'blue' })
    await openSignedIn()
    await exit().getByRole('button', { name: '收现金 ¥10.00' }).click()
    lot.clock.advance(60 * 60_000)
    await page.getByText('应收已变为 ¥15.00').waitFor()
    await button('已收 ¥15.00').click()
    await page.getByText('已记收现金 ¥15.00。').waitFor()
    await lot.driveOut()
  })
})

describe('inside', () => {
  test('a car is found by a part of its plate; its story, its pictures; then voided', async () => {
    await lot.park('沪A05070')
    await lot.park('京AD12345')
    await openSignedIn()
    await page.keyboard.press('/')
    await page.keyboard.type('0507')
    const found = page.getByRole('button', { name: /沪A·05070/ })
    await found.waitFor()
    await page.getByRole('button', { name: /京A·D12345/ }).waitFor({ state: 'detached' })
    await found.click()
    await page.getByRole('dialog').getByText('到达通道').waitFor()
    await page.getByRole('dialog').getByRole('img').waitFor()
    await until('the picture is drawn', () => page.evaluate('document.querySelector("dialog img").naturalWidth > 0'))
    await button('作废…').click()
    await button('测试').click()
    await button('作废').click()
    await page.getByText('没有车牌含“0507”的车').waitFor()
    await page.getByText('少输几位再试').waitFor()
  })

  test('"/" leads to the field before the next key comes, however slow the machine', async () => {
    await openSignedIn()
    // No other event comes in between.
    const focused = await page.evaluate(`(async () => {
      dispatchEvent(new KeyboardEvent('keydown', { key: '/', cancelable: true }))
      for (let turns = 0; turns < 20; turns++) await null
      return document.activeElement.id
    })()`)
    assert.equal(focused, 'part')
  })
})

describe('while the box does not answer', () => {
  test('the page says so at once and what to look at; when it is back it goes on by itself', async () => {
    const cable = await tap(() => ({ host: '127.0.0.1', port: Number(new URL(lot.url).port) }))
    try {
      await open()
      await page.goto(`http://127.0.0.1:${cable.port}`)
      await signIn()
      await exit().waitFor()
      cable.cut()
      await page.getByRole('alert').getByText('连不上车场端').waitFor()
      await page.keyboard.press('2')
      await page.getByText('车场端没有应答').waitFor()
      cable.mend()
      await page.getByText('连不上车场端').waitFor({ state: 'detached' })
      await page.keyboard.press('1')
      lot.exit.vehicleArrives({ plateText: '京A55555', colour: 'blue' })
      await exit().getByText('京A·55555').first().waitFor()
    } finally {
      await cable.close()
      if (lot.exit.state().atCamera) lot.exit.vehicleTurnsBack()
    }
  })
})

describe('who may not', () => {
  test('a wrong password is told with what to do, and the page behind stays shut', async () => {
    await open()
    await signIn('a wrong password')
    await page.getByText('密码由安装人员设定').waitFor()
    assert.equal(await exit().count(), 0)
    assert.equal(await page.getByLabel('本页密码').inputValue(), '')
    await signIn()
    await exit().waitFor()
    await button('退出').click()
    await page.getByLabel('本页密码').waitFor()
    assert.equal(await exit().count(), 0)
  })
})

describe('axe has no complaint, and nothing is wider than the screen', () => {
  before(async () => {
    await lot.park('粤B66666')
    lot.clock.advance(hourAndTen)
    lot.exit.vehicleArrives({ plateText: '粤B66666', colour: 'blue' })
    lot.entry.vehicleArrives({ plateText: null, colour: 'unknown' })
  })
  for (const [width, height] of [
    [320, 640],
    [1280, 800],
    [1920, 1080],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const)
      for (const english of [false, true])
        test(`${width} × ${height}, ${colorScheme}, ${english ? 'English' : 'Chinese'}`, async () => {
          await open({ viewport: { width, height }, colorScheme })
          const look = async (what: string) => {
            assert.deepEqual(await complaints(), [], what)
            assert.equal(await isTooWide(), false, `${what} is too wide`)
          }
          await look('signing in')
          await signIn()
          await exit().waitFor()
          if (english) await button(/switch to English/).click()
          await page.locator(`html[lang=${english ? 'en' : 'zh-CN'}]`).waitFor()
          const [cash, story, correct, gate] = english
            ? ['Take ¥10.00 cash', 'Its stay', 'Correct …', 'Open …']
            : ['收现金 ¥10.00', '停车记录', '更正…', '开闸…']
          await button(cash).waitFor()
          await look('lanes')
          for (const name of [cash, story, correct, gate]) {
            // A stay is corrected from its story.
            const opener =
              name === correct ? page.getByRole('dialog').getByRole('button', { name }) : button(name).last()
            await opener.click()
            await page.getByRole('dialog').waitFor()
            if (name === story) {
              await page.getByRole('dialog').getByRole('list').waitFor()
              await look(name)
              continue // the next one is in it
            }
            await look(name)
            await page.keyboard.press('Escape')
            await page.getByRole('dialog').waitFor({ state: 'detached' })
          }
          for (const [key, ready] of [
            ['2', '.sessions li'],
            ['3', '.story li'],
            ['4', '.equipment td'],
          ] as const) {
            await page.keyboard.press(key)
            await page.locator(ready).first().waitFor()
            await look(`view ${key}`)
          }
        })
})

test('the street has such a page as well: `npm start` says where, and with which password', async () => {
  await open() // for the hooks of this file: the street is asked without a browser
  const folder = await houseFolder()
  const house = await folder.start()
  try {
    const [, url = '', password = ''] = /The lot page: (\S+) {2}password (\S+)/.exec(house.output()) ?? []
    assert.equal(new URL(url).port, folder.env.LANEPAY_AGENT_PAGE_PORT)
    assert.ok(password.length >= 12)
    const ask = (path: string, init: RequestInit = {}) => fetch(`${url}/api/${path}`, init)
    const signedIn = await ask('sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password }),
    })
    assert.equal(signedIn.status, 200)
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
    await until('the page says that the cloud is reached and has all', async () => {
      const { lanes, link } = (await (await ask('state', { headers: { cookie } })).json()) as StateView
      assert.deepEqual(
        lanes.map(({ direction }) => direction),
        ['entry', 'exit'],
      )
      return link.connected && link.ackedSeq === link.lastSeq
    })
    assert.equal((await ask('state')).status, 401)
    assert.doesNotMatch(readFileSync(`${folder.home}/lanepay.log`, 'utf8'), new RegExp(password))
  } finally {
    await house.end()
    folder.remove()
  }
})

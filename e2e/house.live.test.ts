import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { embeddedHome } from '@lanepay/database/embedded.ts'
import type { Browser, BrowserContext, Frame, FrameLocator, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { descendantsOf, type HouseFolder, houseFolder, ports, runs, type StreetPage, streetOn } from './kit/house.ts'
import type { LanepayProcess } from './kit/process.ts'
import { until } from './kit/until.ts'

/*
 * `npm start` as a stranger meets it: one process, a street in a real browser, phones whose pages come from the cloud,
 * wallets that ask for the money. Nothing is reached into: what is looked at is what is on the screen.
 */

const patience = 120_000
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let folder: HouseFolder
let house: LanepayProcess
let browser: Browser
let context: BrowserContext
let street: StreetPage
let pageErrors: string[]

before(async () => {
  folder = await houseFolder()
  ;[house, browser] = await Promise.all([folder.start(), launchBrowser()])
})
after(async () => {
  await browser.close()
  await house.end()
  folder.remove()
})
beforeEach(async () => {
  pageErrors = []
  context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'zh-CN',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(patience)
  street = await openStreet()
})
afterEach(async () => {
  await context.close()
  assert.deepEqual(pageErrors, [])
})

async function openStreet(): Promise<StreetPage> {
  const page = await context.newPage()
  page.on('pageerror', ({ message }) => pageErrors.push(message))
  const opened = streetOn(page)
  await opened.open(folder.url)
  return opened
}

const showsPlate = async (phone: FrameLocator, plate: string): Promise<void> => {
  await phone.locator('.plate').first().waitFor()
  await until(
    `the page shows ${plate}`,
    async () =>
      ((await phone.locator('.plate').first().textContent()) ?? '').replaceAll(/[^0-9A-Z一-龥]/gu, '') === plate,
  )
}
const feeOn = async (phone: FrameLocator, yuan: string): Promise<void> => {
  await phone.locator('.sum .amount', { hasText: `¥${yuan}` }).waitFor()
}
const pay = async (phone: FrameLocator, yuan: string): Promise<void> => {
  await phone.getByRole('button', { name: `支付 ¥${yuan}` }).click()
  await phone.getByTestId('wallet-pay').click()
  await phone.getByTestId('wallet-done').click()
}
const park = async (plate: string): Promise<void> => {
  await street.send(plate)
  await street.isAt(plate, '停在')
}
/** 70 minutes: the first hour costs 5 yuan, a second has begun for 3. */
const anHourAndTenMinutes = async (): Promise<void> => {
  const from = await street.now()
  await street.push('+1 小时')
  await street.push('+10 分')
  await until('70 minutes later', async () => (await street.now()) - from >= 70 * 60_000)
}
const complaints = async (page: Page | Frame): Promise<string[]> => {
  await page.evaluate(axe)
  return page.evaluate(
    `axe.run(document, { iframes: false }).then(({ violations }) => violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.target.join(' ')).join(', ')))`,
  )
}
const auditHolds = async (): Promise<void> => {
  const { status, output } = await folder.run('audit')
  assert.match(output, /^[1-9]\d* invariants hold, 0 broken, in (all there is|what has changed since the last audit)$/m)
  assert.equal(status, 0)
}

describe('a visit', () => {
  for (const [driver, wallet, plate] of [
    ['lin', 'wechatpay', '粤B12345'],
    ['wang', 'alipay', '京AD12345'],
  ] as const)
    test(`in, an hour later to the exit, scanned, refused, then paid with ${wallet}, out; every wire tells of it`, async () => {
      await park(plate)
      await anHourAndTenMinutes()
      await street.toExit(plate)
      await street.shows('出口', '收费8元')
      await street.hold(driver, wallet)
      const phone = await street.scan('出口码')
      await showsPlate(phone, plate)
      await feeOn(phone, '8.00')
      const { hostname } = new URL((await phone.owner().getAttribute('src')) ?? '')
      assert.equal(hostname, `${driver}-${wallet}.localhost`)
      await phone.getByRole('button', { name: '支付 ¥8.00' }).click()
      await phone.getByTestId('wallet-sheet').getByText('8.00').first().waitFor()
      await phone.getByTestId('wallet-cancel').click()
      await phone.locator('.note', { hasText: '您取消了支付，没有扣款。' }).waitFor()
      await street.isAt(plate, '在出口')
      await pay(phone, '8.00')
      await phone.getByRole('heading', { name: '道闸已打开' }).waitFor()
      await street.isGone(plate)
      for (const wire of ['camera', 'gate', 'display', 'lot-link', 'driver', 'wallet', wallet])
        assert.notEqual(await street.wire(wire).count(), 0, `the panel shows nothing of ${wire}`)
    })

  for (const [lot, yuan] of [
    ['托管车场', '8.00'],
    ['自带收费软件', '12.00'],
  ] as const) {
    test(`paid inside by the plate that is typed (${lot}); at the exit the arm rises without a scan`, async () => {
      await street.look(lot)
      await park('川A8F6K2')
      await anHourAndTenMinutes()
      await street.hold('chen', 'alipay')
      const phone = await street.scan('场内缴费码')
      const keyboard = phone.getByRole('group', { name: '车牌键盘' })
      for (const key of '川A8F6K2') await keyboard.getByRole('button', { name: key, exact: true }).click()
      await phone.getByRole('button', { name: '查询停车费' }).click()
      await feeOn(phone, yuan)
      await pay(phone, yuan)
      await phone.getByRole('heading', { name: '支付成功' }).waitFor()
      await phone.getByText(/请在 .* 前离场/).waitFor()
      await street.leaves('川A8F6K2')
    })

    test(`without a plate (${lot}): let in by the entry code, out by the exit code of the same phone`, async () => {
      await street.look(lot)
      await street.sendWithoutPlate()
      await street.isAt('无牌车', '在入口')
      await street.shows('入口', '请扫码入场')
      await street.hold('wang', 'wechatpay')
      const entry = await street.scan('入口码')
      await entry.getByRole('heading', { name: '欢迎入场' }).waitFor()
      const pass = (await entry.locator('.plate.pass').textContent()) ?? ''
      assert.notEqual(pass, '')
      await street.isAt('无牌车', '停在')
      await anHourAndTenMinutes()
      await street.toExit('无牌车')
      // Its software takes whoever scans for the driver of what stands at its camera, and nobody before it stands there.
      if (lot === '自带收费软件') await street.shows('出口', '未识别车牌')
      const exit = await street.scan('出口码')
      await exit.locator('.plate.pass', { hasText: pass }).waitFor()
      await feeOn(exit, yuan)
      await pay(exit, yuan)
      await street.isGone('无牌车')
    })
  }

  test('in the lot with charging software of its own: priced by it, paid, its arm raised; the Bolink wire tells of it', async () => {
    await street.look('自带收费软件')
    await park('粤B45678')
    // Longer than the visits before it: what the wires say of this one is told by its price.
    await anHourAndTenMinutes()
    await anHourAndTenMinutes()
    await street.toExit('粤B45678')
    await street.shows('出口', '收费18元')
    await street.hold('chen', 'wechatpay')
    const phone = await street.scan('出口码')
    await showsPlate(phone, '粤B45678')
    await feeOn(phone, '18.00')
    await pay(phone, '18.00')
    await phone.getByRole('heading', { name: '道闸已打开' }).waitFor()
    await street.isGone('粤B45678')
    for (const said of ['收费软件答：应付 ¥18.00', '已付 ¥18，请放行', '粤B45678 离场'])
      await street.wire('bolink').filter({ hasText: said }).first().waitFor()
  })

  test('within the free quarter of an hour nothing is owed, and nobody has to scan', async () => {
    await park('沪A05070')
    await street.push('+10 分')
    await street.hold('lin', 'alipay')
    const phone = await street.scan('场内缴费码')
    for (const key of '沪A05070')
      await phone.getByRole('group', { name: '车牌键盘' }).getByRole('button', { name: key, exact: true }).click()
    await phone.getByRole('button', { name: '查询停车费' }).click()
    await phone.getByRole('heading', { name: '无需支付' }).waitFor()
    await street.leaves('沪A05070')
  })
})

describe('in both languages', () => {
  for (const language of ['zh-CN', 'en'] as const)
    test(`street and phone speak ${language}, and axe has no complaint`, async () => {
      await street.page.goto(`${folder.url}/?lang=${language}`)
      const english = language === 'en'
      const code = english ? 'Scan with the phone: Pay inside' : '用手机扫一扫: 场内缴费码'
      await street.page.getByRole('button', { name: code }).click()
      const phone = street.page.frameLocator('iframe[data-phone=lin-wechatpay]')
      if (english) await phone.getByRole('button', { name: /switch to English/ }).click()
      await phone.getByRole('heading', { name: english ? 'Enter your plate' : '输入车牌号' }).waitFor()
      const frame = street.page.frames().find((one) => one.url().includes('//lin-wechatpay.localhost'))
      assert.equal(await frame!.evaluate('document.documentElement.lang'), language)
      assert.equal(await street.page.evaluate('document.documentElement.lang'), language)
      const words = await street.page.evaluate<string>(
        '[...document.querySelectorAll("header, .sender, .phone-picks, .wires h2")].map((one) => one.innerText).join(" ")',
      )
      assert.match(words, english ? /Send in a car.*WeChat/s : /来车.*微信/s)
      for (const page of [street.page, frame!]) assert.deepEqual(await complaints(page), [])
    })
})

describe('stopped, started, killed', () => {
  test('audit finds every invariant held, beside the running installation', auditHolds)

  test('a second start in the same folder says that one runs and where, and ends', async () => {
    const { status, output } = await folder.run('all')
    assert.equal(status, 1)
    assert.match(output, new RegExp(`already running.*process ${house.pid}\\b.*${folder.url}`))
  })

  test('reset is refused while it runs', async () => {
    const { status, output } = await folder.run('reset')
    assert.equal(status, 1)
    assert.match(output, /already running/)
    await street.open(folder.url)
  })

  test('commands work beside it on its data, and it goes on', async () => {
    const plan = join(folder.home, 'lot-77.json')
    const lanes = [{ id: 1, name: '入口', direction: 'entry' }]
    const operator = { id: '77', name: '月光物业' }
    const lot = { bucket: 2, number: 77, name: '月光花园', platformFeeBasisPoints: 60, accounts: [] }
    writeFileSync(plan, JSON.stringify({ ...lot, operator, lanes }))
    for (const [args, says] of [
      [['lot', plan], /场内预支付/],
      [['enrol', '77'], /for lot 77, works once/],
      [['order', '77', 'docs/examples/lists.json'], /for lot 77; a worker tells the lot/],
    ] as const) {
      const { status, output } = await folder.run(...args)
      assert.deepEqual([status, args], [0, args], output)
      assert.match(output, says)
    }
    const taken = folder.env.LANEPAY_HTTP_PORT!
    const captured = join(folder.home, 'captured.json')
    const { status, output } = await folder.run('capture', '2', '--for', '1', '--listen', taken, captured)
    assert.deepEqual([status, output], [1, `Port ${taken} is taken; set --listen to a free one.\n`])
    assert.doesNotMatch(house.output(), /database ended/)
    await street.open(folder.url)
    await park('浙A77777')
    await auditHolds()
  })

  test('a taken port is named with the setting that changes it, and nothing is started', async () => {
    const other = await houseFolder()
    const taken = Object.fromEntries(ports.map((name) => [name, folder.env[name]!]))
    try {
      const { status, output } = await other.runWith(taken, 'all')
      assert.equal(status, 1)
      assert.deepEqual(
        new Set(output.trim().split('\n')),
        new Set(ports.map((name) => `Port ${folder.env[name]} is taken; set ${name} to a free one.`)),
      )
      assert.equal(existsSync(join(other.home, 'postgres')), false)
    } finally {
      other.remove()
    }
  })

  test('after Ctrl-C no process is left; started again the cars, the clock and the known phones are there', async () => {
    await park('浙A2C4D6')
    await anHourAndTenMinutes()
    await street.hold('lin', 'wechatpay')
    await (await street.scan('场内缴费码')).getByRole('heading', { name: '输入车牌号' }).waitFor()
    const before = await street.now()
    const processes = existsSync('/proc/self/stat') ? descendantsOf(house.pid) : []
    assert.equal(await house.end('SIGINT'), 0)
    assert.match(house.output(), /Stopped\./)
    await until('every process of it has ended', () => !processes.some(runs), 20_000)
    await auditHolds()

    house = await folder.start()
    await street.page.locator('.offline').waitFor({ state: 'detached' })
    await street.isAt('浙A2C4D6', '停在')
    street = await openStreet()
    await street.isAt('浙A2C4D6', '停在')
    assert.ok((await street.now()) >= before, 'the clock went back')
    await (await street.scan('场内缴费码')).getByRole('heading', { name: '输入车牌号' }).waitFor()
    await street.wire('driver').first().waitFor()
    assert.equal(await street.wire('wechatpay').filter({ hasText: 'OAuth' }).count(), 0, 'the wallet was asked again')
    await street.toExit('浙A2C4D6')
    await feeOn(await street.scan('出口码'), '8.00')
  })

  test('killed with the sheet open, started again: the same visit is paid once and ends', async () => {
    await street.isAt('浙A2C4D6', '在出口')
    await street.hold('lin', 'wechatpay')
    const before = await street.scan('出口码')
    await before.getByRole('button', { name: '支付 ¥8.00' }).click()
    await before.getByTestId('wallet-pay').waitFor()
    await house.kill()
    house = await folder.start()
    street = await openStreet()
    await street.isAt('浙A2C4D6', '在出口')
    const phone = await street.scan('出口码')
    await phone.getByRole('button', { name: /(?:继续)?支付 ¥8\.00/ }).click()
    await phone.getByTestId('wallet-pay').click()
    await phone.getByTestId('wallet-done').click()
    await street.isGone('浙A2C4D6')
    await auditHolds()
  })

  test('reset when stopped starts over: no car, and the hour is the machine’s', async () => {
    await park('粤B66666')
    assert.equal(await house.end('SIGINT'), 0)
    await auditHolds()
    const { status } = await folder.run('reset')
    assert.equal(status, 0)
    assert.equal(existsSync(folder.home), false)
    house = await folder.start()
    street = await openStreet()
    await street.page.getByText('还没有车').waitFor()
    assert.ok(Math.abs((await street.now()) - Date.now()) < 30 * 60_000)
  })
  test('its database stopped by somebody else: it ends, says so, and keeps the database’s last words', async () => {
    const pidFile = join(embeddedHome(join(folder.home, 'postgres')), 'data', 'postmaster.pid')
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGINT')
    await until('it has ended', () => !runs(house.pid))
    const logFile = join(folder.home, 'lanepay.log')
    assert.match(house.output(), new RegExp(`The database ended by itself; its last words are in ${logFile}`))
    assert.match(readFileSync(logFile, 'utf8'), /"event":"database-ended".*received fast shutdown request/)
    house = await folder.start()
  })
})

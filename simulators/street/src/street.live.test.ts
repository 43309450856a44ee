import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import jsqr from 'jsqr'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../../../e2e/browser.ts'
import { type StandIn, StandInLane, standInBridge, standInCloud, standInWallet } from './fixtures.ts'
import { createStreetFeed, type Street, type StreetFeed, startStreet } from './street.ts'
import type { StreetView } from './view.ts'

/* The page in a real browser, with stand-ins for everything round the street. */

const patience = 60_000
const wechatAgent = 'Mozilla/5.0 MicroMessenger/8.0 WeChat'
const alipayAgent = 'Mozilla/5.0 AlipayClient/10.7'

let browser: Browser
let context: BrowserContext
let page: Page
let street: Street
let cloud: StandIn & { readonly agents: Set<string> }
let wallet: Awaited<ReturnType<typeof standInWallet>>
let entry: StandInLane
let exit: StandInLane
let clock: SimulatedClock
let feed: StreetFeed
let dir: string
let ahead: number[]
let pageErrors: string[]

before(async () => {
  browser = await launchBrowser()
})
after(() => browser.close())

const codes = () =>
  [
    ['prepay', 0],
    ['entry', 1],
    ['exit', 2],
  ].map(([kind, laneId]) => ({
    kind: kind as 'prepay',
    laneId: laneId as number,
    name: kind as string,
    url: `${cloud.url}/p/CODE-${kind}`,
  }))

async function openStreet(): Promise<void> {
  entry = new StandInLane()
  exit = new StandInLane()
  // The lot: whoever has a plate comes in, and nobody gets out unpaid.
  entry.whenArrived = (plate) => {
    entry.set({ display: plate === null ? ['无牌车', '请扫码入场'] : [plate, '欢迎光临'] })
    if (plate !== null) entry.set({ arm: 'up' })
  }
  exit.whenArrived = (plate) => exit.set({ display: [plate ?? '未识别车牌', '收费8.00元'] })
  street = await startStreet({
    host: '127.0.0.1',
    port: 0,
    clock,
    feed,
    dir,
    pace: 12,
    onAdvance: (aheadMs) => ahead.push(aheadMs),
    hosted: {
      plan: {
        name: '阳光花园',
        bays: 3,
        tariffText: '每小时 5 元',
        lanes: [
          { id: 1, name: '入口', direction: 'entry' },
          { id: 2, name: '出口', direction: 'exit' },
        ],
        codes: codes(),
      },
      lanes: { 1: entry, 2: exit },
    },
    cloudUrl: cloud.url,
    wallets: {
      wechatpay: { url: wallet.url, bridgeScript: standInBridge, userAgent: wechatAgent },
      alipay: { url: `${wallet.url}/`, bridgeScript: standInBridge, userAgent: alipayAgent },
    },
    drivers: [
      { id: 'lin', name: '林女士' },
      { id: 'wang', name: '王先生', wallet: 'alipay' },
    ],
  })
}

beforeEach(async () => {
  clock = new SimulatedClock()
  feed = createStreetFeed()
  ahead = []
  pageErrors = []
  dir = mkdtempSync(join(tmpdir(), 'lanepay-street-'))
  wallet = await standInWallet({
    onPaid: () => {
      feed.tell({ at: clock.now(), wire: 'wallet', from: 'driver', to: 'wechatpay', title: 'pay in the wallet  → ok' })
      exit.set({ arm: 'up' })
    },
  })
  const standing = () => exit.state().display[0] ?? ''
  cloud = await standInCloud({ walletUrl: () => wallet.url, publicUrl: () => cloud.url, plate: standing })
  await openStreet()
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(patience)
  page = await context.newPage()
  page.on('pageerror', ({ message }) => pageErrors.push(message))
})
afterEach(async () => {
  await context.close()
  await street.close()
  await cloud.close()
  await wallet.close()
  rmSync(dir, { recursive: true, force: true })
  assert.deepEqual(pageErrors, [])
})

const look = async (at = street.url, on = page) => {
  await on.goto(at)
  await on.getByRole('button', { name: /随机车牌|Random plate/ }).waitFor()
}
const car = (plate: string) => page.locator('.car-list li', { hasText: plate })
const place = async (plate: string, text: string) => {
  await page.locator('.car-list li', { hasText: plate }).filter({ hasText: text }).waitFor()
}
const gone = (plate: string) => car(plate).waitFor({ state: 'detached' })
const send = async (plate: string) => {
  await page.getByPlaceholder('如 粤B12345').fill(plate)
  await page.getByRole('button', { name: '开来' }).click()
}
const phone = (name = 'lin-wechatpay') => page.frameLocator(`iframe[data-phone=${name}]`)

describe('a visit', () => {
  test('typed in, seen, let in, parked; out, scanned, paid in the wallet, let out', async () => {
    await look()
    await send('粤b·12345')
    await place('粤B·12345', '停在')
    assert.deepEqual(
      entry.told,
      ['arrives 粤B12345', 'drives through'],
      'the camera sees the plate in its one spelling',
    )
    await car('粤B·12345').getByRole('button', { name: '开到出口' }).click()
    await place('粤B·12345', '在出口')
    await page.locator('canvas.led[aria-label*="收费8.00元"]').waitFor()
    await page.getByRole('button', { name: '用手机扫一扫: 出口码' }).click()
    await phone().getByText('粤B12345').waitFor()
    assert.equal(await phone().locator('#who').textContent(), 'code-of-lin', 'the wallet said whose phone it is')
    assert.equal(await phone().locator('#agent').textContent(), wechatAgent, 'and the page finds itself in that wallet')
    assert.ok([...cloud.agents].every((agent) => agent === wechatAgent))
    assert.match((await page.locator('.bar-text').textContent()) ?? '', /停车缴费.*\/p\/CODE-exit/)
    await phone().getByRole('button', { name: '支付' }).click()
    await phone().getByTestId('wallet-pay').click()
    await gone('粤B·12345')
    assert.deepEqual(wallet.paidBy, ['lin'])
    assert.deepEqual(exit.told, ['arrives 粤B12345', 'drives through'])
  })

  test('without a plate it waits at the entry; it can turn back', async () => {
    await look()
    await page.getByRole('button', { name: '无牌车', exact: true }).click()
    const waiting = page.locator('.car-list li', { hasText: '在入口' })
    await page.locator('canvas.led[aria-label*="请扫码入场"]').waitFor()
    await waiting.getByRole('button', { name: '掉头' }).click()
    await page.getByText('还没有车').waitFor()
    assert.deepEqual(entry.told, ['arrives null', 'turns back'])
  })

  test('when every bay is taken the next car is refused, in words', async () => {
    await look()
    for (let n = 1; n <= 3; n++) {
      await page.getByRole('button', { name: '随机车牌' }).click()
      await page
        .locator('.car-list li')
        .nth(n - 1)
        .waitFor()
      await page
        .locator('.car-list li', { hasText: '停在' })
        .nth(n - 1)
        .waitFor()
      entry.set({ arm: 'down' })
    }
    await page.getByRole('button', { name: '随机车牌' }).click()
    await page.getByRole('status').getByText('车位满了').waitFor()
  })
})

describe('what stays', () => {
  test('a reload and a second viewer see the same; cars and known phones outlast a restart', async () => {
    await look()
    await send('京A88888')
    await place('京A·88888', '停在')
    const second = await context.newPage()
    await look(street.url.replace('localhost', '127.0.0.1'), second)
    await second.locator('.car-list li', { hasText: '京A·88888' }).filter({ hasText: '停在' }).waitFor()
    await second.getByRole('button', { name: '用手机扫一扫: 场内缴费码' }).click()
    await second.frameLocator('iframe[data-phone=lin-wechatpay]').getByText('code-of-lin').waitFor()
    await second.close()
    assert.equal(wallet.asked, 1)

    await street.close()
    await openStreet()
    await look()
    await place('京A·88888', '停在')
    await page.getByRole('button', { name: '用手机扫一扫: 场内缴费码' }).click()
    await phone().getByText('code-of-lin').waitFor()
    assert.equal(wallet.asked, 1, 'the phone is still known')
    await page.getByRole('button', { name: '换新手机' }).click()
    await page.getByRole('button', { name: '用手机扫一扫: 场内缴费码' }).click()
    await phone().getByText('code-of-lin').waitFor()
    assert.equal(wallet.asked, 2, 'a new one is not')
  })

  test('each driver and each wallet is a phone of its own', async () => {
    await look()
    const scan = () => page.getByRole('button', { name: '用手机扫一扫: 出口码' }).click()
    await scan()
    await phone().getByText('code-of-lin').waitFor()
    await page.getByRole('button', { name: '支付宝', exact: true }).first().click()
    await scan()
    await phone('lin-alipay').getByText(alipayAgent).waitFor()
    await page.getByLabel('车主').selectOption('wang')
    await scan()
    await phone('wang-alipay').getByText('code-of-wang').waitFor()
    assert.equal(wallet.asked, 3)
    await page.getByLabel('车主').selectOption('lin')
    assert.equal(await phone('lin-alipay').getByText('code-of-lin').isVisible(), true, 'its page is still open')
    await page.getByRole('button', { name: '关闭页面' }).click()
    await page.getByText('点街上的二维码').waitFor()
  })
})

test('the clock goes on for everybody, and its keeper is told', async () => {
  await look()
  const before = clock.now()
  await page.getByRole('button', { name: '+1 小时' }).click()
  await page.getByRole('button', { name: '+10 分' }).click()
  const hour = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', hourCycle: 'h23' })
  await page
    .locator('.clock time', { hasText: new RegExp(`^${hour.format(before + 70 * 60_000).slice(0, 2)}:`) })
    .waitFor()
  assert.deepEqual(ahead, [3_600_000, 4_200_000])
})

/** What is in a picture on the page, read as a scanner reads it. */
async function readPicture(selector: string): Promise<string | undefined> {
  const side = 400
  const pixels = (await page.evaluate(`(async () => {
    const picture = document.querySelector('${selector}')
    await picture.decode()
    const pen = Object.assign(document.createElement('canvas'), { width: ${side}, height: ${side} }).getContext('2d')
    pen.drawImage(picture, 0, 0, ${side}, ${side})
    return [...pen.getImageData(0, 0, ${side}, ${side}).data]
  })()`)) as number[]
  return jsqr.default(new Uint8ClampedArray(pixels), side, side)?.data
}

test('the printed codes are real', async () => {
  await look()
  await page.getByRole('button', { name: '放大二维码: 出口码' }).click()
  assert.equal(await readPicture('.large-code img'), `${cloud.url}/p/CODE-exit`)
  await page.keyboard.press('Escape')
  await page.locator('.large-code').waitFor({ state: 'detached' })
})

test('a wallet shows its pay code as digits and as a real picture, another one when its minute is over or it is asked to', async () => {
  await look()
  const digits = page.getByLabel(/^(付款码数字|Digits of the pay code)$/)
  const shows = async (text: string) => {
    await digits.getByText(text, { exact: true }).waitFor()
    assert.equal(await readPicture('.pay-card img'), text.replaceAll(' ', ''))
  }
  await page.getByRole('button', { name: '付款码', exact: true }).click()
  await shows('2800 0000 0000 0000 01')
  await page.getByRole('button', { name: '+10 分' }).click()
  await shows('2800 0000 0000 0000 02')
  await page.getByRole('button', { name: '换一个' }).click()
  await shows('2800 0000 0000 0000 03')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { name: /Pay code/ }).waitFor()
  await page.getByLabel('Driver').selectOption('wang')
  await shows('2800 0000 0000 0000 04')
  await page.getByRole('button', { name: 'Scan', exact: true }).click()
  await page.getByText('Click a code on the street').waitFor()
})

describe('the wires', () => {
  test('every message as it happens, in words and decoded; filtered, paused, cleared', async () => {
    await look()
    const told = (title: string, wire: 'camera' | 'lot-link' = 'camera') =>
      feed.tell({
        at: clock.now(),
        wire,
        from: 'a',
        to: 'b',
        title,
        detail: { appSecret: 'opensesame', plate: '粤B12345' },
      })
    const line = (text: string) => page.locator('.wire', { hasText: text })
    told('plate 粤B12345, record 1, auto  → 200')
    await line('相机认出 粤B12345').click()
    const detail = page.locator('.wire-detail pre')
    await detail.getByText('粤B12345').waitFor()
    assert.doesNotMatch((await detail.textContent()) ?? '', /opensesame/)

    const filter = page.getByRole('button', { name: /^相机 \d/ })
    await filter.click()
    await line('相机认出').waitFor({ state: 'detached' })
    await filter.click()
    await line('相机认出').waitFor()

    await page.getByRole('button', { name: '暂停' }).click()
    told('MQTT lot/1/1/agent/up/hello', 'lot-link')
    await page.getByRole('button', { name: '继续 (1)' }).waitFor()
    assert.equal(await line('车场上线了').count(), 0)
    await page.getByRole('button', { name: '继续 (1)' }).click()
    await line('车场上线了').waitFor()

    await page.getByRole('button', { name: '清空' }).click()
    await page.getByText('还没有消息').waitFor()
  })

  test('the same question with the same answer is one entry', async () => {
    await look()
    for (let n = 0; n < 5; n++)
      feed.tell({ at: clock.now(), wire: 'camera', from: 'a', to: 'b', title: 'comet poll  → 200', detail: { n } })
    await page.locator('.wire', { hasText: '相机来取指令' }).getByText('×5').waitFor()
    for (const plate of ['粤B12345', '京A88888'])
      feed.tell({
        at: clock.now(),
        wire: 'lot-link',
        from: 'a',
        to: 'b',
        title: 'MQTT lot/1/1/agent/up/events',
        detail: { events: [{ kind: 'entered', plate }] },
      })
    await page.locator('.wire', { hasText: '记下入场 粤B12345' }).waitFor()
    await page.locator('.wire', { hasText: '记下入场 京A88888' }).waitFor()
  })
})

test('a fault is asked of the wallet, shown as waiting, and taken back', async () => {
  await look()
  await page.getByRole('button', { name: '故障' }).click()
  const lost = page.getByRole('switch', { name: /支付通知丢失/ }).first()
  const double = page.getByRole('switch', { name: /支付通知重复/ }).first()
  await lost.click()
  await page.getByRole('switch', { name: /支付通知丢失/, checked: true }).waitFor()
  await double.click()
  await page.getByRole('switch', { name: /支付通知重复/, checked: true }).waitFor()
  assert.deepEqual(
    wallet.faults.map(({ kind }) => kind),
    ['notify-lose', 'notify-double'],
  )
  await lost.click()
  await page.getByRole('switch', { name: /支付通知丢失/, checked: true }).waitFor({ state: 'detached' })
  assert.deepEqual(
    wallet.faults.map(({ kind }) => kind),
    ['notify-double'],
    'the others stay',
  )
})

test('the guided tour plays a whole visit by itself, as far as the street shows that it happened', async () => {
  await look(`${street.url}/?lang=en`)
  await page.getByRole('button', { name: 'Show me' }).click()
  const next = page.locator('.tour-buttons .primary')
  const seen: string[] = []
  for (;;) {
    const title = (await page.locator('.tour h2').textContent()) ?? ''
    seen.push(title.replace(/^Step (\d+).*$/, '$1'))
    if (title.includes('10/10')) break
    await next.click()
    await page.locator('.tour h2', { hasText: new RegExp(`^Step ${seen.length + 1}/`) }).waitFor()
  }
  assert.deepEqual(seen, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'])
  assert.deepEqual(wallet.paidBy, ['lin'])
  await page.getByText('No cars yet').waitFor()
  await page.getByText(/From the tap in the wallet to the arm: \d/).waitFor()
})

describe('anybody can use it', () => {
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
  const complaints = async (): Promise<string[]> => {
    await page.addScriptTag({ path: axe })
    return (await page.evaluate(
      `axe.run(document, { iframes: false }).then(({ violations }) => violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.target.join(' ')).join(', ')))`,
    )) as string[]
  }
  for (const [language, width, height] of [
    ['zh-CN', 1280, 800],
    ['en', 1920, 1080],
    ['zh-CN', 390, 844],
  ] as const)
    test(`no complaint of axe, and nothing sticks out sideways: ${language} at ${width}`, async () => {
      await context.close()
      context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', bypassCSP: true })
      context.setDefaultTimeout(patience)
      page = await context.newPage()
      await look(`${street.url}/?lang=${language}`)
      await page.locator('.sender button').nth(1).click()
      await page.locator('.car-list li .primary').waitFor()
      feed.tell({
        at: clock.now(),
        wire: 'wallet',
        from: 'a',
        to: 'b',
        title: 'pay in the wallet  → ok',
        detail: { a: 1 },
      })
      await page.locator('.wire-line').last().click()
      assert.deepEqual(await complaints(), [])
      const wide = await page.evaluate(
        '[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("svg, iframe, .scene, pre")).map((e) => e.tagName + "." + e.className)',
      )
      assert.deepEqual(wide, [])
      await page.locator('.tools button[aria-expanded]').click()
      assert.deepEqual(await complaints(), [])
      await page.keyboard.press('Escape')
      await page.locator('.tools .primary').click()
      await page.locator('.tour').waitFor()
      assert.deepEqual(await complaints(), [])
    })

  test('a car comes and goes without a mouse', async () => {
    await look()
    await page.getByPlaceholder('如 粤B12345').focus()
    await page.keyboard.type('粤B12345')
    await page.keyboard.press('Enter')
    await place('粤B·12345', '停在')
    await car('粤B·12345').getByRole('button', { name: '开到出口' }).focus()
    await page.keyboard.press('Enter')
    await place('粤B·12345', '在出口')
  })
})

test('in a browser that does not find the phones’ host names they work all the same, one at a time', async () => {
  await page.route('**/~street/knock', (route) => route.abort())
  await look()
  await page.getByRole('button', { name: '用手机扫一扫: 出口码' }).click()
  await phone().getByText('code-of-lin').waitFor()
  assert.equal(new URL((await page.locator('iframe').first().getAttribute('src')) ?? '', street.url).origin, street.url)
  await page.getByLabel('车主').selectOption('wang')
  await page.getByRole('button', { name: '用手机扫一扫: 出口码' }).click()
  await phone('wang-alipay').getByText('code-of-wang').waitFor()
})

describe('over HTTP', () => {
  const act = (body: unknown, type = 'application/json') =>
    fetch(`${street.url}/street/act`, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) })

  test('an act that breaks a rule is refused by name and changes nothing', async () => {
    const refused: [unknown, number, RegExp][] = [
      [{}, 409, /do:/],
      [null, 409, /do:/],
      [{ do: 'send', plate: '' }, 409, /plate: 1 to 16/],
      [{ do: 'send', plate: '粤B12345', colour: 'pink' }, 409, /colour: one of/],
      [{ do: 'advance', ms: -1 }, 409, /ms: 1 to/],
      [{ do: 'advance', ms: 1e15 }, 409, /ms: 1 to/],
      [{ do: 'drive-out', car: 9 }, 409, /not here/],
      [{ do: 'fault', id: 'wechatpay:none', on: true }, 409, /no fault/],
      [{ do: 'new-phone', phone: 'nobody-alipay' }, 409, /no phone/],
    ]
    for (const [body, status, message] of refused) {
      const answer = await act(body)
      assert.equal(answer.status, status, JSON.stringify(body))
      assert.match(await answer.text(), message)
    }
    assert.equal((await act({ do: 'send-any' }, 'text/plain')).status, 415, 'another site cannot act')
    assert.deepEqual(ahead, [])
    assert.deepEqual(entry.told, [])
  })

  test('where phones have no host names of their own this origin is lent to one of them', async () => {
    const lent = await fetch(`${street.url}/street/phone/lin-wechatpay?to=/p/CODE-exit`, { redirect: 'manual' })
    assert.equal(lent.headers.get('location'), '/p/CODE-exit')
    const cookie = lent.headers.getSetCookie()[0]!.split(';')[0]!
    const first = await fetch(`${street.url}/p/CODE-exit`, { headers: { cookie }, redirect: 'manual' })
    assert.match(first.headers.get('location') ?? '', /^\/~wechatpay\/authorize\?/)
    const whole = await fetch(`${street.url}/p/CODE-exit`, { headers: { cookie } })
    assert.match(await whole.text(), /<head><script src="\/~street\/phone\.js"><\/script>/)
    assert.equal(whole.headers.get('x-frame-options'), null)
    assert.equal((await fetch(`${street.url}/p/CODE-exit`)).status, 404, 'without it there is no phone here')
    const evil = await fetch(`${street.url}/street/phone/lin-wechatpay?to=//elsewhere.example/`, { redirect: 'manual' })
    assert.equal(evil.status, 400)
  })

  test('whoever comes back is told what was missed, and nothing twice', async () => {
    for (const title of ['one', 'two']) feed.tell({ at: 0, wire: 'gate', from: 'a', to: 'b', title })
    const [first, second] = feed.after(0)
    const heard = async (after: number) => {
      const stop = new AbortController()
      const answer = await fetch(`${street.url}/street/events`, {
        headers: { 'last-event-id': String(after) },
        signal: stop.signal,
      })
      let text = ''
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk
        if (text.includes('event: state') && (after === second!.n || text.includes('two'))) break
      }
      stop.abort()
      return text
    }
    assert.doesNotMatch(await heard(first!.n), /"one"/)
    assert.match(await heard(first!.n), /"two"/)
    const state = /event: state\ndata: (.*)\n/.exec(await heard(second!.n))![1]!
    assert.deepEqual((JSON.parse(state) as StreetView).cars, [])
  })
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { alipayUserAgent } from '@lanepay/simulator-alipay/simulator.ts'
import { weixinUserAgent } from '@lanepay/simulator-wechatpay/simulator.ts'
import type { Phone } from '../kit/phone.ts'
import { assertRefused, changed, json, type OpenPayment, paysInTheEnd, startOpenPayment } from './driver.testing.ts'
import { restingContents, untouched } from './untouched.ts'

/* Who nobody is sure of: forged, changed, borrowed and stale identities, and odd ways back from the wallet. */
const desktop = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0'
let payerCookie: string
let road: OpenPayment['road']
let payer: OpenPayment['payer']
let other: OpenPayment['other']
let quote: OpenPayment['quote']
let payment: OpenPayment['payment']
let refused: OpenPayment['refused']
before(async () => {
  ;({ road, payer, other, quote, payment, refused } = await startOpenPayment())
  payerCookie = await cookieOfNew('the-payer')
  await restingContents(road)
})
after(() => road.close())

/** The cookies that identify this driver, as a test may change them. */
async function cookieOfNew(driver: string): Promise<string> {
  const phone = road.phone(driver)
  let cookie = ''
  const token = road.code('exit')
  const who = await phone.send(`${road.publicUrl}/p/${token}/who`)
  const wallet = await phone.send(who.headers.get('location')!)
  const back = await phone.send(wallet.headers.get('location')!)
  for (const set of back.headers.getSetCookie()) if (set.startsWith('lp_driver=')) cookie = set.split(';')[0]!
  assert.notEqual(cookie, '')
  return cookie
}

describe('who is asking', () => {
  const [name = '', value = ''] = ['lp_driver', '']
  const cases: [string, () => Record<string, string>][] = [
    ['nobody', () => ({ 'user-agent': weixinUserAgent })],
    ['a browser that is no wallet', () => ({ 'user-agent': desktop })],
    ['no user agent at all', () => ({ 'user-agent': '' })],
    ["a browser that is no wallet, with a wallet's cookie", () => ({ 'user-agent': desktop, cookie: payerCookie })],
    ["another wallet with this one's cookie", () => ({ 'user-agent': alipayUserAgent, cookie: payerCookie })],
    ['a cookie with a changed character', () => ({ 'user-agent': weixinUserAgent, cookie: changed(payerCookie, 20) })],
    ['a cookie with another seal', () => ({ 'user-agent': weixinUserAgent, cookie: `${payerCookie.slice(0, -3)}AAA` })],
    ['a cookie without its seal', () => ({ 'user-agent': weixinUserAgent, cookie: payerCookie.split('.')[0]! })],
    ['a cookie that is none', () => ({ 'user-agent': weixinUserAgent, cookie: `${name}=${value}.` })],
    [
      'a cookie of half a megabyte less',
      () => ({ 'user-agent': weixinUserAgent, cookie: `${name}=${'A'.repeat(8_000)}.A` }),
    ],
    [
      'a state cookie in the place of the driver cookie',
      () => ({ 'user-agent': weixinUserAgent, cookie: stateAsDriver }),
    ],
  ]
  let stateAsDriver = ''
  before(async () => {
    const started = await other.send(`${road.publicUrl}/p/${road.code('exit')}/who`)
    const sealed = /^lp_state=([^;]+)/.exec(started.headers.getSetCookie()[0] ?? '')![1]!
    stateAsDriver = `lp_driver=${sealed}`
  })
  for (const [what, headers] of cases)
    test(what, () =>
      untouched(road, async () => {
        const asks: [string, RequestInit][] = [
          [`/api/driver/codes/${road.code('exit')}/quote`, json({})],
          [`/api/driver/codes/${road.code('exit')}/pay`, json({ quote })],
          [`/api/driver/codes/${road.code('entry')}/enter`, json({})],
          [`/api/driver/payments/${payment}`, {}],
          [`/api/driver/payments/${payment}/help`, json({})],
        ]
        for (const [path, init] of asks) {
          const seen = await refused(path, { ...init, headers: { ...init.headers, ...headers() } })
          assertRefused(seen, { code: 'not-identified' })
        }
        const view = await fetch(`${road.publicUrl}/api/driver/codes/${road.code('exit')}`, { headers: headers() })
        assert.equal(((await view.json()) as { identified: boolean }).identified, false)
      }),
    )
  test('the cookie itself is believed, so that the cases above say something', async () => {
    const seen = await fetch(`${road.publicUrl}/api/driver/payments/${payment}`, {
      headers: { 'user-agent': weixinUserAgent, cookie: payerCookie },
    })
    assert.equal(seen.status, 200)
  })
})

describe('coming back from the wallet', () => {
  const start = async (phone: Phone) => {
    const who = await phone.send(`${road.publicUrl}/p/${road.code('exit')}/who`)
    const wallet = await phone.send(who.headers.get('location')!)
    return { cookie: who.headers.getSetCookie()[0]!.split(';')[0]!, back: new URL(wallet.headers.get('location')!) }
  }
  const come = (url: URL, cookie: string) =>
    fetch(url, { redirect: 'manual', headers: { 'user-agent': weixinUserAgent, cookie } })
  const identifies = (response: Response) => response.headers.getSetCookie().some((set) => set.startsWith('lp_driver='))

  const cases: [string, (started: Awaited<ReturnType<typeof start>>) => { url: URL; cookie: string }, number][] = [
    ['with a forged state', ({ back, cookie }) => ({ url: set(back, 'state', '0'.repeat(24)), cookie }), 401],
    ['without a state', ({ back, cookie }) => ({ url: set(back, 'state', null), cookie }), 401],
    ['to a browser that never left', ({ back }) => ({ url: back, cookie: '' }), 401],
    ['with a changed cookie', ({ back, cookie }) => ({ url: back, cookie: changed(cookie, 20) }), 401],
    [
      'with a state of 129 characters',
      ({ back, cookie }) => ({ url: set(back, 'state', 's'.repeat(129)), cookie }),
      400,
    ],
    [
      'of no channel we know',
      ({ back, cookie }) => ({ url: new URL(back.href.replace('back/wechatpay', 'back/nobody')), cookie }),
      401,
    ],
    [
      'with a code nobody gave out: on without a name',
      ({ back, cookie }) => ({ url: set(back, 'code', 'made-up'), cookie }),
      302,
    ],
    [
      'without a code, the driver said no: on without a name',
      ({ back, cookie }) => ({ url: set(back, 'code', null), cookie }),
      302,
    ],
  ]
  for (const [what, change, status] of cases)
    test(what, () =>
      untouched(road, async () => {
        const { url, cookie } = change(await start(road.phone('who-comes-back')))
        const response = await come(url, cookie)
        assert.equal(response.status, status)
        assert.equal(identifies(response), false)
        if (status >= 400) assert.match(response.headers.get('content-type') ?? '', /^text\/html/)
        else assert.match(response.headers.get('location') ?? '', /\?anonymous=1$/)
        await response.body?.cancel()
      }),
    )
  test("with another browser's state", () =>
    untouched(road, async () => {
      const [mine, theirs] = [await start(road.phone('mine')), await start(road.phone('theirs'))]
      const response = await come(theirs.back, mine.cookie)
      assert.equal(response.status, 401)
      assert.equal(identifies(response), false)
    }))
  test('twice: the second time the code is spent, with the cookie kept as without', () =>
    untouched(road, async () => {
      const { back, cookie } = await start(road.phone('comes-twice'))
      assert.equal(identifies(await come(back, cookie)), true)
      const kept = await come(back, cookie)
      assert.equal(identifies(kept), false)
      assert.equal((await come(back, '')).status, 401)
    }))
  test('after ten minutes', async () => {
    const { back, cookie } = await start(road.phone('comes-late'))
    road.pass(10 * 60_000 + 1)
    assert.equal((await come(back, cookie)).status, 401)
    await restingContents(road)
  })
})

const set = (url: URL, name: string, value: string | null): URL => {
  const changedUrl = new URL(url)
  if (value === null) changedUrl.searchParams.delete(name)
  else changedUrl.searchParams.set(name, value)
  return changedUrl
}

paysInTheEnd(() => ({ road, payer }))

import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AlipaySettings } from '@lanepay/channels/alipay/settings.ts'
import {
  callParams,
  type Form,
  folder,
  merchant,
  newNumber,
  post,
  StillClock,
  saidIn,
  sdkOf,
  signByHand,
  until,
} from './fixtures.ts'
import { type AlipaySimulator, startAlipaySimulator } from './simulator.ts'

/* The driver's side: who they are, the sheet, the cashier of an ordinary browser; and what a restart leaves. */

const minute = 60_000
const clock = new StillClock()
const signedParams = (
  settings: AlipaySettings,
  method: string,
  biz: object,
  top: Record<string, string> = {},
): Form => {
  const params = { ...callParams(settings, method, biz, clock.now()), ...top }
  return { ...params, sign: signByHand(settings, params) }
}
const call = async (settings: AlipaySettings, method: string, biz: object, top: Record<string, string> = {}) =>
  saidIn((await post(settings, signedParams(settings, method, biz, top))).text)
const order = (simulator: AlipaySimulator, changes: object = {}) => ({
  out_trade_no: newNumber(),
  total_amount: '8.00',
  subject: '停车费',
  buyer_id: simulator.control.identityOf('driver-1'),
  ...changes,
})
type Json = Record<string, unknown>

describe('the wallet and the authorise page', () => {
  let simulator: AlipaySimulator
  before(async () => {
    simulator = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false })
  })
  after(() => simulator.close())

  const wallet = async (path: string, body?: object) => {
    const answer = await fetch(
      `${simulator.url}/wallet${path}`,
      body ? { method: 'POST', body: JSON.stringify(body) } : {},
    )
    return {
      status: answer.status,
      origin: answer.headers.get('access-control-allow-origin'),
      said: (await answer.json()) as Json,
    }
  }
  const created = async (changes: object = {}) =>
    String((await call(simulator.settings, 'alipay.trade.create', order(simulator, changes))).trade_no)

  test('the sheet shows what is to be paid, to any page', async () => {
    const tradeNo = await created({ timeout_express: '10m' })
    const { origin, said } = await wallet(`/sheet?trade_no=${tradeNo}`)
    assert.equal(origin, '*')
    assert.deepEqual(said, {
      tradeNo,
      amountFen: 800,
      subject: '停车费',
      seller: `停车场商户 ${simulator.settings.sellerId.slice(-4)}`,
      expiresAt: clock.now() + 10 * minute,
      state: 'open',
    })
    assert.equal((await wallet('/sheet?trade_no=none')).status, 404)
    const preflight = await fetch(`${simulator.url}/wallet/pay`, { method: 'OPTIONS' })
    assert.equal(preflight.status, 204)
  })

  const payRows: [string, (tradeNo: string) => unknown, string, string, string | undefined][] = [
    ['the buyer, in time', () => null, 'driver-1', '9000', undefined],
    ['somebody else', () => null, 'driver-2', '4000', 'not-the-buyer'],
    [
      'the buyer, once more',
      (tradeNo) => wallet('/pay', { tradeNo, user: 'driver-1' }),
      'driver-1',
      '5000',
      'already-paid',
    ],
    ['the buyer, after the expiry', () => clock.advance(10 * minute), 'driver-1', '4000', 'expired'],
    [
      'the buyer, after the close',
      (trade_no) => call(simulator.settings, 'alipay.trade.close', { trade_no }),
      'driver-1',
      '4000',
      'closed',
    ],
    [
      'the buyer, after looking away',
      (tradeNo) => wallet('/cancel', { tradeNo, user: 'driver-1' }),
      'driver-1',
      '9000',
      undefined,
    ],
    [
      'the buyer, after trying with a frozen card',
      (tradeNo) => wallet('/pay', { tradeNo, user: 'driver-1', from: 'frozen-card' }),
      'driver-1',
      '9000',
      undefined,
    ],
  ]
  for (const [who, first, user, result, reason] of payRows)
    test(`${who} pays: ${result}${reason ? `, ${reason}` : ''}`, async () => {
      const tradeNo = await created({ timeout_express: '10m' })
      await first(tradeNo)
      const { said } = await wallet('/pay', { tradeNo, user })
      assert.deepEqual([said.result, said.reason], [result, reason])
    })

  test('closing the sheet is 6001, a frozen card is 4000; both leave the trade open', async () => {
    const tradeNo = await created()
    assert.equal((await wallet('/cancel', { tradeNo, user: 'driver-1' })).said.result, '6001')
    const failed = await wallet('/pay', { tradeNo, user: 'driver-1', from: 'frozen-card' })
    assert.deepEqual([failed.said.result, failed.said.reason], ['4000', 'card-frozen'])
    assert.equal((await wallet(`/sheet?trade_no=${tradeNo}`)).said.state, 'open')
  })

  test('a request without its fields is refused by name', async () => {
    const { status, said } = await wallet('/pay', { tradeNo: '1' })
    assert.equal(status, 400)
    assert.match(String(said.error), /user is a text/)
    assert.equal((await wallet('/pay', { tradeNo: '1', user: 'driver-1', from: 'pocket' })).status, 400)
    assert.equal((await fetch(`${simulator.url}/wallet/pay`, { method: 'POST', body: '{' })).status, 400)
  })

  const authorise = (changes: Record<string, string> = {}, headers: Record<string, string> = {}) => {
    const query = {
      app_id: simulator.settings.appId,
      scope: 'auth_base',
      redirect_uri: 'https://lanepay.example/back?lot=3',
      state: 'opaque',
      ...changes,
    }
    const url = `${simulator.settings.authorizeUrl}?${new URLSearchParams(query)}`
    return fetch(url, { redirect: 'manual', headers })
  }
  const backFrom = async (answer: Promise<Response>) => new URL((await answer).headers.get('location') ?? '')
  const userIdOf = async (back: URL) =>
    await call(
      simulator.settings,
      'alipay.system.oauth.token',
      {},
      { grant_type: 'authorization_code', code: back.searchParams.get('auth_code') ?? '' },
    )

  test('the way back carries code, application, scope and state, and keeps its own query', async () => {
    const answer = await authorise()
    assert.equal(answer.status, 302)
    const back = await backFrom(Promise.resolve(answer))
    const { auth_code: code = '', ...rest } = Object.fromEntries(back.searchParams)
    assert.match(code, /^[0-9a-f]{32}$/)
    assert.deepEqual(rest, {
      lot: '3',
      app_id: simulator.settings.appId,
      source: 'alipay_wallet',
      scope: 'auth_base',
      state: 'opaque',
    })
  })

  const drivers: [string, () => Promise<Response>, string][] = [
    ['nothing', () => authorise(), 'driver-1'],
    ['a cookie', () => authorise({}, { cookie: 'a=b; wallet_user=driver-5' }), 'driver-5'],
    ['a header', () => authorise({}, { 'x-wallet-user': 'driver-6' }), 'driver-6'],
    ['the query', () => authorise({ 'x-wallet-user': 'driver-7' }), 'driver-7'],
  ]
  for (const [by, ask, user] of drivers)
    test(`the driver told by ${by} is ${user}`, async () => {
      const said = await userIdOf(await backFrom(ask()))
      assert.equal(said.user_id, simulator.control.identityOf(user))
      assert.match(said.user_id ?? '', /^2088\d{12}$/)
    })

  const wrongs: [string, Record<string, string>][] = [
    ['an unknown application', { app_id: '2021' }],
    ['another scope', { scope: 'auth_all' }],
    ['no way back', { redirect_uri: '' }],
    ['a way back that is a script', { redirect_uri: 'javascript:alert(1)' }],
  ]
  for (const [what, changes] of wrongs)
    test(`${what} gets an error page, not a code`, async () => {
      const answer = await authorise(changes)
      assert.deepEqual([answer.status, answer.headers.get('location')], [400, null])
    })

  test('a code dies within a day, belongs to its application, and needs the right grant', async () => {
    const old = await backFrom(authorise())
    clock.advance(24 * 60 * minute)
    assert.equal((await userIdOf(old)).sub_code, 'isv.code-invalid')
    const operators = await backFrom(authorise({ app_id: simulator.control.operator.appId }))
    assert.equal((await userIdOf(operators)).sub_code, 'isv.unmatched-app-id')
    const code = operators.searchParams.get('auth_code') ?? ''
    const behalf = { grant_type: 'authorization_code', code, app_auth_token: simulator.control.operator.appAuthToken }
    assert.match((await call(simulator.settings, 'alipay.system.oauth.token', {}, behalf)).user_id ?? '', /^2088/)
    const wrong = await call(simulator.settings, 'alipay.system.oauth.token', {}, { grant_type: 'password', code })
    assert.deepEqual([wrong.sub_code, wrong.member], ['isv.grant-type-invalid', 'error_response'])
  })

  test('nothing else is there', async () => {
    assert.equal((await fetch(`${simulator.url}/other`)).status, 404)
    assert.equal((await fetch(`${simulator.url}/wallet/pay`)).status, 405)
    assert.equal(
      (await fetch(simulator.settings.gateway, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })).status,
      400,
    )
  })
})

describe('the cashier of an ordinary browser', () => {
  let simulator: AlipaySimulator
  let shop: Awaited<ReturnType<typeof merchant>>
  before(async () => {
    shop = await merchant()
    simulator = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false })
  })
  after(async () => {
    shop.close()
    await simulator.close()
  })

  const wapOrder = (changes: object = {}) => ({
    out_trade_no: newNumber(),
    total_amount: '8.00',
    subject: '停车费',
    product_code: 'QUICK_WAP_WAY',
    quit_url: 'https://lanepay.example/bill',
    ...changes,
  })
  const open = async (biz: object, change: Record<string, string> = {}) => {
    const top = { notify_url: shop.url, return_url: 'https://lanepay.example/done' }
    const params = { ...signedParams(simulator.settings, 'alipay.trade.wap.pay', biz, top), ...change }
    const answer = await fetch(`${simulator.settings.gateway}?${new URLSearchParams(params)}`)
    const html = await answer.text()
    return { html, visit: /"visit":"([0-9a-f]{32})"/.exec(html)?.[1] ?? '' }
  }
  const pay = async (visit: string, user = 'driver-1') =>
    (await (
      await fetch(`${simulator.url}/cashier/pay`, { method: 'POST', body: JSON.stringify({ visit, user }) })
    ).json()) as Json
  const query = (out_trade_no: string) => call(simulator.settings, 'alipay.trade.query', { out_trade_no })

  test('opening the page makes no trade; confirming does, pays it, and leads back signed', async () => {
    const biz = wapOrder()
    const { visit } = await open(biz)
    assert.equal((await query(biz.out_trade_no)).sub_code, 'ACQ.TRADE_NOT_EXIST')
    const close = await call(simulator.settings, 'alipay.trade.close', { out_trade_no: biz.out_trade_no })
    assert.equal(close.sub_code, 'ACQ.TRADE_NOT_EXIST', 'and that is no proof that nobody will pay')
    const said = await pay(visit)
    assert.equal(said.result, '9000')
    assert.equal((await query(biz.out_trade_no)).trade_status, 'TRADE_SUCCESS')
    const back = Object.fromEntries(new URL(String(said.returnTo)).searchParams)
    assert.equal(sdkOf(simulator.settings).checkNotifySignV2(back), true)
    assert.deepEqual([back.out_trade_no, back.total_amount, back.trade_status], [biz.out_trade_no, '8.00', undefined])
    await until(() => shop.heard.some((form) => form.out_trade_no === biz.out_trade_no), 'the notification')
    assert.equal((await pay(visit)).reason, 'ACQ.TRADE_HAS_SUCCESS')
  })

  test('the request may be posted as a form', async () => {
    const { biz_content = '', ...rest } = signedParams(simulator.settings, 'alipay.trade.wap.pay', wapOrder())
    const answer = await fetch(`${simulator.settings.gateway}?${new URLSearchParams(rest)}`, {
      method: 'POST',
      body: new URLSearchParams({ biz_content }),
    })
    assert.match(await answer.text(), /"visit/)
  })

  test('control.pay pays an order nobody confirmed yet', async () => {
    const biz = wapOrder()
    await open(biz)
    assert.equal(simulator.control.pay(biz.out_trade_no).status, 'TRADE_SUCCESS')
  })

  test('two visits to one order with different amounts: the second is inconsistent', async () => {
    const biz = wapOrder()
    const first = await open(biz)
    const second = await open({ ...biz, total_amount: '9.00' })
    const enter = { method: 'POST', body: JSON.stringify({ visit: first.visit, user: 'driver-1' }) }
    assert.equal((await fetch(`${simulator.url}/cashier/enter`, enter)).status, 200)
    assert.equal((await query(biz.out_trade_no)).trade_status, 'WAIT_BUYER_PAY')
    assert.equal((await pay(second.visit)).reason, 'ACQ.CONTEXT_INCONSISTENT')
    assert.equal((await pay(first.visit, 'driver-2')).reason, 'ACQ.TRADE_BUYER_NOT_MATCH')
    assert.equal((await pay(first.visit)).result, '9000')
    assert.equal((await pay(second.visit)).reason, 'ACQ.TRADE_HAS_SUCCESS')
  })

  test('a visit after the order ran out is refused', async () => {
    const { visit } = await open(wapOrder({ time_expire: '2026-12-24 12:00:00' }))
    clock.advance(60 * 86_400_000)
    assert.equal((await pay(visit)).reason, 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR')
    assert.equal((await pay('nothing')).reason, 'no-such-visit')
  })

  const wrongs: [string, object, Record<string, string>, RegExp][] = [
    ['the product of another API', { product_code: 'FACE_TO_FACE_PAYMENT' }, {}, /product_code/],
    ['no way back', { quit_url: '' }, {}, /quit_url/],
    ['a timeout below five minutes', { timeout_express: '4m' }, {}, /timeout_express/],
    ['a wrong signature', {}, { sign: 'AAAA' }, /isv\.invalid-signature/],
    ['markup in what it echoes', {}, { return_url: '<script>alert(1)</script>' }, /&lt;script&gt;|isv\./],
  ]
  for (const [what, changes, change, shown] of wrongs)
    test(`${what} gets an error page`, async () => {
      const { html, visit } = await open(wapOrder(changes), change)
      assert.equal(visit, '')
      assert.match(html, shown)
      assert.ok(!html.includes('<script>'), 'and nothing that runs')
    })

  test('what an order says cannot become part of the page', async () => {
    const { html } = await open(
      wapOrder({
        subject: '<b>x</b>'.replaceAll('/', ''),
        quit_url: 'https://x.example/?</script><script>alert(1)</script>',
      }),
    )
    assert.equal(html.split('<script>').length, 2)
    assert.equal(html.split('</script>').length, 2)
  })
})

describe('over a restart', () => {
  test('account, trades, refunds, codes and waiting notifications are still there', async (t) => {
    const dir = folder(t)
    const shop = await merchant()
    t.after(() => shop.close())
    shop.say.body = 'not now'
    const start = (verify: 'public-key' | 'certificate' = 'public-key') =>
      startAlipaySimulator({ dir, port: 0, clock, verify })

    const first = await start()
    const one = order(first)
    const created = await call(first.settings, 'alipay.trade.create', one, { notify_url: shop.url })
    first.control.pay(one.out_trade_no)
    const refund = { out_trade_no: one.out_trade_no, out_request_no: 'r1', refund_amount: '3.00' }
    await call(first.settings, 'alipay.trade.refund', refund)
    const unpaid = order(first)
    await call(first.settings, 'alipay.trade.create', unpaid)
    await until(
      () => first.control.notifications().filter((one) => one.attempts === 1).length === 2,
      'both first deliveries',
    )
    const sent = await fetch(
      `${first.settings.authorizeUrl}?${new URLSearchParams({ app_id: first.settings.appId, scope: 'auth_base', redirect_uri: 'https://a.example/' })}`,
      { redirect: 'manual' },
    )
    const code = new URL(sent.headers.get('location') ?? '').searchParams.get('auth_code') ?? ''
    await first.close()
    assert.equal(statSync(join(dir, 'alipay.sqlite')).mode & 0o077, 0, 'keys are for their owner only')

    const second = await start()
    t.after(() => second.close())
    const { gateway: _gateway, authorizeUrl: _authorizeUrl, ...account } = second.settings
    assert.deepEqual({ ...first.settings, ...account }, { ...first.settings })
    const found = await call(second.settings, 'alipay.trade.query', { trade_no: created.trade_no })
    assert.deepEqual([found.trade_status, found.out_trade_no], ['TRADE_SUCCESS', one.out_trade_no])
    assert.equal((await call(second.settings, 'alipay.trade.refund', refund)).fund_change, 'N')
    assert.equal(
      (await call(second.settings, 'alipay.trade.create', unpaid)).trade_no,
      second.control.trade(unpaid.out_trade_no).tradeNo,
    )
    assert.match(
      (await call(second.settings, 'alipay.system.oauth.token', {}, { grant_type: 'authorization_code', code }))
        .user_id ?? '',
      /^2088/,
    )
    shop.heard.length = 0
    shop.say.body = 'success'
    clock.advance(4 * minute)
    await until(() => second.control.notifications().every((one) => one.state === 'delivered'), 'the repeats')
    assert.equal(shop.heard.length, 2)
  })

  test('a folder that knew public-key mode only gets certificates for the same application', async (t) => {
    const dir = folder(t)
    const first = await startAlipaySimulator({ dir, port: 0, clock })
    await first.close()
    const second = await startAlipaySimulator({ dir, port: 0, clock, verify: 'certificate' })
    assert.equal(second.settings.appId, first.settings.appId)
    const verify = second.settings.verify
    await second.close()
    const third = await startAlipaySimulator({ dir, port: 0, clock, verify: 'certificate' })
    t.after(() => third.close())
    assert.deepEqual(third.settings.verify, verify)
    const key = { key: Buffer.from(third.settings.appPrivateKey, 'base64'), format: 'der', type: 'pkcs1' } as const
    assert.equal(createPrivateKey(key).asymmetricKeyDetails?.modulusLength, 2048)
  })

  test('a wap order that ran out while nobody was running is told afterwards', async (t) => {
    const dir = folder(t)
    const shop = await merchant()
    t.after(() => shop.close())
    const first = await startAlipaySimulator({ dir, port: 0, clock })
    const biz = {
      out_trade_no: newNumber(),
      total_amount: '8.00',
      subject: '停车费',
      product_code: 'QUICK_WAP_WAY',
      quit_url: 'https://lanepay.example/',
      timeout_express: '10m',
    }
    const params = signedParams(first.settings, 'alipay.trade.wap.pay', biz, { notify_url: shop.url })
    const html = await (await fetch(`${first.settings.gateway}?${new URLSearchParams(params)}`)).text()
    const visit = /"visit":"([0-9a-f]{32})"/.exec(html)?.[1] ?? ''
    const entered = await fetch(`${first.url}/cashier/enter`, {
      method: 'POST',
      body: JSON.stringify({ visit, user: 'driver-1' }),
    })
    assert.equal(entered.status, 200)
    await first.close()
    clock.advance(10 * minute)
    const second = await startAlipaySimulator({ dir, port: 0, clock })
    t.after(() => second.close())
    await until(() => shop.heard.length === 1, 'the closing')
    assert.deepEqual([shop.heard[0]?.trade_status, shop.heard[0]?.refund_fee], ['TRADE_CLOSED', undefined])
    assert.ok(shop.heard[0]?.gmt_close)
  })

  test('a folder that cannot be used is an error, not a silent start in memory', async (t) => {
    const file = join(folder(t), 'a-file')
    writeFileSync(file, '')
    await assert.rejects(startAlipaySimulator({ dir: file, port: 0, clock }))
    assert.equal(readFileSync(file, 'utf8'), '')
  })
})

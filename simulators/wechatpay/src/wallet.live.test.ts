import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  callsOf,
  envelopeIn,
  folder,
  type Json,
  merchant,
  newNumber,
  pageParams,
  plaintextOf,
  StillClock,
  until,
} from './fixtures.ts'
import { startWechatPaySimulator, type Verification, type WechatPaySimulator } from './simulator.ts'

/* The driver's side: who they are, the sheet; and what a restart leaves. */

const minute = 60_000
const hour = 60 * minute
const clock = new StillClock()
const walletOf =
  (simulator: WechatPaySimulator) =>
  async (path: string, body?: object | string): Promise<{ status: number; origin: string | null; said: Json }> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await fetch(
      `${simulator.url}/wallet${path}`,
      body === undefined ? {} : { method: 'POST', body: text },
    )
    const origin = answer.headers.get('access-control-allow-origin')
    return { status: answer.status, origin, said: (await answer.json()) as Json }
  }

describe('the wallet', () => {
  let simulator: WechatPaySimulator
  let calls: ReturnType<typeof callsOf>
  let wallet: ReturnType<typeof walletOf>
  before(async () => {
    simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
    calls = callsOf(simulator, clock)
    wallet = walletOf(simulator)
  })
  after(() => simulator.close())

  /** An order that runs out in ten minutes. */
  const ordered = async () => {
    const number = newNumber()
    const time_expire = new Date(clock.now() + 10 * minute).toISOString().replace(/\.\d+Z$/, 'Z')
    const { body } = await calls.create({ out_trade_no: number, time_expire })
    const prepayId = String(body.prepay_id)
    return { number, prepayId, params: pageParams(simulator.settings, prepayId, clock.now()) }
  }
  type Ordered = Awaited<ReturnType<typeof ordered>>

  test('the sheet shows what is to be paid, to any page', async () => {
    const { prepayId } = await ordered()
    const { origin, said } = await wallet(`/sheet?prepay_id=${prepayId}`)
    assert.equal(origin, '*')
    assert.deepEqual(said, {
      amountFen: 1000,
      description: '停车费 阳光花园 粤B·1**45',
      merchant: `停车场商户 ${simulator.settings.mchid.slice(-4)}`,
      expiresAt: clock.now() + 10 * minute,
      state: 'open',
    })
    assert.equal((await wallet('/sheet?prepay_id=none')).status, 404)
    assert.equal((await fetch(`${simulator.url}/wallet/pay`, { method: 'OPTIONS' })).status, 204)
  })

  const payRows: [who: string, first: (order: Ordered) => unknown, user: string, result: string, reason?: string][] = [
    ['the payer, in time', () => null, 'driver-1', 'ok'],
    ['somebody else', () => null, 'driver-2', 'fail', 'not-the-payer'],
    [
      'the payer, once more',
      ({ params }) => wallet('/pay', { params, user: 'driver-1' }),
      'driver-1',
      'fail',
      'already-paid',
    ],
    ['the payer, after the expiry', () => clock.advance(10 * minute), 'driver-1', 'fail', 'expired'],
    ['the payer, after the close', ({ number }) => calls.close(number), 'driver-1', 'fail', 'closed'],
    [
      'the payer, after looking away',
      ({ params }) => wallet('/cancel', { params, user: 'driver-1' }),
      'driver-1',
      'ok',
    ],
    [
      'the payer, after trying with a frozen card',
      ({ params }) => wallet('/pay', { params, user: 'driver-1', from: 'frozen-card' }),
      'driver-1',
      'ok',
    ],
  ]
  for (const [who, first, user, result, reason] of payRows)
    test(`${who} pays: ${result}${reason ? `, ${reason}` : ''}`, async () => {
      const order = await ordered()
      await first(order)
      const { said } = await wallet('/pay', { params: order.params, user })
      assert.deepEqual([said.result, said.reason], [result, reason])
    })

  test('the page can pay at most as long as its handle lives; a fresh handle is good again', async () => {
    const number = newNumber()
    const body = { out_trade_no: number }
    const old = String((await calls.create(body)).body.prepay_id)
    clock.advance(2 * hour)
    assert.equal((await wallet(`/sheet?prepay_id=${old}`)).said.state, 'expired')
    const pay = async (id: string) =>
      (await wallet('/pay', { params: pageParams(simulator.settings, id, clock.now()), user: 'driver-1' })).said
    assert.equal((await pay(old)).reason, 'expired')
    const fresh = String((await calls.create(body)).body.prepay_id)
    assert.equal((await pay(fresh)).result, 'ok')
  })

  test('closing the sheet is cancel, a frozen card is fail; both leave the order open', async () => {
    const { number, params } = await ordered()
    assert.deepEqual((await wallet('/cancel', { params, user: 'driver-1' })).said, { result: 'cancel' })
    const failed = await wallet('/pay', { params, user: 'driver-1', from: 'frozen-card' })
    assert.deepEqual([failed.said.result, failed.said.reason], ['fail', 'card-frozen'])
    assert.equal((await calls.query(number)).body.trade_state, 'NOTPAY')
  })

  const paramRows: [what: string, change: (params: Record<string, string>) => object | undefined, reason: string][] = [
    ['none at all', () => undefined, 'missing-param'],
    ['no appId', ({ appId: _, ...rest }) => rest, 'missing-param'],
    ['no paySign', ({ paySign: _, ...rest }) => rest, 'missing-param'],
    ['a timeStamp that is a number', (params) => ({ ...params, timeStamp: Number(params.timeStamp) }), 'missing-param'],
    ['a timeStamp in milliseconds', (params) => ({ ...params, timeStamp: `${params.timeStamp}000` }), 'bad-timestamp'],
    ['an MD5 signature', (params) => ({ ...params, signType: 'MD5' }), 'bad-sign-type'],
    ['a nonce of 33 characters', (params) => ({ ...params, nonceStr: 'a'.repeat(33) }), 'bad-nonce'],
    ['another nonce than was signed', (params) => ({ ...params, nonceStr: 'other' }), 'bad-pay-sign'],
    ['another order than was signed', (params) => ({ ...params, package: 'prepay_id=wx1' }), 'bad-pay-sign'],
    ['another appId than was signed', (params) => ({ ...params, appId: 'wx1' }), 'bad-pay-sign'],
    ['a signature that is not base64', (params) => ({ ...params, paySign: '*' }), 'bad-pay-sign'],
    ['a handle nobody has', () => pageParams(simulator.settings, 'wx1', clock.now()), 'no-such-prepay'],
    [
      'the appId of another account',
      ({ package: packed }) =>
        pageParams({ ...simulator.settings, appid: 'wx1' }, packed!.slice('prepay_id='.length), clock.now()),
      'wrong-appid',
    ],
  ]
  for (const [what, change, reason] of paramRows)
    test(`page parameters with ${what}: fail, ${reason}`, async () => {
      const { number, params } = await ordered()
      const { said } = await wallet('/pay', { params: change(params), user: 'driver-1' })
      assert.deepEqual([said.result, said.reason], ['fail', reason])
      assert.equal(simulator.control.order(number).state, 'NOTPAY')
    })

  const badBodies: [object | string, RegExp][] = [
    [{ params: {} }, /user is a text/],
    [{ params: {}, user: 'driver-1', from: 'pocket' }, /from is one of balance, frozen-card/],
    ['{', /JSON/],
    ['[]', /the body is an object/],
  ]
  for (const [body, rule] of badBodies)
    test(`the request ${JSON.stringify(body)} is refused by name`, async () => {
      const { status, said } = await wallet('/pay', body)
      assert.equal(status, 400)
      assert.match(String(said.error), rule)
    })

  test("a sub-merchant's order shows the sub-merchant and is paid under its own appid", async (t) => {
    const partner = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'partner' })
    t.after(() => partner.close())
    const [sub] = partner.control.subMerchants()
    const payer = { sub_openid: partner.control.openidOf('driver-1', sub!.appid) }
    const { body } = await callsOf(partner, clock).create({ sub_appid: sub!.appid, payer })
    const prepayId = String(body.prepay_id)
    const own = walletOf(partner)
    assert.equal((await own(`/sheet?prepay_id=${prepayId}`)).said.merchant, `停车场商户 ${sub!.mchid.slice(-4)}`)
    const pay = async (appid: string) => {
      const params = pageParams({ ...partner.settings, appid }, prepayId, clock.now())
      return (await own('/pay', { params, user: 'driver-1' })).said
    }
    assert.equal((await pay(partner.settings.appid)).reason, 'wrong-appid')
    assert.equal((await pay(sub!.appid)).result, 'ok')
  })

  test('nothing else is there', async () => {
    assert.equal((await fetch(`${simulator.url}/other`)).status, 404)
    assert.equal((await fetch(`${simulator.url}/wallet/pay`)).status, 405)
  })
})

describe('who the driver is', () => {
  let simulator: WechatPaySimulator
  before(async () => {
    simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'partner' })
  })
  after(() => simulator.close())

  const authorise = (changes: Record<string, string> = {}, headers: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      appid: simulator.settings.appid,
      redirect_uri: 'https://lanepay.example/back?lot=3',
      response_type: 'code',
      scope: 'snsapi_base',
      state: 'opaque1',
      ...changes,
    })
    const url = `${simulator.settings.oauthHost}/connect/oauth2/authorize?${query}#wechat_redirect`
    return fetch(url, { redirect: 'manual', headers })
  }
  const codeFrom = async (answer: Promise<Response>) =>
    new URL((await answer).headers.get('location') ?? '').searchParams.get('code') ?? ''
  const exchange = async (code: string, changes: Record<string, string> = {}) => {
    const { appid, appSecret: secret, accountHost } = simulator.settings
    const query = new URLSearchParams({ appid, secret, code, grant_type: 'authorization_code', ...changes })
    const answer = await fetch(`${accountHost}/sns/oauth2/access_token?${query}`)
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'text/plain'], 'also when it refuses')
    return JSON.parse(await answer.text()) as Json
  }

  test('the way back carries code and state and keeps its own query; the code is an openid', async () => {
    const answer = await authorise()
    assert.equal(answer.status, 302)
    const back = new URL(answer.headers.get('location') ?? '')
    const { code = '', ...rest } = Object.fromEntries(back.searchParams)
    assert.deepEqual(rest, { lot: '3', state: 'opaque1' })
    const said = await exchange(code)
    assert.equal(said.openid, simulator.control.openidOf('driver-1'))
    assert.match(String(said.openid), /^o[\w-]{27}$/)
    assert.deepEqual([said.expires_in, said.scope], [7200, 'snsapi_base'])
  })

  const drivers: [by: string, ask: () => Promise<Response>, user: string][] = [
    ['nothing', () => authorise(), 'driver-1'],
    ['a cookie', () => authorise({}, { cookie: 'a=b; wallet_user=driver-5' }), 'driver-5'],
    ['a header', () => authorise({}, { 'x-wallet-user': 'driver-6' }), 'driver-6'],
    ['the query', () => authorise({ 'x-wallet-user': 'driver-7' }), 'driver-7'],
  ]
  for (const [by, ask, user] of drivers)
    test(`the driver told by ${by} is ${user}`, async () => {
      assert.equal((await exchange(await codeFrom(ask()))).openid, simulator.control.openidOf(user))
    })

  test('the same driver has another openid under every account', async () => {
    const [sub] = simulator.control.subMerchants()
    const openids = [simulator.control.openidOf('driver-1'), simulator.control.openidOf('driver-1', sub!.appid)]
    assert.equal(new Set(openids).size, 2)
    assert.equal(simulator.control.openidOf('driver-1'), openids[0])
    const code = await codeFrom(authorise({ appid: sub!.appid }))
    assert.equal((await exchange(code)).errcode, 40029, 'a code of one account is nothing to another')
  })

  const wrongs: [what: string, changes: Record<string, string>][] = [
    ['an unknown account', { appid: 'wx1' }],
    ['another response_type', { response_type: 'token' }],
    ['another scope', { scope: 'snsapi_login' }],
    ['no way back', { redirect_uri: '' }],
    ['a way back that is a script', { redirect_uri: 'javascript:alert(1)' }],
    ['a state with a dash', { state: 'a-b' }],
    ['a state of 129 characters', { state: 'a'.repeat(129) }],
    ['one parameter more', { connect: '1' }],
  ]
  for (const [what, changes] of wrongs)
    test(`${what} gets an error page, not a code`, async () => {
      const answer = await authorise(changes)
      assert.deepEqual([answer.status, answer.headers.get('location')], [400, null])
    })

  test('parameters in another order get an error page', async () => {
    const query = `redirect_uri=https%3A%2F%2Fa.example&appid=${simulator.settings.appid}`
    const url = `${simulator.url}/connect/oauth2/authorize?${query}&response_type=code&scope=snsapi_base&state=s`
    assert.equal((await fetch(url, { redirect: 'manual' })).status, 400)
  })

  const later = (act: () => Promise<Json>) => {
    clock.advance(5 * minute)
    return act()
  }
  const refusals: [what: string, errcode: number, ask: (code: string) => Promise<Json>][] = [
    ['a code that was used', 40163, (code) => exchange(code).then(() => exchange(code))],
    ['a code after five minutes', 42003, (code) => later(() => exchange(code))],
    ['a code nobody gave', 40029, () => exchange('none')],
    ['no code', 41008, () => exchange('')],
    ['another secret', 40125, (code) => exchange(code, { secret: 'guess' })],
    ['an unknown account', 40013, (code) => exchange(code, { appid: 'wx1' })],
    ['another grant', 40002, (code) => exchange(code, { grant_type: 'password' })],
  ]
  for (const [what, errcode, ask] of refusals)
    test(`${what}: ${errcode}, and no openid`, async () => {
      const said = await ask(await codeFrom(authorise()))
      assert.deepEqual([said.errcode, said.openid], [errcode, undefined])
    })
})

describe('over a restart', () => {
  test('account, orders, handles, refunds, codes and waiting notifications are still there', async (t) => {
    const dir = folder(t)
    const shop = await merchant()
    t.after(() => shop.close())
    shop.say.status = 500
    const start = () => startWechatPaySimulator({ dir, port: 0, clock, mode: 'partner' })

    const first = await start()
    const before = callsOf(first, clock)
    const [paid, unpaid] = [newNumber(), newNumber()]
    await before.create({ out_trade_no: paid, notify_url: shop.url })
    const { body: created } = await before.create({ out_trade_no: unpaid, notify_url: shop.url })
    const { transactionId } = first.control.pay(paid)
    const refund: Json = {
      out_trade_no: paid,
      out_refund_no: `${paid}r`,
      notify_url: shop.url,
      amount: { refund: 300, total: 1000, currency: 'CNY' },
    }
    await before.refund(refund)
    await until(() => first.control.notifications()[0]?.attempts === 1, 'the first delivery')
    const serial = await first.control.rotateCertificate()
    first.control.fault({ kind: 'answer-5xx', times: 9 })
    const query = `appid=${first.settings.appid}&redirect_uri=https%3A%2F%2Fa.example%2F&response_type=code&scope=snsapi_base&state=s`
    const sent = await fetch(`${first.url}/connect/oauth2/authorize?${query}`, { redirect: 'manual' })
    const code = new URL(sent.headers.get('location') ?? '').searchParams.get('code') ?? ''
    const settingsBefore = first.settings
    await first.close()
    assert.equal(statSync(join(dir, 'wechatpay.sqlite')).mode & 0o077, 0, 'keys are for their owner only')

    const second = await start()
    t.after(() => second.close())
    const { hosts: _hosts, accountHost: _account, oauthHost: _oauth, ...account } = second.settings
    assert.deepEqual({ ...settingsBefore, ...account }, settingsBefore)
    assert.equal(second.subMchid, first.subMchid)
    assert.deepEqual(second.control.faults(), [], 'a restart is a cure')
    const after = callsOf(second, clock)
    assert.equal((await after.queryTransaction(transactionId!)).body.out_trade_no, paid)
    const { headers, body: list } = await after.get('/v3/certificates')
    assert.equal(headers['wechatpay-serial'], serial)
    assert.equal((list.data as unknown[]).length, 2)
    assert.equal((await after.refund(refund)).body.out_refund_no, `${paid}r`)
    assert.equal(second.control.order(paid).refundedFen, 300)
    shop.heard.length = 0
    shop.say.status = 200
    const params = pageParams(second.settings, String(created.prepay_id), clock.now())
    assert.equal((await walletOf(second)('/pay', { params, user: 'driver-1' })).said.result, 'ok')
    const { appid, appSecret: secret } = second.settings
    const exchange = new URLSearchParams({ appid, secret, code, grant_type: 'authorization_code' })
    const token = await fetch(`${second.url}/sns/oauth2/access_token?${exchange}`)
    assert.equal(JSON.parse(await token.text()).openid, second.control.openidOf('driver-1'))

    clock.advance(minute)
    await until(
      () => second.control.notifications().filter((one) => one.state === 'delivered').length === 3,
      'both payments and the refund that ended meanwhile',
    )
    const told = shop.heard.map(
      (heard) => `${envelopeIn(heard).event_type} ${plaintextOf(second.settings, heard).out_trade_no}`,
    )
    for (const expected of [`TRANSACTION.SUCCESS ${paid}`, `TRANSACTION.SUCCESS ${unpaid}`, `REFUND.SUCCESS ${paid}`])
      assert.ok(told.includes(expected), expected)
  })

  test('what was agreed on keys outlives a restart, unless the start says otherwise', async (t) => {
    const dir = folder(t)
    const start = async (verification?: Verification) => {
      const simulator = await startWechatPaySimulator({
        dir,
        port: 0,
        clock,
        ...(verification ? { verification } : {}),
      })
      const { settings } = simulator
      await simulator.close()
      return [settings.publicKey !== undefined, settings.certificates !== undefined]
    }
    assert.deepEqual(await start(), [true, true])
    assert.deepEqual(await start('certificate'), [false, true])
    assert.deepEqual(await start(), [false, true])
    assert.deepEqual(await start('public-key'), [true, false])
  })

  test('not durable: the folder is not touched', async (t) => {
    const dir = join(folder(t), 'never')
    const simulator = await startWechatPaySimulator({ dir, port: 0, clock, durable: false })
    await simulator.close()
    assert.throws(() => statSync(dir), /ENOENT/)
  })

  test('a folder that cannot be used is an error, not a silent start in memory', async (t) => {
    const file = join(folder(t), 'a-file')
    writeFileSync(file, '')
    await assert.rejects(startWechatPaySimulator({ dir: file, port: 0, clock }))
    assert.equal(readFileSync(file, 'utf8'), '')
  })

  test('a port that is taken is an error that leaves nothing running', async (t) => {
    const dir = folder(t)
    const first = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
    t.after(() => first.close())
    const port = Number(new URL(first.url).port)
    await assert.rejects(startWechatPaySimulator({ dir, port, clock }), /EADDRINUSE/)
    const second = await startWechatPaySimulator({ dir, port: 0, clock })
    await second.close()
  })
})

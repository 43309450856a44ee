import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { numbers } from './answer.ts'
import {
  authorizationFor,
  type Calls,
  call,
  callsOf,
  type Json,
  newNumber,
  orderBody,
  type Request,
  type Said,
  StillClock,
} from './fixtures.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from './simulator.ts'

/* What WeChat Pay refuses, each with the status, code and number of the real side. Requests are signed by hand. */

const second = 1_000
const minute = 60 * second
const day = 24 * 60 * minute
const clock = new StillClock()
const refusal = ({ status, body }: Said) => `${status} ${body.code}`
const fieldOf = ({ body }: Said) => (body.detail as { field?: string } | undefined)?.field

const started = (mode: 'direct' | 'partner') => {
  const own = {} as { simulator: WechatPaySimulator; calls: Calls }
  before(async () => {
    own.simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode })
    own.calls = callsOf(own.simulator, clock)
  })
  after(() => own.simulator.close())
  return own
}

describe('a request that is wrong in one thing', () => {
  const own = started('direct')
  const path = () => `/v3/pay/transactions/out-trade-no/123456?mchid=${own.simulator.settings.mchid}`
  const right = (): Request => ({ method: 'GET', path: path(), now: clock.now() })
  const signedFor = (asked: Partial<Parameters<typeof authorizationFor>[1]>) => ({
    authorization: authorizationFor(own.simulator.settings, { ...right(), body: '', ...asked }),
  })
  const at = (offset: number) => ({ ...right(), now: (clock.now() + offset) as Instant })
  const changed = (change: (header: string) => string) => ({
    ...right(),
    headers: { authorization: change(signedFor({}).authorization) },
  })
  const unknown = '404 ORDER_NOT_EXIST'
  const badSign = '401 SIGN_ERROR'
  const badParameter = '400 PARAM_ERROR'

  const rows: [what: string, request: () => Request, answer: string, field?: string][] = [
    ['nothing: only the order is unknown', right, unknown],
    ['no Authorization', () => ({ ...right(), headers: { authorization: null } }), badSign],
    ['another scheme', () => changed((it) => it.replace('SHA256-RSA2048', 'SM2-WITH-SM3')), badSign],
    ['no scheme', () => changed((it) => it.slice(it.indexOf('mchid'))), badSign],
    ['items in another order, which is fine', () => changed((it) => swapped(it)), unknown],
    ['an item missing', () => changed((it) => it.replace(/nonce_str="[^"]*",/, '')), badSign],
    ['an item twice', () => changed((it) => `${it},mchid="1"`), badSign],
    ['an item without quotes', () => changed((it) => it.replaceAll('"', '')), badSign],
    ['a nonce of 33 characters', () => ({ ...right(), claim: { nonce: 'a'.repeat(33) } }), badSign],
    ['a timestamp five minutes late, which is fine', () => at(-5 * minute), unknown],
    ['a timestamp five minutes and a second late', () => at(-5 * minute - second), badSign],
    ['a timestamp five minutes and a second early', () => at(5 * minute + second), badSign],
    ['a timestamp in milliseconds', () => at(clock.now() * 999), badSign],
    ['a merchant nobody knows', () => ({ ...right(), claim: { mchid: '1' } }), '400 MCH_NOT_EXISTS'],
    ['the serial of another certificate', () => ({ ...right(), claim: { serial: 'F'.repeat(40) } }), badSign],
    [
      'the signature of another path',
      () => ({ ...right(), headers: signedFor({ path: '/v3/certificates' }) }),
      badSign,
    ],
    [
      'the signature of the path without its query',
      () => ({ ...right(), headers: signedFor({ path: path().split('?')[0]! }) }),
      badSign,
    ],
    ['the signature of another method', () => ({ ...right(), headers: signedFor({ method: 'POST' }) }), badSign],
    ['a signature over CRLF', () => signedText((text) => text.replaceAll('\n', '\r\n')), badSign],
    ['a signature without the LF of the empty body', () => signedText((text) => text.slice(0, -1)), badSign],
    ['a signature that is not base64', () => changed((it) => it.replace(/(signature=")../, '$1!!')), badSign],
    ['something behind the signature', () => changed((it) => it.replace(/(signature="[^"]*)/, '$1====')), badSign],
    ['no Accept', () => ({ ...right(), headers: { accept: null } }), badParameter, '/Accept'],
    ['Accept: text/html', () => ({ ...right(), headers: { accept: 'text/html' } }), badParameter, '/Accept'],
    ['no User-Agent', () => ({ ...right(), headers: { 'user-agent': null } }), badParameter, '/User-Agent'],
    [
      'a Wechatpay-Serial nobody has',
      () => ({ ...right(), headers: { 'wechatpay-serial': `PUB_KEY_ID_${'0'.repeat(30)}` } }),
      badParameter,
      '/Wechatpay-Serial',
    ],
    [
      'a form instead of JSON',
      () => ({
        ...right(),
        method: 'POST',
        path: '/v3/pay/transactions/jsapi',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
      badParameter,
      '/Content-Type',
    ],
    ['an API that does not exist', () => ({ ...right(), path: '/v3/pay/transactions' }), '404 NOT_FOUND'],
    ['another method', () => ({ ...right(), path: '/v3/pay/transactions/jsapi' }), '404 NOT_FOUND'],
    ['a parameter nobody knows', () => ({ ...right(), path: `${path()}&a=1` }), badParameter, '/a'],
    ['a parameter twice', () => ({ ...right(), path: `${path()}&mchid=1` }), badParameter, '/mchid'],
    ['no mchid in the query', () => ({ ...right(), path: path().split('?')[0]! }), badParameter, '/mchid'],
    [
      'another mchid in the query than in the signature',
      () => ({ ...right(), path: path().replace(/mchid=.*/, 'mchid=1900000000') }),
      badParameter,
      '/mchid',
    ],
    [
      'a number too short',
      () => ({ ...right(), path: path().replace('123456', '12345') }),
      badParameter,
      '/out_trade_no',
    ],
    ['a path that is badly encoded', () => ({ ...right(), path: path().replace('123456', '%E5') }), badParameter, '/'],
  ]
  const swapped = (header: string) => {
    const [scheme = '', items = ''] = header.split(' ')
    return `${scheme} ${items.split(',').reverse().join(',')}`
  }
  const signedText = (change: (text: string) => string): Request => {
    const text = `GET\n${path()}\n${Math.floor(clock.now() / 1000)}\nc5ac7061fccab6bf3e254dcf98995b8c\n\n`
    return { ...right(), claim: { text: change(text) } }
  }
  for (const [what, request, answer, field] of rows)
    test(`${what}: ${answer}${field ? ` at ${field}` : ''}`, async () => {
      const said = await call(own.simulator, request())
      assert.equal(refusal(said), answer, said.text)
      assert.equal(fieldOf(said), answer === badSign ? fieldOf(said) : field)
      if (answer === badSign) assert.equal(said.number, numbers.signature)
    })

  test('a percent-encoded path is signed as it was sent', async () => {
    const encoded = path().replace('123456', '%31%32%33%34%35%36')
    assert.equal(refusal(await call(own.simulator, { ...right(), path: encoded })), unknown)
  })

  test('who is not let in gets no signature, everybody else does', async () => {
    const [out, known] = [await call(own.simulator, rows[1]![1]()), await call(own.simulator, right())]
    assert.equal(out.headers['wechatpay-signature'], undefined)
    assert.match(String(known.headers['wechatpay-signature']), /^[A-Za-z0-9+/]{342}==$/)
    assert.match(String(known.headers['request-id']), new RegExp(`-${numbers.orderUnknown}$`))
  })

  test('a body of more than 1 MiB is not read', async () => {
    const body = 'x'.repeat(1024 * 1024 + 1)
    const said = await call(own.simulator, {
      method: 'POST',
      path: '/v3/pay/transactions/jsapi',
      body,
      now: clock.now(),
    })
    assert.equal(said.status, 400)
  })
})

describe('an order that is wrong in one thing', () => {
  const own = started('direct')
  const time = (offset: number) => new Date(clock.now() + offset).toISOString().replace(/\.\d+Z$/, 'Z')
  const goods = { merchant_goods_id: '1', quantity: 1, unit_price: 1 }
  const { badParameter, outOfRange, surplusField, openidMissing } = numbers

  const rows: [what: string, changes: Json, field: string, number?: number][] = [
    ['no description', { description: undefined }, '/description'],
    ['an empty description', { description: '' }, '/description'],
    ['a description of 128 characters', { description: '停'.repeat(128) }, '/description'],
    ['a car in the description', { description: '停车费🚗' }, '/description'],
    ['half of a character in the description', { description: '停\ud83d' }, '/description'],
    ['no number', { out_trade_no: undefined }, '/out_trade_no'],
    ['a number of 5', { out_trade_no: '12345' }, '/out_trade_no'],
    ['a number of 33', { out_trade_no: '1'.repeat(33) }, '/out_trade_no'],
    ['a number with a slash', { out_trade_no: '123/456' }, '/out_trade_no'],
    ['a number that is a JSON number', { out_trade_no: 123456 }, '/out_trade_no'],
    ['no amount', { amount: undefined }, '/amount'],
    ['an amount that is a number', { amount: 1000 }, '/amount'],
    ['an amount of nothing', { amount: { total: 0 } }, '/amount/total', outOfRange],
    ['an amount in yuan', { amount: { total: 10.5 } }, '/amount/total'],
    ['an amount as text', { amount: { total: '1000' } }, '/amount/total'],
    ['an amount beyond 32 bits', { amount: { total: 2 ** 31 } }, '/amount/total', outOfRange],
    ['dollars', { amount: { total: 1, currency: 'USD' } }, '/amount/currency'],
    ['a field nobody knows', { colour: 'red' }, '/colour', surplusField],
    ['a field nobody knows inside another', { amount: { total: 1, tip: 1 } }, '/amount/tip', surplusField],
    ['null for a field that is not used', { attach: null }, '/attach'],
    ['an empty text for a field that is not used', { attach: '' }, '/attach'],
    ['an attachment of 129 characters', { attach: 'a'.repeat(129) }, '/attach'],
    ['a flag as text', { support_fapiao: 'true' }, '/support_fapiao'],
    ['no notify_url', { notify_url: undefined }, '/notify_url'],
    ['a notify_url with a query', { notify_url: 'https://a.example/n?x=1' }, '/notify_url'],
    ['a notify_url with a fragment', { notify_url: 'https://a.example/n#x' }, '/notify_url'],
    ['a notify_url with a login', { notify_url: 'https://u:p@a.example/n' }, '/notify_url'],
    ['a notify_url without a path', { notify_url: 'https://a.example' }, '/notify_url'],
    ['a notify_url that is no web address', { notify_url: 'ftp://a.example/n' }, '/notify_url'],
    ['an expiry without an offset', { time_expire: '2099-01-01T00:00:00' }, '/time_expire'],
    ['an expiry on a day that does not exist', { time_expire: '2099-02-30T00:00:00+08:00' }, '/time_expire'],
    ['an expiry in the past', { time_expire: time(-second) }, '/time_expire'],
    ['an expiry now', { time_expire: time(0) }, '/time_expire'],
    ['no payer', { payer: undefined }, '/payer'],
    ['a payer without openid', { payer: {} }, '/payer/openid', openidMissing],
    ['an openid of the other mode', { payer: { sp_openid: 'o' } }, '/payer/sp_openid', surplusField],
    ['an openid nobody has', { payer: { openid: `o${'x'.repeat(27)}` } }, '/payer'],
    ['another merchant', { mchid: '1900000000' }, '/mchid'],
    ['no appid', { appid: undefined }, '/appid'],
    ['a scene without the address of the phone', { scene_info: { device_id: '1' } }, '/scene_info/payer_client_ip'],
    ['the loopback address', { scene_info: { payer_client_ip: '127.0.0.1' } }, '/scene_info/payer_client_ip'],
    ['no list of goods but an empty one', { detail: { goods_detail: [] } }, '/detail/goods_detail'],
    [
      'goods without a quantity',
      { detail: { goods_detail: [goods, { ...goods, quantity: undefined }] } },
      '/detail/goods_detail/1/quantity',
    ],
  ]
  for (const [what, changes, field, number = badParameter] of rows)
    test(`${what}: PARAM_ERROR at ${field}`, async () => {
      const said = await own.calls.create(changes)
      assert.deepEqual([refusal(said), fieldOf(said), said.number], ['400 PARAM_ERROR', field, number], said.text)
      assert.equal((said.body.detail as Json).location, 'body')
    })

  const fine: [what: string, changes: Json][] = [
    ['every field there is', everything()],
    ['a number of 6', { out_trade_no: 'a_-*|1' }],
    ['a number of 32', { out_trade_no: '1'.repeat(32) }],
    ['a description of 127 characters', { description: '停'.repeat(127) }],
    ['no currency', { amount: { total: 1 } }],
    ['an expiry in the next second', { time_expire: time(second) }],
    ['an address of the sixth kind', { scene_info: { payer_client_ip: '2001:db8::1' } }],
  ]
  for (const [what, changes] of fine)
    test(`${what}: fine`, async () => {
      const said = await own.calls.create(changes)
      assert.equal(said.status, 200, said.text)
    })

  test('the appid of somebody else: APPID_MCHID_NOT_MATCH', async () => {
    const said = await own.calls.create({ appid: 'wx0000000000000000' })
    assert.deepEqual([refusal(said), said.number], ['400 APPID_MCHID_NOT_MATCH', numbers.appidNotBound])
  })

  const notObjects = ['[]', '"order"', 'null', '1', '{', '', '{"description":"\ufffd']
  for (const body of notObjects)
    test(`the body ${JSON.stringify(body)}: PARAM_ERROR`, async () =>
      assert.equal(refusal(await own.calls.post('/v3/pay/transactions/jsapi', body)), '400 PARAM_ERROR'))

  for (const product of ['native', 'h5', 'app', 'codepay'])
    test(`${product} was never opened for this merchant: NO_AUTH`, async () =>
      assert.equal(refusal(await own.calls.post(`/v3/pay/transactions/${product}`, {})), '403 NO_AUTH'))
  test('a direct merchant may not speak as a service provider: NO_AUTH', async () => {
    assert.equal(refusal(await own.calls.post('/v3/pay/partner/transactions/jsapi', {})), '403 NO_AUTH')
    assert.equal(
      refusal(await own.calls.refund({ ...aRefund(newNumber()), sub_mchid: '1900000001' })),
      '400 PARAM_ERROR',
    )
  })
})

function everything(): Json {
  return {
    attach: 'lot=1',
    time_expire: new Date(clock.now() + minute).toISOString().replace(/\.\d+Z$/, 'Z'),
    goods_tag: 'WXG',
    support_fapiao: true,
    settle_info: { profit_sharing: false },
    detail: {
      cost_price: 1200,
      invoice_id: '1',
      goods_detail: [
        { merchant_goods_id: '1', wechatpay_goods_id: '2', goods_name: '停车', quantity: 1, unit_price: 1000 },
      ],
    },
    scene_info: {
      payer_client_ip: '14.23.150.211',
      device_id: 'lane-1',
      store_info: { id: '1', name: '阳光花园', area_code: '440305', address: '深圳' },
    },
  }
}
function aRefund(out_trade_no: string, changes: Json = {}): Json {
  const amount = { refund: 300, total: 1000, currency: 'CNY' }
  return { out_trade_no, out_refund_no: newNumber(), amount, ...changes }
}

describe('a number that was used before', () => {
  const own = started('direct')
  const pay = (n: string) => own.simulator.control.pay(n)
  const { alreadyPaid, otherContent, orderExpired } = numbers
  const rows: [what: string, happens: (n: string) => unknown, changes: Json, answer: string, number: number][] = [
    ['another amount', () => null, { amount: { total: 1001 } }, '400 INVALID_REQUEST', otherContent],
    ['another description', () => null, { description: '停车费' }, '400 INVALID_REQUEST', otherContent],
    ['a field more', () => null, { attach: '1' }, '400 INVALID_REQUEST', otherContent],
    ['the same, but paid', pay, {}, '400 ORDER_PAID', alreadyPaid],
    ['another amount, but paid', pay, { amount: { total: 1001 } }, '400 ORDER_PAID', alreadyPaid],
    ['the same, but closed', (n) => own.calls.close(n), {}, '400 ORDER_CLOSED', orderExpired],
    ['the same, but past its seven days', () => clock.advance(7 * day), {}, '400 ORDER_CLOSED', orderExpired],
  ]
  for (const [what, happens, changes, answer, number] of rows)
    test(`${what}: ${answer}`, async () => {
      const body = orderBody(own.simulator)
      const again = (changes: Json) => own.calls.post('/v3/pay/transactions/jsapi', { ...body, ...changes })
      assert.equal((await again({})).status, 200)
      await happens(String(body.out_trade_no))
      const said = await again(changes)
      assert.deepEqual([refusal(said), said.number], [answer, number])
    })

  test('the same content in another order of its keys: a fresh handle on the same order', async () => {
    const body = orderBody(own.simulator)
    const reversed = Object.fromEntries(Object.entries(body).reverse())
    const first = await own.calls.post('/v3/pay/transactions/jsapi', body)
    const again = await own.calls.post('/v3/pay/transactions/jsapi', reversed)
    assert.equal(again.status, 200)
    assert.notEqual(first.body.prepay_id, again.body.prepay_id)
    assert.equal(own.simulator.control.orders().filter((one) => one.tradeNumber === body.out_trade_no).length, 1)
  })

  test('time_expire closes the order by itself', async () => {
    const number = newNumber()
    const time_expire = new Date(clock.now() + minute).toISOString().replace(/\.\d+Z$/, 'Z')
    await own.calls.create({ out_trade_no: number, time_expire })
    clock.advance(minute - 1)
    assert.equal((await own.calls.query(number)).body.trade_state, 'NOTPAY')
    clock.advance(1)
    assert.equal((await own.calls.query(number)).body.trade_state, 'CLOSED')
    assert.equal((await own.calls.close(number)).status, 204)
  })

  test('closing: 204 and again 204, refused once paid, unknown is unknown', async () => {
    const number = newNumber()
    await own.calls.create({ out_trade_no: number })
    for (let i = 0; i < 2; i++) {
      const said = await own.calls.close(number)
      assert.deepEqual([said.status, said.text], [204, ''])
      assert.ok(said.headers['wechatpay-signature'], 'signed, though there is nothing in it')
    }
    const paid = newNumber()
    await own.calls.create({ out_trade_no: paid })
    pay(paid)
    assert.equal(refusal(await own.calls.close(paid)), '400 ORDER_PAID')
    assert.equal(refusal(await own.calls.close(newNumber())), '404 ORDER_NOT_EXIST')
    const path = `/v3/pay/transactions/out-trade-no/${number}/close`
    assert.equal(refusal(await own.calls.post(path, {})), '400 PARAM_ERROR')
    assert.equal(refusal(await own.calls.post(path, '[]')), '400 PARAM_ERROR')
  })

  test('a query by a transaction that does not exist: ORDER_NOT_EXIST', async () =>
    assert.equal(refusal(await own.calls.queryTransaction(`4200${'0'.repeat(24)}`)), '404 ORDER_NOT_EXIST'))
})

describe('a refund that is wrong in one thing', () => {
  const own = started('direct')
  let number = ''
  before(async () => {
    number = newNumber()
    await own.calls.create({ out_trade_no: number })
    own.simulator.control.pay(number)
  })
  const of = (refund: number, more: Json = {}) => ({ amount: { refund, total: 1000, currency: 'CNY', ...more } })
  const { badParameter, outOfRange, orderUnknown } = numbers
  const rows: [what: string, changes: Json, answer: string, number?: number][] = [
    ['no number of its own', { out_refund_no: undefined }, '400 PARAM_ERROR'],
    ['a number with a space', { out_refund_no: 'a b' }, '400 PARAM_ERROR'],
    ['no amount', { amount: undefined }, '400 PARAM_ERROR'],
    ['no currency', { amount: { refund: 1, total: 1000 } }, '400 PARAM_ERROR'],
    ['an amount of nothing', of(0), '400 PARAM_ERROR', outOfRange],
    ['a reason of 81 characters', { reason: '停'.repeat(81) }, '400 PARAM_ERROR'],
    ['a notify_url with a query', { notify_url: 'https://a.example/n?x' }, '400 PARAM_ERROR'],
    ['both numbers of the order', { transaction_id: `4200${'0'.repeat(24)}` }, '400 PARAM_ERROR'],
    ['neither number of the order', { out_trade_no: undefined }, '400 PARAM_ERROR'],
    ['an order nobody knows', { out_trade_no: '123456' }, '404 RESOURCE_NOT_EXISTS', orderUnknown],
    ['another total than the order has', { amount: { refund: 1, total: 999, currency: 'CNY' } }, '400 INVALID_REQUEST'],
    ['more than was paid', of(1001), '400 INVALID_REQUEST'],
    ['accounts that do not add up', of(2, { from: [{ account: 'AVAILABLE', amount: 1 }] }), '400 INVALID_REQUEST'],
    ['an account nobody has', of(1, { from: [{ account: 'MINE', amount: 1 }] }), '400 PARAM_ERROR'],
  ]
  for (const [what, changes, answer, ending = badParameter] of rows)
    test(`${what}: ${answer}`, async () => {
      const said = await own.calls.refund(aRefund(number, changes))
      assert.deepEqual([refusal(said), said.number], [answer, ending], said.text)
    })

  test('an order that is not paid', async () => {
    const unpaid = newNumber()
    await own.calls.create({ out_trade_no: unpaid })
    assert.equal(refusal(await own.calls.refund(aRefund(unpaid))), '400 INVALID_REQUEST')
  })

  test('never more than was paid, over all refunds; what ended CLOSED does not count', async () => {
    const order = newNumber()
    await own.calls.create({ out_trade_no: order })
    own.simulator.control.pay(order)
    assert.equal((await own.calls.refund(aRefund(order, of(700)))).status, 200)
    assert.equal(refusal(await own.calls.refund(aRefund(order, of(301)))), '400 INVALID_REQUEST')
    own.simulator.control.fault({ kind: 'refund-closed', times: 1 })
    assert.equal((await own.calls.refund(aRefund(order, of(300)))).status, 200)
    clock.advance(minute)
    assert.equal((await own.calls.refund(aRefund(order, of(300)))).status, 200)
    assert.equal(own.simulator.control.order(order).refundedFen, 1000)
  })

  test('the same number: the same refund by either number of the order, another amount is refused', async () => {
    const order = newNumber()
    await own.calls.create({ out_trade_no: order })
    const { transactionId } = own.simulator.control.pay(order)
    const refund = aRefund(order)
    const { body: first } = await own.calls.refund(refund)
    const byTransaction = { ...refund, out_trade_no: undefined, transaction_id: transactionId }
    assert.equal((await own.calls.refund(byTransaction)).body.refund_id, first.refund_id)
    const other = await own.calls.refund({ ...refund, ...of(301) })
    assert.deepEqual([refusal(other), other.number], ['400 INVALID_REQUEST', numbers.otherContent])
    assert.equal(own.simulator.control.order(order).refundedFen, 300)
  })

  test('at most fifty refunds per order', async () => {
    const order = newNumber()
    await own.calls.create({ out_trade_no: order })
    own.simulator.control.pay(order)
    for (let i = 0; i < 50; i++) assert.equal((await own.calls.refund(aRefund(order, of(1)))).status, 200)
    assert.equal(refusal(await own.calls.refund(aRefund(order, of(1)))), '400 INVALID_REQUEST')
  })

  test('within a year of the payment', async () => {
    const order = newNumber()
    await own.calls.create({ out_trade_no: order })
    own.simulator.control.pay(order)
    clock.advance(365 * day)
    assert.equal((await own.calls.refund(aRefund(order))).status, 200)
    clock.advance(1)
    assert.equal(refusal(await own.calls.refund(aRefund(order))), '403 TRADE_OVERDUE')
  })

  test('a refund nobody knows, and a query with too much in it', async () => {
    assert.equal(refusal(await own.calls.queryRefund('r-none')), '404 RESOURCE_NOT_EXISTS')
    assert.equal(refusal(await own.calls.get('/v3/refund/domestic/refunds/r-none?a=1')), '400 PARAM_ERROR')
  })
})

describe('a service provider', () => {
  const own = started('partner')
  const other = () => own.simulator.control.subMerchants()[1]!
  const jsapi = '/v3/pay/partner/transactions/jsapi'
  const { subMchidMissing, subMchidIsOwn, noPartnerRelation, appidNotBound, badParameter, openidMissing } = numbers

  const rows: [what: string, changes: () => Json, answer: string, number?: number][] = [
    ['no sub_mchid', () => ({ sub_mchid: undefined }), '400 PARAM_ERROR', subMchidMissing],
    [
      'its own number as sub_mchid',
      () => ({ sub_mchid: own.simulator.settings.mchid }),
      '400 INVALID_REQUEST',
      subMchidIsOwn,
    ],
    ['a sub-merchant of somebody else', () => ({ sub_mchid: '1900000001' }), '400 INVALID_REQUEST', noPartnerRelation],
    ['another sp_mchid', () => ({ sp_mchid: '1900000001' }), '400 PARAM_ERROR'],
    ['no openid at all', () => ({ payer: {} }), '400 PARAM_ERROR', openidMissing],
    [
      'both openids',
      () => ({ payer: { sp_openid: own.simulator.control.openidOf('driver-1'), sub_openid: 'o' } }),
      '400 PARAM_ERROR',
    ],
    ['a sub_openid without sub_appid', () => ({ payer: { sub_openid: 'o' } }), '400 PARAM_ERROR'],
    [
      'the sub_appid of another sub-merchant',
      () => ({ sub_appid: other().appid }),
      '400 APPID_MCHID_NOT_MATCH',
      appidNotBound,
    ],
    [
      'an openid of the sub-merchant as its own',
      () => ({ payer: { sp_openid: own.simulator.control.openidOf('driver-1', ownSub().appid) } }),
      '400 PARAM_ERROR',
    ],
  ]
  const ownSub = () => own.simulator.control.subMerchants()[0]!
  for (const [what, changes, answer, number = badParameter] of rows)
    test(`${what}: ${answer}`, async () => {
      const said = await own.calls.post(jsapi, orderBody(own.simulator, changes()))
      assert.deepEqual([refusal(said), said.number], [answer, number], said.text)
    })

  test("a sub-merchant's page: its own appid and the openid under it", async () => {
    const { appid } = ownSub()
    const payer = { sub_openid: own.simulator.control.openidOf('driver-1', appid) }
    const body = orderBody(own.simulator, { sub_appid: appid, payer })
    assert.equal((await own.calls.post(jsapi, body)).status, 200)
    own.simulator.control.pay(String(body.out_trade_no))
    const { body: found } = await own.calls.query(String(body.out_trade_no))
    assert.deepEqual([found.sub_appid, found.payer], [appid, payer])
  })

  test('a number is used over all sub-merchants; each sees only its own orders and refunds', async () => {
    const body = orderBody(own.simulator)
    const number = String(body.out_trade_no)
    await own.calls.post(jsapi, body)
    const theirs = { sub_mchid: other().mchid }
    assert.equal(refusal(await own.calls.post(jsapi, { ...body, ...theirs })), '403 OUT_TRADE_NO_USED')
    const who = `sp_mchid=${own.simulator.settings.mchid}&sub_mchid=${other().mchid}`
    const said = await own.calls.get(`/v3/pay/partner/transactions/out-trade-no/${number}?${who}`)
    assert.deepEqual([refusal(said), said.number], ['404 ORDER_NOT_EXIST', numbers.notThisSubMerchants])

    own.simulator.control.pay(number)
    const refund = aRefund(number)
    assert.equal(refusal(await own.calls.refund({ ...refund, ...theirs })), '404 RESOURCE_NOT_EXISTS')
    assert.equal((await own.calls.refund(refund)).status, 200)
    const path = `/v3/refund/domestic/refunds/${refund.out_refund_no}`
    assert.equal(refusal(await own.calls.get(`${path}?sub_mchid=${other().mchid}`)), '404 RESOURCE_NOT_EXISTS')
    assert.equal(refusal(await own.calls.get(path)), '400 PARAM_ERROR')
    assert.equal((await own.calls.queryRefund(String(refund.out_refund_no))).status, 200)
  })

  test('it may not speak as a direct merchant: NO_AUTH', async () =>
    assert.equal(refusal(await own.calls.post('/v3/pay/transactions/jsapi', {})), '403 NO_AUTH'))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account } from './account.ts'
import { accountKeyIn, accountKeyOf, accountOf } from './account.ts'
import { wechatPaySettingsFaults } from './check-settings.ts'
import { anOrder, aRefund, at, paidFacts, refundFacts, someSettings } from './fixtures.ts'
import { authorizeUrl, readOpenid } from './oauth.ts'
import { closeRequest, createRequest, queryRequest, readH5Url, readPrepayId, readQuery } from './order.ts'
import { readRefundAnswer, refundQueryRequest, refundRequest } from './refund.ts'
import { cleanDescription, cleanText } from './text.ts'
import { toChinaTime } from './time.ts'

const direct: Account = { mode: 'direct', mchid: '1900000001', appid: 'wx1111111111111111' }
const partner: Account = {
  mode: 'partner',
  spMchid: '1900000001',
  spAppid: 'wx1111111111111111',
  subMchid: '1900000109',
  subAppid: undefined,
}
const bodyOf = (result: ReturnType<typeof createRequest>) => {
  assert.ok(result.ok)
  return { method: result.value.method, path: result.value.path, body: JSON.parse(result.value.body) }
}

test('a direct JSAPI order carries exactly the fields of 8.1 that we use', () =>
  assert.deepEqual(bodyOf(createRequest(direct, anOrder())), {
    method: 'POST',
    path: '/v3/pay/transactions/jsapi',
    body: {
      appid: 'wx1111111111111111',
      mchid: '1900000001',
      description: '停车费 阳光花园 粤B·1**45',
      out_trade_no: '10010000007000000000000000123456',
      time_expire: '2026-06-01T12:10:00+08:00',
      notify_url: 'https://pay.example.com/notify/wechatpay',
      amount: { total: 1000, currency: 'CNY' },
      payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    },
  }))

test('a partner JSAPI order names platform and sub-merchant, and the openid under the platform', () => {
  const { path, body } = bodyOf(createRequest(partner, anOrder()))
  assert.equal(path, '/v3/pay/partner/transactions/jsapi')
  assert.deepEqual(
    [body.sp_appid, body.sp_mchid, body.sub_mchid, body.payer],
    ['wx1111111111111111', '1900000001', '1900000109', { sp_openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' }],
  )
  assert.ok(!('appid' in body) && !('mchid' in body) && !('sub_appid' in body))
})

test("an operator's own appid goes along as sub_appid", () => {
  const { body } = bodyOf(createRequest({ ...partner, subAppid: 'wx3333333333333333' }, anOrder()))
  assert.equal(body.sub_appid, 'wx3333333333333333')
})

test('in an ordinary browser the order is H5, with the real client address and without a payer', () => {
  const { payer: _, ...order } = anOrder({ place: 'browser', clientIp: '203.0.113.9' })
  const { path, body } = bodyOf(createRequest(direct, order))
  assert.equal(path, '/v3/pay/transactions/h5')
  assert.deepEqual(body.scene_info, { payer_client_ip: '203.0.113.9', h5_info: { type: 'Wap' } })
  assert.ok(!('payer' in body))
})

test('an order that lacks what its place needs is refused before anything is sent', () => {
  const { payer: _, ...noPayer } = anOrder()
  const withoutPayer = createRequest(direct, noPayer)
  assert.equal(!withoutPayer.ok && withoutPayer.error.kind, 'refused')
  const withoutAddress = createRequest(direct, anOrder({ place: 'browser' }))
  assert.equal(!withoutAddress.ok && withoutAddress.error.kind, 'refused')
})

test('the same order gives the same bytes, whatever network the phone is on by now', () =>
  assert.deepEqual(
    createRequest(direct, anOrder({ clientIp: '203.0.113.9' })),
    createRequest(direct, anOrder({ clientIp: '2001:db8::1' })),
  ))

test('query, close and refund use the paths and parameters of their mode', () => {
  const number = anOrder().tradeNumber
  const refund = aRefund()
  assert.deepEqual(
    [
      queryRequest(direct, number).path,
      queryRequest(partner, number).path,
      closeRequest(direct, number),
      closeRequest(partner, number),
      refundQueryRequest(direct, refund.refundNumber).path,
      refundQueryRequest(partner, refund.refundNumber).path,
      refundRequest(direct, refund).path,
      refundRequest(partner, refund).path,
    ],
    [
      `/v3/pay/transactions/out-trade-no/${number}?mchid=1900000001`,
      `/v3/pay/partner/transactions/out-trade-no/${number}?sp_mchid=1900000001&sub_mchid=1900000109`,
      {
        method: 'POST',
        path: `/v3/pay/transactions/out-trade-no/${number}/close`,
        body: '{"mchid":"1900000001"}',
      },
      {
        method: 'POST',
        path: `/v3/pay/partner/transactions/out-trade-no/${number}/close`,
        body: '{"sp_mchid":"1900000001","sub_mchid":"1900000109"}',
      },
      `/v3/refund/domestic/refunds/${refund.refundNumber}`,
      `/v3/refund/domestic/refunds/${refund.refundNumber}?sub_mchid=1900000109`,
      '/v3/refund/domestic/refunds',
      '/v3/refund/domestic/refunds',
    ],
  )
})

test('path parameters are percent-encoded before they are signed', () =>
  assert.match(queryRequest(direct, '粤B|1').path, /out-trade-no\/%E7%B2%A4B%7C1\?/))

test('a refund says amount and total, and leaves an empty reason out', () => {
  assert.deepEqual(JSON.parse(refundRequest(partner, aRefund()).body), {
    sub_mchid: '1900000109',
    out_trade_no: '10010000007000000000000000123456',
    out_refund_no: '20010000007000000000000000123457',
    reason: '重复支付退款',
    notify_url: 'https://pay.example.com/notify/wechatpay/refund',
    amount: { refund: 400, total: 1000, currency: 'CNY' },
  })
  assert.ok(!('reason' in JSON.parse(refundRequest(direct, aRefund({ reason: '🚗' })).body)))
})

const texts: readonly (readonly [given: string, limit: number, kept: string, why: string])[] = [
  ['停车费', 127, '停车费', 'what fits stays'],
  ['停车费🚗阳光', 127, '停车费 阳光', 'characters of 4 bytes are refused by WeChat Pay'],
  ['停\u0000车\n费', 127, '停 车 费', 'no control characters'],
  ['停\ud83d车', 127, '停 车', 'no half of a character'],
  ['  a \t b  ', 127, 'a b', 'single spaces'],
  ['停车费', 8, '停车', 'cut by bytes, never inside a character'],
  ['停车费', 6, '停车', 'the limit itself is allowed'],
  ['粤B·12345', 5, '粤B', 'two bytes do not fit into one'],
]
for (const [given, limit, kept, why] of texts) test(`text: ${why}`, () => assert.equal(cleanText(given, limit), kept))

test('a description of which nothing is left still says what is paid, and a long one fits by any count', () => {
  assert.equal(cleanDescription('🚗'), '停车费')
  const long = cleanDescription('停车费'.repeat(100))
  assert.ok(Buffer.byteLength(long) <= 127 && Buffer.byteLength(long) > 120)
})

test('the deadline is written in China time, rounded down to the second', () =>
  assert.equal(toChinaTime(at('2026-12-31T16:00:00.999Z')), '2027-01-01T00:00:00+08:00'))

test('an answer about another order, refund or sub-merchant decides nothing', () => {
  const ours = someSettings()
  const number = anOrder().tradeNumber
  assert.ok(readQuery(ours, direct, number, paidFacts()).ok)
  const other = readQuery(ours, direct, number, paidFacts({ out_trade_no: '1' }))
  assert.equal(!other.ok && other.error.kind, 'unclear')
  const facts = paidFacts({ sp_appid: 'wx1111111111111111', sp_mchid: '1900000001', sub_mchid: '1900000110' })
  const sub = readQuery(someSettings({ mode: 'partner' }), partner, number, facts)
  assert.equal(!sub.ok && sub.error.kind, 'unclear')
  const refund = readRefundAnswer(aRefund(), refundFacts({ status: 'SUCCESS', out_refund_no: '2' }))
  assert.equal(!refund.ok && refund.error.kind, 'unclear')
})

test('an answer without its handle is unclear, not a sheet', () => {
  assert.ok(!readPrepayId({}).ok && !readPrepayId({ prepay_id: '' }).ok && !readH5Url({}, undefined).ok)
  const url = readH5Url({ h5_url: 'https://wx.tenpay.com/x?prepay_id=1' }, 'https://pay.example.com/r?a=1')
  const back = '&redirect_url=https%3A%2F%2Fpay.example.com%2Fr%3Fa%3D1'
  assert.equal(url.ok && url.value, `https://wx.tenpay.com/x?prepay_id=1${back}`)
})

test('the account key is the same from our merchant and from their plaintext', () => {
  const ours = someSettings({ mode: 'partner' })
  const account = accountOf(ours, { subMchid: '1900000109' })
  assert.ok(account.ok)
  assert.equal(accountKeyOf(account.value), '1900000001/1900000109')
  assert.equal(accountKeyIn(ours, { sp_mchid: '1900000001', sub_mchid: '1900000109' }), '1900000001/1900000109')
  assert.equal(accountKeyIn(someSettings(), { mchid: '1900000001' }), '1900000001')
})

test('a partner call without a sub-merchant, or with our own number as one, is refused with an alarm', () => {
  for (const subMchid of [undefined, '1900000001']) {
    const account = accountOf(someSettings({ mode: 'partner' }), subMchid ? { subMchid } : {})
    assert.ok(!account.ok && account.error.kind === 'refused' && account.error.alarm)
  }
})

test('the way to the openid keeps the order of parameters and the fragment', () => {
  const ask = { redirectUri: 'https://pay.example.com/back?x=1', state: 'abc123' }
  assert.equal(
    authorizeUrl(someSettings(), ask),
    'https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1111111111111111' +
      '&redirect_uri=https%3A%2F%2Fpay.example.com%2Fback%3Fx%3D1&response_type=code&scope=snsapi_base' +
      '&state=abc123#wechat_redirect',
  )
  assert.throws(() => authorizeUrl(someSettings(), { ...ask, state: 'a&b' }), RangeError)
  assert.throws(() => authorizeUrl(someSettings(), { ...ask, state: '' }), RangeError)
})

const openids: readonly (readonly [answer: Readonly<Record<string, unknown>>, verdict: string])[] = [
  [{ openid: 'o-1', access_token: 'secret' }, 'o-1'],
  [{ errcode: 40029, errmsg: 'invalid code' }, 'stale-code'],
  [{ errcode: 40163, errmsg: 'code been used' }, 'stale-code'],
  [{ errcode: 42003, errmsg: 'code expired' }, 'stale-code'],
  [{ errcode: -1, errmsg: 'system busy' }, 'unclear'],
  [{ errcode: 45011, errmsg: 'too often' }, 'unclear'],
  [{ errcode: 40013, errmsg: 'invalid appid' }, 'refused'],
  [{ errcode: 40125, errmsg: 'invalid secret' }, 'refused'],
  [{ openid: 'o-1', errcode: 40013 }, 'refused'],
  [{}, 'unclear'],
]
for (const [answer, verdict] of openids)
  test(`OAuth answer ${JSON.stringify(answer)} is ${verdict}`, () => {
    const read = readOpenid(answer)
    assert.equal(read.ok ? read.value : read.error.kind, verdict)
  })

test('settings that cannot work are named, field and rule, without their values', () => {
  assert.deepEqual(wechatPaySettingsFaults(someSettings()), [])
  const secret = 'sixteen bytes!!!'
  const { publicKey: _, ...noKey } = someSettings()
  const faults = wechatPaySettingsFaults({
    ...noKey,
    apiV3Key: secret,
    hosts: ['https://x/'],
    merchantPrivateKey: secret,
  })
  assert.deepEqual(faults, [
    'merchantPrivateKey: an RSA private key as PEM',
    'apiV3Key: exactly 32 bytes',
    'publicKey or certificates: at least one way to verify answers',
    'hosts: at least one origin without path or final slash',
  ])
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { certificateSn, rootSn } from './certificates.ts'
import { callParams, type Form, newNumber, post, StillClock, saidIn, signByHand } from './fixtures.ts'
import { type AlipaySimulator, startAlipaySimulator } from './simulator.ts'

/* What the gateway refuses, each with the words of the real side. Requests are signed by hand. */

const minute = 60_000
const start = (verify: 'public-key' | 'certificate', clock: Clock) =>
  startAlipaySimulator({ dir: '', port: 0, clock, durable: false, verify })

const send = async (simulator: AlipaySimulator, params: Form) => saidIn((await post(simulator.settings, params)).text)
const signed = (simulator: AlipaySimulator, params: Form): Form => ({
  ...params,
  sign: signByHand(simulator.settings, params),
})

describe('a call that is wrong in one thing', () => {
  const clock = new StillClock()
  let simulator: AlipaySimulator
  before(async () => {
    simulator = await start('public-key', clock)
  })
  after(() => simulator.close())

  const at = (offsetMs: number) =>
    callParams(simulator.settings, 'alipay.trade.query', {}, (clock.now() + offsetMs) as Instant).timestamp ?? ''
  type Row = [what: string, change: (params: Form) => Form, code: string, subCode: string, member?: string]
  const own = 'alipay_trade_query_response'
  const rows: Row[] = [
    ['nothing: only the trade is unknown', (p) => p, '40004', 'ACQ.TRADE_NOT_EXIST'],
    ['no app_id', ({ app_id: _, ...p }) => p, '40001', 'isv.missing-app-id', 'error_response'],
    [
      'an application that does not exist',
      (p) => ({ ...p, app_id: '2021000000000000' }),
      '40002',
      'isv.invalid-app-id',
      'error_response',
    ],
    ['no method', ({ method: _, ...p }) => p, '40001', 'isv.missing-method', 'error_response'],
    [
      'a method that does not exist',
      (p) => ({ ...p, method: 'alipay.trade.guess' }),
      '40002',
      'isv.invalid-method',
      'error_response',
    ],
    [
      'a method named like a part of every object',
      (p) => ({ ...p, method: 'toString' }),
      '40002',
      'isv.invalid-method',
      'error_response',
    ],
    ['no version', ({ version: _, ...p }) => p, '40001', 'isv.missing-version'],
    ['another version', (p) => ({ ...p, version: '2.0' }), '40002', 'isv.invalid-version'],
    ['no sign_type', ({ sign_type: _, ...p }) => p, '40001', 'isv.missing-signature-type'],
    ['SHA-1 signatures', (p) => ({ ...p, sign_type: 'RSA' }), '40002', 'isv.invalid-signature-type'],
    ['XML', (p) => ({ ...p, format: 'XML' }), '40002', 'isv.invalid-format'],
    [
      'a charset nobody asked for',
      (p) => ({ ...p, charset: 'latin1' }),
      '40002',
      'isv.invalid-charset',
      'error_response',
    ],
    ['no charset', ({ charset: _, ...p }) => p, '40001', 'isv.missing-charset'],
    ['encryption without a key', (p) => ({ ...p, encrypt_type: 'AES' }), '40001', 'isv.missing-encrypt-key'],
    ['no timestamp', ({ timestamp: _, ...p }) => p, '40001', 'isv.missing-timestamp'],
    [
      'a timestamp in ISO spelling',
      (p) => ({ ...p, timestamp: at(0).replace(' ', 'T') }),
      '40002',
      'isv.invalid-timestamp',
    ],
    [
      'a timestamp on a day that does not exist',
      (p) => ({ ...p, timestamp: '2026-02-30 10:00:00' }),
      '40002',
      'isv.invalid-timestamp',
    ],
    ['a timestamp in UTC', (p) => ({ ...p, timestamp: at(-8 * 60 * minute) }), '40002', 'isv.invalid-timestamp'],
    ['a timestamp 16 minutes late', (p) => ({ ...p, timestamp: at(-16 * minute) }), '40002', 'isv.invalid-timestamp'],
    ['a timestamp 16 minutes early', (p) => ({ ...p, timestamp: at(16 * minute) }), '40002', 'isv.invalid-timestamp'],
    [
      'a timestamp 14 minutes late, which is fine',
      (p) => ({ ...p, timestamp: at(-14 * minute) }),
      '40004',
      'ACQ.TRADE_NOT_EXIST',
    ],
    [
      'a certificate SN in public-key mode',
      (p) => ({ ...p, app_cert_sn: '0'.repeat(32) }),
      '40002',
      'isv.app-cert-not-exist',
    ],
    ['a notify_url that is no address', (p) => ({ ...p, notify_url: 'not a url' }), '40002', 'isv.invalid-parameter'],
    [
      'an operator token nobody issued',
      (p) => ({ ...p, app_auth_token: '202611BBnone' }),
      '20001',
      'aop.invalid-app-auth-token',
    ],
    ['business content that is not JSON', (p) => ({ ...p, biz_content: '{' }), '40002', 'isv.invalid-parameter'],
    ['business content that is a list', (p) => ({ ...p, biz_content: '[]' }), '40002', 'isv.invalid-parameter'],
  ]
  for (const [what, change, code, subCode, member = own] of rows)
    test(`${what}: ${subCode}`, async () => {
      const right = callParams(simulator.settings, 'alipay.trade.query', { out_trade_no: 'x1' }, clock.now())
      const said = await send(simulator, signed(simulator, change(right)))
      assert.deepEqual([said.code, said.sub_code, said.member], [code, subCode, member])
    })

  const broken: [string, (params: Form) => Form, string][] = [
    ['no signature', ({ sign: _, ...p }) => p, 'isv.missing-signature'],
    ['a changed parameter', (p) => ({ ...p, biz_content: '{"out_trade_no":"x2"}' }), 'isv.invalid-signature'],
    ['an added parameter', (p) => ({ ...p, notify_url: 'https://evil.example/' }), 'isv.invalid-signature'],
    ['a signature that is not base64', (p) => ({ ...p, sign: 'wrong sign' }), 'isv.invalid-signature'],
    ['a signature with something behind it', (p) => ({ ...p, sign: `${p.sign}====` }), 'isv.invalid-signature'],
  ]
  for (const [what, change, subCode] of broken)
    test(`${what}: ${subCode}`, async () => {
      const right = signed(
        simulator,
        callParams(simulator.settings, 'alipay.trade.query', { out_trade_no: 'x1' }, clock.now()),
      )
      const said = await send(simulator, change(right))
      assert.equal(said.sub_code, subCode)
    })

  test('the refusal of a signature shows the text the gateway built', async () => {
    const right = callParams(simulator.settings, 'alipay.trade.query', { out_trade_no: 'x1' }, clock.now())
    const said = await send(simulator, { ...right, sign: 'AAAA' })
    assert.match(
      said.sub_msg ?? '',
      /网关生成的验签字符串为：app_id=\d+&amp;biz_content={&quot;out_trade_no&quot;:&quot;x1&quot;}&amp;charset=utf-8&amp;/,
    )
  })

  test('an unknown application gets no signature, a known one does', async () => {
    const right = callParams(simulator.settings, 'alipay.trade.query', { out_trade_no: 'x1' }, clock.now())
    const unknown = await post(simulator.settings, { ...right, app_id: '1', sign: 'AAAA' })
    assert.equal('sign' in JSON.parse(unknown.text), false)
    const known = await post(simulator.settings, { ...right, sign: 'AAAA' })
    assert.equal('sign' in JSON.parse(known.text), true)
  })

  test('a parameter sent twice is refused: nobody could say which one was signed', async () => {
    const right = signed(
      simulator,
      callParams(simulator.settings, 'alipay.trade.query', { out_trade_no: 'x1' }, clock.now()),
    )
    const answer = await fetch(`${simulator.settings.gateway}?${new URLSearchParams(right)}&app_id=1`, {
      method: 'POST',
    })
    assert.equal(saidIn(await answer.text()).sub_code, 'isv.invalid-parameter')
  })

  test('without charset in the query, Chinese in the body is read as GBK and the signature fails', async () => {
    const biz = { out_trade_no: 'x1', operator_id: '停车' }
    const right = signed(simulator, callParams(simulator.settings, 'alipay.trade.query', biz, clock.now()))
    const inBody = (contentType: string) =>
      fetch(simulator.settings.gateway, {
        method: 'POST',
        headers: { 'content-type': contentType },
        body: new URLSearchParams(right).toString(),
      }).then(async (answer) => saidIn(await answer.text()).sub_code)
    assert.equal(await inBody('application/x-www-form-urlencoded'), 'isv.invalid-signature')
    assert.equal(await inBody('application/x-www-form-urlencoded;charset=utf-8'), 'ACQ.TRADE_NOT_EXIST')
  })

  test('GET is for pages', async () => {
    const right = signed(
      simulator,
      callParams(simulator.settings, 'alipay.trade.query', { out_trade_no: 'x1' }, clock.now()),
    )
    assert.equal((await fetch(`${simulator.settings.gateway}?${new URLSearchParams(right)}`)).status, 405)
  })

  test('slashes in an answer leave escaped', async () => {
    const right = callParams(simulator.settings, 'alipay.trade.query', { out_trade_no: 'a/b' }, clock.now())
    const { text } = await post(simulator.settings, { ...right, sign: 'AAAA' })
    assert.match(text, /a\\\/b/)
  })
})

describe('certificate mode', () => {
  const clock = new StillClock()
  let simulator: AlipaySimulator
  before(async () => {
    simulator = await start('certificate', clock)
  })
  after(() => simulator.close())

  const sns = () => {
    const { verify } = simulator.settings
    assert.ok(verify.mode === 'certificate')
    return { app_cert_sn: certificateSn(verify.appCertificate), alipay_root_cert_sn: rootSn(verify.rootCertificates) }
  }
  const rows: [string, (right: ReturnType<typeof sns>) => Form, string][] = [
    ['both SNs, which is right', (right) => right, 'ACQ.TRADE_NOT_EXIST'],
    ['no certificate SN', ({ app_cert_sn: _, ...right }) => right, 'isv.missing-app-cert-sn'],
    ['an unknown certificate SN', (right) => ({ ...right, app_cert_sn: 'f'.repeat(32) }), 'isv.app-cert-not-exist'],
    ['no root SN', ({ alipay_root_cert_sn: _, ...right }) => right, 'isv.invalid-alipay-root-cert-sn'],
    [
      'the SN of one root only',
      (right) => ({ ...right, alipay_root_cert_sn: right.alipay_root_cert_sn.slice(0, 32) }),
      'isv.invalid-alipay-root-cert-sn',
    ],
  ]
  for (const [what, change, subCode] of rows)
    test(`${what}: ${subCode}`, async () => {
      const params = {
        ...callParams(simulator.settings, 'alipay.trade.query', { out_trade_no: 'x1' }, clock.now()),
        ...change(sns()),
      }
      assert.equal((await send(simulator, signed(simulator, params))).sub_code, subCode)
    })
})

describe('an order that is wrong in one thing', () => {
  const clock = new StillClock()
  let simulator: AlipaySimulator
  let buyer = ''
  before(async () => {
    simulator = await start('public-key', clock)
    buyer = simulator.control.identityOf('driver-1')
  })
  after(() => simulator.close())

  const call = (method: string, biz: object) =>
    send(simulator, signed(simulator, callParams(simulator.settings, method, biz, clock.now())))
  const order = (changes: object = {}) => ({
    out_trade_no: newNumber(),
    total_amount: '10.00',
    subject: '停车费',
    buyer_id: buyer,
    ...changes,
  })
  const createRows: [string, () => object, string][] = [
    ['no number', () => ({ out_trade_no: '' }), 'ACQ.INVALID_PARAMETER'],
    ['a number with a dash', () => ({ out_trade_no: 'a-1' }), 'ACQ.INVALID_PARAMETER'],
    ['a number of 65 characters', () => ({ out_trade_no: '1'.repeat(65) }), 'ACQ.INVALID_PARAMETER'],
    ['an amount that is a JSON number', () => ({ total_amount: 10 }), 'ACQ.INVALID_PARAMETER'],
    ['an amount in fen, with three decimals', () => ({ total_amount: '10.001' }), 'ACQ.INVALID_PARAMETER'],
    ['an amount of nothing', () => ({ total_amount: '0.00' }), 'ACQ.INVALID_PARAMETER'],
    ['a negative amount', () => ({ total_amount: '-1.00' }), 'ACQ.INVALID_PARAMETER'],
    ['more than a hundred million', () => ({ total_amount: '100000000.1' }), 'ACQ.TOTAL_FEE_EXCEED'],
    ['no subject', () => ({ subject: '' }), 'ACQ.INVALID_PARAMETER'],
    ['a subject with a slash', () => ({ subject: '停车/洗车' }), 'ACQ.INVALID_PARAMETER'],
    ['a subject with an equals sign', () => ({ subject: 'a=b' }), 'ACQ.INVALID_PARAMETER'],
    ['a subject with an ampersand', () => ({ subject: 'a&b' }), 'ACQ.INVALID_PARAMETER'],
    ['a subject of 257 characters', () => ({ subject: '停'.repeat(257) }), 'ACQ.INVALID_PARAMETER'],
    ['a subject with a forbidden word', () => ({ subject: '代开发票' }), 'ACQ.EXIST_FORBIDDEN_WORD'],
    ['no buyer', () => ({ buyer_id: '' }), 'ACQ.INVALID_PARAMETER'],
    ['a buyer nobody knows', () => ({ buyer_id: '2088000000000000' }), 'ACQ.BUYER_NOT_EXIST'],
    ['a user_id in the field of the open_id', () => ({ buyer_id: '', buyer_open_id: buyer }), 'ACQ.BUYER_NOT_EXIST'],
    ['both ids', () => ({ buyer_open_id: buyer }), 'ACQ.INVALID_PARAMETER'],
    ['the buyer as seller', () => ({ seller_id: buyer }), 'ACQ.BUYER_SELLER_EQUAL'],
    ['a seller that is no PID', () => ({ seller_id: '12345' }), 'ACQ.SELLER_NOT_EXIST'],
    ['the product of another API', () => ({ product_code: 'QUICK_WAP_WAY' }), 'ACQ.INVALID_PARAMETER'],
    ['an expiry in the past', () => ({ time_expire: '2020-01-01 00:00:00' }), 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR'],
    ['an expiry without seconds', () => ({ time_expire: '2099-01-01 00:00' }), 'ACQ.INVALID_PARAMETER'],
    ['a timeout with decimals', () => ({ timeout_express: '1.5h' }), 'ACQ.INVALID_PARAMETER'],
    ['a timeout of 16 days', () => ({ timeout_express: '16d' }), 'ACQ.INVALID_PARAMETER'],
    [
      'discounts that do not add up',
      () => ({ discountable_amount: '1.00', undiscountable_amount: '1.00' }),
      'ACQ.INVALID_PARAMETER',
    ],
    [
      'both channel lists',
      () => ({ enable_pay_channels: 'balance', disable_pay_channels: 'credit' }),
      'ACQ.INVALID_PARAMETER',
    ],
    [
      'goods without a name',
      () => ({ goods_detail: [{ goods_id: '1', quantity: 1, price: '1' }] }),
      'ACQ.INVALID_PARAMETER',
    ],
  ]
  for (const [what, change, subCode] of createRows)
    test(`${what}: ${subCode}`, async () => {
      const said = await call('alipay.trade.create', order(change()))
      assert.equal(said.sub_code, subCode, said.sub_msg ?? '')
      assert.equal(said.code, '40004')
    })

  test('the same order again is the same trade; risk data may differ', async () => {
    const one = order()
    const first = await call('alipay.trade.create', one)
    const again = await call('alipay.trade.create', { ...one, business_params: { mc_create_trade_ip: '1.2.3.4' } })
    assert.equal(again.trade_no, first.trade_no)
  })

  const repeatRows: [string, (number: string) => unknown, object, string][] = [
    ['another amount', () => null, { total_amount: '11.00' }, 'ACQ.CONTEXT_INCONSISTENT'],
    ['another subject', () => null, { subject: '停车费 二' }, 'ACQ.CONTEXT_INCONSISTENT'],
    ['the same, but paid', (n) => simulator.control.pay(n), {}, 'ACQ.TRADE_HAS_SUCCESS'],
    ['another amount, but paid', (n) => simulator.control.pay(n), { total_amount: '11.00' }, 'ACQ.TRADE_HAS_SUCCESS'],
    ['the same, but closed', (n) => call('alipay.trade.close', { out_trade_no: n }), {}, 'ACQ.TRADE_HAS_CLOSE'],
  ]
  for (const [what, happens, changes, subCode] of repeatRows)
    test(`a used number with ${what}: ${subCode}`, async () => {
      const one = order()
      assert.equal((await call('alipay.trade.create', one)).code, '10000')
      await happens(one.out_trade_no)
      assert.equal((await call('alipay.trade.create', { ...one, ...changes })).sub_code, subCode)
    })

  test('a used number with another driver: ACQ.TRADE_BUYER_NOT_MATCH', async () => {
    const one = order()
    await call('alipay.trade.create', one)
    const other = { ...one, buyer_id: simulator.control.identityOf('driver-2') }
    assert.equal((await call('alipay.trade.create', other)).sub_code, 'ACQ.TRADE_BUYER_NOT_MATCH')
  })

  const refundOf = (out_trade_no: string, changes: object = {}) =>
    call('alipay.trade.refund', { out_trade_no, out_request_no: 'r1', refund_amount: '10.00', ...changes })
  const paidOrder = async () => {
    const one = order()
    await call('alipay.trade.create', one)
    simulator.control.pay(one.out_trade_no)
    return one.out_trade_no
  }

  test('a refund is refused for what the trade is', async () => {
    assert.equal((await refundOf('never1')).sub_code, 'ACQ.TRADE_NOT_EXIST')
    const one = order()
    await call('alipay.trade.create', one)
    assert.equal((await refundOf(one.out_trade_no)).sub_code, 'ACQ.TRADE_STATUS_ERROR', 'unpaid')
    await call('alipay.trade.close', { out_trade_no: one.out_trade_no })
    assert.equal((await refundOf(one.out_trade_no)).sub_code, 'ACQ.TRADE_HAS_CLOSE', 'closed')
  })

  test('a refund is refused for what it asks', async () => {
    const number = await paidOrder()
    assert.equal((await refundOf(number, { refund_amount: '10.01' })).sub_code, 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL')
    assert.equal((await refundOf(number, { refund_amount: '' })).sub_code, 'ACQ.INVALID_PARAMETER')
    assert.equal(
      (await refundOf(number, { refund_amount: '4.00', out_request_no: '' })).sub_code,
      'ACQ.INVALID_PARAMETER',
      'a part needs a number',
    )
    assert.equal((await refundOf(number, { refund_amount: '4.00' })).fund_change, 'Y')
    assert.equal((await refundOf(number, { refund_amount: '5.00' })).sub_code, 'ACQ.DISCORDANT_REPEAT_REQUEST')
    const second = { refund_amount: '6.00', out_request_no: 'r2' }
    assert.equal((await refundOf(number, second)).sub_code, 'ACQ.SYSTEM_ERROR', 'two refunds are three seconds apart')
    clock.advance(3_000)
    assert.equal(
      (await refundOf(number, { ...second, refund_amount: '6.01' })).sub_code,
      'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
      'more than the rest',
    )
    const last = await refundOf(number, second)
    assert.deepEqual([last.fund_change, last.refund_fee], ['Y', '10.00'], 'the fee is that of the whole trade')
    assert.equal((await call('alipay.trade.query', { out_trade_no: number })).trade_status, 'TRADE_CLOSED')
    assert.equal((await refundOf(number, second)).fund_change, 'N', 'a repeat is still known')
    assert.equal(
      (await refundOf(number, { out_request_no: 'r3', refund_amount: '0.01' })).sub_code,
      'ACQ.TRADE_HAS_CLOSE',
    )
  })

  test('after the refund window nothing can be given back', async () => {
    const number = await paidOrder()
    clock.advance(91 * 86_400_000)
    assert.equal((await call('alipay.trade.query', { out_trade_no: number })).trade_status, 'TRADE_FINISHED')
    assert.equal((await refundOf(number)).sub_code, 'ACQ.TRADE_HAS_FINISHED')
  })

  test('close is for what is unpaid', async () => {
    assert.equal((await call('alipay.trade.close', { out_trade_no: 'never2' })).sub_code, 'ACQ.TRADE_NOT_EXIST')
    assert.equal((await call('alipay.trade.close', {})).sub_code, 'ACQ.INVALID_PARAMETER')
    const number = await paidOrder()
    assert.equal((await call('alipay.trade.close', { out_trade_no: number })).sub_code, 'ACQ.TRADE_STATUS_ERROR')
  })

  test('an order past its time is closed, and closing it says so', async () => {
    const one = order({ timeout_express: '5m' })
    await call('alipay.trade.create', one)
    clock.advance(5 * minute - 1)
    assert.equal((await call('alipay.trade.query', { out_trade_no: one.out_trade_no })).trade_status, 'WAIT_BUYER_PAY')
    clock.advance(1)
    assert.equal((await call('alipay.trade.query', { out_trade_no: one.out_trade_no })).trade_status, 'TRADE_CLOSED')
    assert.equal(
      (await call('alipay.trade.close', { out_trade_no: one.out_trade_no })).sub_code,
      'ACQ.REASON_TRADE_STATUS_INVALID',
    )
  })

  test('cancel closes what is unpaid, gives back what is paid, and only on the same day', async () => {
    const unpaid = order()
    await call('alipay.trade.create', unpaid)
    assert.equal((await call('alipay.trade.cancel', { out_trade_no: unpaid.out_trade_no })).action, 'close')
    const paid = await paidOrder()
    const cancelled = await call('alipay.trade.cancel', { out_trade_no: paid })
    assert.deepEqual([cancelled.action, cancelled.retry_flag], ['refund', 'N'])
    assert.equal((await call('alipay.trade.cancel', { out_trade_no: paid })).action, 'refund', 'a repeat says the same')
    const old = await paidOrder()
    clock.advance(86_400_000)
    assert.equal((await call('alipay.trade.cancel', { out_trade_no: old })).sub_code, 'ACQ.TRADE_CANCEL_TIME_OUT')
    assert.equal((await call('alipay.trade.cancel', { out_trade_no: 'never3' })).sub_code, 'ACQ.TRADE_NOT_EXIST')
  })

  test('on behalf of an operator: its money, its numbers, its application', async () => {
    const { operator } = simulator.control
    const one = order()
    await call('alipay.trade.create', one)
    const behalf = (method: string, biz: object) =>
      send(
        simulator,
        signed(simulator, {
          ...callParams(simulator.settings, method, biz, clock.now()),
          app_auth_token: operator.appAuthToken,
        }),
      )
    assert.equal((await behalf('alipay.trade.query', one)).sub_code, 'ACQ.TRADE_NOT_EXIST', 'another merchant')
    assert.equal((await behalf('alipay.trade.create', one)).code, '10000', 'the same number is free there')
    const sellers = simulator.control.trades().filter((trade) => trade.outTradeNo === one.out_trade_no)
    assert.deepEqual(
      sellers.map(({ sellerId }) => sellerId),
      [simulator.settings.sellerId, operator.sellerId],
    )
  })
})

test('an application certificate that ran out is refused', async (t) => {
  const clock = new StillClock()
  const simulator = await start('certificate', clock)
  t.after(() => simulator.close())
  const { verify } = simulator.settings
  assert.ok(verify.mode === 'certificate')
  clock.advance(6 * 365 * 86_400_000)
  const params = {
    ...callParams(simulator.settings, 'alipay.trade.query', { out_trade_no: 'x1' }, clock.now()),
    app_cert_sn: certificateSn(verify.appCertificate),
    alipay_root_cert_sn: rootSn(verify.rootCertificates),
  }
  assert.equal((await send(simulator, signed(simulator, params))).sub_code, 'isv.app-cert-expired')
})

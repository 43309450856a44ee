import assert from 'node:assert/strict'
import http from 'node:http'
import { after, afterEach, before, describe, test } from 'node:test'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { WechatPaySettings } from '@lanepay/channels/wechatpay/settings.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { Hash, Transformer, Wechatpay } from 'wechatpay-axios-plugin'
import { folder, type Json, merchant, newNumber, StillClock, until } from './fixtures.ts'
import { type FaultKind, startWechatPaySimulator, type WechatPaySimulator } from './simulator.ts'

/* The attendant scans the driver: what is refused, what goes wrong on purpose, and Lanepay's adapter and the vendor's SDK. */

const second = 1_000
const minute = 60 * second
const day = 24 * 60 * minute
const clock = new StillClock()
const v2Of = ({ codePay }: WechatPaySettings) => {
  assert.ok(codePay?.version === 'v2')
  return codePay
}
type SignType = 'MD5' | 'HMAC-SHA256'

/** Posts these very bytes. */
const postText = (url: string, path: string, body: string, method = 'POST') =>
  new Promise<Json>((resolve, reject) => {
    const request = http.request(
      `${url}${path}`,
      { method, headers: { 'content-type': 'text/xml' } },
      async (answer) => {
        const chunks: Buffer[] = []
        for await (const chunk of answer) chunks.push(chunk as Buffer)
        resolve(Transformer.toObject(Buffer.concat(chunks).toString('utf8')) as Json)
      },
    )
    request.on('error', reject)
    request.end(body)
  })

/** A scan as a merchant's own server would send it, signed by the SDK's hash; a test changes what it is about. */
function byHand(simulator: WechatPaySimulator) {
  const { settings, subMchid, url, control } = simulator
  const whose = { appid: settings.appid, mch_id: settings.mchid, ...(subMchid ? { sub_mch_id: subMchid } : {}) }
  const signed = (fields: Json, type: SignType = 'HMAC-SHA256') => {
    const whole = { ...whose, nonce_str: 'N1', sign_type: type, ...fields }
    const filled = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined))
    return { ...filled, sign: Hash.sign(type, filled as Record<string, string>, v2Of(settings).apiV2Key) }
  }
  const send = (path: string, fields: Json, type?: SignType) =>
    postText(url, path, Transformer.toXml(signed(fields, type)))
  return {
    signed,
    send,
    pay: (changes: Json = {}) =>
      send('/pay/micropay', {
        body: '停车费',
        out_trade_no: newNumber(),
        total_fee: '1500',
        spbill_create_ip: '203.0.113.7',
        auth_code: control.payCodeOf('driver-1'),
        ...changes,
      }),
    query: (number: string) => send('/pay/orderquery', { out_trade_no: number }),
    reverse: (number: string) => send('/secapi/pay/reverse', { out_trade_no: number }),
  }
}
const wordOf = (said: Json) =>
  String(said.err_code ?? (said.return_code === 'FAIL' ? said.return_msg : said.result_code))

const opened = (mode: 'direct' | 'partner', codePay: 'v2' | 'v3') => {
  const own = {} as { simulator: WechatPaySimulator }
  before(async () => {
    own.simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode, codePay })
  })
  afterEach(() => {
    own.simulator.control.clearFaults()
    clock.advance(second) // so many scans a second, not more
  })
  after(() => own.simulator.close())
  return own
}

describe('what the older interface refuses', () => {
  const own = opened('direct', 'v2')
  const rows: [what: string, changes: Json, word: string][] = [
    ['nothing', {}, 'SUCCESS'],
    ['another appid', { appid: 'wx0' }, 'APPID_MCHID_NOT_MATCH'],
    ['another merchant', { mch_id: '1900000000' }, 'MCHID_NOT_EXIST'],
    ['an operator, in direct mode', { sub_mch_id: '1900000109' }, 'PARAM_ERROR'],
    ['no description', { body: undefined }, 'LACK_PARAMS'],
    ['a description of 128 characters', { body: 'x'.repeat(128) }, 'PARAM_ERROR'],
    ['no code', { auth_code: undefined }, 'LACK_PARAMS'],
    ['a code of nobody', { auth_code: '130000000000000000' }, 'AUTH_CODE_INVALID'],
    ["Alipay's code", { auth_code: '281234567890123456' }, 'AUTH_CODE_INVALID'],
    ['an amount in yuan', { total_fee: '15.00' }, 'PARAM_ERROR'],
    ['an amount of nothing', { total_fee: '0' }, 'PARAM_ERROR'],
    ['another currency', { fee_type: 'USD' }, 'PARAM_ERROR'],
    ['no address', { spbill_create_ip: 'here' }, 'PARAM_ERROR'],
    ['a field nobody knows', { surplus: '1' }, 'PARAM_ERROR'],
    ['a scene that is no JSON', { scene_info: '{' }, 'PARAM_ERROR'],
    ['a deadline a minute away', { time_expire: '20261124120100' }, 'PARAM_ERROR'],
    ['a number with a blank', { out_trade_no: '1234 56' }, 'PARAM_ERROR'],
    ['sharing neither on nor off', { profit_sharing: '1' }, 'PARAM_ERROR'],
  ]
  for (const [what, changes, word] of rows)
    test(`${what}: ${word}`, async () => assert.equal(wordOf(await byHand(own.simulator).pay(changes)), word))

  const bodies: [what: string, body: () => string, word: string, method?: string][] = [
    ['no body', () => '', 'POST_DATA_EMPTY'],
    ['JSON', () => '{}', 'XML_FORMAT_ERROR'],
    ['a DTD', () => '<!DOCTYPE xml [<!ENTITY a "b">]><xml><appid>&a;</appid></xml>', 'XML_FORMAT_ERROR'],
    ['a field in a field', () => '<xml><a><b>1</b></a></xml>', 'XML_FORMAT_ERROR'],
    ['a field twice', () => '<xml><mch_id>1</mch_id><mch_id>2</mch_id></xml>', 'XML_FORMAT_ERROR'],
    [
      'another sign',
      () => Transformer.toXml({ ...byHand(own.simulator).signed({ out_trade_no: '123456' }), sign: 'F'.repeat(64) }),
      '签名错误',
    ],
    ['a read', () => '', 'REQUIRE_POST_METHOD', 'GET'],
  ]
  for (const [what, body, word, method] of bodies)
    test(`${what}: ${word}`, async () => {
      const said = await postText(own.simulator.url, '/pay/orderquery', body(), method)
      assert.deepEqual([said.return_code, said.return_msg, said.sign], ['FAIL', word, undefined])
    })

  test('both kinds of sign are taken, and answered in kind', async () => {
    const { send } = byHand(own.simulator)
    for (const type of ['MD5', 'HMAC-SHA256'] as const) {
      const said = (await send('/pay/orderquery', { out_trade_no: '123456' }, type)) as Record<string, string>
      assert.equal(said.err_code, 'ORDERNOTEXIST')
      assert.equal(said.sign, Hash.sign(type, said, v2Of(own.simulator.settings).apiV2Key))
    }
  })

  test('a code is good once, and for a minute', async () => {
    const { pay } = byHand(own.simulator)
    const auth_code = own.simulator.control.payCodeOf('driver-2')
    assert.equal(wordOf(await pay({ auth_code })), 'SUCCESS')
    assert.equal(wordOf(await pay({ auth_code })), 'AUTH_CODE_ERROR')
    const old = own.simulator.control.payCodeOf('driver-2')
    clock.advance(minute + 1)
    assert.equal(wordOf(await pay({ auth_code: old })), 'AUTHCODEEXPIRE')
  })

  test('a number is for one scan: the same scan hears how it stands, every other is refused', async () => {
    const { pay, reverse } = byHand(own.simulator)
    const number = newNumber()
    const scan = { out_trade_no: number, auth_code: own.simulator.control.payCodeOf('driver-1') }
    assert.equal(wordOf(await pay(scan)), 'SUCCESS')
    assert.equal(wordOf(await pay(scan)), 'SUCCESS')
    assert.equal(wordOf(await pay({ out_trade_no: number })), 'ORDERPAID')
    await reverse(number)
    assert.equal(wordOf(await pay(scan)), 'ORDERREVERSED')
    own.simulator.control.fault({ kind: 'pay-waits', times: 1 })
    const waiting = newNumber()
    assert.equal(wordOf(await pay({ out_trade_no: waiting })), 'USERPAYING')
    assert.equal(wordOf(await pay({ out_trade_no: waiting })), 'OUT_TRADE_NO_USED')
    const other = own.simulator.control.payCodeOf('driver-2')
    assert.equal(wordOf(await pay({ out_trade_no: waiting, auth_code: other })), 'BUYER_MISMATCH')
  })

  test('33 scans a second, the next one is too many', async () => {
    const { pay } = byHand(own.simulator)
    const words = []
    for (let left = 34; left > 0; left--) words.push(wordOf(await pay()))
    assert.deepEqual([new Set(words.slice(0, 33)), words[33]], [new Set(['SUCCESS']), 'FREQUENCY_LIMITED'])
  })

  test('v3 code pay was never opened for this account, nor v2 for another', async () => {
    const other = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, codePay: 'v3' })
    const said = await postText(other.url, '/pay/micropay', Transformer.toXml({ mch_id: other.settings.mchid }))
    assert.equal(said.return_msg, '商户号该产品权限未开通')
    await other.close()
  })
})

for (const mode of ['direct', 'partner'] as const)
  for (const version of ['v2', 'v3'] as const)
    describe(`Lanepay's adapter, ${mode}, ${version}`, () => {
      const own = opened(mode, version)
      const lanepay = () => {
        const { settings, subMchid, control } = own.simulator
        const channel = wechatPayChannel(settings, { clock })
        const who = subMchid === undefined ? {} : { subMchid }
        const { payCode } = channel
        assert.ok(payCode)
        const scan = (changes: { code?: string; tradeNumber?: string; toShare?: boolean } = {}) =>
          payCode.pay(who, {
            tradeNumber: newNumber(),
            amountFen: fen(1500),
            description: '停车费 阳光花园 粤B·1**45',
            code: control.payCodeOf('driver-1'),
            createdAt: clock.now(),
            expiresAt: (clock.now() + 45 * second) as Instant,
            clientIp: '203.0.113.7',
            lotCode: 'L0000007',
            laneCode: 'exit2',
            ...changes,
          })
        const stateOf = async (number: string) => {
          const asked = await payCode.query(who, number)
          return asked.ok ? asked.value.state : asked.error.kind
        }
        const reversal = async (number: string) => {
          const said = await payCode.reverse(who, number)
          return said.ok ? said.value.state : said.error.kind
        }
        return { channel, who, payCode, scan, stateOf, reversal }
      }
      const fault = (kind: FaultKind, ms?: number) =>
        own.simulator.control.fault({ kind, times: 1, ...(ms === undefined ? {} : { ms }) })
      const openidOf = (user: string) => own.simulator.control.openidOf(user)

      test('paid: the facts are those of the query, nobody is notified, a refund goes through v3', async () => {
        const { channel, who, scan, payCode } = lanepay()
        const number = newNumber()
        const said = await scan({ tradeNumber: number })
        assert.ok(said.ok && said.value.state === 'paid', JSON.stringify(said))
        const { paid } = said.value
        assert.deepEqual(
          [paid.amountFen, paid.payer, paid.accountKey, paid.paidAt],
          [1500, openidOf('driver-1'), channel.accountKey(who), Math.floor(clock.now() / second) * second],
        )
        assert.deepEqual(await payCode.query(who, number), { ok: true, value: said.value })
        assert.equal(own.simulator.control.notifications().length, 0)
        const shop = await merchant()
        const refund = {
          tradeNumber: number,
          refundNumber: `${number}9`,
          amountFen: fen(500),
          paymentFen: fen(1500),
          reason: '',
          notifyUrl: shop.url,
        }
        const taken = await channel.refund(who, refund)
        assert.equal(taken.ok && taken.value.state, 'pending')
        clock.advance(5 * second)
        const done = await channel.queryRefund(who, refund)
        assert.equal(done.ok && done.value.state, 'done')
        await until(() => shop.heard.length === 1, 'the notification of the refund')
        shop.close()
      })

      const waits: [kind: FaultKind, then: string][] = [
        ['pay-waits-then-paid', 'paid'],
        ['pay-waits-then-fails', 'closed'],
        ['pay-waits', 'pending'],
      ]
      for (const [kind, then] of waits)
        test(`${kind}: pending, then ${then}`, async () => {
          const { scan, stateOf } = lanepay()
          fault(kind, 8 * second)
          const number = newNumber()
          const said = await scan({ tradeNumber: number })
          assert.equal(said.ok && said.value.state, 'pending')
          clock.advance(8 * second - 1)
          assert.equal(await stateOf(number), 'pending')
          clock.advance(1)
          assert.equal(await stateOf(number), then)
        })

      test('a driver who never answers: reversed, but not within the first 15 seconds', async () => {
        const { scan, stateOf, reversal } = lanepay()
        fault('pay-waits')
        const number = newNumber()
        await scan({ tradeNumber: number })
        assert.equal(await reversal(number), 'not-yet')
        assert.equal(await stateOf(number), 'pending')
        clock.advance(15 * second)
        assert.equal(await reversal(number), 'reversed')
        assert.equal(await reversal(number), 'reversed', 'twice is once')
        assert.equal(await stateOf(number), 'closed')
        assert.throws(() => own.simulator.control.pay(number), RangeError)
      })

      test('money taken under an unclear answer: the query tells, a reversal gives it back', async () => {
        const { channel, who, scan, stateOf, reversal } = lanepay()
        fault('error-after-code-pay')
        const number = newNumber()
        const said = await scan({ tradeNumber: number })
        assert.equal(!said.ok && said.error.kind, 'unclear')
        assert.equal(await stateOf(number), 'paid')
        fault('reverse-again')
        assert.match(await reversal(number), /not-yet|unclear/)
        assert.equal(await stateOf(number), 'paid')
        fault('error-after-reverse')
        assert.match(await reversal(number), /not-yet|unclear/)
        assert.equal(await stateOf(number), 'closed')
        assert.equal(await reversal(number), 'reversed')
        const refund = { tradeNumber: number, refundNumber: `${number}9`, amountFen: fen(1), paymentFen: fen(1500) }
        const late = await channel.refund(who, { ...refund, reason: '', notifyUrl: 'http://127.0.0.1:9/n' })
        assert.equal(!late.ok && late.error.kind, 'refused', 'what went back does not go back twice')
      })

      const unclear: [kind: FaultKind, done: string][] = [
        ['answer-5xx', 'unknown-order'],
        ['answer-cut', 'paid'],
        ['answer-wrong-signature', 'paid'],
        ['system-error', 'unknown-order'],
        ['frequency-limited', 'unknown-order'],
      ]
      for (const [kind, done] of unclear)
        test(`${kind}: unclear, and the query says ${done}`, async () => {
          const { scan, stateOf } = lanepay()
          fault(kind)
          const number = newNumber()
          const said = await scan({ tradeNumber: number })
          assert.equal(!said.ok && said.error.kind, 'unclear', JSON.stringify(said))
          assert.equal(await stateOf(number), done)
        })

      test('no money, a used code, a code of nobody: declined, each by its name', async () => {
        const { scan, stateOf } = lanepay()
        const because = async (changes: Parameters<typeof scan>[0] = {}) => {
          const said = await scan(changes)
          return said.ok && said.value.state === 'declined' && said.value.because
        }
        fault('pay-no-money')
        const number = newNumber()
        const code = own.simulator.control.payCodeOf('driver-1')
        assert.equal(await because({ tradeNumber: number, code }), 'short-of-money')
        assert.equal(await stateOf(number), 'pending', 'an order there is, and nobody will pay it')
        assert.equal(await because({ code }), 'stale-code')
        assert.equal(await because({ code: '130000000000000000' }), 'bad-code')
        const late = own.simulator.control.payCodeOf('driver-1')
        clock.advance(2 * minute)
        assert.equal(await because({ code: late }), 'stale-code')
      })

      test('after a week it is refunded, not reversed; what the page made is never reversed', async () => {
        const { channel, who, scan, reversal } = lanepay()
        const number = newNumber()
        await scan({ tradeNumber: number })
        const page = newNumber()
        await channel.create(who, {
          tradeNumber: page,
          amountFen: fen(100),
          description: '停车费',
          payer: openidOf('driver-1'),
          place: 'wallet',
          createdAt: clock.now(),
          expiresAt: (clock.now() + 10 * minute) as Instant,
          notifyUrl: 'http://127.0.0.1:9/notify',
        })
        assert.equal(await reversal(page), 'refused')
        assert.equal(await reversal('1234567'), 'refused')
        const closed = await channel.close(who, number)
        assert.equal(!closed.ok && closed.error.kind, 'refused', 'a scan is reversed, not closed')
        clock.advance(7 * day + 1)
        assert.equal(await reversal(number), 'refused')
      })
    })

describe('refunds that stay with v2', () => {
  const own = opened('direct', 'v2')
  test('are taken, notified in XML, and asked about', async () => {
    const { settings } = own.simulator
    const channel = wechatPayChannel({ ...settings, codePay: { ...v2Of(settings), refunds: 'v2' } }, { clock })
    const refunds = channel.payCode?.refunds
    assert.ok(refunds)
    const number = newNumber()
    await byHand(own.simulator).pay({ out_trade_no: number })
    const shop = await merchant()
    const order = {
      tradeNumber: number,
      refundNumber: `${number}9`,
      amountFen: fen(500),
      paymentFen: fen(1500),
      reason: '误扫',
      notifyUrl: shop.url,
    }
    own.simulator.control.fault({ kind: 'error-after-refund', times: 1 })
    const unclear = await refunds.refund({}, order)
    assert.equal(!unclear.ok && unclear.error.kind, 'unclear')
    assert.deepEqual(await refunds.refund({}, order), { ok: true, value: { state: 'pending' } })
    const other = await refunds.refund({}, { ...order, amountFen: fen(501) })
    assert.equal(!other.ok && other.error.kind === 'refused' && other.error.alarm, true)
    clock.advance(5 * second)
    await until(() => shop.heard.length > 0, 'the notification')
    const { headers, body } = shop.heard[0]!
    const raw = { headers, body: Buffer.from(body) }
    const heard = await channel.readNotification(raw)
    assert.ok(heard.ok && heard.value.kind === 'refund', JSON.stringify(heard))
    assert.deepEqual(
      [heard.value.tradeNumber, heard.value.refundNumber, heard.value.state],
      [number, order.refundNumber, { state: 'pending', code: 'UNSIGNED' }],
    )
    assert.match(channel.replyTo('accepted', raw).body, /<return_code><!\[CDATA\[SUCCESS\]\]>/)
    const done = await refunds.queryRefund({}, order)
    assert.equal(done.ok && done.value.state, 'done')
    assert.deepEqual(own.simulator.control.order(number).refunds.length, 1)
    shop.close()
  })
})

describe("the vendor's SDK over v2", () => {
  const own = opened('partner', 'v2')
  test('scans, asks and reverses', async () => {
    const { settings, subMchid = '', url, control } = own.simulator
    const sdk = new Wechatpay({
      mchid: settings.mchid,
      serial: settings.merchantSerial,
      privateKey: settings.merchantPrivateKey,
      certs: { any: settings.publicKey!.pem },
      secret: v2Of(settings).apiV2Key,
      baseURL: `${url}/`,
      proxy: false,
    } as ConstructorParameters<typeof Wechatpay>[0])
    const whose = { appid: settings.appid, mch_id: settings.mchid, sub_mch_id: subMchid, sign_type: 'HMAC-SHA256' }
    const post = async (path: string, fields: Json): Promise<Json> =>
      (await sdk.chain(`v2/${path}`).post({ ...whose, ...fields })).data as Json
    const number = newNumber()
    const paid = await post('pay/micropay', {
      body: '停车费',
      out_trade_no: number,
      total_fee: '1500',
      spbill_create_ip: '203.0.113.7',
      auth_code: control.payCodeOf('driver-3'),
    })
    assert.deepEqual(
      [paid.result_code, paid.trade_type, paid.openid, paid.total_fee],
      ['SUCCESS', 'MICROPAY', control.openidOf('driver-3'), '1500'],
    )
    assert.equal((await post('pay/orderquery', { out_trade_no: number })).trade_state, 'SUCCESS')
    assert.equal((await post('secapi/pay/reverse', { out_trade_no: number })).recall, 'N')
    assert.equal((await post('pay/orderquery', { out_trade_no: number })).trade_state, 'REVOKED')
  })
})

test('a phone shows its code over HTTP, and whoever reads along sees neither code nor secret', async (t) => {
  const seen: unknown[] = []
  const tell = (message: unknown) => void seen.push(message)
  const simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, tell })
  t.after(() => simulator.close())
  const phone = await fetch(`${simulator.url}/wallet/pay-code`, { headers: { 'x-wallet-user': 'driver-7' } })
  const { code, goodForMs } = (await phone.json()) as { code: string; goodForMs: number }
  assert.deepEqual([/^1[0-4]\d{16}$/.test(code), goodForMs], [true, minute])
  const paid = await byHand(simulator).pay({ auth_code: code })
  assert.equal(paid.openid, simulator.control.openidOf('driver-7'))
  const shown = JSON.stringify(seen)
  assert.match(shown, /micropay/)
  for (const secret of [code, v2Of(simulator.settings).apiV2Key, String(paid.sign)]) assert.ok(!shown.includes(secret))
})

test('codes, scans, their driver and a reversal outlive the process', async (t) => {
  const dir = folder(t)
  const start = () => startWechatPaySimulator({ dir, port: 0, clock })
  const first = await start()
  const code = first.control.payCodeOf('driver-1')
  const number = newNumber()
  first.control.fault({ kind: 'pay-waits-then-paid', times: 1, ms: 20 * second })
  await byHand(first).pay({ out_trade_no: number })
  const undone = newNumber()
  await byHand(first).pay({ out_trade_no: undone })
  await byHand(first).reverse(undone)
  await first.close()
  clock.advance(20 * second)
  const second_ = await start()
  t.after(() => second_.close())
  const { query, pay } = byHand(second_)
  assert.equal((await query(number)).trade_state, 'SUCCESS')
  assert.equal((await query(undone)).trade_state, 'REVOKED')
  assert.equal(wordOf(await pay({ auth_code: code })), 'SUCCESS')
})

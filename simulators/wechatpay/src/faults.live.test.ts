import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import type { WireMessage } from '@lanepay/simulator-wire/wire.ts'
import { Rsa } from 'wechatpay-axios-plugin'
import {
  type Calls,
  callsOf,
  envelopeIn,
  type Heard,
  type Json,
  type Merchant,
  merchant,
  newNumber,
  openCertificates,
  type PlatformKeys,
  pageParams,
  plaintextOf,
  StillClock,
  until,
  verifies,
} from './fixtures.ts'
import { ladderMs } from './notifier.ts'
import { type FaultKind, startWechatPaySimulator, type WechatPaySimulator } from './simulator.ts'

/* Everything that can go wrong on purpose, as it is seen from outside. The clock moves only when it is pushed. */

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
/** Long enough for anything that was going to happen at once. */
const aMoment = () => sleep(60)

const clock = new StillClock()
let simulator: WechatPaySimulator
let calls: Calls
let keys: PlatformKeys
let shop: Merchant

before(async () => {
  simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
  calls = callsOf(simulator, clock)
  const { publicKey } = simulator.settings
  const { body } = await calls.get('/v3/certificates')
  keys = { [publicKey!.id]: publicKey!.pem, ...openCertificates(simulator.settings, body) }
})
after(() => simulator.close())
beforeEach(async () => {
  shop = await merchant()
})
afterEach(() => {
  shop.close()
  simulator.control.clearFaults()
})

const created = async (changes: Json = {}) => {
  const number = newNumber()
  const { status, text } = await calls.create({ out_trade_no: number, notify_url: shop.url, ...changes })
  assert.equal(status, 200, text)
  return number
}
const paid = async () => {
  const number = await created()
  simulator.control.pay(number)
  return number
}
const refundOf = (out_trade_no: string, changes: Json = {}): Json => ({
  out_trade_no,
  out_refund_no: `${out_trade_no}r`,
  notify_url: shop.url,
  amount: { refund: 300, total: 1000, currency: 'CNY' },
  ...changes,
})
const fault = (kind: FaultKind, more: { ms?: number; call?: 'query' } = {}) =>
  simulator.control.fault({ kind, times: 1, ...more })
const said = (heard: Heard) => plaintextOf(simulator.settings, heard)
const about = (number: string) => shop.heard.filter((heard) => said(heard).out_trade_no === number)
const noticeOf = (number: string) => simulator.control.notifications().findLast((one) => one.tradeNumber === number)
const wallet = async (path: string, body: Json) =>
  (await (await fetch(`${simulator.url}/wallet${path}`, { method: 'POST', body: JSON.stringify(body) })).json()) as Json

describe('notifications', () => {
  test('a merchant that never accepts hears the same message sixteen times, by the clock, then no more', async () => {
    shop.say.status = 500
    const number = await paid()
    await until(() => noticeOf(number)?.attempts === 1, 'the first delivery')
    for (const [index, gap] of ladderMs.entries()) {
      clock.advance(gap - 1)
      await aMoment()
      assert.equal(about(number).length, index + 1, `delivery ${index + 2} is not early`)
      clock.advance(1)
      await until(() => noticeOf(number)?.attempts === index + 2, `delivery ${index + 2}`)
    }
    assert.deepEqual([noticeOf(number)?.state, noticeOf(number)?.lastAnswer], ['given-up', '500'])
    clock.advance(48 * hour)
    await aMoment()
    assert.equal(about(number).length, 16)
    assert.equal(new Set(shop.heard.map((heard) => envelopeIn(heard).id)).size, 1, 'one message, one id')
    assert.equal(new Set(shop.heard.map(({ headers }) => headers['wechatpay-nonce'])).size, 16, 'signed anew each time')
    assert.ok(shop.heard.every((heard) => verifies(keys, heard)))
    assert.deepEqual(
      ladderMs.map((ms) => ms / second),
      [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600],
    )
  })

  const answers: [number, string, string][] = [
    [200, '', 'delivered'],
    [204, '', 'delivered'],
    [200, '{"code":"FAIL"}', 'delivered'],
    [201, '{"code":"SUCCESS"}', 'waiting'],
    [302, '', 'waiting'],
    [400, '{"code":"SUCCESS"}', 'waiting'],
    [500, '', 'waiting'],
  ]
  for (const [status, body, state] of answers)
    test(`${status} ${body} leaves the message ${state}`, async () => {
      Object.assign(shop.say, { status, body })
      const number = await paid()
      await until(() => noticeOf(number)?.attempts === 1, 'the delivery')
      assert.equal(noticeOf(number)?.state, state)
    })

  test('a merchant that is not there at all is tried again', async () => {
    shop.close()
    const number = await paid()
    await until(() => noticeOf(number)?.attempts === 1, 'the delivery')
    assert.match(noticeOf(number)?.lastAnswer ?? '', /^no answer/)
    assert.equal(noticeOf(number)?.state, 'waiting')
  })

  test('what is refunded later does not change what the payment said', async () => {
    shop.say.status = 500
    const number = await paid()
    await until(() => noticeOf(number)?.attempts === 1, 'the first delivery')
    await calls.refund(refundOf(number))
    shop.say.status = 200
    clock.advance(15 * second)
    await until(() => about(number).filter((heard) => said(heard).trade_state).length === 2, 'the repeat')
    assert.deepEqual(new Set(about(number).flatMap((heard) => said(heard).trade_state ?? [])), new Set(['SUCCESS']))
    assert.equal((await calls.query(number)).body.trade_state, 'REFUND')
  })

  test('notify-delay: nothing until the clock has moved', async () => {
    fault('notify-delay', { ms: 30 * second })
    const number = await paid()
    clock.advance(30 * second - 1)
    await aMoment()
    assert.equal(about(number).length, 0)
    clock.advance(1)
    await until(() => about(number).length === 1, 'the delayed message')
  })

  test('notify-lose: never, not even as a repeat; the query knows', async () => {
    fault('notify-lose')
    const number = await paid()
    clock.advance(48 * hour)
    await aMoment()
    assert.equal(about(number).length, 0)
    assert.equal(noticeOf(number)?.state, 'lost')
    assert.equal((await calls.query(number)).body.trade_state, 'SUCCESS')
  })

  test('notify-double: the same message twice', async () => {
    fault('notify-double')
    const number = await paid()
    await until(() => about(number).length === 2, 'both copies')
    assert.equal(shop.heard[0]?.body, shop.heard[1]?.body)
  })

  test('notify-reorder: the one made later arrives first', async () => {
    fault('notify-reorder')
    const first = await paid()
    const second = await paid()
    await until(() => shop.heard.length === 2, 'both messages')
    assert.deepEqual(
      shop.heard.map((heard) => said(heard).out_trade_no),
      [second, first],
    )
  })

  test('notify-reorder with nothing behind it: after its time', async () => {
    fault('notify-reorder', { ms: 10 * second })
    const number = await paid()
    await aMoment()
    assert.equal(about(number).length, 0)
    clock.advance(10 * second)
    await until(() => about(number).length === 1, 'the message that waited')
  })

  test('notify-forge: a stranger is faster, names a good serial, and does not verify', async () => {
    fault('notify-forge')
    const number = await paid()
    await until(() => about(number).length === 2, 'the forgery and the truth')
    assert.deepEqual(
      about(number).map((heard) => [(said(heard).amount as Json).total, verifies(keys, heard)]),
      [
        [1, false],
        [1000, true],
      ],
    )
    assert.equal(shop.heard[0]?.headers['wechatpay-serial'], shop.heard[1]?.headers['wechatpay-serial'])
    assert.notEqual(envelopeIn(shop.heard[0]!).id, envelopeIn(shop.heard[1]!).id)
  })

  test('notify-tamper: the signature is good and the decryption fails', async () => {
    fault('notify-tamper')
    await paid()
    await until(() => shop.heard.length === 2, 'the tampered one and the truth')
    const [tampered, truth] = shop.heard as [Heard, Heard]
    assert.equal(verifies(keys, tampered), true)
    assert.throws(() => said(tampered))
    assert.equal(said(truth).trade_state, 'SUCCESS')
  })

  test('notify-probe: a signature that is not meant to hold; the repeat does', async () => {
    fault('notify-probe')
    shop.say.status = 401
    const number = await paid()
    await until(() => noticeOf(number)?.attempts === 1, 'the probe')
    assert.match(shop.heard[0]?.headers['wechatpay-signature'] ?? '', /^WECHATPAY\/SIGNTEST\//)
    shop.say.status = 200
    clock.advance(15 * second)
    await until(() => noticeOf(number)?.state === 'delivered', 'the repeat')
    assert.equal(verifies(keys, shop.heard[1]!), true)
  })

  test('notify-replay: the accepted message comes again, byte for byte, when its time has come', async () => {
    fault('notify-replay', { ms: minute })
    const number = await paid()
    await until(() => noticeOf(number)?.state === 'delivered', 'the first')
    await aMoment()
    assert.equal(shop.heard.length, 1)
    clock.advance(minute)
    await until(() => shop.heard.length === 2, 'the replay')
    const [first, again] = shop.heard as [Heard, Heard]
    const signed = ({ headers, body }: Heard) => [headers['wechatpay-signature'], headers['wechatpay-timestamp'], body]
    assert.deepEqual(signed(again), signed(first))
    assert.equal(noticeOf(number)?.attempts, 1)
  })
})

describe('answers', () => {
  test('answer-5xx: 502, unsigned, no JSON, and nothing was done', async () => {
    fault('answer-5xx')
    const number = newNumber()
    const answer = await calls.create({ out_trade_no: number })
    assert.deepEqual([answer.status, answer.headers['content-type']], [502, 'text/html'])
    assert.equal(answer.headers['wechatpay-signature'], undefined)
    assert.equal((await calls.query(number)).status, 404)
  })

  for (const [kind, answer] of [
    ['system-error', '500 SYSTEM_ERROR'],
    ['frequency-limited', '429 FREQUENCY_LIMITED'],
  ] as const)
    test(`${kind}: ${answer}, and nothing was done`, async () => {
      fault(kind)
      const number = newNumber()
      const { status, body } = await calls.create({ out_trade_no: number })
      assert.equal(`${status} ${body.code}`, answer)
      assert.equal((await calls.query(number)).status, 404)
    })

  test('error-after-create: SYSTEM_ERROR, and the order is there; the repeat finds it', async () => {
    fault('error-after-create')
    const number = newNumber()
    assert.equal((await calls.create({ out_trade_no: number })).status, 500)
    assert.equal(simulator.control.order(number).state, 'NOTPAY')
    assert.equal((await calls.create({ out_trade_no: number })).status, 200)
  })

  test('error-after-close: SYSTEM_ERROR, and the order is closed', async () => {
    const number = await created()
    fault('error-after-close')
    assert.equal((await calls.close(number)).status, 500)
    assert.equal(simulator.control.order(number).state, 'CLOSED')
  })

  test('error-after-refund: SYSTEM_ERROR, and the refund is taken on; the repeat moves nothing more', async () => {
    const number = await paid()
    fault('error-after-refund')
    assert.equal((await calls.refund(refundOf(number))).status, 500)
    assert.equal((await calls.refund(refundOf(number))).body.status, 'PROCESSING')
    assert.equal(simulator.control.order(number).refundedFen, 300)
  })

  test('refund-not-enough: refused, nothing moved; later it works with the same number', async () => {
    const number = await paid()
    fault('refund-not-enough')
    const refused = await calls.refund(refundOf(number))
    assert.deepEqual([refused.status, refused.body.code], [403, 'NOT_ENOUGH'])
    assert.equal(simulator.control.order(number).refundedFen, 0)
    assert.equal((await calls.refund(refundOf(number))).status, 200)
  })

  test('refund-slow: in progress for its time on the clock', async () => {
    const number = await paid()
    fault('refund-slow', { ms: hour })
    await calls.refund(refundOf(number))
    const status = async () => (await calls.queryRefund(`${number}r`)).body.status
    clock.advance(hour - 1)
    assert.equal(await status(), 'PROCESSING')
    clock.advance(1)
    assert.equal(await status(), 'SUCCESS')
  })

  for (const end of ['CLOSED', 'ABNORMAL'] as const)
    test(`refund-${end.toLowerCase()}: accepted, ends ${end}, and says so`, async () => {
      const number = await paid()
      await until(() => about(number).length === 1, 'the notification of the payment')
      fault(`refund-${end.toLowerCase()}` as FaultKind)
      assert.equal((await calls.refund(refundOf(number))).body.status, 'PROCESSING')
      clock.advance(2 * second)
      const { body } = await calls.queryRefund(`${number}r`)
      assert.deepEqual([body.status, body.success_time], [end, undefined])
      await until(() => about(number).length === 2, 'the notification of the end')
      const heard = about(number)[1]!
      assert.equal(envelopeIn(heard).event_type, `REFUND.${end}`)
      assert.deepEqual([said(heard).refund_status, said(heard).success_time], [end, undefined])
    })

  test('answer-slow: done at once, answered later', async () => {
    fault('answer-slow', { ms: 2_000 })
    const number = newNumber()
    let answered = false
    const answer = calls.create({ out_trade_no: number }).then((it) => {
      answered = true
      return it
    })
    await until(() => simulator.control.orders().some((order) => order.tradeNumber === number), 'the order')
    assert.equal(answered, false)
    assert.equal((await answer).status, 200)
  })

  test('answer-cut: done, and the connection ends in the middle of the answer', async () => {
    fault('answer-cut')
    const number = newNumber()
    await assert.rejects(calls.create({ out_trade_no: number }))
    assert.equal(simulator.control.order(number).state, 'NOTPAY')
    fault('answer-cut')
    await assert.rejects(calls.close(number), 'an answer without a body can be cut too')
    assert.equal(simulator.control.order(number).state, 'CLOSED')
  })

  test('a fault with a call waits for that call, and happens so many times', async () => {
    simulator.control.fault({ kind: 'answer-5xx', times: 2, call: 'query' })
    const number = await created()
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await calls.query(number)).status)
    assert.deepEqual(statuses, [502, 502, 200])
    assert.deepEqual(simulator.control.faults(), [])
  })

  test('error-after-pay: the page hears fail, and the money was taken', async () => {
    const number = newNumber()
    const { body } = await calls.create({ out_trade_no: number, notify_url: shop.url })
    fault('error-after-pay')
    const params = pageParams(simulator.settings, String(body.prepay_id), clock.now())
    assert.equal((await wallet('/pay', { params, user: 'driver-1' })).result, 'fail')
    assert.equal(simulator.control.order(number).state, 'SUCCESS')
    await until(() => about(number).length === 1, 'the notification')
  })
})

describe('an abnormal refund is sent on to another account', () => {
  const abnormal = async () => {
    const number = await paid()
    fault('refund-abnormal')
    const { body } = await calls.refund(refundOf(number))
    clock.advance(2 * second)
    return { number, id: String(body.refund_id) }
  }
  const path = (id: string) => `/v3/refund/domestic/refunds/${id}/apply-abnormal-refund`
  const seal = (text: string) => Rsa.encrypt(text, Rsa.from(simulator.settings.publicKey!.pem, 'public'))
  const callWithSerial = (at: string, body: Json, serial: string | null) =>
    calls.post(at, body, serial === null ? {} : { 'wechatpay-serial': serial })
  const toCard = (number: string, changes: Json = {}): Json => ({
    out_refund_no: `${number}r`,
    type: 'USER_BANK_CARD',
    bank_type: 'ICBC_DEBIT',
    bank_account: seal('6222020000000000000'),
    real_name: seal('张三'),
    ...changes,
  })

  test("to the driver's other card: in progress again, then done", async () => {
    const { number, id } = await abnormal()
    const sent = await callWithSerial(path(id), toCard(number), simulator.settings.publicKey!.id)
    assert.deepEqual([sent.status, sent.body.status, sent.body.channel], [200, 'PROCESSING', 'OTHER_BANKCARD'])
    clock.advance(2 * second)
    const { body } = await calls.queryRefund(`${number}r`)
    assert.deepEqual([body.status, body.refund_id], ['SUCCESS', id])
    assert.equal(simulator.control.order(number).refundedFen, 300, 'the money moved once')
  })

  test('to the merchant: nothing needs to be sealed', async () => {
    const { number, id } = await abnormal()
    const body = { out_refund_no: `${number}r`, type: 'MERCHANT_BANK_CARD' }
    assert.equal((await calls.post(path(id), body)).status, 200)
    assert.equal((await calls.post(path(id), body)).body.code, 'INVALID_REQUEST', 'it is in progress again')
  })

  const wrongs: [what: string, changes: () => Json, serial: 'named' | 'unnamed', field: string][] = [
    ['no Wechatpay-Serial', () => ({}), 'unnamed', '/Wechatpay-Serial'],
    ['a card number in the clear', () => ({ bank_account: '6222020000000000000' }), 'named', '/bank_account'],
    ['a card number that is none', () => ({ bank_account: seal('my card') }), 'named', '/bank_account'],
    ['no name', () => ({ real_name: undefined }), 'named', '/real_name'],
    ['no bank', () => ({ bank_type: undefined }), 'named', '/bank_type'],
    ['another kind of account', () => ({ type: 'CASH' }), 'named', '/type'],
  ]
  for (const [what, changes, serial, field] of wrongs)
    test(`${what}: PARAM_ERROR at ${field}`, async () => {
      const { number, id } = await abnormal()
      const named = serial === 'named' ? simulator.settings.publicKey!.id : null
      const { status, body } = await callWithSerial(path(id), toCard(number, changes()), named)
      assert.deepEqual([status, body.code, (body.detail as Json).field], [400, 'PARAM_ERROR', field])
    })

  test('the number of another refund: RESOURCE_NOT_EXISTS', async () => {
    const { number } = await abnormal()
    const other = await callWithSerial(path(`503${'0'.repeat(25)}`), toCard(number), simulator.settings.publicKey!.id)
    assert.deepEqual([other.status, other.body.code], [404, 'RESOURCE_NOT_EXISTS'])
  })
})

describe('the hand behind the scenes', () => {
  test('payAfterClose: money for an order that was closed or ran out', async () => {
    const number = await created()
    assert.throws(() => simulator.control.payAfterClose(number), /NOTPAY, not closed/)
    await calls.close(number)
    assert.throws(() => simulator.control.pay(number), /CLOSED, not open/)
    simulator.control.payAfterClose(number)
    await until(() => about(number).length === 1, 'the late message')
    assert.equal((await calls.query(number)).body.trade_state, 'SUCCESS')
    assert.throws(() => simulator.control.payAfterClose(number), /SUCCESS, not closed/)
    assert.throws(() => simulator.control.pay('nobody'), /there is no order nobody/)
  })

  test('renotify: the last message again, under its own id; resend: this very one', async () => {
    const number = await paid()
    await until(() => about(number).length === 1, 'the message')
    const first = noticeOf(number)!
    await calls.refund(refundOf(number))
    clock.advance(2 * second)
    await until(() => about(number).length === 2, 'the message of the refund')
    assert.equal(await simulator.control.renotify(number), '200')
    assert.equal(await simulator.control.resend(first.id), '200')
    const ids = about(number).map((heard) => envelopeIn(heard).id)
    assert.deepEqual([ids[2], ids[3]], [ids[1], ids[0]])
    assert.equal(await simulator.control.renotify(await created()), null)
    await assert.rejects(simulator.control.resend('none'), /there is no notification none/)
  })

  test('a message that was lost or not accepted can be sent by hand, and is delivered then', async () => {
    fault('notify-lose')
    const number = await paid()
    shop.say.status = 500
    assert.equal(await simulator.control.renotify(number), '500')
    assert.equal(noticeOf(number)?.state, 'lost')
    shop.say.status = 204
    assert.equal(await simulator.control.renotify(number), '204')
    assert.equal(noticeOf(number)?.state, 'delivered')
  })

  test('forge and probe: claims that an open order is paid, which do not verify', async () => {
    const number = await created()
    await simulator.control.forge(number)
    await simulator.control.probe(number)
    assert.deepEqual(
      shop.heard.map((heard) => [said(heard).trade_state, verifies(keys, heard)]),
      [
        ['SUCCESS', false],
        ['SUCCESS', false],
      ],
    )
    assert.equal((await calls.query(number)).body.trade_state, 'NOTPAY')
  })

  test('over HTTP: see, add and take back faults, pay, send again, change keys', async () => {
    const number = await created()
    const control = async (path: string, method = 'GET', body?: object) => {
      const answer = await fetch(`${simulator.url}/control${path}`, {
        method,
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      assert.equal(answer.headers.get('access-control-allow-origin'), '*')
      return { status: answer.status, said: (await answer.json()) as Json }
    }
    const bad: [object, RegExp][] = [
      [{ kind: 'nonsense' }, /kind is one of/],
      [{ kind: 'toString' }, /kind is one of/],
      [{ kind: 'notify-lose', times: 0 }, /times is a whole number/],
      [{ kind: 'notify-delay', ms: -1 }, /ms is a whole number/],
      [{ kind: 'answer-5xx', call: 'guess' }, /call is one of/],
      [[], /the body is an object/],
    ]
    for (const [body, rule] of bad) {
      const { status, said } = await control('/faults', 'POST', body)
      assert.equal(status, 400)
      assert.match(String(said.error), rule)
    }
    assert.deepEqual((await control('/faults', 'POST', { kind: 'notify-lose' })).said, {
      faults: [{ kind: 'notify-lose', times: 1 }],
    })
    const seen = (await control('')).said as { faults: unknown; orders: { tradeNumber: string }[] }
    assert.deepEqual(seen.faults, [{ kind: 'notify-lose', times: 1 }])
    assert.ok(seen.orders.some((order) => order.tradeNumber === number))
    assert.deepEqual((await control('/faults', 'DELETE')).said, { faults: [] })

    assert.equal((await control('/pay', 'POST', { tradeNumber: number })).said.state, 'SUCCESS')
    await until(() => about(number).length === 1, 'the message')
    const { notifications } = (await control('')).said as { notifications: { id: string; tradeNumber: string }[] }
    const { id } = notifications.find((one) => one.tradeNumber === number)!
    assert.deepEqual((await control('/resend', 'POST', { id })).said, { answer: '200' })
    assert.deepEqual((await control('/renotify', 'POST', { tradeNumber: number })).said, { answer: '200' })
    assert.deepEqual((await control('/probe', 'POST', { tradeNumber: number })).said, { answer: '200' })
    assert.deepEqual((await control('/forge', 'POST', { tradeNumber: number })).said, { answer: '200' })
    assert.equal(about(number).length, 5)
    assert.equal((await control('/pay-after-close', 'POST', { tradeNumber: number })).status, 400)
    assert.equal((await control('/pay', 'POST', { tradeNumber: 'nobody' })).status, 400)

    const other = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
    try {
      const post = (path: string, body: object) =>
        fetch(`${other.url}/control${path}`, { method: 'POST', body: JSON.stringify(body) })
      assert.match(JSON.stringify(await (await post('/rotate-certificate', {})).json()), /"serial":"[0-9A-F]{40}"/)
      assert.equal((await post('/verification', { verification: 'certificate' })).status, 200)
      assert.equal(other.settings.publicKey, undefined)
      assert.equal((await post('/verification', { verification: 'trust' })).status, 400)
    } finally {
      await other.close()
    }
  })
})

test('what went over the wire is told, without secrets', async (t) => {
  const told: WireMessage[] = []
  const tell = (message: WireMessage) => void told.push(message)
  const watched = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, tell })
  t.after(() => watched.close())
  const { create, query, get } = callsOf(watched, clock)
  const { settings } = watched
  const page = await fetch(
    `${watched.url}/connect/oauth2/authorize?appid=${settings.appid}&redirect_uri=https%3A%2F%2Fa.example%2F&response_type=code&scope=snsapi_base&state=s1`,
    { redirect: 'manual' },
  )
  const code = new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const exchange = { appid: settings.appid, secret: settings.appSecret, code, grant_type: 'authorization_code' }
  const token = (await (
    await fetch(`${watched.url}/sns/oauth2/access_token?${new URLSearchParams(exchange)}`)
  ).json()) as Json
  await query('123456')
  await create({ out_trade_no: '123456', notify_url: shop.url })
  await get('/v3/certificates')
  watched.control.pay('123456')
  await until(() => told.length === 6, 'six messages in the telling')
  const path = '/v3/pay/transactions'
  assert.deepEqual(
    told.map(({ title, from }) => [from, title]),
    [
      ['driver', 'OAuth → back to the page with a code'],
      ['lanepay', 'GET /sns/oauth2/access_token  → openid'],
      ['lanepay', `GET ${path}/out-trade-no/123456?mchid=${settings.mchid}  → ORDER_NOT_EXIST`],
      ['lanepay', `POST ${path}/jsapi  ¥10.00  → 200`],
      ['lanepay', 'GET /v3/certificates  → 200'],
      ['wechatpay', 'notify TRANSACTION.SUCCESS  → 200'],
    ],
  )
  assert.ok(told.every(({ wire, at }) => wire === 'wechatpay' && at === clock.now()))
  const all = JSON.stringify(told)
  assert.ok(all.includes('停车费 阳光花园'), 'the business content is decoded')
  const secrets = [settings.appSecret, settings.apiV3Key, code, token.access_token, token.refresh_token]
  for (const secret of secrets) assert.ok(!all.includes(String(secret)))
  assert.ok(!all.includes('PRIVATE KEY'))
})

test('notifyTimeScale: the ladder runs so many times faster', async (t) => {
  const target = await merchant()
  target.say.status = 500
  const live = new SimulatedClock()
  const fast = await startWechatPaySimulator({
    dir: '',
    port: 0,
    clock: live,
    durable: false,
    notifyTimeScale: 1_000,
  })
  t.after(async () => {
    target.close()
    await fast.close()
  })
  const number = newNumber()
  await callsOf(fast, live).create({ out_trade_no: number, notify_url: target.url })
  fast.control.pay(number)
  await until(() => target.heard.length >= 4, 'three repeats, which take a minute otherwise')
  await assert.rejects(startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, notifyTimeScale: 0 }))
})

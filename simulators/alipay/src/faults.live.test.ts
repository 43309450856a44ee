import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { WireMessage } from '@lanepay/simulator-wire/wire.ts'
import type { AlipaySdk } from 'alipay-sdk'
import { callParams, merchant, newNumber, post, StillClock, saidIn, sdkOf, signByHand, until } from './fixtures.ts'
import { ladderMs } from './notifier.ts'
import { type AlipaySimulator, type FaultKind, startAlipaySimulator } from './simulator.ts'

/* Everything that can go wrong on purpose, as it is seen from outside. The clock moves only when it is pushed. */

const minute = 60_000
const clock = new StillClock()
let simulator: AlipaySimulator
let shop: Awaited<ReturnType<typeof merchant>>
let sdk: AlipaySdk

before(async () => {
  simulator = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false })
  sdk = sdkOf(simulator.settings)
})
after(() => simulator.close())
beforeEach(async () => {
  shop = await merchant()
})
afterEach(() => {
  shop.close()
  simulator.control.clearFaults()
})

const call = (method: string, biz: object, top: Record<string, string> = {}) => {
  const params = { ...callParams(simulator.settings, method, biz, clock.now()), ...top }
  return post(simulator.settings, { ...params, sign: signByHand(simulator.settings, params) })
}
const said = async (method: string, biz: object) => saidIn((await call(method, biz)).text)
const create = (outTradeNo: string) =>
  call(
    'alipay.trade.create',
    {
      out_trade_no: outTradeNo,
      total_amount: '10.00',
      subject: '停车费',
      buyer_id: simulator.control.identityOf('driver-1'),
    },
    { notify_url: shop.url },
  )
const created = async () => {
  const number = newNumber()
  assert.equal(saidIn((await create(number)).text).code, '10000')
  return number
}
const paid = async () => {
  const number = await created()
  simulator.control.pay(number)
  return number
}
const fault = (kind: FaultKind, more: { ms?: number; method?: string } = {}) =>
  simulator.control.fault({ kind, times: 1, ...more })
const about = (outTradeNo: string) => shop.heard.filter((form) => form.out_trade_no === outTradeNo)
const noticeOf = (outTradeNo: string) => simulator.control.notifications().find((one) => one.outTradeNo === outTradeNo)

describe('notifications', () => {
  test('a merchant that never says success hears the same message eight times, by the clock, then no more', async () => {
    shop.say.body = 'SUCCESS' // not the word: it is written small
    const number = await paid()
    await until(() => noticeOf(number)?.attempts === 1, 'the first delivery')
    for (const [index, gap] of ladderMs.entries()) {
      clock.advance(gap - 1)
      await new Promise((resolve) => setTimeout(resolve, 60))
      assert.equal(about(number).length, index + 1, `delivery ${index + 2} is not early`)
      clock.advance(1)
      await until(() => noticeOf(number)?.attempts === index + 2, `delivery ${index + 2}`)
    }
    assert.equal(noticeOf(number)?.state, 'given-up')
    assert.equal(noticeOf(number)?.lastAnswer, '200 SUCCESS')
    clock.advance(48 * 60 * minute)
    await new Promise((resolve) => setTimeout(resolve, 60))
    assert.equal(about(number).length, 8)
    assert.equal(new Set(about(number).map((form) => form.notify_id)).size, 1, 'one message, one id')
    assert.ok(about(number).every((form) => sdk.checkNotifySignV2(form)))
    assert.deepEqual(
      ladderMs.map((ms) => ms / minute),
      [4, 10, 10, 60, 120, 360, 900],
    )
  })

  const answers: [number, string, string][] = [
    [200, 'success', 'delivered'],
    [200, 'success\n', 'waiting'],
    [200, 'fail', 'waiting'],
    [204, '', 'waiting'],
    [201, 'success', 'waiting'],
    [302, 'success', 'waiting'],
    [500, 'success', 'waiting'],
  ]
  for (const [status, body, state] of answers)
    test(`${status} ${JSON.stringify(body)} leaves the message ${state}`, async () => {
      Object.assign(shop.say, { status, body })
      const number = await paid()
      await until(() => noticeOf(number)?.attempts === 1, 'the delivery')
      assert.equal(noticeOf(number)?.state, state)
    })

  test('notify-delay: nothing until the clock has moved', async () => {
    fault('notify-delay', { ms: 30_000 })
    const number = await paid()
    clock.advance(29_999)
    await new Promise((resolve) => setTimeout(resolve, 60))
    assert.equal(about(number).length, 0)
    clock.advance(1)
    await until(() => about(number).length === 1, 'the delayed message')
  })

  test('notify-lose: never, not even as a repeat', async () => {
    fault('notify-lose')
    const number = await paid()
    clock.advance(48 * 60 * minute)
    await new Promise((resolve) => setTimeout(resolve, 60))
    assert.equal(about(number).length, 0)
    assert.equal(noticeOf(number)?.state, 'lost')
    assert.equal((await said('alipay.trade.query', { out_trade_no: number })).trade_status, 'TRADE_SUCCESS')
  })

  test('notify-double: the same message twice', async () => {
    fault('notify-double')
    const number = await paid()
    await until(() => about(number).length === 2, 'both copies')
    assert.equal(shop.raw[0], shop.raw[1])
  })

  test('notify-reorder: the one made later arrives first', async () => {
    fault('notify-reorder')
    const first = await paid()
    const second = await paid()
    await until(() => shop.heard.length === 2, 'both messages')
    assert.deepEqual(
      shop.heard.map((form) => form.out_trade_no),
      [second, first],
    )
  })

  test('notify-reorder with nothing behind it: after its time', async () => {
    fault('notify-reorder', { ms: 10_000 })
    const number = await paid()
    clock.advance(10_000)
    await until(() => about(number).length === 1, 'the message that waited')
  })

  test('notify-forge: a stranger is faster, and does not verify', async () => {
    fault('notify-forge')
    const number = await paid()
    await until(() => about(number).length === 2, 'the forgery and the truth')
    assert.deepEqual(
      about(number).map((form) => [form.total_amount, sdk.checkNotifySignV2(form)]),
      [
        ['0.01', false],
        ['10.00', true],
      ],
    )
  })

  test('notify-replay: the accepted message comes again, byte for byte', async () => {
    fault('notify-replay')
    const number = await paid()
    await until(() => about(number).length === 2, 'the replay')
    assert.equal(shop.raw[0], shop.raw[1])
    await until(() => noticeOf(number)?.state === 'delivered', 'that it was taken')
  })

  test('a full refund is told as TRADE_CLOSED with the fee; a close of an in-app order is not told', async () => {
    const number = await paid()
    await said('alipay.trade.refund', { out_trade_no: number, out_request_no: 'r1', refund_amount: '10.00' })
    await until(() => about(number).length === 2, 'both messages')
    const full = about(number).find((form) => form.trade_status === 'TRADE_CLOSED')
    assert.deepEqual([full?.refund_fee, full?.out_biz_no], ['10.00', 'r1'])
    assert.ok(full?.gmt_close)
    const unpaid = await created()
    await said('alipay.trade.close', { out_trade_no: unpaid })
    assert.equal(noticeOf(unpaid), undefined)
  })

  test('an order without notify_url is told to nobody', async () => {
    const number = newNumber()
    const biz = {
      out_trade_no: number,
      total_amount: '1.00',
      subject: 's',
      buyer_id: simulator.control.identityOf('d'),
    }
    await said('alipay.trade.create', biz)
    simulator.control.pay(number)
    assert.equal(noticeOf(number), undefined)
  })
})

describe('answers', () => {
  test('answer-5xx: 502, and nothing was done', async () => {
    fault('answer-5xx')
    const number = newNumber()
    assert.equal((await create(number)).status, 502)
    assert.equal((await said('alipay.trade.query', { out_trade_no: number })).sub_code, 'ACQ.TRADE_NOT_EXIST')
  })

  test('error-after-create: SYSTEM_ERROR, and the trade is there; the repeat finds it', async () => {
    fault('error-after-create')
    const number = newNumber()
    assert.equal(saidIn((await create(number)).text).sub_code, 'ACQ.SYSTEM_ERROR')
    const { tradeNo } = simulator.control.trade(number)
    assert.equal(saidIn((await create(number)).text).trade_no, tradeNo)
  })

  test('error-after-close: SYSTEM_ERROR, and the trade is closed', async () => {
    const number = await created()
    fault('error-after-close')
    assert.equal((await said('alipay.trade.close', { out_trade_no: number })).sub_code, 'ACQ.SYSTEM_ERROR')
    assert.equal(simulator.control.trade(number).status, 'TRADE_CLOSED')
  })

  test('error-after-refund: SYSTEM_ERROR, the money is back, and the repeat moves nothing', async () => {
    const number = await paid()
    fault('error-after-refund')
    const biz = { out_trade_no: number, out_request_no: 'r1', refund_amount: '3.00' }
    assert.equal((await said('alipay.trade.refund', biz)).sub_code, 'ACQ.SYSTEM_ERROR')
    assert.equal((await said('alipay.trade.refund', biz)).fund_change, 'N')
    assert.equal(simulator.control.trade(number).refundedFen, 300)
  })

  test('refund-no-balance: refused, nothing moved, later it works with the same number', async () => {
    const number = await paid()
    fault('refund-no-balance')
    const biz = { out_trade_no: number, out_request_no: 'r1', refund_amount: '3.00' }
    assert.equal((await said('alipay.trade.refund', biz)).sub_code, 'ACQ.SELLER_BALANCE_NOT_ENOUGH')
    assert.equal(simulator.control.trade(number).refundedFen, 0)
    assert.equal((await said('alipay.trade.refund', biz)).fund_change, 'Y')
  })

  test('error-after-pay: the page hears 6004, and the money was taken', async () => {
    const number = await created()
    fault('error-after-pay')
    const { tradeNo } = simulator.control.trade(number)
    const answer = await fetch(`${simulator.url}/wallet/pay`, {
      method: 'POST',
      body: JSON.stringify({ tradeNo, user: 'driver-1' }),
    })
    assert.equal(((await answer.json()) as { result: string }).result, '6004')
    assert.equal(simulator.control.trade(number).status, 'TRADE_SUCCESS')
  })

  test('answer-slow: done at once, answered later', async () => {
    fault('answer-slow', { ms: 2_000 })
    const number = newNumber()
    let answered = false
    const answer = create(number).then((it) => {
      answered = true
      return it
    })
    await until(() => simulator.control.trades().some((trade) => trade.outTradeNo === number), 'the trade')
    assert.equal(answered, false)
    assert.equal(saidIn((await answer).text).code, '10000')
  })

  test('answer-cut: done, and the connection ends in the middle of the answer', async () => {
    fault('answer-cut')
    const number = newNumber()
    await assert.rejects(create(number))
    assert.equal(simulator.control.trade(number).status, 'WAIT_BUYER_PAY')
  })

  test('answer-wrong-signature: the SDK refuses the answer', async () => {
    const live = await startAlipaySimulator({
      dir: '',
      port: 0,
      clock: { now: () => Date.now() as never },
      durable: false,
    })
    try {
      const client = sdkOf(live.settings)
      live.control.fault({ kind: 'answer-wrong-signature', times: 1 })
      const query = () =>
        client.exec('alipay.trade.query', { bizContent: { out_trade_no: 'x' } }, { validateSign: true })
      await assert.rejects(query(), /验签失败/)
      assert.equal((await query()).subCode, 'ACQ.TRADE_NOT_EXIST')
    } finally {
      await live.close()
    }
  })

  test('answer-second-root: who parses the whole body believes the unsigned copy', async () => {
    const number = await created()
    fault('answer-second-root')
    const { text } = await call('alipay.trade.query', { out_trade_no: number })
    assert.equal(text.split('"alipay_trade_query_response"').length, 3)
    assert.match(text, /"trade_status":"WAIT_BUYER_PAY".*"trade_status":"TRADE_SUCCESS"/)
    assert.equal(JSON.parse(text).alipay_trade_query_response.trade_status, 'TRADE_SUCCESS')
  })

  test('a fault with a method waits for that method, and happens so many times', async () => {
    simulator.control.fault({ kind: 'answer-5xx', times: 2, method: 'alipay.trade.query' })
    const number = await created()
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await call('alipay.trade.query', { out_trade_no: number })).status)
    assert.deepEqual(statuses, [502, 502, 200])
    assert.deepEqual(simulator.control.faults(), [])
  })
})

describe('the hand behind the scenes', () => {
  test('payAfterClose: money for a trade that was closed', async () => {
    const number = await created()
    assert.throws(() => simulator.control.payAfterClose(number), /WAIT_BUYER_PAY, not closed/)
    await said('alipay.trade.close', { out_trade_no: number })
    assert.throws(() => simulator.control.pay(number), /TRADE_CLOSED, not open/)
    simulator.control.payAfterClose(number)
    await until(() => about(number).length === 1, 'the late message')
    assert.equal(about(number)[0]?.trade_status, 'TRADE_SUCCESS')
    assert.equal((await said('alipay.trade.query', { out_trade_no: number })).trade_status, 'TRADE_SUCCESS')
  })

  test('renotify: the last message again, under its own id; resend: this very one; forge: a claim nobody signed', async () => {
    const number = await paid()
    await until(() => about(number).length === 1, 'the message')
    assert.equal(await simulator.control.renotify(number), '200 success')
    assert.equal(about(number)[0]?.notify_id, about(number)[1]?.notify_id)
    const { id } = noticeOf(number)!
    assert.equal(await simulator.control.resend(id), '200 success')
    assert.equal(about(number)[2]?.notify_id, id)
    await assert.rejects(simulator.control.resend('none'), /there is no notification none/)
    const unpaid = await created()
    assert.equal(await simulator.control.renotify(unpaid), null)
    await simulator.control.forge(unpaid)
    assert.equal(about(unpaid)[0]?.trade_status, 'TRADE_SUCCESS')
    assert.equal(sdk.checkNotifySignV2(about(unpaid)[0]), false)
  })

  test('over HTTP: see, add and take back faults, pay', async () => {
    const number = await created()
    const control = (path: string, method = 'GET', body?: object) =>
      fetch(`${simulator.url}/control${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) })
    const bad: [object, RegExp][] = [
      [{ kind: 'nonsense', times: 1 }, /kind is one of/],
      [{ kind: 'toString', times: 1 }, /kind is one of/],
      [{ kind: 'notify-lose', times: 0 }, /times is a whole number/],
      [{ kind: 'notify-delay', times: 1, ms: -1 }, /ms is a whole number/],
    ]
    for (const [body, rule] of bad) {
      const answer = await control('/faults', 'POST', body)
      assert.equal(answer.status, 400)
      assert.match(await answer.text(), rule)
    }
    assert.equal((await control('/faults', 'POST', { kind: 'answer-cut' })).status, 200)
    assert.deepEqual(simulator.control.faults(), [{ kind: 'answer-cut', times: 1 }], 'once, unless told')
    simulator.control.clearFaults()
    assert.equal((await control('/faults', 'POST', { kind: 'notify-lose', times: 3 })).status, 200)
    const seen = (await (await control('')).json()) as { faults: unknown; trades: { outTradeNo: string }[] }
    assert.deepEqual(seen.faults, [{ kind: 'notify-lose', times: 3 }])
    assert.ok(seen.trades.some((trade) => trade.outTradeNo === number))
    assert.equal((await control('/faults', 'DELETE')).status, 200)
    assert.deepEqual(simulator.control.faults(), [])
    assert.equal((await control('/pay', 'POST', { outTradeNo: number })).status, 200)
    assert.equal(simulator.control.trade(number).status, 'TRADE_SUCCESS')
    assert.equal((await control('/pay', 'POST', { outTradeNo: 'nobody' })).status, 400)
    await until(() => about(number).length === 1, 'the message')
    for (const [path, body] of [
      ['/renotify', { outTradeNo: number }],
      ['/resend', { id: noticeOf(number)!.id }],
      ['/forge', { outTradeNo: number }],
    ] as const)
      assert.deepEqual(await (await control(path, 'POST', body)).json(), { answer: '200 success' })
    assert.equal(about(number).length, 4)
  })
})

test('what went over the wire is told, without secrets', async (t) => {
  const told: WireMessage[] = []
  const tell = (message: WireMessage) => void told.push(message)
  const watched = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false, tell })
  t.after(() => watched.close())
  const ask = async (method: string, biz: object, top: Record<string, string>) => {
    const params = { ...callParams(watched.settings, method, biz, clock.now()), ...top }
    const sign = signByHand(watched.settings, params)
    await post(watched.settings, { ...params, sign })
    return sign
  }
  const { appAuthToken } = watched.control.operator
  const sign = await ask('alipay.trade.query', { out_trade_no: 'x1' }, { app_auth_token: appAuthToken })
  const buyer_id = watched.control.identityOf('driver-1')
  const biz = { out_trade_no: 'n1', total_amount: '10.00', subject: '停车费', buyer_id }
  await ask('alipay.trade.create', biz, { notify_url: shop.url })
  watched.control.pay('n1')
  await until(() => told.length === 3, 'three messages in the telling')
  assert.deepEqual(
    told.map(({ title }) => title),
    [
      'alipay.trade.query  → ACQ.TRADE_NOT_EXIST',
      'alipay.trade.create  ¥10.00  → 10000',
      'notify TRADE_SUCCESS  ¥10.00  → 200 success',
    ],
  )
  assert.ok(told.every(({ wire, at }) => wire === 'alipay' && at === clock.now()))
  const all = JSON.stringify(told)
  assert.ok(all.includes('停车费'), 'the business content is decoded')
  assert.ok(!all.includes(appAuthToken), 'no operator token')
  assert.ok(!all.includes(sign), 'no signature')
})

test('notifyTimeScale: the ladder runs so many times faster in real time', async (t) => {
  const target = await merchant()
  target.say.body = 'fail'
  const fast = await startAlipaySimulator({
    dir: '',
    port: 0,
    clock: { now: () => Date.now() as never },
    durable: false,
    notifyTimeScale: 10_000,
  })
  t.after(async () => {
    target.close()
    await fast.close()
  })
  const client = sdkOf(fast.settings)
  const bizContent = { out_trade_no: 'n1', total_amount: '1.00', subject: 's', buyer_id: fast.control.identityOf('d') }
  await client.exec('alipay.trade.create', { notify_url: target.url, bizContent })
  fast.control.pay('n1')
  await until(() => target.heard.length >= 4, 'three repeats')
})

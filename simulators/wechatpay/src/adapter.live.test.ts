import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Channel, ChannelError, Heard, Order, RefundOrder } from '@lanepay/channels/channel.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { KeyEvent } from '@lanepay/channels/wechatpay/keys.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import * as fixtures from './fixtures.ts'
import { type Fault, startWechatPaySimulator, type WechatPaySimulator } from './simulator.ts'

/* Lanepay's own adapter on the other end, in every way an account can be set up, and with everything going wrong. */

const minute = 60_000
const driver = 'driver-1'
type Shop = fixtures.Merchant

const value = <T, E>(result: Result<T, E>): T => {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}
const error = <T, E>(result: Result<T, E>): E => {
  assert.ok(!result.ok, JSON.stringify(result))
  return result.error
}

/** A merchant's server round one channel. */
function lanepay(simulator: WechatPaySimulator, channel: Channel, clock: SimulatedClock, shop: Shop) {
  const merchant = simulator.subMchid === undefined ? {} : { subMchid: simulator.subMchid }
  const orderFor = (payer: string, changes: Partial<Order> = {}): Order => ({
    tradeNumber: fixtures.newNumber(),
    amountFen: fen(1000),
    description: '停车费 阳光花园 粤B·1**45',
    payer,
    place: 'wallet',
    createdAt: clock.now(),
    expiresAt: (clock.now() + 10 * minute) as Instant,
    notifyUrl: shop.url,
    ...changes,
  })
  const refundOf = (tradeNumber: string, changes: Partial<RefundOrder> = {}): RefundOrder => ({
    tradeNumber,
    refundNumber: `${tradeNumber}9`,
    amountFen: fen(400),
    paymentFen: fen(1000),
    reason: '重复支付退款',
    notifyUrl: shop.url,
    ...changes,
  })
  return {
    merchant,
    orderFor,
    refundOf,
    anOrder: (changes: Partial<Order> = {}) => orderFor(simulator.control.openidOf(driver), changes),
    async create(order: Order) {
      const sheet = value(await channel.create(merchant, order))
      assert.ok(sheet.kind === 'wechatpay-jsapi')
      return sheet.params
    },
    /** An order that the driver has paid. */
    async paid(): Promise<Order> {
      const order = orderFor(simulator.control.openidOf(driver))
      value(await channel.create(merchant, order))
      simulator.control.pay(order.tradeNumber)
      return order
    },
    /** The next message about the order as the adapter hears it. */
    async heard(tradeNumber: string, kind: Heard['kind'] = 'payment') {
      for (;;) {
        await fixtures.until(() => shop.heard.length > 0, `a notification about ${tradeNumber}`)
        const { headers, body } = shop.heard.shift()!
        const read = await channel.readNotification({ headers, body: Buffer.from(body) })
        if (!read.ok) return read
        if (read.value.kind !== 'other' && read.value.tradeNumber === tradeNumber && read.value.kind === kind)
          return read
      }
    },
    async payOnThePhone(params: unknown, user = driver) {
      const answer = await fetch(`${simulator.url}/wallet/pay`, {
        method: 'POST',
        body: JSON.stringify({ params, user }),
      })
      return ((await answer.json()) as { result: string }).result
    },
    /** Through the OAuth page on this driver's phone; the code that came back. */
    async codeOf(user: string): Promise<string> {
      const url = channel.identityUrl(merchant, { redirectUri: 'https://pay.example.com/back', state: 'opaque1' })
      const page = await fetch(url, { redirect: 'manual', headers: { 'x-wallet-user': user } })
      const back = new URL(page.headers.get('location') ?? '')
      assert.equal(back.searchParams.get('state'), 'opaque1')
      return back.searchParams.get('code') ?? ''
    },
  }
}

for (const mode of ['direct', 'partner'] as const)
  for (const verification of ['public-key', 'certificate', 'both'] as const)
    test(`${mode}, ${verification}: who is it, order, sheet, payment, notification, query, refund, close`, async (t) => {
      const clock = new SimulatedClock()
      const shop = await fixtures.merchant()
      const options = { dir: '', port: 0, clock, durable: false, mode, verification }
      const simulator = await startWechatPaySimulator(options)
      t.after(async () => {
        shop.close()
        await simulator.close()
      })
      const channel = wechatPayChannel(simulator.settings, { clock })
      await channel.refreshKeys(clock.now())
      const { merchant, orderFor, refundOf, create, heard, payOnThePhone, codeOf } = lanepay(
        simulator,
        channel,
        clock,
        shop,
      )

      const code = await codeOf('driver-3')
      const payer = value(await channel.identify(merchant, code))
      assert.deepEqual(error(await channel.identify(merchant, code)), { kind: 'stale-code' })
      const order = orderFor(payer)
      assert.equal(value(await channel.query(merchant, order.tradeNumber)).state, 'unknown-order')
      const params = await create(order)
      assert.equal(value(await channel.query(merchant, order.tradeNumber)).state, 'pending')
      assert.equal(await payOnThePhone(params, 'driver-2'), 'fail', 'somebody else cannot pay it')
      assert.equal(await payOnThePhone(params, 'driver-3'), 'ok')

      const state = value(await channel.query(merchant, order.tradeNumber))
      assert.ok(state.state === 'paid')
      assert.deepEqual(
        { ...state.paid, channelTradeNo: '', paidAt: 0 },
        {
          tradeNumber: order.tradeNumber,
          accountKey: channel.accountKey(merchant),
          amountFen: 1000,
          currency: 'CNY',
          channelTradeNo: '',
          paidAt: 0,
          payer,
        },
      )
      const news = value(await heard(order.tradeNumber))
      assert.ok(news.kind === 'payment')
      assert.deepEqual(news.state, state, 'notification and query say the same')
      assert.equal(error(await channel.close(merchant, order.tradeNumber)).kind, 'already-paid')
      assert.equal(error(await channel.create(merchant, order)).kind, 'already-paid')

      const refund = refundOf(order.tradeNumber)
      assert.equal(value(await channel.refund(merchant, refund)).state, 'pending')
      clock.advance(2_000)
      const done = value(await channel.queryRefund(merchant, refund))
      assert.ok(done.state === 'done')
      assert.equal(done.amountFen, 400)
      const refunded = value(await heard(order.tradeNumber, 'refund'))
      assert.ok(refunded.kind === 'refund')
      assert.deepEqual(refunded.state, done)
      assert.equal(
        value(await channel.query(merchant, order.tradeNumber)).state,
        'paid',
        'a refund was a payment first',
      )

      const unpaid = orderFor(payer)
      const late = await create(unpaid)
      assert.equal(value(await channel.close(merchant, unpaid.tradeNumber)), 'closed')
      assert.equal(value(await channel.close(merchant, unpaid.tradeNumber)), 'closed')
      assert.equal(value(await channel.query(merchant, unpaid.tradeNumber)).state, 'closed')
      assert.equal(await payOnThePhone(late, 'driver-3'), 'fail')
      assert.equal(error(await channel.create(merchant, unpaid)).kind, 'number-used')
      const dearer = { ...orderFor(payer), amountFen: fen(1100) }
      await create({ ...dearer, amountFen: fen(1000) })
      assert.equal(error(await channel.create(merchant, dearer)).kind, 'number-used', 'the same number, another amount')
    })

describe('keys that change while orders are open', () => {
  const start = async (t: { after(work: () => unknown): void }) => {
    const clock = new SimulatedClock()
    const shop = await fixtures.merchant()
    t.after(() => shop.close())
    const simulator = await startWechatPaySimulator({
      dir: '',
      port: 0,
      clock,
      durable: false,
      verification: 'certificate',
    })
    t.after(() => simulator.close())
    const events: KeyEvent[] = []
    const open = () => wechatPayChannel(simulator.settings, { clock, onKeyEvent: (event) => events.push(event) })
    return { clock, shop, simulator, events, open }
  }

  test('a new platform certificate: the first message it signed is worth a download, the order goes on', async (t) => {
    const { clock, shop, simulator, events, open } = await start(t)
    const channel = open()
    await channel.refreshKeys(clock.now())
    const { merchant, anOrder, create, heard } = lanepay(simulator, channel, clock, shop)
    const order = anOrder()
    await create(order)
    const serial = await simulator.control.rotateCertificate()
    clock.advance(minute)
    assert.equal(value(await channel.query(merchant, order.tradeNumber)).state, 'pending')
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['certificates-downloaded', 'unknown-serial', 'certificates-downloaded'],
    )
    simulator.control.pay(order.tradeNumber)
    const news = value(await heard(order.tradeNumber))
    assert.ok(news.kind === 'payment' && news.state.state === 'paid')
    assert.equal(
      events.flatMap((event) => (event.kind === 'certificates-downloaded' ? event.serials : [])).at(-1),
      serial,
    )
  })

  test('a new certificate heard of by a notification first', async (t) => {
    const { clock, shop, simulator, open } = await start(t)
    const channel = open()
    const { anOrder, create, heard } = lanepay(simulator, channel, clock, shop)
    await channel.refreshKeys(clock.now())
    const order = anOrder()
    await create(order)
    clock.advance(minute)
    await simulator.control.rotateCertificate()
    simulator.control.pay(order.tradeNumber)
    assert.equal(value(await heard(order.tradeNumber)).kind, 'payment')
  })

  test('from certificates over both to the public key, one order through all of it', async (t) => {
    const { clock, shop, simulator, events, open } = await start(t)
    const before = open()
    await before.refreshKeys(clock.now())
    const order = lanepay(simulator, before, clock, shop).anOrder()
    await lanepay(simulator, before, clock, shop).create(order)

    simulator.control.setVerification('both')
    assert.equal(value(await before.query({}, order.tradeNumber)).state, 'pending', 'nothing is lost yet')
    const during = open()
    await during.refreshKeys(clock.now())
    const { merchant, paid, heard } = lanepay(simulator, during, clock, shop)
    assert.equal(value(await during.query(merchant, order.tradeNumber)).state, 'pending')
    for (let i = 0; i < 4; i++) {
      const { tradeNumber } = await paid()
      assert.equal(value(await heard(tradeNumber)).kind, 'payment', 'whichever of the two signed it')
    }

    simulator.control.setVerification('public-key')
    assert.equal(value(await during.query(merchant, order.tradeNumber)).state, 'pending')
    clock.advance(13 * 60 * minute)
    await during.refreshKeys(clock.now())
    assert.equal(events.at(-1)?.kind, 'download-failed', 'there are no certificates any more, and no need of them')
    const after = open()
    await after.refreshKeys(clock.now())
    assert.equal(value(await after.query(merchant, order.tradeNumber)).state, 'closed', 'it ran out meanwhile')
  })
})

describe('when things go wrong', () => {
  const clock = new SimulatedClock()
  let shop: Shop
  let simulator: WechatPaySimulator
  let channel: Channel
  let ours: ReturnType<typeof lanepay>
  before(async () => {
    shop = await fixtures.merchant()
    simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, verification: 'public-key' })
    channel = wechatPayChannel(simulator.settings, { clock })
    ours = lanepay(simulator, channel, clock, shop)
  })
  after(async () => {
    shop.close()
    await simulator.close()
  })
  afterEach(() => {
    simulator.control.clearFaults()
    shop.heard.length = 0
  })
  const fault = (kind: Fault['kind'], more: Partial<Fault> = {}) => simulator.control.fault({ kind, times: 1, ...more })

  const unclear: [fault: Fault['kind'], code: string, done: boolean][] = [
    ['answer-5xx', 'HTTP_502', false],
    ['system-error', 'SYSTEM_ERROR', false],
    ['frequency-limited', 'FREQUENCY_LIMITED', false],
    ['error-after-create', 'SYSTEM_ERROR', true],
    ['answer-wrong-signature', 'UNVERIFIED_ANSWER', true],
    ['answer-probe', 'UNVERIFIED_ANSWER', true],
    ['answer-cut', 'NO_ANSWER', true],
  ]
  for (const [kind, code, done] of unclear)
    test(`${kind}: unclear, ${done ? 'and the order is there' : 'and there is no order'}; the repeat is good`, async () => {
      fault(kind)
      const order = ours.anOrder()
      const said = error(await channel.create(ours.merchant, order))
      assert.deepEqual([said.kind, (said as ChannelError & { code: string }).code], ['unclear', code])
      const state = value(await channel.query(ours.merchant, order.tradeNumber)).state
      assert.equal(state, done ? 'pending' : 'unknown-order')
      await ours.create(order)
    })

  test('answer-slow: nobody waits for ever, and the order is there', async () => {
    const hasty = wechatPayChannel({ ...simulator.settings, answerTimeoutMs: 3_000 }, { clock })
    fault('answer-slow', { ms: 60_000 })
    const order = ours.anOrder()
    assert.deepEqual(error(await hasty.create(ours.merchant, order)), {
      kind: 'unclear',
      code: 'NO_ANSWER',
      message: 'answer timeout',
    })
    assert.equal(value(await channel.query(ours.merchant, order.tradeNumber)).state, 'pending')
  })

  test('error-after-close: unclear, the repeat says closed', async () => {
    const order = ours.anOrder()
    await ours.create(order)
    fault('error-after-close')
    assert.equal(error(await channel.close(ours.merchant, order.tradeNumber)).kind, 'unclear')
    assert.equal(value(await channel.close(ours.merchant, order.tradeNumber)), 'closed')
  })

  test('error-after-refund: unclear, and the same number refunds once', async () => {
    const { tradeNumber } = await ours.paid()
    const refund = ours.refundOf(tradeNumber)
    fault('error-after-refund')
    assert.equal(error(await channel.refund(ours.merchant, refund)).kind, 'unclear')
    assert.equal(value(await channel.refund(ours.merchant, refund)).state, 'pending')
    assert.equal(simulator.control.order(tradeNumber).refundedFen, 400)
  })

  const refundEnds: [fault: Fault['kind'], at: 'once' | 'in the end', state: string][] = [
    ['refund-not-enough', 'once', 'pending NOT_ENOUGH'],
    ['refund-abnormal', 'in the end', 'failed ABNORMAL'],
    ['refund-closed', 'in the end', 'failed CLOSED'],
  ]
  for (const [kind, at, end] of refundEnds)
    test(`${kind}: ${end}`, async () => {
      const { tradeNumber } = await ours.paid()
      const refund = ours.refundOf(tradeNumber)
      fault(kind)
      const first = value(await channel.refund(ours.merchant, refund))
      clock.advance(2_000)
      const state = at === 'once' ? first : value(await channel.queryRefund(ours.merchant, refund))
      assert.equal(`${state.state} ${'code' in state ? state.code : ''}`, end)
      if (at === 'once') assert.equal(value(await channel.refund(ours.merchant, refund)).state, 'pending')
      else {
        const news = value(await ours.heard(tradeNumber, 'refund'))
        assert.deepEqual(news.kind === 'refund' && news.state, state)
      }
    })

  test('a refund nobody heard of is pending, so that it is sent again', async () => {
    const { tradeNumber } = await ours.paid()
    const asked = { tradeNumber, refundNumber: `${tradeNumber}9` }
    assert.deepEqual(value(await channel.queryRefund(ours.merchant, asked)), {
      state: 'pending',
      code: 'RESOURCE_NOT_EXISTS',
    })
  })

  test('oauth-busy: unclear, and the same code is good afterwards', async () => {
    const code = await ours.codeOf(driver)
    fault('oauth-busy')
    assert.equal(error(await channel.identify(ours.merchant, code)).kind, 'unclear')
    assert.equal(value(await channel.identify(ours.merchant, code)), simulator.control.openidOf(driver))
  })

  const notBelieved: [fault: Fault['kind'], refusal: string][] = [
    ['notify-forge', 'bad-signature'],
    ['notify-tamper', 'malformed'],
    ['notify-probe', 'bad-signature'],
  ]
  for (const [kind, refusal] of notBelieved)
    test(`${kind}: not believed (${refusal}), and the truth comes after it`, async () => {
      fault(kind)
      if (kind === 'notify-probe') shop.say.status = 400
      const { tradeNumber } = await ours.paid()
      assert.equal(error(await ours.heard(tradeNumber)).kind, refusal)
      await fixtures.until(() => simulator.control.notifications().at(-1)?.attempts === 1, 'the first attempt')
      shop.say.status = 200
      clock.advance(15_000)
      const news = value(await ours.heard(tradeNumber))
      assert.ok(news.kind === 'payment' && news.state.state === 'paid')
    })

  test('notify-replay: within five minutes it is the same news, later it is stale', async () => {
    for (const [ms, outcome] of [
      [minute, 'payment'],
      [6 * minute, 'stale'],
    ] as const) {
      fault('notify-replay', { ms })
      const { tradeNumber } = await ours.paid()
      const first = value(await ours.heard(tradeNumber))
      await fixtures.until(() => simulator.control.notifications().at(-1)?.state === 'delivered', 'the first to arrive')
      clock.advance(ms)
      const again = await ours.heard(tradeNumber)
      assert.equal(again.ok ? again.value.kind : again.error.kind, outcome)
      if (again.ok) assert.equal(again.value.notificationId, first.notificationId)
    }
  })

  test('money for an order that was closed: told and found, so that it can be given back', async () => {
    const order = ours.anOrder()
    await ours.create(order)
    value(await channel.close(ours.merchant, order.tradeNumber))
    simulator.control.payAfterClose(order.tradeNumber)
    const news = value(await ours.heard(order.tradeNumber))
    assert.ok(news.kind === 'payment' && news.state.state === 'paid')
    assert.equal(error(await channel.close(ours.merchant, order.tradeNumber)).kind, 'already-paid')
    assert.equal(value(await channel.refund(ours.merchant, ours.refundOf(order.tradeNumber))).state, 'pending')
  })

  test('keys of another account: refused with an alarm, answers not believed', async () => {
    const other = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, verification: 'public-key' })
    try {
      const theirs = { ...simulator.settings, hosts: other.settings.hosts }
      const { kind, alarm } = error(
        await wechatPayChannel(theirs, { clock }).create({}, ours.anOrder()),
      ) as ChannelError & { alarm: boolean }
      assert.deepEqual([kind, alarm], ['refused', true])
      const { publicKey } = simulator.settings
      const wrongKey = wechatPayChannel({ ...other.settings, ...(publicKey ? { publicKey } : {}) }, { clock })
      assert.equal(error(await wrongKey.query({}, fixtures.newNumber())).kind, 'refused')
    } finally {
      await other.close()
    }
  })
})

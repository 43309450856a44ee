import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { ChannelError, Heard } from '@lanepay/channels/channel.ts'
import type { Receiver, ShareOrder, Shares } from '@lanepay/channels/shares.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Result } from '@lanepay/domain/result.ts'
import { Rsa } from 'wechatpay-axios-plugin'
import { type Calls, callsOf, type Json, merchant, newNumber, type Said, sdkOf, until } from './fixtures.ts'
import { clock, day, minute, paid, second, value } from './shares.testing.ts'
import { type FaultKind, startWechatPaySimulator, type WechatPaySimulator } from './simulator.ts'

/* Profit sharing: what is refused, what goes wrong on purpose, the adapter and the vendor's SDK, and whose money it is. */

const refusal = ({ status, body }: Said) => `${status}${body.code ? ` ${body.code}` : ''}`
const opened = (mode: 'direct' | 'partner') => {
  const own = {} as { simulator: WechatPaySimulator; calls: Calls }
  before(async () => {
    own.simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode })
    own.calls = callsOf(own.simulator, clock)
  })
  afterEach(() => {
    own.simulator.control.clearFaults()
    clock.advance(second)
  })
  after(() => own.simulator.close())
  return own
}

describe('what is refused', () => {
  const own = opened('partner')
  const us = () => own.simulator.settings.mchid
  const sub = () => own.simulator.subMchid ?? ''
  const appid = () => own.simulator.settings.appid
  const post = (path: string, body: Json) => own.calls.post(`/v3/profitsharing/${path}`, { sub_mchid: sub(), ...body })
  const sealedName = () => Rsa.encrypt('深圳市某某停车管理有限公司', own.simulator.settings.publicKey!.pem)
  const add = (changes: Json = {}) =>
    own.calls.post(
      '/v3/profitsharing/receivers/add',
      {
        sub_mchid: sub(),
        appid: appid(),
        type: 'MERCHANT_ID',
        account: us(),
        name: sealedName(),
        relation_type: 'SERVICE_PROVIDER',
        ...changes,
      },
      { 'wechatpay-serial': own.simulator.settings.publicKey!.id },
    )
  const share = (transaction: string, changes: Json = {}) =>
    post('orders', {
      appid: appid(),
      transaction_id: transaction,
      out_order_no: newNumber(),
      receivers: [part()],
      unfreeze_unsplit: false,
      ...changes,
    })
  const part = (changes: Json = {}) => ({
    type: 'MERCHANT_ID',
    account: us(),
    amount: 100,
    description: '分润',
    ...changes,
  })
  before(async () => assert.equal(refusal(await add()), '200'))

  const receivers: [what: string, changes: Json, answer: string][] = [
    ['twice', {}, '200'],
    ['a merchant without a name', { name: undefined }, '400 PARAM_ERROR'],
    ['a name that was not sealed', { name: 'plain' }, '400 PARAM_ERROR'],
    ['a type nobody knows', { type: 'PERSON' }, '400 PARAM_ERROR'],
    ['a relation nobody knows', { relation_type: 'FRIEND' }, '400 PARAM_ERROR'],
    ['a relation of its own without a word for it', { relation_type: 'CUSTOM' }, '400 PARAM_ERROR'],
    ['a person nobody knows', { type: 'PERSONAL_OPENID', account: 'o1', name: undefined }, '400 INVALID_REQUEST'],
    ['another appid', { appid: 'wx0' }, '400 APPID_MCHID_NOT_MATCH'],
    ['another operator', { sub_mchid: '1900000000' }, '400 INVALID_REQUEST'],
    ['a field nobody knows', { surplus: 1 }, '400 PARAM_ERROR'],
  ]
  for (const [what, changes, answer] of receivers)
    test(`a receiver: ${what}: ${answer}`, async () => assert.equal(refusal(await add(changes)), answer))

  const shares: [what: string, changes: () => Json, answer: string][] = [
    ['nothing wrong', () => ({}), '200'],
    ['nobody', () => ({ receivers: [] }), '400 PARAM_ERROR'],
    ['a receiver that was not added', () => ({ receivers: [part({ account: '1900000999' })] }), '400 INVALID_REQUEST'],
    ['a receiver twice', () => ({ receivers: [part(), part()] }), '400 INVALID_REQUEST'],
    ['nothing', () => ({ receivers: [part({ amount: 0 })] }), '400 PARAM_ERROR'],
    ['yuan', () => ({ receivers: [part({ amount: 1.5 })] }), '400 PARAM_ERROR'],
    ['thirty per cent', () => ({ receivers: [part({ amount: 300 })] }), '200'],
    ['a fen over thirty per cent', () => ({ receivers: [part({ amount: 301 })] }), '403 RULE_LIMIT'],
    ['more than there is', () => ({ receivers: [part({ amount: 995 })] }), '403 NOT_ENOUGH'],
    ['a flag in words', () => ({ unfreeze_unsplit: 'true' }), '400 PARAM_ERROR'],
    ['another payment', () => ({ transaction_id: '4200000000000000000000000000' }), '404 RESOURCE_NOT_EXISTS'],
    ['another appid', () => ({ appid: 'wx0' }), '400 APPID_MCHID_NOT_MATCH'],
    [
      'a description of 81 characters',
      () => ({ receivers: [part({ description: 'x'.repeat(81) })] }),
      '400 PARAM_ERROR',
    ],
  ]
  for (const [what, changes, answer] of shares)
    test(`a share of ${what}: ${answer}`, async () => {
      const { transaction } = await paid(own)
      assert.equal(refusal(await share(transaction, changes())), answer)
    })

  test('a payment that was not to be shared, one under a minute old, and one of a month ago', async () => {
    const plain = await paid(own, false)
    assert.equal(refusal(await share(plain.transaction)), '400 INVALID_REQUEST')
    const number = newNumber()
    await own.calls.create({ out_trade_no: number, settle_info: { profit_sharing: true } })
    const { transactionId } = own.simulator.control.pay(number)
    clock.advance(minute - 1)
    const early = await share(transactionId ?? '')
    assert.deepEqual([refusal(early), /处理中/.test(early.text)], ['400 INVALID_REQUEST', true])
    clock.advance(1)
    assert.equal(refusal(await share(transactionId ?? '')), '200')
    const old = await paid(own)
    clock.advance(30 * day)
    assert.equal(refusal(await share(old.transaction)), '403 NOT_ENOUGH')
  })

  test('the same number: with the same content the same share, with another none', async () => {
    const { transaction } = await paid(own)
    const out_order_no = newNumber()
    const sealed = () =>
      own.calls.post(
        '/v3/profitsharing/orders',
        {
          sub_mchid: sub(),
          appid: appid(),
          transaction_id: transaction,
          out_order_no,
          receivers: [part({ name: sealedName() })],
          unfreeze_unsplit: false,
        },
        { 'wechatpay-serial': own.simulator.settings.publicKey!.id },
      )
    const [first, again] = [await sealed(), await sealed()]
    assert.equal(first.body.order_id, again.body.order_id, 'a name is sealed anew, and is the same name')
    assert.equal(
      refusal(await share(transaction, { out_order_no, receivers: [part({ amount: 99 })] })),
      '400 INVALID_REQUEST',
    )
  })

  test('fifty requests an order, and no fifty-first', async () => {
    const { transaction } = await paid(own)
    for (let left = 50; left > 0; left--)
      assert.equal(refusal(await share(transaction, { receivers: [part({ amount: 1 })] })), '200')
    assert.equal(refusal(await share(transaction, { receivers: [part({ amount: 1 })] })), '403 RULE_LIMIT')
  })

  test('a release needs a number of its own: under the number of a share it answers well and releases nothing', async () => {
    const { transaction } = await paid(own)
    const out_order_no = newNumber()
    await share(transaction, { out_order_no })
    const rest = async () =>
      (await own.calls.get(`/v3/profitsharing/transactions/${transaction}/amounts`)).body.unsplit_amount
    const release = (number: string) =>
      post('orders/unfreeze', { transaction_id: transaction, out_order_no: number, description: '解冻' })
    assert.equal(refusal(await release(out_order_no)), '200')
    assert.equal(await rest(), 894)
    assert.equal(refusal(await release(newNumber())), '200')
    assert.equal(await rest(), 0)
    assert.equal(refusal(await share(transaction)), '403 NOT_ENOUGH')
    assert.equal(refusal(await release(newNumber())), '403 NOT_ENOUGH')
  })

  test('a refund takes from what is not shared, and no more', async () => {
    const { number, transaction } = await paid(own)
    await share(transaction, { receivers: [part({ amount: 300 })] })
    const refund = (cents: number) =>
      own.calls.refund({
        out_trade_no: number,
        out_refund_no: newNumber(),
        amount: { refund: cents, total: 1000, currency: 'CNY' },
      })
    assert.equal(refusal(await refund(1000)), '403 NOT_ENOUGH')
    assert.equal(refusal(await refund(600)), '200')
    await post('orders/unfreeze', { transaction_id: transaction, out_order_no: newNumber(), description: '解冻' })
    assert.equal(refusal(await refund(400)), '200')
  })

  test('what is not kept back is paid out of all that the account has, and no more', async () => {
    const alone = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'partner' })
    const calls = callsOf(alone, clock)
    const { number, transaction } = await paid({ simulator: alone, calls })
    const sub_mchid = alone.subMchid ?? ''
    const sealed = Rsa.encrypt('深圳市某某停车管理有限公司', alone.settings.publicKey!.pem)
    const receiver = { type: 'MERCHANT_ID', account: alone.settings.mchid }
    await calls.post(
      '/v3/profitsharing/receivers/add',
      { sub_mchid, appid: alone.settings.appid, ...receiver, name: sealed, relation_type: 'SERVICE_PROVIDER' },
      { 'wechatpay-serial': alone.settings.publicKey!.id },
    )
    const receivers = [{ ...receiver, amount: 300, description: '分润' }]
    const order = {
      sub_mchid,
      transaction_id: transaction,
      out_order_no: newNumber(),
      receivers,
      unfreeze_unsplit: true,
    }
    assert.equal(refusal(await calls.post('/v3/profitsharing/orders', order)), '200')
    clock.advance(minute)
    const amount = { refund: 1_000, total: 1_000, currency: 'CNY' }
    const refund = { out_trade_no: number, out_refund_no: newNumber(), amount }
    assert.equal(refusal(await calls.refund(refund)), '403 NOT_ENOUGH')
    const other = newNumber()
    await calls.create({ out_trade_no: other })
    alone.control.pay(other)
    assert.equal(refusal(await calls.refund(refund)), '200', 'out of another payment, under the same number')
    await alone.close()
  })

  test('an operator lets more be shared, which may be asked; a person whose name does not fit gets nothing', async () => {
    const limit = async () => (await own.calls.get(`/v3/profitsharing/merchant-configs/${sub()}`)).body.max_ratio
    assert.equal(await limit(), 3000)
    own.simulator.control.setShareLimit(5000)
    assert.equal(await limit(), 5000)
    const { transaction } = await paid(own)
    assert.equal(refusal(await share(transaction, { receivers: [part({ amount: 500 })] })), '200')
    own.simulator.control.setShareLimit(3000)
    assert.throws(() => own.simulator.control.setShareLimit(99), RangeError)
  })
})

for (const mode of ['direct', 'partner'] as const)
  describe(`Lanepay's adapter, ${mode}`, () => {
    const own = opened(mode)
    const lanepay = () => {
      const { settings, subMchid } = own.simulator
      const channel = wechatPayChannel(settings, { clock })
      const { shares } = channel
      assert.ok(shares)
      return { channel, shares, who: subMchid === undefined ? {} : { subMchid } }
    }
    // In direct mode a merchant shares with another; a partner gets its own share.
    const receiver = (): Receiver => ({
      kind: 'merchant',
      account: mode === 'partner' ? own.simulator.settings.mchid : '1900000200',
      name: '深圳市某某停车管理有限公司',
    })
    const orderFor = (
      payment: { number: string; transaction: string },
      changes: Partial<ShareOrder> = {},
    ): ShareOrder => ({
      shareNumber: newNumber(),
      tradeNumber: payment.number,
      channelTradeNo: payment.transaction,
      paymentFen: fen(1000),
      parts: [{ receiver: receiver(), amountFen: fen(300), description: '停车费分润' }],
      finish: true,
      ...changes,
    })
    const stateOf = async (shares: Shares, who: object, order: ShareOrder) => {
      const { state, ...rest } = value(await shares.query(who, order))
      return [state, ...('parts' in rest ? rest.parts.map((part) => part.state) : [])].join(' ')
    }
    const fault = (kind: FaultKind, ms?: number) =>
      own.simulator.control.fault({ kind, times: 1, ...(ms === undefined ? {} : { ms }) })
    before(async () => {
      const { shares, who } = lanepay()
      for (let twice = 0; twice < 2; twice++)
        assert.equal(value(await shares.addReceiver(who, receiver(), '')), 'added')
    })

    test('shared, finished, the receiver told, taken back', async () => {
      const shop = await merchant()
      own.simulator.control.setShareNotifyUrl(shop.url)
      const { channel, shares, who } = lanepay()
      const payment = await paid(own)
      assert.equal(value(await shares.rest(who, payment.transaction)), 994)
      assert.equal(value(await shares.limit(who, '')), 3000)
      const order = orderFor(payment)
      assert.equal(value(await shares.share(who, order)).state, 'pending')
      assert.equal(await stateOf(shares, who, order), 'pending pending')
      clock.advance(2 * second)
      assert.equal(await stateOf(shares, who, order), 'finished done')
      assert.equal(value(await shares.share(who, order)).state, 'finished', 'the same number is the same share')
      assert.equal(value(await shares.rest(who, payment.transaction)), 0)

      const back = {
        returnNumber: newNumber(),
        shareNumber: order.shareNumber,
        from: receiver(),
        amountFen: fen(300),
        description: '',
      }
      assert.ok(shares.returns)
      assert.equal(value(await shares.returns.takeBack(who, back)).state, 'pending')
      clock.advance(2 * second)
      assert.equal(value(await shares.returns.query(who, back)).state, 'done')
      const more = await shares.returns.takeBack(who, { ...back, returnNumber: newNumber(), amountFen: fen(1) })
      assert.equal(!more.ok && more.error.kind === 'refused' && more.error.code, 'NOT_ENOUGH')
      if (mode === 'partner') {
        await until(() => shop.heard.length === 2, 'both notices to the receiver')
        const heard: Heard[] = []
        for (const { headers, body } of shop.heard)
          heard.push(value(await channel.readNotification({ headers, body: Buffer.from(body) })))
        assert.deepEqual(
          heard.map((one) => one.kind === 'other' && [one.share?.way, one.share?.amountFen, one.share?.shareNumber]),
          [
            ['came', 300, order.shareNumber],
            ['taken-back', 300, order.shareNumber],
          ],
        )
      }
      shop.close()
    })

    const courses: [kind: FaultKind, end: string, again: boolean][] = [
      ['share-closed', 'finished failed', true],
      ['receiver-abnormal', 'finished failed', true],
      ['share-slow', 'pending pending', false],
    ]
    for (const [kind, end, again] of courses)
      test(`${kind}: ${end}`, async () => {
        const { shares, who } = lanepay()
        const payment = await paid(own)
        fault(kind)
        const order = orderFor(payment, { finish: false })
        value(await shares.share(who, order))
        clock.advance(2 * second)
        assert.equal(await stateOf(shares, who, order), end)
        // What failed went back to the rest, and is shared under a new number.
        assert.equal(value(await shares.rest(who, payment.transaction)), again ? 994 : 694)
        const renewed = await shares.share(who, orderFor(payment))
        assert.equal(renewed.ok, again)
      })

    const unclear: [kind: FaultKind, known: string][] = [
      ['error-after-share', 'finished done'],
      ['answer-cut', 'finished done'],
      ['answer-wrong-signature', 'finished done'],
      ['answer-5xx', 'unknown'],
      ['system-error', 'unknown'],
      ['frequency-limited', 'unknown'],
    ]
    for (const [kind, known] of unclear)
      test(`${kind}: unclear, asked: ${known}, and the same number shares once`, async () => {
        const { shares, who } = lanepay()
        const payment = await paid(own)
        const order = orderFor(payment, { finish: false })
        fault(kind)
        const said: Result<unknown, ChannelError> = await shares.share(who, order)
        assert.equal(!said.ok && said.error.kind, 'unclear')
        clock.advance(2 * second)
        assert.equal(await stateOf(shares, who, order), known)
        assert.ok((await shares.share(who, order)).ok)
        assert.equal(value(await shares.rest(who, payment.transaction)), 694)
      })

    test('a payment too young is worth the same number again', async () => {
      const { shares, who } = lanepay()
      const number = newNumber()
      await own.calls.create({ out_trade_no: number, settle_info: { profit_sharing: true } })
      const transaction = own.simulator.control.pay(number).transactionId ?? ''
      const order = orderFor({ number, transaction })
      const early = await shares.share(who, order)
      assert.equal(!early.ok && early.error.kind, 'unclear')
      clock.advance(minute)
      assert.ok((await shares.share(who, order)).ok)
    })

    test('a return that waits, one that fails, one under an unclear answer', async () => {
      const { shares, who } = lanepay()
      const { returns } = shares
      assert.ok(returns)
      const order = orderFor(await paid(own))
      value(await shares.share(who, order))
      clock.advance(2 * second)
      const back = (amount: number) => ({
        returnNumber: newNumber(),
        shareNumber: order.shareNumber,
        from: receiver(),
        amountFen: fen(amount),
        description: '退款回退',
      })
      const slow = back(10)
      fault('return-slow', minute)
      value(await returns.takeBack(who, slow))
      clock.advance(minute - 1)
      assert.equal(value(await returns.query(who, slow)).state, 'pending')
      clock.advance(1)
      assert.equal(value(await returns.query(who, slow)).state, 'done')
      const failing = back(10)
      fault('return-fails')
      value(await returns.takeBack(who, failing))
      clock.advance(2 * second)
      assert.deepEqual(value(await returns.query(who, failing)), { state: 'failed', code: 'BALANCE_NOT_ENOUGH' })
      const lost = back(290)
      fault('error-after-return')
      const unsure = await returns.takeBack(who, lost)
      assert.equal(!unsure.ok && unsure.error.kind, 'unclear')
      value(await returns.takeBack(who, lost))
      clock.advance(2 * second)
      assert.equal(value(await returns.query(who, lost)).state, 'done')
    })

    test('a release ends it, and a receiver who was removed gets nothing', async () => {
      const { shares, who } = lanepay()
      const payment = await paid(own)
      const order = { ...orderFor(payment), description: '不再分账' }
      value(await shares.release(who, order))
      clock.advance(2 * second)
      assert.equal(value(await shares.query(who, order)).state, 'finished')
      assert.equal(value(await shares.rest(who, payment.transaction)), 0)
      assert.equal(value(await shares.removeReceiver(who, receiver(), '')), 'removed')
      const next = await shares.share(who, orderFor(await paid(own)))
      assert.equal(!next.ok && next.error.kind, 'refused')
      value(await shares.addReceiver(who, receiver(), ''))
    })
  })

test("the vendor's SDK adds, shares and asks, and believes every answer", async (t) => {
  // It signs by the machine's clock.
  const clock = new SimulatedClock()
  const simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'partner' })
  t.after(() => simulator.close())
  const { settings, subMchid = '' } = simulator
  const { id, pem } = settings.publicKey!
  const sdk = sdkOf(settings, { [id]: pem })
  const headers = { 'Wechatpay-Serial': id }
  const post = async (path: string, body: Json) =>
    (await sdk.chain(`v3/profitsharing/${path}`).post({ sub_mchid: subMchid, ...body }, { headers })).data as Json
  const account = settings.mchid
  await post('receivers/add', {
    appid: settings.appid,
    type: 'MERCHANT_ID',
    account,
    name: Rsa.encrypt('深圳市某某停车管理有限公司', pem),
    relation_type: 'SERVICE_PROVIDER',
  })
  const { transaction } = await paid({ simulator, calls: callsOf(simulator, clock) }, true, clock)
  const out_order_no = newNumber()
  const shared = await post('orders', {
    appid: settings.appid,
    transaction_id: transaction,
    out_order_no,
    receivers: [{ type: 'MERCHANT_ID', account, amount: 300, description: '分润' }],
    unfreeze_unsplit: true,
  })
  assert.equal(shared.state, 'PROCESSING')
  clock.advance(2 * second)
  const params = { transaction_id: transaction, sub_mchid: subMchid }
  const asked = (await sdk.chain(`v3/profitsharing/orders/{number}`).get({ params, headers, number: out_order_no }))
    .data
  assert.equal((asked as Json).state, 'FINISHED')
})

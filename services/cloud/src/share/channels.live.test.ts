import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import type { Channel } from '@lanepay/channels/channel.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { BilledChannel, Id, Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import { aParty } from './party.testing.ts'
import { leaveToOperator } from './person.ts'
import type { WrittenParty } from './rule-file.ts'
import { minute, startSharing } from './share.testing.ts'

const hour = 60 * minute

/*
 * The whole way of a share through both channels as they are played: from a driver's tap, whose order says that its receipt is
 * kept back, to who has what at the channel.
 */
let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = {
  now: () => now,
  pass: (ms: number) => {
    now = (now + ms) as Instant
  },
}
let house: Awaited<ReturnType<typeof startSharing>>
let wechatpay: WechatPaySimulator
let alipay: AlipaySimulator
let channels: Record<BilledChannel, Channel>

type Side = {
  readonly payer: () => string
  readonly pay: (tradeNumber: string) => void
  readonly party: () => WrittenParty
  /** What the receiver has, and what of ours is kept back. */
  readonly has: () => number
  readonly frozen: () => number
  readonly fault: (kind: 'unclear' | 'slow' | 'unpaid') => void
}
const sides: Record<BilledChannel, Side> = {
  wechatpay: {
    payer: () => wechatpay.control.openidOf('driver'),
    pay: (tradeNumber) => wechatpay.control.pay(tradeNumber),
    party: () => aParty(),
    has: () => wechatpay.control.balanceOf('1900000201').availableFen,
    frozen: () => wechatpay.control.balanceOf(wechatpay.settings.mchid).frozenFen,
    fault: (kind) =>
      wechatpay.control.fault(
        kind === 'unclear'
          ? { kind: 'error-after-share', times: 1 }
          : kind === 'slow'
            ? { kind: 'share-slow', ms: 3 * minute, times: 1 }
            : { kind: 'receiver-abnormal', times: 1 },
      ),
  },
  alipay: {
    payer: () => alipay.control.identityOf('driver'),
    pay: (tradeNumber) => alipay.control.pay(tradeNumber),
    party: () => aParty({ receiver: { kind: 'merchant', ...person() } }),
    has: () => alipay.control.balance(person().account).availableFen,
    frozen: () => alipay.control.balance(alipay.settings.sellerId).frozenFen,
    fault: (kind) =>
      alipay.control.fault(
        kind === 'unclear'
          ? { kind: 'error-after-settle', times: 1 }
          : kind === 'slow'
            ? { kind: 'settle-waits', ms: 3 * minute, times: 1 }
            : { kind: 'settle-then-fails', ms: minute, times: 1 },
      ),
  },
}
const person = () => {
  const { userId, name } = alipay.control.personOf({ loginName: 'mall@example.com', name: '张三' })
  return { account: userId, name }
}

before(async () => {
  house = await startSharing(clock)
  wechatpay = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, notifyTimeScale: 50 })
  alipay = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false, notifyTimeScale: 500 })
  channels = {
    wechatpay: wechatPayChannel(wechatpay.settings, { clock, onKeyEvent: () => {} }),
    alipay: alipayChannel(alipay.settings, { clock, onKeyEvent: () => {} }),
  }
  await Promise.all(Object.values(channels).map((channel) => channel.refreshKeys(now)))
})
after(async () => {
  await wechatpay.close()
  await alipay.close()
  await house.stop()
})
beforeEach(async () => {
  clock.pass(60 * minute)
  await house.newLot(channels)
  for (const channel of ['wechatpay', 'alipay'] as const) await house.aPayment(channel, 1_000_000)
})
afterEach(async () => {
  wechatpay.control.clearFaults()
  alipay.control.clearFaults()
  await house.holds()
})

for (const channel of ['wechatpay', 'alipay'] as const) {
  const side = sides[channel]
  /** A driver pays 100 yuan, or so much. */
  const paid = async (amountFen = 10_000): Promise<Id> => {
    const tradeNumber = await house.tap(channel, side.payer(), amountFen)
    side.pay(tradeNumber)
    return house.settled(channel, tradeNumber)
  }
  describe(channel, () => {
    test('a payment by rule is kept back, shared, and the rest let go of; one without a rule never is', async () => {
      const [before, frozen] = [side.has(), side.frozen()]
      const free = await paid()
      assert.equal(side.frozen(), frozen)
      await house.aRule(channel, side.party())
      const payment = await paid()
      assert.ok(side.frozen() > frozen, 'kept back')
      await house.works(10)
      assert.deepEqual([side.has() - before, side.frozen()], [994, frozen])
      assert.deepEqual(await house.sharesOf(free), [])
      assert.deepEqual(
        (await house.sharesOf(payment)).map(({ kind, state }) => [kind, state]),
        [['share', 'done']],
      )
      assert.equal(await house.owed('partner-payable', '2001'), 0)
    })
    for (const kind of ['unclear', 'slow'] as const)
      test(`${kind}: shared once, under its one number`, async () => {
        const before = side.has()
        await house.aRule(channel, side.party())
        side.fault(kind)
        const payment = await paid()
        await house.works(20)
        assert.equal(side.has() - before, 994)
        assert.deepEqual(
          (await house.sharesOf(payment)).map(({ state }) => state),
          ['done'],
        )
      })
    test('a part that is not paid is the operator’s, by the rule', async () => {
      const before = side.has()
      await house.aRule(channel, side.party())
      side.fault('unpaid')
      const payment = await paid()
      await house.works(20)
      assert.equal(side.has(), before)
      assert.deepEqual(
        (await house.partsOf(payment)).map(({ state }) => state),
        ['operator'],
      )
      assert.equal(await house.owed('partner-payable', '2001'), 0)
    })
    test('refunds take it back in proportion, and all of it at the end', async () => {
      const before = side.has()
      await house.aRule(channel, side.party())
      const payment = await paid()
      await house.works(10)
      await house.refund(payment, 3_333)
      await house.works(5)
      assert.equal(side.has() - before, 994 - 331)
      await house.refund(payment, 'all')
      await house.works(5)
      assert.equal(side.has(), before)
      assert.deepEqual(await house.refundsOf(payment), ['done', 'done'])
    })
    test('several refunds in one round take back in proportion together, whichever of them is due longest', async () => {
      const before = side.has()
      await house.aRule(channel, side.party())
      const payment = await paid()
      await house.works(10)
      for (const part of [1_111, 2_222, 3_333]) await house.refund(payment, part)
      // The last is due longest, and its row is the first: whichever way the database goes through them, it comes first.
      const asked = await house.rows<{ id: Id }>(
        'select id from refund where lot_id = $1 and payment_id = $2 order by id desc',
        payment,
      )
      for (const [n, { id }] of asked.entries())
        await house.rows(
          'update refund set ask_at = $3 where lot_id = $1 and id = $2',
          id,
          new Date(now - hour + n * minute),
        )
      await house.works(10)
      assert.deepEqual(await house.refundsOf(payment), ['done', 'done', 'done'])
      assert.equal(side.has() - before, 994 - 662)
    })
    const cuts: [amountFen: number, cut: readonly (number | 'all')[]][] = [
      [1_000, [333, 333, 'all']],
      [1_000, [166, 166, 166, 166, 166, 166, 'all']],
      [10_000, [3_333, 3_333, 'all']],
      [101, [1, 'all']],
    ]
    for (const [amountFen, cut] of cuts)
      test(`${amountFen} fen given back as ${cut.join(', ')}: every part goes out, before it was shared and after`, async () => {
        const [before, frozen] = [side.has(), side.frozen()]
        await house.aRule(channel, side.party())
        const shared = await paid(amountFen)
        await house.works(10)
        const kept = await paid(amountFen)
        for (const payment of [shared, kept]) for (const part of cut) await house.refund(payment, part)
        await house.works(20)
        for (const payment of [shared, kept])
          assert.deepEqual(
            await house.refundsOf(payment),
            cut.map(() => 'done'),
          )
        assert.deepEqual([side.has(), side.frozen()], [before, frozen])
        assert.deepEqual(await house.alarmsRaised(), [])
      })
    test('too small to share, it is let go of', async () => {
      const frozen = side.frozen()
      await house.aRule(channel, side.party())
      const tradeNumber = await house.tap(channel, side.payer(), 9)
      side.pay(tradeNumber)
      const payment = await house.settled(channel, tradeNumber)
      await house.works(10)
      assert.deepEqual(
        (await house.sharesOf(payment)).map(({ kind, state }) => [kind, state]),
        [['release', 'done']],
      )
      assert.equal(side.frozen(), frozen)
    })
  })
}

test('a refund at Alipay takes shares back, whatever a rule of old says: the books have what the channel has', async () => {
  const { has, party, payer } = sides.alipay
  const rule = await house.aRule('alipay', party())
  await house.rows(
    `update share_rule set parties = jsonb_set(parties, '{0,onRefund}', '"operator"') where lot_id = $1 and version = $2`,
    rule.version,
  )
  house.start()
  /** How much more the channel holds than our book says. */
  const heldMoreFen = async () => {
    const { availableFen, frozenFen } = alipay.control.balance(alipay.settings.sellerId)
    return availableFen + frozenFen - (await house.clearingOf('alipay'))
  }
  const [before, start] = [has(), await heldMoreFen()]
  const tradeNumber = await house.tap('alipay', payer(), 10_000)
  alipay.control.pay(tradeNumber)
  const payment = await house.settled('alipay', tradeNumber)
  await house.works(10)
  // Its fee, which our book has set aside until the bill comes.
  assert.equal(await heldMoreFen(), start - 60)
  for (const part of [3_333, 'all'] as const) {
    await house.refund(payment, part)
    await house.works(5)
  }
  assert.equal(has(), before)
  assert.deepEqual(
    (await house.returnsOf(payment)).map(({ amount_fen, state }) => [amount_fen, state]),
    [
      [331, 'done'],
      [663, 'done'],
    ],
  )
  assert.equal(await heldMoreFen(), start)
})

test('what WeChat Pay does not take back goes out all the same, and a person hears of it', async () => {
  await house.aRule('wechatpay', aParty({ ifNotReturned: 'person' }))
  const tradeNumber = await house.tap('wechatpay', sides.wechatpay.payer(), 10_000)
  wechatpay.control.pay(tradeNumber)
  const payment = await house.settled('wechatpay', tradeNumber)
  await house.works(10)
  wechatpay.control.fault({ kind: 'return-fails', times: 1 })
  await house.refund(payment, 'all')
  await house.works(10)
  assert.deepEqual(await house.refundsOf(payment), ['done'])
  assert.deepEqual(await house.alarmsRaised(), [
    { kind: 'share-not-returned', because: '¥9.94 of party 2001: BALANCE_NOT_ENOUGH' },
  ])
})

describe('a refund of what WeChat Pay keeps back for a part that waits for a person', () => {
  const waiting = async (...others: WrittenParty[]): Promise<Id> => {
    await house.aRule('wechatpay', aParty({ ifNotPaid: 'person' }), ...others)
    wechatpay.control.fault({ kind: 'receiver-abnormal', times: 1 })
    const tradeNumber = await house.tap('wechatpay', sides.wechatpay.payer(), 10_000)
    wechatpay.control.pay(tradeNumber)
    const payment = await house.settled('wechatpay', tradeNumber)
    await house.works(10)
    assert.equal((await house.partsOf(payment))[0]?.state, 'with-a-person')
    return payment
  }
  const alarms = async () => (await house.alarmsRaised()).map(({ kind, because }) => `${kind} ${because.split(' ')[0]}`)
  test('all of it: nobody keeps anything, so the part is the operator’s and the receipt is let go of', async () => {
    const payment = await waiting()
    for (const part of [5_000, 4_900, 'all'] as const) await house.refund(payment, part)
    await house.works(15)
    assert.deepEqual(await house.refundsOf(payment), ['done', 'done', 'done'])
    assert.deepEqual(
      (await house.partsOf(payment)).map(({ state }) => state),
      ['operator'],
    )
    assert.equal(await house.owed('partner-payable', '2001'), 0)
    assert.equal(sides.wechatpay.frozen(), 0)
  })
  test('more than is kept back, and the part keeps some: a person hears what to do, and then it goes out', async () => {
    const receiver = { kind: 'merchant', account: '1900000202', name: '业主委员会' } as const
    const payment = await waiting(aParty({ party: '2002', order: 2, takes: { basisPoints: 2_000 }, receiver }))
    await house.refund(payment, 9_000)
    await house.works(10)
    assert.deepEqual(await house.refundsOf(payment), ['sent'])
    assert.deepEqual(await alarms(), ['share-failed ¥9.94', 'refund-waits receipt-kept-back'])
    const left = await leaveToOperator({ database: house.database, clock, newId: house.newId }, house.lot, payment)
    assert.ok(left.ok)
    await house.works(20, minute)
    assert.deepEqual(await house.refundsOf(payment), ['done'])
    assert.equal(sides.wechatpay.frozen(), 0)
  })
})

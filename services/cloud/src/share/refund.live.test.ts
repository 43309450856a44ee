import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { keptOf } from '@lanepay/domain/share/kept.ts'
import type { BilledChannel } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import type { Harm } from './channel.testing.ts'
import { alipay, has, house, mall, of, owner, paid, platform, receiptOf, wechatpay } from './memory.testing.ts'
import { aParty } from './party.testing.ts'
import { minute } from './share.testing.ts'

/* What becomes of shares when payments go back, and the law of all of it. */
describe('a refund', () => {
  const whole: [channel: BilledChannel, way: string][] = [
    ['wechatpay', 'call'],
    ['alipay', 'refund'],
  ]
  for (const [channel, way] of whole)
    test(`through ${channel} takes the shares back in proportion, by ${way}, to the fen, and all of them at the end`, async () => {
      await house.aRule(channel, mall, owner, platform)
      const payment = await paid(channel)
      await house.works(10)
      const [operator, fee] = [await house.owed('operator-payable'), await house.owed('platform-fee', '0')]
      const gone: number[] = []
      for (const amount of [3_333, 1, 666, 'all'] as const) {
        const asked = await house.refund(payment, amount)
        gone.push(asked.amountFen)
        await house.works(5)
        const goneFen = fen(gone.reduce((sum, one) => sum + one, 0))
        for (const [party, part] of [
          [mall, 994],
          [owner, 300],
          [platform, 99],
        ] as const)
          assert.equal(has(channel, party), keptOf(fen(part), { amountFen: fen(10_000), goneFen }))
      }
      assert.deepEqual(await house.refundsOf(payment), ['done', 'done', 'done', 'done'])
      assert.ok((await house.returnsOf(payment)).every((one) => one.way === way && one.state === 'done'))
      assert.equal(await house.owed('operator-payable'), operator - 10_000 + 99 + 994 + 300)
      assert.equal(await house.owed('platform-fee', '0'), fee, 'taken back from where it was paid to')
    })
  test('before it is shared: what is left is shared, and nothing need come back', async () => {
    await house.aRule('wechatpay', mall)
    const payment = await paid('wechatpay')
    await house.refund(payment, 5_000)
    await house.works(15)
    assert.equal(has('wechatpay'), 497)
    assert.deepEqual(await house.returnsOf(payment), [])
    const [{ whole_fen, amount_fen } = {}] = await house.partsOf(payment)
    assert.deepEqual([whole_fen, amount_fen], [994, 497])
    await house.refund(payment, 'all')
    await house.works(5)
    assert.equal(has('wechatpay'), 0)
  })
  test('of all of it before it is shared: nobody gets anything', async () => {
    await house.aRule('wechatpay', mall)
    const payment = await paid('wechatpay')
    await house.refund(payment, 'all')
    await house.works(15)
    assert.deepEqual([has('wechatpay'), await house.sharesOf(payment)], [0, []])
  })
  test('waits while a share is under way: what nobody knows cannot be taken back', async () => {
    wechatpay.set.slow = 5
    await house.aRule('wechatpay', mall)
    const payment = await paid('wechatpay')
    await house.works(7)
    await house.refund(payment, 'all')
    await house.works(1)
    assert.deepEqual(await house.refundsOf(payment), ['asked'])
    await house.works(20)
    assert.deepEqual([await house.refundsOf(payment), has('wechatpay')], [['done'], 0])
  })
  test('is carried by the operator where the rule says so beforehand', async () => {
    await house.aRule('wechatpay', { ...mall, onRefund: 'operator' })
    const payment = await paid('wechatpay')
    await house.works(10)
    await house.refund(payment, 'all')
    await house.works(5)
    assert.deepEqual([await house.refundsOf(payment), has('wechatpay')], [['done'], 994])
    assert.deepEqual(
      (await house.returnsOf(payment)).map(({ amount_fen, way, state }) => [amount_fen, way, state]),
      [[994, 'none', 'operator']],
    )
    assert.deepEqual(await house.alarmsRaised(), [])
  })
  test('is not where Alipay takes it back by itself, whatever a rule of old says', async () => {
    const rule = await house.aRule('alipay', mall)
    await house.rows(
      `update share_rule set parties = jsonb_set(parties, '{0,onRefund}', '"operator"') where lot_id = $1 and version = $2`,
      rule.version,
    )
    house.start()
    const payment = await paid('alipay')
    await house.works(10)
    for (const part of [5_000, 'all'] as const) {
      await house.refund(payment, part)
      await house.works(5)
    }
    assert.equal(has('alipay'), 0)
    assert.deepEqual(
      (await house.returnsOf(payment)).map(({ amount_fen, way, state }) => [amount_fen, way, state]),
      [
        [497, 'refund', 'done'],
        [497, 'refund', 'done'],
      ],
    )
  })
  for (const [who, alarms] of [
    ['operator', []],
    ['person', [{ kind: 'share-not-returned', because: '¥9.94 of party 2001: BALANCE_NOT_ENOUGH' }]],
  ] as const)
    test(`whose share cannot be taken back goes out all the same; it is the ${who}’s`, async () => {
      await house.aRule('wechatpay', { ...mall, ifNotReturned: who }, owner)
      const payment = await paid('wechatpay')
      await house.works(10)
      wechatpay.set.unreturned.set(mall.receiver.account, 'BALANCE_NOT_ENOUGH')
      await house.refund(payment, 'all')
      await house.works(5)
      assert.deepEqual(await house.refundsOf(payment), ['done'])
      assert.deepEqual([has('wechatpay'), has('wechatpay', owner)], [994, 0])
      assert.deepEqual(await house.alarmsRaised(), alarms)
    })
  test('that failed because of a share it took back is asked for again without it', async () => {
    await house.aRule('alipay', { ...mall, ifNotReturned: 'person' })
    const payment = await paid('alipay')
    await house.works(10)
    alipay.set.unreturned.set(mall.receiver.account, 'BALANCE_NOT_ENOUGH')
    await house.refund(payment, 'all')
    await house.works(5)
    assert.deepEqual(await house.refundsOf(payment), ['failed'])
    await house.refund(payment, 'all')
    await house.works(5)
    assert.deepEqual([await house.refundsOf(payment), has('alipay')], [['failed', 'done'], 994])
    assert.deepEqual((await house.alarmsRaised()).map(({ kind }) => kind).sort(), [
      'refund-failed',
      'share-not-returned',
    ])
  })
})

test('law: whatever goes wrong in between, money is neither made nor lost, and everybody ends with what is theirs', () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({
        channel: fc.constantFrom('wechatpay' as const, 'alipay' as const),
        amount: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 100_000 })),
        percents: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 3 }),
        harms: fc.array(fc.constantFrom<Harm | null>(null, 'lost', 'answer-lost', 'killed'), { maxLength: 12 }),
        slow: fc.nat(3),
        refunds: fc.array(fc.record({ after: fc.nat(20), part: fc.integer({ min: 1, max: 10_000 }) }), {
          maxLength: 6,
        }),
        // What is left goes back too: at this minute.
        restAfter: fc.option(fc.nat(20)),
      }),
      async ({ channel, amount, percents, harms, slow, refunds, restAfter }) => {
        const parties = percents.map((basisPoints, n) =>
          aParty({
            party: `${3001 + n}`,
            order: n + 1,
            takes: { basisPoints },
            receiver: { kind: 'merchant', account: `190000${3001 + n}`, name: 'x' },
          }),
        )
        await house.newLot({ wechatpay: wechatpay.channel, alipay: alipay.channel })
        await house.aPayment(channel, 1_000_000)
        const own = of(channel)
        Object.assign(own.set, { harms: [], slow: 0 })
        await house.aRule(channel, ...parties)
        const before = parties.map(({ receiver }) => own.hasOf(receiver))
        const payment = await paid(channel, amount)
        own.set.harms = [...harms]
        own.set.slow = slow
        let gone = 0
        for (let n = 0; n <= 20; n++) {
          for (const { part } of refunds.filter(({ after }) => after === n)) {
            const amountFen = Math.min(Math.ceil((amount * part) / 10_000), amount - gone)
            if (amountFen === 0) continue
            await house.refund(payment, amountFen)
            gone += amountFen
          }
          if (restAfter === n && gone < amount) {
            await house.refund(payment, 'all')
            gone = amount
          }
          await house.works(1, minute)
        }
        await house.works(60, 2 * minute)
        const net = amount - Math.floor((amount * 60 + 5_000) / 10_000)
        const kept = percents.map((one) =>
          keptOf(fen(Math.floor((net * one) / 10_000)), { amountFen: fen(amount), goneFen: fen(gone) }),
        )
        const got = parties.map(({ receiver }, n) => own.hasOf(receiver) - before[n]!)
        // Refunded before it was shared to hardly anything, there may be too little left for what rounding leaves each, and of the fee
        // that comes back with every refund.
        const missing = kept.map((one, n) => one - got[n]!)
        assert.ok(missing.every((one) => one >= 0))
        const earlyRefunds = refunds.filter(({ after }) => after < 8).length + ((restAfter ?? 20) < 8 ? 1 : 0)
        assert.ok(
          missing.reduce((sum, one) => sum + one, 0) <= (earlyRefunds > 0 ? parties.length + earlyRefunds : 0),
          `${got} of ${kept}`,
        )
        for (const { party } of parties) assert.equal(await house.owed('partner-payable', party), 0)
        const receipt = receiptOf(channel, payment)
        assert.deepEqual([receipt.refundedFen, receipt.released || gone === amount], [gone, true])
        const [clearing] = await house.rows<{ sum: string }>(
          `select sum(amount_fen) from entry where lot_id = $1 and kind = 'channel-clearing'
              and (cause_id = $2 or cause_id in (select id from share where lot_id = $1 and payment_id = $2
                                                 union all select id from share_return where lot_id = $1 and payment_id = $2
                                                 union all select id from refund where lot_id = $1 and payment_id = $2))`,
          payment,
        )
        const shared = got.reduce((sum, one) => sum + one, 0)
        assert.equal(-Number(clearing?.sum) || 0, amount - gone - shared, 'the books hold what the channel holds')
      },
    ),
    {
      numRuns: 25,
      examples: [
        // Nearly all goes back before it is shared: what is left is the fee, which comes back as well.
        [
          {
            ...{ channel: 'wechatpay', amount: 4_349, percents: [775], harms: [], slow: 0 },
            ...{ refunds: [{ after: 0, part: 9_938 }], restAfter: null },
          },
        ],
      ],
    },
  ))

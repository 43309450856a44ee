import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Id } from '@lanepay/domain/types.ts'
import { postTransfer } from '@lanepay/ledger/post.ts'
import type { Harm } from './channel.testing.ts'
import { rulesInForce } from './in-force.ts'
import { alipay, clock, has, house, mall, owner, paid, platform, receiptOf, wechatpay } from './memory.testing.ts'
import { aParty } from './party.testing.ts'
import { leaveToOperator, shareAgain } from './person.ts'
import { knownAheadMs } from './rule-file.ts'
import { endRule } from './rules.ts'
import { minute } from './share.testing.ts'
import { sharing } from './share.ts'

/* Rules, what is shared by them, and parts that are not paid (memory.testing.ts says by which channel). */
describe('a rule', () => {
  test('holds from two minutes on for orders that are made then, and touches none that was made before', async () => {
    const before = await paid('wechatpay')
    const rule = await house.put('wechatpay', [mall])
    assert.ok(rule.ok)
    const meanwhile = await paid('wechatpay')
    clock.pass(knownAheadMs)
    const then = await paid('wechatpay')
    await house.works(10)
    for (const payment of [before, meanwhile]) assert.deepEqual(await house.sharesOf(payment), [])
    assert.deepEqual(
      (await house.partsOf(then)).map(({ amount_fen }) => amount_fen),
      [994],
    )
    assert.equal(await house.rulesAt('alipay', clock.now()), null, 'of one channel alone')
  })
  test('another one follows it; what was made under the first is shared by the first, for ever', async () => {
    await house.aRule('wechatpay', mall)
    const first = await paid('wechatpay')
    await house.aRule('wechatpay', aParty({ takes: { basisPoints: 2000 } }))
    const second = await paid('wechatpay')
    await house.works(10)
    assert.deepEqual(
      (await house.partsOf(first)).map(({ amount_fen }) => amount_fen),
      [994],
    )
    assert.deepEqual(
      (await house.partsOf(second)).map(({ amount_fen }) => amount_fen),
      [1988],
    )
  })
  test('ends, and what was paid by then is still shared', async () => {
    await house.aRule('wechatpay', mall)
    const payment = await paid('wechatpay')
    await endRule({ database: house.database, clock, newId: house.newId }, house.lot, 'wechatpay')
    clock.pass(knownAheadMs)
    assert.equal(await house.rulesAt('wechatpay', clock.now()), null)
    const later = await paid('wechatpay')
    await house.works(10)
    assert.deepEqual([(await house.partsOf(payment)).length, (await house.partsOf(later)).length], [1, 0])
  })
  const refusals: [what: string, parties: (typeof mall)[], said: string][] = [
    [
      'over what the channel shares',
      [aParty({ takes: { basisPoints: 3001 } })],
      '/parties: 30.01 %: the channel shares at most 30 % of a payment',
    ],
    [
      'over a hundred per cent',
      [aParty({ takes: { basisPoints: 10_000 } }), { ...owner, takes: { basisPoints: 2000 } }],
      "/parties: 121 % with the platform's fee: at most 100 %; /parties: 120 %: the channel shares at most 30 % of a payment",
    ],
    [
      'a person who should give back what this channel takes back from merchants alone',
      [aParty({ receiver: { kind: 'person', account: 'oUpF8' } })],
      '/parties/0/onRefund: must be operator: a person gives nothing back through this channel',
    ],
  ]
  for (const [what, parties, said] of refusals)
    test(`${what}: is refused by name, and nothing is kept or told to the channel`, async () => {
      const rule = await house.put('wechatpay', parties)
      assert.ok(!rule.ok)
      assert.equal(house.said(rule.error), said)
      assert.deepEqual(await house.rows('select version from share_rule where lot_id = $1'), [])
      assert.deepEqual(wechatpay.calls, ['limit'])
    })
  for (const [what, harms] of [
    ['the limit', ['lost']],
    ['the first receiver', [null, 'answer-lost']],
    ['the second receiver', [null, null, 'lost']],
  ] as [string, (Harm | null)[]][])
    test(`no answer about ${what}: nothing is kept, and putting it again is right`, async () => {
      wechatpay.set.harms = harms
      const rule = await house.put('wechatpay', [mall, owner])
      assert.ok(!rule.ok && rule.error.kind === 'no-answer')
      assert.deepEqual(await house.rows('select version from share_rule where lot_id = $1'), [])
      assert.ok((await house.put('wechatpay', [mall, owner])).ok)
    })
  test('no name of a receiver is kept', async () => {
    await house.aRule('wechatpay', mall)
    const [row] = await house.rows<{ parties: unknown }>('select parties from share_rule where lot_id = $1')
    assert.doesNotMatch(JSON.stringify(row), /阳光/)
  })
  test('other processes know it before it holds', async () => {
    const other = rulesInForce(house.database, 0)
    assert.equal(await other(house.lot, 'wechatpay', clock.now()), null)
    const rule = await house.aRule('wechatpay', mall)
    assert.deepEqual(await other(house.lot, 'wechatpay', clock.now()), { version: rule.version, waitMinutes: 1 })
    assert.equal(await other(house.lot, 'wechatpay', clock.now() - 1), null)
  })
})

describe('a paid payment', () => {
  for (const channel of ['wechatpay', 'alipay'] as const)
    test(`through ${channel} is shared once: paid out by the channel, owed and paid in the books, the rest let go of`, async () => {
      await house.aRule(channel, mall, owner, platform)
      const [operator, fee] = [await house.owed('operator-payable'), await house.owed('platform-fee', '0')]
      const payment = await paid(channel)
      await house.works(5)
      assert.deepEqual(await house.sharesOf(payment), [], 'not before its order is over')
      await house.works(10)
      assert.deepEqual([has(channel, mall), has(channel, owner), has(channel, platform)], [994, 300, 99])
      assert.equal(await house.owed('operator-payable'), operator + 10_000 - 60 - 99 - 994 - 300)
      assert.equal(await house.owed('partner-payable', '2001'), 0)
      assert.equal(await house.owed('platform-fee', '0'), fee)
      assert.equal(receiptOf(channel, payment).released, true)
      assert.deepEqual(
        (await house.sharesOf(payment)).map(({ kind, state }) => [kind, state]),
        [['share', 'done']],
      )
    })
  test('of a lot without a rule nothing is shared and nothing is kept', async () => {
    const payment = await paid('wechatpay')
    await house.works(10)
    const [row] = await house.rows('select share_rule, share_at from payment where lot_id = $1 and id = $2', payment)
    assert.deepEqual(row, { share_rule: null, share_at: null })
    assert.deepEqual(wechatpay.calls, [])
  })
  test('too small for any part is let go of', async () => {
    await house.aRule('wechatpay', mall)
    const payment = await paid('wechatpay', 9)
    await house.works(10)
    assert.deepEqual(
      (await house.sharesOf(payment)).map(({ kind, state }) => [kind, state]),
      [['release', 'done']],
    )
    assert.equal(receiptOf('wechatpay', payment).released, true)
  })
  test('that was never paid is forgotten; one that is paid late is shared then', async () => {
    await house.aRule('wechatpay', mall)
    const [closed, late] = [
      await house.aPayment('wechatpay', 10_000, { unpaid: true }),
      await house.aPayment('wechatpay', 10_000, { unpaid: true }),
    ]
    await house.rows(`update payment set state = 'closed' where lot_id = $1 and id = $2`, closed)
    await house.works(10)
    wechatpay.receive([`42-${late}`], 10_000)
    await house.isPaid(late, 10_000)
    await house.works(3)
    assert.deepEqual(await house.rows('select id from payment where lot_id = $1 and share_at is not null'), [])
    assert.deepEqual([(await house.sharesOf(closed)).length, (await house.sharesOf(late)).length], [0, 1])
  })
  test('its channel says so again, and again: it is shared once', async () => {
    await house.aRule('wechatpay', mall)
    const payment = await paid('wechatpay')
    for (let n = 0; n < 12; n++) {
      await house.isPaid(payment, 10_000, 'known')
      await house.works(1)
    }
    assert.equal(has('wechatpay'), 994)
    assert.equal((await house.sharesOf(payment)).length, 1)
  })
  test('whose operator has nothing left in the books waits, is named, and holds up no neighbour', async () => {
    await house.aRule('wechatpay', mall)
    const poor = await paid('wechatpay')
    const held = await house.rows<{ balance_fen: string }>(
      `select balance_fen from account where lot_id = $1 and kind = 'operator-payable' and channel = 'wechatpay'`,
    )
    const amountFen = Number(held[0]!.balance_fen)
    const moved = (sign: 1 | -1) => [
      { kind: 'operator-payable' as const, party: '1', channel: 'wechatpay' as const, amountFen: -sign * amountFen },
      { kind: 'withdrawal-in-flight' as const, party: '1', channel: 'wechatpay' as const, amountFen: sign * amountFen },
    ]
    const causeId = house.newId()
    const withdraws = (cause: 'withdrawal-asked' | 'withdrawal-failed', sign: 1 | -1) =>
      house.database
        .of(house.lot.bucket)
        .transaction((tx) =>
          postTransfer(tx, { lot: { ...house.lot }, causeId, cause, entries: moved(sign), postedAt: clock.now() }),
        )
    await withdraws('withdrawal-asked', 1)
    const first = { ...house.lot }
    await house.newLot({ wechatpay: wechatpay.channel, alipay: alipay.channel })
    await house.aRule('wechatpay', mall)
    const neighbour = await paid('wechatpay')
    await house.works(15)
    assert.equal((await house.sharesOf(neighbour)).length, 1)
    const second = house.lot.lotId
    house.lot.lotId = first.lotId
    assert.deepEqual(await house.alarmsRaised(), [
      { kind: 'share-failed', because: "the operator's account at this lot and channel holds less than its parts" },
    ])
    assert.deepEqual(await house.sharesOf(poor), [])
    await withdraws('withdrawal-failed', -1)
    await house.works(3)
    assert.deepEqual(
      (await house.sharesOf(poor)).map(({ state }) => state),
      ['done'],
    )
    house.lot.lotId = second
  })
  test('many workers at the same time share each once', async () => {
    await house.aRule('wechatpay', mall, owner)
    const payments: Id[] = []
    for (let n = 0; n < 30; n++) payments.push(await paid('wechatpay'))
    const { database, newId, log, accounts, alarms } = house
    const channels = { wechatpay: wechatpay.channel, alipay: alipay.channel }
    const workers = [0, 1, 2].map(() => sharing({ database, clock, log, newId, channels, accounts, alarms }))
    for (let n = 0; n < 12; n++) {
      clock.pass(minute)
      // Claims are given back at once, as if all had looked in the same instant.
      await house.rows(
        'update payment set share_at = $2 where lot_id = $1 and share_at is not null',
        new Date(clock.now()),
      )
      await Promise.all(workers.map((worker) => worker.round()))
    }
    assert.equal(has('wechatpay'), 30 * 994)
    for (const payment of payments) assert.equal((await house.sharesOf(payment)).length, 1)
  })
  test('the number is kept through every doubt, also when we die: one share, one posting', async () => {
    await house.aRule('wechatpay', mall)
    const payment = await paid('wechatpay')
    wechatpay.set.harms = ['lost', 'lost', 'lost', 'killed', 'answer-lost', 'lost']
    await house.works(15)
    house.start()
    await house.works(15)
    assert.equal(wechatpay.shares.size, 1)
    assert.equal(has('wechatpay'), 994)
    assert.equal((await house.sharesOf(payment))[0]!.state, 'done')
  })
  test('a share under way is asked about, not sent again', async () => {
    wechatpay.set.slow = 4
    await house.aRule('wechatpay', mall)
    await paid('wechatpay')
    await house.works(20)
    assert.deepEqual(wechatpay.calls, ['limit', 'add', 'share', 'query', 'query', 'query', 'query'])
    assert.equal(await house.owed('partner-payable', '2001'), 0)
  })
  test('a share that does not end is a person’s, and is asked about all the same', async () => {
    wechatpay.set.slow = 100
    await house.aRule('wechatpay', mall)
    await paid('wechatpay')
    await house.works(60)
    assert.deepEqual(
      (await house.alarmsRaised()).map(({ kind }) => kind),
      ['share-unclear'],
    )
    wechatpay.set.slow = 0
    await house.works(15)
    assert.equal(has('wechatpay'), 994)
  })
})

describe('a part that is not paid', () => {
  test('goes to the operator where the rule says so, and its neighbours are paid', async () => {
    await house.aRule('wechatpay', mall, owner)
    const operator = await house.owed('operator-payable')
    wechatpay.set.unpaid.set(mall.receiver.account, 'RECEIVER_HIGH_RISK')
    const payment = await paid('wechatpay')
    await house.works(10)
    assert.deepEqual(
      (await house.partsOf(payment)).map(({ state, because }) => [state, because]),
      [
        ['operator', 'RECEIVER_HIGH_RISK'],
        ['done', null],
      ],
    )
    assert.equal(await house.owed('partner-payable', '2001'), 0)
    assert.equal(await house.owed('operator-payable'), operator + 10_000 - 60 - 99 - 300)
    assert.deepEqual(await house.alarmsRaised(), [])
  })
  test('is a person’s where the rule says so: named, still owed, and the receipt is kept back', async () => {
    await house.aRule('wechatpay', { ...mall, ifNotPaid: 'person' }, owner)
    wechatpay.set.unpaid.set(mall.receiver.account, 'ACCOUNT_ABNORMAL')
    const payment = await paid('wechatpay')
    await house.works(10)
    assert.deepEqual(await house.alarmsRaised(), [
      { kind: 'share-failed', because: '¥9.94 of party 2001: ACCOUNT_ABNORMAL' },
    ])
    assert.equal(await house.owed('partner-payable', '2001'), 994)
    assert.equal(receiptOf('wechatpay', payment).released, false)
  })
  describe('with a person', () => {
    const deps = () => ({ database: house.database, clock, newId: house.newId })
    const waiting = async (): Promise<Id> => {
      await house.aRule('wechatpay', { ...mall, ifNotPaid: 'person' }, owner)
      wechatpay.set.unpaid.set(mall.receiver.account, 'ACCOUNT_ABNORMAL')
      const payment = await paid('wechatpay')
      await house.works(10)
      return payment
    }
    test('is tried again under a new number, and then the rest is let go of', async () => {
      const payment = await waiting()
      wechatpay.set.unpaid.clear()
      const again = await shareAgain(deps(), house.lot, payment)
      assert.ok(again.ok && again.value.amountFen === 994)
      await house.works(5)
      assert.deepEqual(
        (await house.sharesOf(payment)).map(({ kind, state }) => [kind, state]),
        [
          ['share', 'done'],
          ['share', 'done'],
          ['release', 'done'],
        ],
      )
      assert.deepEqual([has('wechatpay'), has('wechatpay', owner)], [994, 300])
      assert.equal(await house.owed('partner-payable', '2001'), 0)
      assert.deepEqual(await shareAgain(deps(), house.lot, payment), { ok: false, error: { kind: 'nothing-waits' } })
    })
    test('that fails again is another alarm', async () => {
      const payment = await waiting()
      assert.ok((await shareAgain(deps(), house.lot, payment)).ok)
      await house.works(5)
      assert.deepEqual(
        (await house.alarmsRaised()).map(({ kind }) => kind),
        ['share-failed', 'share-failed'],
      )
      assert.equal(await house.owed('partner-payable', '2001'), 994)
    })
    test('tried again after half has gone back, half is shared and the other half is the operator’s', async () => {
      const payment = await waiting()
      await house.refund(payment, 5_000)
      assert.deepEqual(await shareAgain(deps(), house.lot, payment), { ok: false, error: { kind: 'refund-under-way' } })
      await house.works(5)
      wechatpay.set.unpaid.clear()
      assert.ok((await shareAgain(deps(), house.lot, payment)).ok)
      await house.works(5)
      assert.deepEqual([has('wechatpay'), has('wechatpay', owner)], [497, 150])
      assert.equal(await house.owed('partner-payable', '2001'), 0)
    })
    test('is left to the operator, once, however many say so at the same time', async () => {
      const operator = await house.owed('operator-payable')
      const payment = await waiting()
      const said = await Promise.all([0, 1, 2, 3].map(() => leaveToOperator(deps(), house.lot, payment)))
      assert.equal(said.filter(({ ok }) => ok).length, 1)
      await house.works(5)
      assert.equal(receiptOf('wechatpay', payment).released, true)
      assert.equal(await house.owed('partner-payable', '2001'), 0)
      assert.equal(await house.owed('operator-payable'), operator + 10_000 - 60 - 99 - 300)
    })
  })
  test('where the channel takes on nothing at all, the rest is let go of under a number of its own', async () => {
    await house.aRule('wechatpay', mall)
    const operator = await house.owed('operator-payable')
    wechatpay.set.refuses = 'NO_AUTH'
    const payment = await paid('wechatpay')
    await house.works(10)
    assert.deepEqual(
      (await house.sharesOf(payment)).map(({ kind, state, because }) => [kind, state, because]),
      [
        ['share', 'failed', 'NO_AUTH'],
        ['release', 'done', null],
      ],
    )
    assert.equal(receiptOf('wechatpay', payment).released, true)
    assert.equal(await house.owed('operator-payable'), operator + 10_000 - 60 - 99)
  })
})

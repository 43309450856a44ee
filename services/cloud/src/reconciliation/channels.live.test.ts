import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { BilledChannel } from '@lanepay/domain/types.ts'
import type { FaultKind as AlipayFault } from '@lanepay/simulator-alipay/simulator.ts'
import type { FaultKind as WechatPayFault } from '@lanepay/simulator-wechatpay/simulator.ts'
import { minute } from '../share/share.testing.ts'
import { accountOf, type BothChannels, hour, startBothChannels } from './both-channels.testing.ts'
import { type Day, readyAt, startOf } from './day.ts'
import { settleDiscrepancy } from './settle.ts'

/*
 * Every bad bill and every kind of difference, planted at the channels as they are played and read through their real adapters: each
 * is found by its name, nothing else is touched, and the bill that is fetched next is taken.
 */

let both: BothChannels
let house: BothChannels['house']
before(async () => {
  both = await startBothChannels({ settlesDaily: false })
  house = both.house
})
after(() => both.stop())
beforeEach(() => both.newLot())
afterEach(async () => {
  await both.holds()
  // A difference that somebody has looked at is known, and the next one is told from it.
  for (const { day, proof, item, account_id: accountId, state } of await both.found('2026-01-01' as Day)) {
    if (state !== 'found' && state !== 'with-a-person') continue
    await house.rows(
      `update discrepancy set state = 'with-a-person' where $1::int4 > 0 and state = 'found' and day = $2::date and item = $3`,
      ...[day, item],
    )
    const word = { who: '李会计', why: '已核对', now: both.clock.now() }
    assert.ok((await settleDiscrepancy(house.database, { day, proof, item, accountId }, word)).ok)
  }
})

type Fault = AlipayFault | WechatPayFault
const plant = (channel: BilledChannel, kind: Fault, times = 1): void =>
  channel === 'wechatpay'
    ? both.wechatpay.control.fault({ kind: kind as WechatPayFault, times })
    : both.alipay.control.fault({ kind: kind as AlipayFault, times })
const channels = ['wechatpay', 'alipay'] as const

const bills = async (channel: BilledChannel, on: Day) =>
  house.rows<{ kind: string; state: string; because: string | null; lines: number; pieces: number }>(
    `select kind, state, because,
            (select count(*)::int from bill_line l where l.bill_id = b.bill_id) as lines,
            (select count(*)::int from bill_piece p where p.bill_id = b.bill_id) as pieces
       from bill b where $1::int4 > 0 and account_id = $2 and day = $3::date order by kind`,
    ...[accountOf[channel], on],
  )

const bad: readonly (readonly [fault: Fault, of: Partial<Record<BilledChannel, string>>, flow?: 'whole'])[] = [
  ['bill-not-ready', { wechatpay: 'not-ready STATEMENT_CREATING', alipay: 'no-bill BILL_NOT_EXIST' }],
  ['bill-none', { wechatpay: 'no-bill NO_STATEMENT_EXIST' }],
  ['bill-cut', { wechatpay: 'damaged cut', alipay: 'damaged cut' }],
  ['bill-end-lost', { wechatpay: 'damaged cut', alipay: 'damaged cut' }],
  ['bill-row-lost', { wechatpay: 'damaged wrong-summary', alipay: 'damaged wrong-summary' }],
  ['bill-changed', { wechatpay: 'damaged wrong-hash' }],
  ['bill-new-column', { wechatpay: 'damaged unknown-columns', alipay: 'damaged unknown-columns' }],
  ['bill-mangled', { wechatpay: 'damaged mangled-number', alipay: 'damaged mangled-number' }],
  ['bill-of-another', { alipay: 'damaged other-account' }],
  ['bill-of-another-day', { wechatpay: 'damaged other-day', alipay: 'damaged other-day' }],
  // WeChat Pay's account bill names nobody.
  ['bill-of-another', { wechatpay: 'damaged other-account' }, 'whole'],
]
for (const channel of channels)
  describe(`${channel}: a bad bill`, () => {
    for (const [fault, of, flow] of bad) {
      const because = of[channel]
      if (because === undefined) continue
      test(`${fault}: ${because}, nothing half-done, and the next one is taken`, async () => {
        const day = both.today()
        const other = channel === 'wechatpay' ? 'alipay' : 'wechatpay'
        for (const one of channels) await both.paid(one)
        plant(channel, fault, 2)
        both.setNow(readyAt(day) + hour)
        await both.round()
        const [trade, account] = await bills(channel, day)
        const broken = [trade, ...(flow === 'whole' ? [] : [account])]
        for (const bill of broken) {
          assert.deepEqual([bill?.state, bill?.lines, bill?.pieces], ['due', 0, 0])
          assert.ok(bill?.because?.startsWith(because), `${bill?.because}`)
        }
        if (flow === 'whole') assert.equal(account?.because, 'waits for the trade bill of its day')
        assert.deepEqual(await both.found(day), [])
        assert.deepEqual(
          (await bills(other, day)).map(({ state, lines }) => [state, lines > 0]),
          [
            ['closed', true],
            ['closed', true],
          ],
        )
        both.wechatpay.control.clearFaults()
        both.alipay.control.clearFaults()
        await both.reconciled(day)
        for (const bill of await bills(channel, day))
          assert.deepEqual([bill.state, bill.lines > 0, bill.pieces], ['closed', true, 1])
        assert.deepEqual(await both.found(day), [])
      })
    }
  })

type Difference = {
  readonly what: string
  /** Of what is found, once the channel says it as it is: by the next bill. */
  readonly nextDay?: readonly string[]
  readonly only?: BilledChannel
  /** Planted in the bill; the first payment of the day is the one that it befalls. */
  readonly fault?: Fault
  readonly make?: (channel: BilledChannel) => Promise<void>
  /** Of the day, in order; `payment` is of the first payment. */
  readonly found: readonly string[]
}
const elsewhere = async (channel: BilledChannel) => {
  const id = await both.paid(channel)
  await house.rows(`update payment set account_key = '1999999999' where lot_id = $1 and id = $2`, id)
}
const firstIs = (state: 'unheard' | 'unknown') => async (channel: BilledChannel) => {
  await both.paidUnheard(channel, 10_000)
  if (state === 'unknown') await house.rows(`delete from payment where lot_id = $1 and state = 'pending'`)
}
/** The money went back, and the answer was a no. */
const refusedYetDone = async (channel: BilledChannel) => {
  const id = await both.paid(channel)
  plant(channel, 'refund-done-and-refused')
  await house.refund(id, 5_000)
  await house.works(2)
  assert.deepEqual(await house.refundsOf(id), ['failed'])
}
/** What becomes of a share that was taken on, nobody can hear. */
const sharedUnheard = async (channel: BilledChannel) => {
  await house.aRule(channel, both.sides[channel].party())
  await both.paid(channel)
  const times = 1_000
  if (channel === 'wechatpay') both.wechatpay.control.fault({ kind: 'system-error', call: 'query-share', times })
  else both.alipay.control.fault({ kind: 'answer-5xx', method: 'alipay.trade.order.settle.query', times })
  await house.works(10)
}
const differences: readonly Difference[] = [
  // Alipay's account bill names refunds by their payment.
  ...(
    [
      ['wechatpay', 'refund'],
      ['alipay', 'payment'],
    ] as const
  ).map(([only, item]) => ({
    ...{ what: 'refused, and given back all the same', only, make: refusedYetDone },
    found: [
      'fund-flow ledger flow-balance found',
      `fund-flow ${item} flow-amount with-a-person`,
      'trade refund state with-a-person',
    ],
  })),
  {
    what: 'shared, and nobody has told us',
    make: sharedUnheard,
    found: ['fund-flow ledger flow-balance found', 'fund-flow share flow-unheard found'],
    nextDay: ['fund-flow ledger flow-balance explained-by-itself', 'fund-flow share flow-unheard explained-by-itself'],
  },
  {
    what: 'the account got once more what it got on the day before',
    fault: 'flow-line-again',
    found: ['fund-flow ledger flow-balance found'],
  },
  {
    what: 'paid, and nobody has told us',
    make: firstIs('unheard'),
    found: ['trade payment unheard explained-by-itself'],
  },
  {
    what: 'paid, and our book has lost it',
    make: firstIs('unknown'),
    found: [
      'fund-flow ledger flow-balance found',
      'fund-flow payment flow-amount with-a-person',
      'trade payment not-in-our-book with-a-person',
    ],
  },
  {
    what: 'received by another account than it was meant for',
    make: elsewhere,
    found: ['trade payment other-account with-a-person'],
  },
  {
    what: 'ours, and not in the trade bill',
    fault: 'bill-line-lost',
    // The account has it, and its fee, which no trade bill has told.
    found: [
      'fund-flow ledger flow-balance found',
      'fund-flow payment flow-amount with-a-person',
      'trade payment not-at-channel with-a-person',
    ],
  },
  {
    what: 'a fen more',
    fault: 'bill-line-more',
    found: ['trade payment amount with-a-person'],
  },
  {
    what: 'a fen more of a fee',
    fault: 'bill-fee-more',
    found: [
      'fund-flow ledger flow-balance found',
      'fund-flow payment flow-amount with-a-person',
      'trade payment fee with-a-person',
    ],
  },
  {
    what: 'reversed at the channel, paid in our book',
    only: 'wechatpay',
    fault: 'bill-line-reversed',
    found: [
      'fund-flow ledger flow-balance found',
      'fund-flow payment flow-amount with-a-person',
      'trade payment state with-a-person',
    ],
  },
  {
    what: 'a number that is not ours',
    fault: 'bill-line-foreign',
    found: ['trade line not-our-number with-a-person'],
  },
  {
    what: 'the account never got it',
    fault: 'flow-line-lost',
    found: ['fund-flow ledger flow-balance found', 'fund-flow payment flow-missing with-a-person'],
  },
  {
    what: 'the account got a fen more',
    fault: 'flow-line-more',
    found: ['fund-flow ledger flow-balance found', 'fund-flow payment flow-amount with-a-person'],
  },
  {
    what: 'the account moved for nobody',
    fault: 'flow-line-foreign',
    found: ['fund-flow flow flow-unexplained with-a-person', 'fund-flow ledger flow-balance found'],
  },
]
const words = (rows: Awaited<ReturnType<BothChannels['found']>>, on: Day) =>
  rows
    .filter((row) => row.day === on)
    .map((row) => `${row.proof} ${row.item.split(':')[0]} ${row.class} ${row.state}`)
    .sort()

for (const channel of channels)
  describe(`${channel}: a difference`, () => {
    for (const { what, only, fault, make, found, nextDay } of differences) {
      if (only !== undefined && only !== channel) continue
      test(`${what}: ${found.map((one) => one.split(' ')[2]).join(', ')}`, async () => {
        // The start of the account's balance, and a day on which it agrees.
        const before = both.today()
        await both.paid(channel)
        await both.reconciled(before)
        const day = both.today()
        if (make) await make(channel)
        else await both.paid(channel)
        both.clock.pass(hour)
        const untouched = await both.paid(channel, 5_000)
        if (fault !== undefined) plant(channel, fault)
        await both.reconciled(day)
        const rows = await both.found(day)
        assert.deepEqual(words(rows, day), found)
        assert.ok(rows.every((row) => !row.item.endsWith(untouched) && row.account_id === accountOf[channel]))
        if (nextDay === undefined) return
        both.wechatpay.control.clearFaults()
        both.alipay.control.clearFaults()
        const next = both.today()
        await house.works(60, minute)
        await both.reconciled(next)
        assert.deepEqual(words(await both.found(day), day), nextDay)
        assert.deepEqual(words(await both.found(next), next), [])
      })
    }
    test('the account begins otherwise than it ended: flow-gap', async () => {
      const day = both.today()
      await both.paid(channel)
      await both.paid(channel)
      plant(channel, 'flow-line-lost')
      await both.reconciled(day)
      const next = both.today()
      await both.paid(channel)
      await both.reconciled(next)
      const account = words(await both.found(next), next).filter((one) => one.startsWith('fund-flow balance'))
      assert.deepEqual(account, ['fund-flow balance flow-gap with-a-person'])
    })
    test('twice in the bill: double', async () => {
      const day = both.today()
      const one = await both.paid(channel)
      plant(channel, 'bill-line-twice')
      await both.reconciled(day)
      const trade = (await both.found(day)).filter((row) => row.proof === 'trade')
      assert.deepEqual(
        trade.map((row) => [row.item, row.class, row.state]),
        [[`payment:${one}:double`, 'double', 'with-a-person']],
      )
    })
    test('just before midnight, and in the bill of the next day: waits, and is explained by it', async () => {
      const day = both.today()
      both.setNow(startOf(day) + 24 * hour - 20_000)
      const number = await both.paidUnheard(channel, 10_000)
      await house.settled(channel, number)
      const control = channel === 'wechatpay' ? both.wechatpay.control : both.alipay.control
      control.billTomorrow(number)
      await both.reconciled(day)
      const ofTrade = async () =>
        words(
          (await both.found(day)).filter((row) => row.proof === 'trade'),
          day,
        )
      assert.deepEqual(await ofTrade(), ['trade payment day-boundary found'])
      await both.reconciled(both.today())
      assert.deepEqual(await ofTrade(), ['trade payment day-boundary explained-by-itself'])
    })
  })

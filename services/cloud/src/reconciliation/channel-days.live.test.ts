import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import type { Channel } from '@lanepay/channels/channel.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { ChannelName, Id, Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import { clearing } from '../clearing/clear.ts'
import { aParty } from '../share/party.testing.ts'
import type { WrittenParty } from '../share/rule-file.ts'
import { minute, startSharing } from '../share/share.testing.ts'
import { writeBillFile } from './bill-file.ts'
import { type Day, dayAfter, dayOf, lastAskAt, readyAt, startOf } from './day.ts'
import { type Reconciliation, reconciliation } from './reconcile.ts'

/*
 * Days of an account as both channels play them, through their real adapters: payments, refunds, shares and what comes back of them,
 * and the payout of each morning. Whatever moves is explained by itself, and the account's balance is the ledger's.
 */

const hour = 60 * minute
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
let channels: Record<ChannelName, Channel>
let proof: Reconciliation
const errors: string[] = []

before(async () => {
  house = await startSharing(clock)
  const quiet = { dir: '', port: 0, clock, durable: false, settlesDaily: true } as const
  wechatpay = await startWechatPaySimulator({ ...quiet, notifyTimeScale: 50 })
  alipay = await startAlipaySimulator({ ...quiet, notifyTimeScale: 500 })
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
  await house.newLot(channels)
  // Its fee would stand in the operator's account until a rule shares it out, and leave with the payout of the morning.
  await house.rows('update lot set platform_fee_basis_points = 0 where lot_id = $1')
  const { database, newId } = house
  proof = reconciliation({
    ...{ database, clock, newId, channels, refunds: house.refunds() },
    clear: clearing({ database, clock, newId, gateSeconds: 60, onCommand: () => {} }),
    log: (level, event, facts) => {
      if (level === 'error') errors.push(`${event} ${JSON.stringify(facts)}`)
      silentLog(level, event, facts)
    },
  })
  nextNoon()
})
afterEach(async () => {
  wechatpay.control.clearFaults()
  alipay.control.clearFaults()
  assert.deepEqual(errors, [])
  await house.holds()
})

const today = (): Day => dayOf(now)
const nextNoon = (): void => {
  now = (startOf(dayAfter(today())) + 12 * hour) as Instant
}
/** From the next morning, when the bills are there, to its evening, when one that is not there is one of an empty day. */
const reconciled = async (of: Day): Promise<void> => {
  for (const at of [readyAt(of) + hour, lastAskAt(of) + hour, lastAskAt(of) + 2 * hour]) {
    now = at as Instant
    await proof.round()
  }
}
const found = async (since: Day) =>
  house.rows<{ day: string; item: string; class: string; state: string; about: string }>(
    `select day::text as day, item, class, state, about from discrepancy
      where $1::int4 > 0 and proof in ('trade', 'fund-flow') and day >= $2::date order by day, item`,
    since,
  )
const bills = (on: Day) =>
  house.rows<{ account_id: number; kind: string; state: string }>(
    `select account_id, kind, state from bill where $1::int4 > 0 and day = $2::date order by 1, 2`,
    on,
  )

const sides: Record<
  ChannelName,
  { payer: () => string; pay: (number: string) => unknown; party: () => WrittenParty; heldFen: () => number }
> = {
  wechatpay: {
    payer: () => wechatpay.control.openidOf('driver'),
    pay: (number) => wechatpay.control.pay(number),
    party: () => aParty(),
    heldFen: () => {
      const { availableFen, frozenFen } = wechatpay.control.balanceOf(wechatpay.settings.mchid)
      return availableFen + frozenFen
    },
  },
  alipay: {
    payer: () => alipay.control.identityOf('driver'),
    pay: (number) => alipay.control.pay(number),
    party: () => {
      const { userId, name } = alipay.control.personOf({ loginName: 'mall@example.com', name: '张三' })
      return aParty({ receiver: { kind: 'person', account: userId, name } })
    },
    heldFen: () => {
      const { availableFen, frozenFen } = alipay.control.balance(alipay.settings.sellerId)
      return availableFen + frozenFen
    },
  },
}
const mirrored = async (channel: ChannelName) =>
  house.rows<{ state: string; amount: number; day: string }>(
    `select state, amount_fen::int as amount, (paid_at at time zone 'Asia/Shanghai')::date::text as day from withdrawal
      where $1::int4 > 0 and kind = 'mirrored' and channel = $2 order by id`,
    channel,
  )
/** What the ledger says that the channel holds, of all lots. */
const ledgerFen = async (channel: ChannelName): Promise<number> => {
  const [row] = await house.rows<{ fen: string }>(
    `select coalesce(- sum(balance_fen), 0) as fen from account where $1::int4 > 0 and kind = 'channel-clearing' and channel = $2::text::channel_name`,
    channel,
  )
  return Number(row!.fen)
}

for (const channel of ['wechatpay', 'alipay'] as const) {
  const side = sides[channel]
  const paid = async (amountFen = 10_000): Promise<Id> => {
    const tradeNumber = await house.tap(channel, side.payer(), amountFen)
    side.pay(tradeNumber)
    return house.settled(channel, tradeNumber)
  }
  describe(channel, () => {
    test('a day of payments and refunds, and the payout of the next morning: nothing is left to ask', async () => {
      const day = today()
      const one = await paid()
      await paid(5_555)
      await house.refund(one, 3_000)
      await house.works(10)
      await reconciled(day)
      assert.deepEqual(await found(day), [])
      const heldFen = await ledgerFen(channel)
      assert.ok(heldFen > 0)
      const before = (await mirrored(channel)).length
      await reconciled(dayAfter(day))
      assert.deepEqual(await found(day), [])
      const payouts = await mirrored(channel)
      assert.deepEqual(payouts.slice(before), [{ state: 'paid', amount: heldFen, day: dayAfter(day) }])
      assert.equal(await ledgerFen(channel), 0)
      assert.equal(side.heldFen(), 0)
    })
    test('shares, and what comes back of them with a refund', async () => {
      await house.aRule(channel, side.party())
      nextNoon()
      const day = today()
      const shared = await paid()
      await house.works(10)
      await house.refund(shared, 4_000)
      await paid(2_000)
      await house.works(20)
      assert.deepEqual(await house.refundsOf(shared), ['done'])
      assert.deepEqual(
        (await house.returnsOf(shared)).map(({ state }) => state),
        ['done'],
      )
      await reconciled(day)
      assert.deepEqual(await found(day), [])
      await reconciled(dayAfter(day))
      assert.deepEqual(await found(day), [])
      assert.equal(await ledgerFen(channel), side.heldFen())
    })
    test('a payout that the bank sends back', async () => {
      const fault = { kind: 'settlement-returned', times: 1, ms: 24 * hour } as const
      if (channel === 'wechatpay') wechatpay.control.fault(fault)
      else alipay.control.fault(fault)
      const day = today()
      await paid(8_000)
      const before = (await mirrored(channel)).length
      for (const on of [day, dayAfter(day), dayAfter(day, 2), dayAfter(day, 3)]) {
        await reconciled(on)
        assert.deepEqual(await found(day), [], `of ${on}`)
      }
      const [back, anew] = (await mirrored(channel)).slice(before)
      assert.deepEqual([back?.state, anew?.state, anew?.amount], ['returned', 'paid', back?.amount])
    })
    test('every file that counted is there as it came', async () => {
      const day = today()
      await paid()
      await reconciled(day)
      const accountId = channel === 'wechatpay' ? 1 : 2
      assert.ok((await bills(day)).every((bill) => bill.state === 'closed'))
      for (const kind of ['trade', 'fund-flow'] as const) {
        const pieces: Uint8Array[] = []
        const written = await writeBillFile(house.database, { accountId, day, kind }, async (piece) => {
          pieces.push(piece)
        })
        const file = Buffer.concat(pieces)
        assert.ok(written.ok)
        if (channel === 'alipay') assert.equal(file.subarray(0, 2).toString(), 'PK')
        else assert.match(gunzipSync(file).toString(), kind === 'trade' ? /^\uFEFF交易时间,/ : /^\uFEFF记账时间,/)
      }
    })
  })
}

import assert from 'node:assert/strict'
import { alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import type { Channel, PaidFacts } from '@lanepay/channels/channel.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { clearing } from '@lanepay/cloud/clearing/clear.ts'
import { reconciliation } from '@lanepay/cloud/reconciliation/reconcile.ts'
import { aParty } from '@lanepay/cloud/share/party.testing.ts'
import { minute, startSharing } from '@lanepay/cloud/share/share.testing.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { ChannelName, Instant } from '@lanepay/domain/types.ts'
import { startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { startWechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import { alipayFaults, wechatPayFaults } from './faults.ts'

const channelNames = ['wechatpay', 'alipay'] as const
const hour = 60 * minute
const day = 24 * hour

/** The same seed throws the same numbers (mulberry32). */
export function chanceOf(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    /** Whole, from 0, below this. */
    below: (end: number): number => Math.floor(next() * end),
    in100: (hits: number): boolean => next() * 100 < hits,
    oneOf: <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!,
  }
}

/** What was met on the way: a run in which nothing of a kind happened has proven nothing of it. */
export type Met = { payments: number; repeats: number; unapplied: number; refundsAsked: number; restarts: number }

/**
 * Days of lots from one seed: the cloud's own workers on a real database, both channels over HTTP as they are played, one clock that
 * is pushed. Answers what was met, after everything has come to rest and every day's bills were held against the books.
 *
 * Throws where a receipt is taken for anything but what it is, or where anything is still under way two days later.
 */
export async function liveDays(told: {
  readonly seed: number
  readonly lots: number
  readonly days: number
  readonly paymentsADay: number
}) {
  const chance = chanceOf(told.seed)
  let now = Date.UTC(2026, 10, 2, 4) as Instant // noon in Beijing, when the bills of the day before are there
  const clock = {
    now: () => now,
    pass: (ms: number) => {
      now = (now + ms) as Instant
    },
  }
  const house = await startSharing(clock)
  const wechatpay = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, notifyTimeScale: 50 })
  const alipay = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false, notifyTimeScale: 500 })
  const close = async () => {
    await wechatpay.close()
    await alipay.close()
    await house.stop()
  }
  try {
    const channels: Record<ChannelName, Channel> = {
      wechatpay: wechatPayChannel(wechatpay.settings, { clock, onKeyEvent: () => {} }),
      alipay: alipayChannel(alipay.settings, { clock, onKeyEvent: () => {} }),
    }
    await Promise.all(Object.values(channels).map((channel) => channel.refreshKeys(now)))
    const { database, newId, log } = house
    const clear = clearing({ database, clock, newId, gateSeconds: 60, onCommand: () => {} })
    const met: Met = { payments: 0, repeats: 0, unapplied: 0, refundsAsked: 0, restarts: 0 }
    const mall = alipay.control.personOf({ loginName: 'mall@example.com', name: '张三' })
    const receivers = {
      wechatpay: aParty(),
      alipay: aParty({ receiver: { kind: 'merchant', account: mall.userId, name: mall.name } }),
    }
    const sides = {
      wechatpay: {
        payer: (driver: string) => wechatpay.control.openidOf(driver),
        pay: (number: string) => void wechatpay.control.pay(number),
        payAfterClose: (number: string) => void wechatpay.control.payAfterClose(number),
        plant: () => wechatpay.control.fault(chance.oneOf(wechatPayFaults).fault),
      },
      alipay: {
        payer: (driver: string) => alipay.control.identityOf(driver),
        pay: (number: string) => void alipay.control.pay(number),
        payAfterClose: (number: string) => void alipay.control.payAfterClose(number),
        plant: () => alipay.control.fault(chance.oneOf(alipayFaults).fault),
      },
    }

    /** What the channel says of it, taken in as often as it is told. */
    const hear = async (channel: ChannelName, tradeNumber: string, becomes: 'applied' | 'unapplied') => {
      const number = parseNumber('trade', tradeNumber)
      const state = await channels[channel].query({}, tradeNumber)
      assert.ok(number.ok && state.ok && state.value.state === 'paid', JSON.stringify(state))
      const facts: PaidFacts = state.value.paid
      assert.equal(await clear({ number: number.value, facts }), becomes)
      met.payments += 1
      if (becomes === 'unapplied') met.unapplied += 1
      while (chance.in100(30)) {
        met.repeats += 1
        assert.equal(await clear({ number: number.value, facts }), 'known')
      }
      return number.value.id
    }

    const onePayment = async () => {
      const channel = chance.oneOf(channelNames)
      const side = sides[channel]
      const payer = side.payer(`driver-${chance.below(40)}`)
      const amountFen = 100 + chance.below(5_000)
      const stay = await house.aStay()
      const tradeNumber = await house.tap(channel, payer, amountFen, stay)
      if (chance.in100(8)) {
        // Two phones for one stay: the first that is paid counts.
        const other = await house.tap(channel, side.payer('another phone'), amountFen, stay)
        side.pay(other)
        await hear(channel, other, 'applied')
      } else if (chance.in100(4)) {
        // The order was closed at the channel, and the bank's word comes after it.
        const closed = await channels[channel].close({}, tradeNumber)
        assert.ok(closed.ok, JSON.stringify(closed))
        side.payAfterClose(tradeNumber)
        await hear(channel, tradeNumber, 'applied')
        return
      }
      side.pay(tradeNumber)
      const twice = await house.rows<{ n: number }>(
        `select count(*)::int as n from payment where lot_id = $1 and session_id = $2 and state = 'paid'`,
        stay,
      )
      const id = await hear(channel, tradeNumber, twice[0]!.n > 0 ? 'unapplied' : 'applied')
      if (twice[0]!.n === 0 && amountFen > 400 && chance.in100(15)) {
        for (let parts = 1 + chance.below(3); parts > 0; parts--) {
          await house.refund(id, 1 + chance.below(100))
          met.refundsAsked += 1
        }
      }
    }

    for (let lot = 0; lot < told.lots; lot++) {
      await house.newLot(channels)
      for (const channel of channelNames) {
        // It stays: a refund is given from what the lot's account holds.
        const first = await house.tap(channel, sides[channel].payer('first'), 100_000)
        sides[channel].pay(first)
        await hear(channel, first, 'applied')
      }
    }
    const lots = Array.from({ length: told.lots }, (_, index) => house.lot.lotId - index)
    const bills = reconciliation({
      ...{ database, clock, log, newId, clear, channels },
      refunds: { heard: (...heard) => house.refunds().heard(...heard) },
    })
    const reconcile = async () => {
      while ((await bills.round()) > 0);
    }
    const step = Math.floor(day / told.paymentsADay)
    for (let n = 0; n < told.days * told.paymentsADay; n++) {
      for (const lot of lots) {
        house.lot.lotId = lot
        if (n % told.paymentsADay === 0 && chance.in100(50)) {
          const channel = chance.oneOf(channelNames)
          const takes = { basisPoints: 100 * (1 + chance.below(20)) }
          const rule = await house.put(channel, [{ ...receivers[channel], takes }])
          assert.ok(rule.ok, JSON.stringify(rule))
        }
        await onePayment()
      }
      // Planted where the workers meet it: whoever taps has the screen before them and taps again.
      if (chance.in100(30)) sides[chance.oneOf(channelNames)].plant()
      if (chance.in100(5)) {
        house.start() // the workers die and others begin: nothing is known but what is in the database
        met.restarts += 1
      }
      clock.pass(step)
      await house.round()
      wechatpay.control.clearFaults()
      alipay.control.clearFaults()
      if ((n + 1) % told.paymentsADay === 0) await reconcile()
    }
    await house.works(2 * 24 * 60, hour)
    await reconcile()
    return { house, wechatpay, alipay, met, mall: mall.userId, close }
  } catch (error) {
    await close()
    throw error
  }
}

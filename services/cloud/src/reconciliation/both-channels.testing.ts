import assert from 'node:assert/strict'
import { alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import type { Channel } from '@lanepay/channels/channel.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { BilledChannel, Id, Instant } from '@lanepay/domain/types.ts'
import { startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { startWechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import { clearing } from '../clearing/clear.ts'
import { aParty } from '../share/party.testing.ts'
import type { WrittenParty } from '../share/rule-file.ts'
import { minute, startSharing } from '../share/share.testing.ts'
import { type Day, dayAfter, dayOf, lastAskAt, readyAt, startOf } from './day.ts'
import { reconciliation } from './reconcile.ts'

/*
 * Both channels as they are played, through their real adapters, and a book beside them; days pass when a test says so.
 */

export const hour = 60 * minute
export const accountOf: Readonly<Record<BilledChannel, number>> = { wechatpay: 1, alipay: 2 }

type Side = {
  readonly payer: () => string
  readonly pay: (tradeNumber: string) => unknown
  readonly party: () => WrittenParty
  /** What the channel holds for the account. */
  readonly heldFen: () => number
}
export type BothChannels = Awaited<ReturnType<typeof startBothChannels>>

/** `settlesDaily`: each morning the channels pay out what is there. */
export async function startBothChannels(told: { readonly settlesDaily: boolean }) {
  let now = Date.UTC(2026, 10, 2, 4) as Instant
  const clock = {
    now: () => now,
    pass: (ms: number) => {
      now = (now + ms) as Instant
    },
  }
  const house = await startSharing(clock)
  const options = { dir: '', port: 0, clock, durable: false, ...told } as const
  const wechatpay = await startWechatPaySimulator({ ...options, notifyTimeScale: 50 })
  const alipay = await startAlipaySimulator({ ...options, notifyTimeScale: 500 })
  const channels: Record<BilledChannel, Channel> = {
    wechatpay: wechatPayChannel(wechatpay.settings, { clock, onKeyEvent: () => {} }),
    alipay: alipayChannel(alipay.settings, { clock, onKeyEvent: () => {} }),
  }
  await Promise.all(Object.values(channels).map((channel) => channel.refreshKeys(now)))
  const sum = ({ availableFen, frozenFen }: { availableFen: number; frozenFen: number }) => availableFen + frozenFen
  const sides: Record<BilledChannel, Side> = {
    wechatpay: {
      payer: () => wechatpay.control.openidOf('driver'),
      pay: (number) => wechatpay.control.pay(number),
      party: () => aParty(),
      heldFen: () => sum(wechatpay.control.balanceOf(wechatpay.settings.mchid)),
    },
    alipay: {
      payer: () => alipay.control.identityOf('driver'),
      pay: (number) => alipay.control.pay(number),
      party: () => {
        const { userId, name } = alipay.control.personOf({ loginName: 'mall@example.com', name: '张三' })
        return aParty({ receiver: { kind: 'person', account: userId, name } })
      },
      heldFen: () => sum(alipay.control.balance(alipay.settings.sellerId)),
    },
  }
  const errors: string[] = []
  const { database, newId } = house
  const round = () =>
    reconciliation({
      ...{ database, clock, newId, channels, refunds: house.refunds() },
      clear: clearing({ database, clock, newId, gateSeconds: 60, onCommand: () => {} }),
      log: (level, event, facts) => {
        if (level === 'error') errors.push(`${event} ${JSON.stringify(facts)}`)
      },
    }).round()
  const today = (): Day => dayOf(now)
  const nextNoon = (): void => {
    now = (startOf(dayAfter(today())) + 12 * hour) as Instant
  }
  /** An order that stands at the channel, and is paid there: nobody here has heard of it yet. Answers its number. */
  const paidUnheard = async (channel: BilledChannel, amountFen: number): Promise<string> => {
    const tradeNumber = await house.tap(channel, sides[channel].payer(), amountFen)
    sides[channel].pay(tradeNumber)
    return tradeNumber
  }
  return {
    ...{ clock, house, wechatpay, alipay, channels, sides, round, today, nextNoon, paidUnheard },
    setNow: (at: number) => {
      now = at as Instant
    },
    paid: async (channel: BilledChannel, amountFen = 10_000): Promise<Id> =>
      house.settled(channel, await paidUnheard(channel, amountFen)),
    /** From the next morning, when the bills are there, to its evening, when one that is not there is one of an empty day. */
    reconciled: async (of: Day): Promise<void> => {
      for (const at of [readyAt(of) + hour, lastAskAt(of) + hour, lastAskAt(of) + 2 * hour]) {
        now = at as Instant
        await round()
      }
    },
    found: (since: Day) =>
      house.rows<{ account_id: number; day: string; proof: string; item: string; class: string; state: string }>(
        `select account_id, day::text as day, proof, item, class, state from discrepancy
          where $1::int4 > 0 and proof in ('trade', 'fund-flow') and day >= $2::date order by day, account_id, proof, item`,
        since,
      ),
    /** A lot of its own. Its platform's fee would stand in the operator's account until a rule shares it out. */
    newLot: async (): Promise<void> => {
      await house.newLot(channels)
      await house.rows('update lot set platform_fee_basis_points = 0 where lot_id = $1')
    },
    /** Nothing went wrong on the way, nothing waits to go wrong, and the books hold. */
    holds: async (): Promise<void> => {
      wechatpay.control.clearFaults()
      alipay.control.clearFaults()
      assert.deepEqual(errors, [])
      await house.holds()
    },
    stop: async (): Promise<void> => {
      await wechatpay.close()
      await alipay.close()
      await house.stop()
    },
  }
}

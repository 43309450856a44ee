import { after, afterEach, before, beforeEach } from 'node:test'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { BilledChannel, Id, Instant } from '@lanepay/domain/types.ts'
import { aChannel } from './channel.testing.ts'
import { aParty } from './party.testing.ts'
import { minute, startSharing } from './share.testing.ts'

/*
 * Shares on the real tables, through a channel that keeps everybody's money in memory, answers unclearly and lets
 * us die in between. One that takes shares back by a call (WeChat Pay), and one that does it within the refund (Alipay).
 */
let now = Date.UTC(2026, 10, 2, 4) as Instant
export const clock = {
  now: () => now,
  pass: (ms: number) => {
    now = (now + ms) as Instant
  },
}
export let house: Awaited<ReturnType<typeof startSharing>>
export let wechatpay: ReturnType<typeof aChannel>
export let alipay: ReturnType<typeof aChannel>
export const of = (channel: BilledChannel) => (channel === 'wechatpay' ? wechatpay : alipay)

before(async () => {
  house = await startSharing(clock)
})
after(() => house.stop())
beforeEach(async () => {
  clock.pass(60 * minute)
  wechatpay = aChannel({ hasReturns: true, now: clock.now })
  alipay = aChannel({ hasReturns: false, now: clock.now })
  await house.newLot({ wechatpay: wechatpay.channel, alipay: alipay.channel })
  // Money of other payments, out of which refunds can be given.
  for (const channel of ['wechatpay', 'alipay'] as const) await house.aPayment(channel, 1_000_000)
})
afterEach(() => house.holds())

/** Paid by the rule that holds, and the channel has it. */
export async function paid(channel: BilledChannel, amountFen = 10_000): Promise<Id> {
  const id = await house.aPayment(channel, amountFen)
  of(channel).receive([`42-${id}`, numberOf('trade', house.lot, id)], amountFen)
  return id
}
export const mall = aParty()
export const owner = aParty({
  party: '2002',
  order: 2,
  takes: { fixedFen: 300 },
  receiver: { kind: 'merchant', account: '1900000202', name: '业主委员会' },
})
export const platform = aParty({
  party: '0',
  order: 9,
  takes: 'platform-fee',
  receiver: { kind: 'merchant', account: '1900000100', name: '平台公司' },
})
export const has = (channel: BilledChannel, party = mall) => of(channel).hasOf(party.receiver)
export const receiptOf = (channel: BilledChannel, payment: Id) => of(channel).receipts.get(`42-${payment}`)!

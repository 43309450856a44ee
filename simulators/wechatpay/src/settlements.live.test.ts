import assert from 'node:assert/strict'
import type { BillLine } from '@lanepay/channels/bills.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { paysOutByItself } from '@lanepay/simulator-wire/daily-settlement.testing.ts'
import { newNumber } from './fixtures.ts'
import { startWechatPaySimulator } from './simulator.ts'

paysOutByItself('wechatpay', async ({ dir, clock }) => {
  const simulator = await startWechatPaySimulator({ dir, port: 0, clock, durable: true })
  const channelNow = () => wechatPayChannel(simulator.settings, { clock, onKeyEvent: () => {} })
  return {
    url: simulator.url,
    pay: async (amountFen) => {
      const [tradeNumber, createdAt] = [newNumber(), clock.now()]
      const payer = simulator.control.openidOf('driver-1')
      const made = await channelNow().create(
        {},
        {
          ...{ tradeNumber, amountFen: fen(amountFen), description: '停车费', payer, place: 'wallet', createdAt },
          ...{ expiresAt: (createdAt + 600_000) as Instant, notifyUrl: 'https://127.0.0.1:9/notify' },
        },
      )
      assert.ok(made.ok, JSON.stringify(made))
      simulator.control.pay(tradeNumber)
    },
    payouts: async (day) => {
      const lines: BillLine[] = []
      const channel = channelNow()
      await channel.refreshKeys(clock.now())
      const read = await channel.bills!.read({}, { kind: 'fund-flow', day }, (some) => void lines.push(...some))
      assert.ok(read.ok || read.error.kind === 'no-bill', JSON.stringify(read))
      return lines.flatMap((line) =>
        line.kind === 'flow' && line.isPayout ? [[line.way, line.amountFen, line.ourNumber] as const] : [],
      )
    },
    sendsBack: () => simulator.control.fault({ kind: 'settlement-returned', times: 1, ms: 3_600_000 }),
    close: () => simulator.close(),
  }
})

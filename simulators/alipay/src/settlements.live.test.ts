import { alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import { paysOutByItself } from '@lanepay/simulator-wire/daily-settlement.testing.ts'
import { startAlipaySimulator } from './simulator.ts'

paysOutByItself('alipay', async ({ dir, clock }) => {
  const simulator = await startAlipaySimulator({ dir, port: 0, clock, durable: true })
  const channel = alipayChannel(simulator.settings, { clock, onKeyEvent: () => {} })
  return {
    url: simulator.url,
    channel,
    payer: simulator.control.identityOf('driver-1'),
    pays: (tradeNumber) => simulator.control.pay(tradeNumber),
    sendsBack: () => simulator.control.fault({ kind: 'settlement-returned', times: 1, ms: 3_600_000 }),
    close: () => simulator.close(),
  }
})

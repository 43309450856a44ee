import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { paysOutByItself } from '@lanepay/simulator-wire/daily-settlement.testing.ts'
import { startWechatPaySimulator } from './simulator.ts'

paysOutByItself('wechatpay', async ({ dir, clock }) => {
  const simulator = await startWechatPaySimulator({ dir, port: 0, clock, durable: true })
  const channel = wechatPayChannel(simulator.settings, { clock, onKeyEvent: () => {} })
  return {
    url: simulator.url,
    channel,
    payer: simulator.control.openidOf('driver-1'),
    pays: (tradeNumber) => simulator.control.pay(tradeNumber),
    sendsBack: () => simulator.control.fault({ kind: 'settlement-returned', times: 1, ms: 3_600_000 }),
    close: () => simulator.close(),
  }
})

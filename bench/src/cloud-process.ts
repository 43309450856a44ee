import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { WechatPaySettings } from '@lanepay/channels/wechatpay/settings.ts'
import { startCloud } from '@lanepay/cloud/cloud.ts'
import { openDatabase } from '@lanepay/database/database.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type pg from 'pg'
import { houseKey } from './keys.ts'

/** The cloud as it ships, in a process of its own beside the one that measures it. Its settings come as the first message. */
export type CloudOrder = {
  readonly connection: pg.ClientConfig
  readonly wechatpay: WechatPaySettings
  readonly brokerUrl: string
  readonly works: boolean
}

process.once('message', async (order: CloudOrder) => {
  const database = openDatabase({ connection: order.connection })
  const cloud = await startCloud(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'https://pay.example.com',
      houseKey,
      brokerUrl: order.brokerUrl,
      brokerPassword: 'bench',
      brokerSecret: 'bench',
      nodeNumber: 1,
      trustProxy: false,
      gateSeconds: 60,
      lotAnswersWithinMs: 3_000,
      serves: true,
      works: order.works,
    },
    {
      database,
      clock: systemClock,
      log: silentLog,
      channels: { wechatpay: wechatPayChannel(order.wechatpay, { clock: systemClock }) },
      page: { html: '', assets: [], otherBrowser: () => '' },
    },
  )
  process.send!({ url: cloud.url })
  process.once('disconnect', () => process.exit())
})

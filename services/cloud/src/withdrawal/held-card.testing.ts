import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { startWechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import { alarms as makeAlarms } from '../alarm/alarm.ts'
import { heldCardRound } from './held-worker.ts'

/** WeChat Pay with a sub-merchant whose card it holds, for a page on which its owner changes it. Close it. */
export async function startHolder(clock: Clock) {
  const simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'partner' })
  const channels = { wechatpay: wechatPayChannel(simulator.settings, { clock }) }
  const newId = idMaker(() => clock.now(), 9)
  return {
    channels,
    merchant: { subMchid: simulator.subMchid },
    /** The next card that it is told of ends refused. */
    refusesOnce: () => simulator.control.fault({ kind: 'card-refused', times: 1 }),
    /** A round of the worker that tells it. */
    tell: (database: Database, houseKey: string) => {
      const of = { database, clock, log: silentLog }
      const alarms = makeAlarms({ ...of, newId })
      return heldCardRound({ ...of, channels, alarms, houseKey: Buffer.from(houseKey) })()
    },
    close: () => simulator.close(),
  }
}

import type { Record } from '../face.ts'
import { type Message, whole } from '../fields.ts'
import type { Orders } from '../orders.ts'
import { plateMessage } from '../vzlpr/messages.ts'
import { readAnswer } from '../vzlpr-http/answer.ts'
import type { MakeProfile, Said } from './profile.ts'

const said = '/device/push/result'

/** The older profile (lot-devices.md 2.4): one topic for all cameras, the answers of the HTTP push as commands, no answers. */
export const olderProfile: MakeProfile = (device) => ({
  hears: `/device/${device.serial}/command`,
  loudest: said,
  alive: (): Said => ({
    topic: said,
    message: {
      AlarmInfoPlate: { channel: 0, deviceName: '', ipaddr: device.ip, serialno: device.serial, heartbeat: 1 },
    },
  }),
  plate: (record: Record, stored: boolean): Said => ({ topic: said, message: plateMessage(device, record, stored) }),
  input: () => null,
  serialIn: () => null,
  hear: (_topic, payload) => ({ orders: ordersIn(payload), reply: null }),
  refuse: () => null,
})

/** `delay` says for how long the output is closed. */
function ordersIn(payload: Buffer): Orders {
  const orders = readAnswer({ contentType: 'application/json', body: payload })
  const { Response_AlarmInfoPlate: parts } = JSON.parse(payload.toString('utf8')) as {
    Response_AlarmInfoPlate: Message
  }
  if (!orders.open || parts.delay === undefined) return orders
  const ms = whole(parts.delay, 'delay', 100, 600_000)
  return { ...orders, open: null, output: { io: orders.open.output, value: 'pulse', ms } }
}

import type { LaneOrders } from '../lane-device.ts'
import {
  type BoardLine,
  type Fields,
  identity,
  inside,
  type PlateOptions,
  type PlateResult,
  readPlateResult,
  type Speaker,
  serialPart,
  spoken,
} from '../vzlpr.ts'

/*
 * The older profile (lot-devices.md 2.4): all cameras say everything on one topic, as over HTTP; each has a topic of its own for
 * what it is told, and answers nothing.
 */
export const heardTopic = '/device/push/result'
export const commandTopic = (serial: string): string => `/device/${serial}/command`

export type OlderHeartbeat = { readonly kind: 'heartbeat'; readonly serial: string; readonly ip: string }

/** Null when it is about another camera, or about none. @throws Malformed */
export function readOlder(
  root: Fields,
  options: PlateOptions & { readonly serial: string },
): PlateResult | OlderHeartbeat | null {
  if (root.values.AlarmInfoPlate === undefined) return null
  const alarm = inside(root, 'AlarmInfoPlate')
  const serial = identity(alarm, 'serialno')
  if (serial !== options.serial) return null
  if (alarm.values.heartbeat === 1)
    return { kind: 'heartbeat', serial, ip: typeof alarm.values.ipaddr === 'string' ? alarm.values.ipaddr : '' }
  return readPlateResult(alarm, options)
}

const response = (parts: object): object => ({ Response_AlarmInfoPlate: parts })

/** Opens. The same on channel 1 closes. */
export const open = (channelNum: number, delay: number, msgId: string): object =>
  response({ channelNum, delay, info: 'ok', msgId })

export const toPort = (port: BoardLine['port'], frame: Buffer): object =>
  response({ serialData: [serialPart(port, frame)] })

export const speak = (words: string, speaker: Speaker): object =>
  response({ playserver_json_request: spoken(words, speaker) })

export const kept = ({ recordId, more }: NonNullable<LaneOrders['keptStored']>): object =>
  response({ ContinuePushOffline: { plateid: Number(recordId), continue: more ? 1 : 0 } })

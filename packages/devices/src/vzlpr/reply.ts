import type { LaneOrders } from '../lane-device.ts'
import type { BoardLine, Speaker, Wiring } from './wiring.ts'

const pulse = 2

/**
 * `Response_AlarmInfoPlate` (lot-devices.md 2.2), compact, in the vendor's order. Parts that are not ordered are not there.
 */
export function replyText(wiring: Wiring, orders: LaneOrders): string {
  const frames = framesFor(wiring, orders)
  return JSON.stringify({
    Response_AlarmInfoPlate: {
      ...(orders.openGate && wiring.gate.by === 'info' ? infoOk(wiring.gate.channel) : {}),
      ...(orders.say && wiring.speaker ? { playserver_json_request: spoken(orders.say, wiring.speaker) } : {}),
      ...(orders.openGate && wiring.gate.by === 'output'
        ? { ivs_ioctrl: { delay: wiring.gate.pulseMs, io: wiring.gate.output, value: pulse } }
        : {}),
      ...(orders.keptStored
        ? {
            ContinuePushOffline: {
              plateid: Number(orders.keptStored.recordId),
              continue: orders.keptStored.more ? 1 : 0,
            },
          }
        : {}),
      ...(frames.length > 0 ? { serialData: frames } : {}),
    },
  })
}

const infoOk = (channel: number) => ({ info: 'ok', ...(channel === 0 ? {} : { channelNum: channel }) })

/** Words for the loudspeaker in the camera. */
export const spoken = (words: string, { volume, male, intervalMs }: Speaker) => ({
  type: 'ps_voice_play',
  voice: Buffer.from(words).toString('base64'),
  voice_interval: intervalMs,
  voice_volume: volume,
  voice_male: male ? 1 : 0,
})

function framesFor({ display, speaker }: Wiring, { show, say }: LaneOrders) {
  if (!display) return []
  const frames = display.board.frames({ ...(show ? { show } : {}), ...(say && !speaker ? { say } : {}) })
  return frames.map((frame) => serialPart(display.port, frame))
}

/** Bytes for a serial line of the camera. */
export const serialPart = (serialChannel: BoardLine['port'], frame: Buffer) => ({
  serialChannel,
  data: frame.toString('base64'),
  dataLen: frame.length,
})

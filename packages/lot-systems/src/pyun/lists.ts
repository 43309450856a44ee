import { isJpeg } from '@lanepay/domain/jpeg.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { CalledSystem, HttpSaid } from '../called.ts'
import { type LotDevice, type LotError, unreadable } from '../lot-system.ts'
import { type Members, objectsOf, textOf, wholeOf } from '../values.ts'
import { type PyunSettings, pyunAnswer, pyunAsk, pyunError } from './wire.ts'

/** `type` of a device that is a lane; the others are cameras. */
const ways: Readonly<Record<number, 'entry' | 'exit' | 'both'>> = { 2: 'entry', 3: 'exit', 4: 'both' }
/** `status` of a device; 0: the software does not know. */
const states: Readonly<Record<number, LotDevice['state']>> = { 1: 'well', [-1]: 'lost' }
/** The contract's (lot-system.ts, `picture`). */
const pictureAtMost = 256 * 1024

function devicesIn(said: HttpSaid): Result<readonly Members[], LotError> {
  const answer = pyunAnswer(said)
  return answer.ok ? ok(objectsOf(answer.value.device_list)) : err(pyunError(answer.error))
}
const deviceOf = ({ name, no, uuid, status, status_desc }: Members): LotDevice[] => {
  const device = [textOf(name), textOf(no) ?? textOf(uuid)].filter((one) => one !== null).join(' ')
  const state = states[wholeOf(status) ?? 0] ?? 'ill'
  const because = state === 'well' ? null : (textOf(status_desc) ?? (state === 'ill' ? 'unknown' : null))
  return device === '' ? [] : [{ device, lane: null, state, because, heardAt: null, clockOffMs: null, faults: 0 }]
}

/** What the software is asked for as a list (lot-devices.md 5.1), how full it is, and what a lane's camera sees. Who is inside it lists nowhere. */
export const pyunLists: Pick<CalledSystem<PyunSettings>, 'status' | 'lanes' | 'picture'> = {
  status: [
    {
      ask: (_, around) => pyunAsk(around, 'realtime', {}),
      read: (said) => {
        const answer = pyunAnswer(said)
        if (!answer.ok) return err(pyunError(answer.error))
        const [total, inside] = [wholeOf(answer.value.total), wholeOf(answer.value.parking)]
        if (total === null || inside === null) return err(unreadable('total, parking'))
        return ok({ inside, spaces: { totalSpaces: total, freeSpaces: Math.max(0, total - inside) } })
      },
    },
    {
      ask: (_, around) => pyunAsk(around, 'device.list', {}),
      read: (said) => {
        const devices = devicesIn(said)
        return devices.ok ? ok({ devices: devices.value.flatMap(deviceOf) }) : devices
      },
    },
  ],
  lanes: {
    ask: (_, around) => pyunAsk(around, 'device.list', {}),
    read: (said) => {
      const devices = devicesIn(said)
      if (!devices.ok) return devices
      const rows = devices.value.flatMap(({ type, uuid, name }) => {
        const [direction, channel] = [ways[wholeOf(type) ?? 0], textOf(uuid)]
        return direction === undefined || channel === null ? [] : [{ channel, name: textOf(name) ?? '', direction }]
      })
      return ok({ rows, next: null })
    },
  },
  // An address of it, which it may say instead, is one within the lot: it is not followed.
  picture: {
    ask: ({ lane }, around) => pyunAsk(around, 'gate.capture', { gate_id: lane }),
    read: (said) => {
      const answer = pyunAnswer(said)
      if (!answer.ok) return err(pyunError(answer.error))
      const jpeg = Buffer.from(textOf(answer.value.image_base64) ?? '', 'base64')
      if (jpeg.length === 0) return err({ kind: 'refused', because: 'no-picture', detail: 'no image_base64' })
      const fits = jpeg.length <= pictureAtMost && isJpeg(jpeg)
      return fits ? ok(new Uint8Array(jpeg)) : err(unreadable('image_base64 is no JPEG of 256 KiB at most'))
    },
  },
}

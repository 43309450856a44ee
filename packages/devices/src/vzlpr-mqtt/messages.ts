import type { LaneOther, LanePicture, LaneRead } from '../lane-device.ts'
import { Malformed, understood } from '../malformed.ts'
import * as values from '../values.ts'
import {
  bytesIfAny,
  type Fields,
  fieldsOf,
  type InputChange,
  identity,
  inside,
  insideIfAny,
  type PlateOptions,
  type PlateResult,
  readInput,
  readPlate,
  readPlateResult,
  readSerial,
  type SerialBytes,
  text,
  whole,
} from '../vzlpr.ts'

/** A plate result over MQTT, and where its picture lies when it is not in it: without the signature, which expires. */
export type MqttPlate = PlateResult & { readonly imageUrl: string | null }
export type MqttReply = { readonly kind: 'reply'; readonly id: string; readonly code: number }
/** What a camera of the newer profile says (lot-devices.md 2.4). */
export type MqttMessage = MqttPlate | InputChange | SerialBytes | LaneRead | LaneOther | { readonly kind: 'alive' }

/** @throws Malformed */
export const jsonIn = (payload: Uint8Array): Fields => fieldsOf(values.jsonIn(payload))

/** @throws Malformed */
export const readReply = (root: Fields): MqttReply => ({
  kind: 'reply',
  id: text(root, 'id'),
  code: whole(root, 'code'),
})

/** The camera's own time in ms, which it says in seconds; null where it does not. @throws Malformed */
export const timeIn = ({ values }: Fields): number | null =>
  typeof values.timestamp === 'number' && Number.isSafeInteger(values.timestamp) ? values.timestamp * 1_000 : null

type Options = PlateOptions & { readonly serial: string }

/** One message from below, by the name in its topic. @throws Malformed */
export function readUp(name: string, root: Fields, options: Options): MqttMessage {
  const { serial } = options
  const other = (what: string): LaneOther => ({ kind: 'other', serial, what })
  switch (name) {
    case 'ivs_result':
      return readIvsResult(inside(contentOf(root), 'AlarmInfoPlate'), contentOf(root), options)
    case 'keep_alive':
      return { kind: 'alive' }
    // † That these two are wrapped as over HTTP is not printed.
    case 'gpio_in':
      return { ...readInput(inside(contentOf(root), 'AlarmGioIn')), serial }
    case 'serial_data':
      return { ...readSerial(inside(contentOf(root), 'SerialData')), serial }
    case 'barr_gate_status':
      return other(`gate status ${textOf(contentOf(root).values.gate_status)}`)
    case 'lanectrl_result':
      return readLaneEvent(root, options)
    case 'snapshot':
      return other('snapshot')
    default:
      throw new Malformed('topic', 'ends in the name of a message')
  }
}

/** What a message is about: the `body` of its payload, where it has one. */
function contentOf(root: Fields): Fields {
  const payload = inside(root, 'payload')
  return insideIfAny(payload, 'body') ?? payload
}

const textOf = (value: unknown): string =>
  (typeof value === 'string' && /^[\x20-\x7e]+$/.test(value)) || typeof value === 'number'
    ? `${value}`.slice(0, 20)
    : '?'

function readIvsResult(alarm: Fields, content: Fields, { serial, ...options }: Options): MqttPlate {
  const result = inside(inside(alarm, 'result'), 'PlateResult')
  const license = decoded(result, 'license')
  const plain = { ...result.values, license }
  const values = { ...alarm.values, serialno: serial, result: { PlateResult: plain } }
  const imageUrl = decoded(result, 'imagePath').replace(/[?#].*$/s, '')
  return {
    ...readPlateResult(fieldsOf(values, alarm.path), options),
    imageUrl: imageUrl === '' ? null : imageUrl,
    pictures: () => picturesIn([result, alarm, content]),
  }
}

/** Text in base64. @throws Malformed when it is none. */
function decoded(fields: Fields, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesIfAny(fields, name))
  } catch (error) {
    if (error instanceof Malformed) throw error
    throw new Malformed(`${fields.path}.${name}`, 'is UTF-8 in base64')
  }
}

/** † Where the two contents stand is not printed: the innermost that has one counts. None that can be read is none. */
function picturesIn(places: readonly Fields[]): readonly LanePicture[] {
  const found = (role: LanePicture['role'], names: readonly string[]): readonly LanePicture[] => {
    for (const place of places)
      for (const name of names) {
        const jpeg = bytesOrNone(place, name)
        if (jpeg.length > 0) return [{ role, jpeg }]
      }
    return []
  }
  return [
    ...found('full', ['full_image_content', 'imageFile']),
    ...found('plate', ['small_image_content', 'imageFragmentFile']),
  ]
}

function bytesOrNone(place: Fields, name: string): Buffer {
  const bytes = understood(() => bytesIfAny(place, name))
  return bytes.ok ? bytes.value : Buffer.alloc(0)
}

const laneEvents: Readonly<Record<number, string>> = {
  73: 'a person no longer stays',
  81: 'a person stays',
  83: 'a vehicle passed',
  85: 'tailgating',
  96: 'a crowd',
  97: 'no crowd any more',
  112: 'a vehicle without motor stays',
  113: 'a vehicle without motor no longer stays',
}
const readEvents: Readonly<Record<number, LaneRead['trigger']>> = { 82: 'staying', 84: 'turned-back' }

/** What goes on in the lane; two of the events are reads of the vehicle that does it. */
function readLaneEvent(root: Fields, { serial, overseas }: Options): LaneRead | LaneOther {
  const content = contentOf(root)
  const event = whole(content, 'event_type')
  const trigger = readEvents[event]
  if (!trigger) return { kind: 'other', serial, what: laneEvents[event] ?? `lane event ${event}` }
  const results = content.values.result
  if (!Array.isArray(results)) throw new Malformed(`${content.path}.result`, 'is a list')
  const plate = inside(fieldsOf(results[0], `${content.path}.result[0]`), 'plate_result')
  const colorType = Math.max(0, values.numberIn(plate.values.color_type) ?? 0)
  const seen = fieldsOf({ license: decoded(plate, 'license'), colorType })
  const { kind: _, box: _box, ...read } = readPlate(seen, '', { overseas })
  // Who turns back goes against the way of the lane, however the camera hangs.
  const way = trigger === 'turned-back' ? { reverse: true } : {}
  // It has no record number of its own, but its message has one.
  return { ...read, kind: 'read', serial, recordId: `lane-${identity(root, 'id')}`, takenAt: null, trigger, ...way }
}

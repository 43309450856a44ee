import type { Record } from '../face.ts'
import { gbkBytes } from '../gbk.ts'
import { picturesOf, plateFields } from '../vzlpr/messages.ts'
import { packet } from './wire.ts'

export type Format = 'json' | 'bin'
/** Which pictures go with a result: 0 full, 1 plate, 2 both. */
export type Pictures = 'none' | 0 | 1 | 2

/** A JSON answer, or a message of the camera's own with number 0. */
export const answer = (seq: number, fields: object, rest?: Buffer): Buffer =>
  packet(0, seq, Buffer.concat([gbkBytes(JSON.stringify(fields)), ...(rest ? [Buffer.of(0), rest] : [])]))

const inChina = (ms: number): Date => new Date(ms + 8 * 3_600_000)
export const timeText = (ms: number): string => inChina(ms).toISOString().slice(0, 19).replace('T', ' ')

function pictures(record: Record, wanted: Pictures): { readonly full: Buffer; readonly plate: Buffer } {
  const { full, plate } = picturesOf(record.vehicle)
  const none = Buffer.alloc(0)
  return { full: wanted === 0 || wanted === 2 ? full : none, plate: wanted === 1 || wanted === 2 ? plate : none }
}

/** One result (lot-devices.md 2.3). */
export function result(seq: number, record: Record, format: Format, wanted: Pictures): Buffer {
  const { full, plate } = pictures(record, wanted)
  if (format === 'bin')
    return packet(2, seq, Buffer.concat([block(1, struct(record)), block(2, full), block(3, plate)]))
  const fields = {
    PlateResult: plateFields(record),
    active_id: 0,
    clipImgSize: plate.length,
    cmd: 'ivs_result',
    fullImgSize: full.length,
    id: record.id,
    imageformat: 'jpg',
    timeString: timeText(record.takenAt),
  }
  return answer(seq, fields, Buffer.concat([full, plate]))
}

function block(kind: number, bytes: Buffer): Buffer {
  const head = Buffer.from([0x49, 0x52, kind, 0, 0, 0, 0, 0])
  head.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([head, bytes])
}

function struct(record: Record): Buffer {
  const { license, colorType, type, confidence, location, triggerType, carColor } = plateFields(record)
  const { left, top, right, bottom } = location.RECT
  const seconds = Math.floor(record.takenAt / 1000)
  const bytes = Buffer.alloc(168)
  gbkBytes(license).copy(bytes, 0)
  for (const [i, number] of [colorType, type, confidence, 0, 0, left, top, right, bottom, 0].entries())
    bytes.writeInt32LE(number, 24 + 4 * i)
  bytes.writeUInt32LE(seconds, 64)
  bytes.writeUInt32LE((record.takenAt - seconds * 1000) * 1000, 68)
  bytes.writeUInt32LE(triggerType, 72)
  bytes.writeUInt8(carColor, 77)
  bytes.writeUInt32LE(record.id, 80)
  const china = inChina(record.takenAt)
  const clock = [china.getUTCSeconds(), china.getUTCMinutes(), china.getUTCHours(), china.getUTCDate()]
  Buffer.from([...clock, china.getUTCMonth() + 1]).copy(bytes, 84)
  bytes.writeUInt32LE(china.getUTCFullYear(), 92)
  return bytes
}

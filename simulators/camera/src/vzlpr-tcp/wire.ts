import { must, Refused } from '../refused.ts'

/*
 * Frames as a VzLPR camera takes and sends them on port 8131 (lot-devices.md 2.3): "VZ", type, number, length big endian, body.
 * Written against the reference, not against any adapter.
 */
export type Packet = { readonly type: number; readonly seq: number; readonly body: Buffer }

const mostBytes = 1024 * 1024
const head = 8

export function packet(type: number, seq: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.alloc(head + body.length)
  bytes.write('VZ', 'latin1')
  bytes.writeUInt8(type, 2)
  bytes.writeUInt8(seq, 3)
  bytes.writeUInt32BE(body.length, 4)
  body.copy(bytes, head)
  return bytes
}
export const beat: Buffer = packet(1, 0)

/** The first packet of what has come in, and what is left; null when it is not all there. @throws Refused */
export function firstPacket(held: Buffer): { readonly first: Packet; readonly rest: Buffer } | null {
  if (held.length < head) return null
  must(held.toString('latin1', 0, 2) === 'VZ', 'packet', 'begins with VZ')
  const type = held.readUInt8(2)
  must(type === 0 || type === 1, 'packet.type', 'is 0 or 1 towards the camera')
  const length = type === 1 ? 0 : held.readUInt32BE(4)
  must(length <= mostBytes, 'packet.length', 'is at most 1 MiB')
  if (held.length < head + length) return null
  const first = { type, seq: held.readUInt8(3), body: held.subarray(head, head + length) }
  return { first, rest: held.subarray(head + length) }
}

/** The JSON of a command. @throws Refused */
export function commandIn(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('gbk', { fatal: true }).decode(body))
  } catch {
    throw new Refused('body', 'is JSON in GBK')
  }
  must(typeof value === 'object' && value !== null && !Array.isArray(value), 'body', 'is an object')
  return value as Readonly<Record<string, unknown>>
}

import { jsonIn } from '../values.ts'
import { type Fields, fieldsOf } from '../vzlpr.ts'

/** The body of a JSON frame (lot-devices.md 2.3): JSON in GBK; where pictures follow, a NUL and they. */
export type Packet = { readonly fields: Fields; readonly rest: Buffer }

/** @throws Malformed */
export function packetIn(body: Buffer): Packet {
  // No character of GBK has a NUL in it.
  const end = body.indexOf(0)
  const text = end < 0 ? body : body.subarray(0, end)
  return { fields: fieldsOf(jsonIn(text, 'gbk')), rest: end < 0 ? Buffer.alloc(0) : body.subarray(end + 1) }
}

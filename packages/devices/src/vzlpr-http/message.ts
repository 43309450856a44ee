import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LaneFault } from '../lane-device.ts'
import { bytesIfAny, type Fields, fieldsOf, identity, inside, Malformed, text, whole } from './fields.ts'
import { type Heartbeat, isForm, readHeartbeat } from './heartbeat.ts'
import { type PlateResult, readPlateResult } from './plate-result.ts'

/** An input changed; `source` 0 to 3 are the inputs 1 to 4, 4 is a trigger over TCP. */
export type InputChange = {
  readonly kind: 'input'
  readonly serial: string
  readonly source: number
  readonly on: boolean
}
/** Bytes that came in on a serial line: 0 = RS485 port 1, 1 = RS485 port 2 or RS232. */
export type SerialBytes = {
  readonly kind: 'serial'
  readonly serial: string
  readonly port: number
  readonly bytes: Buffer
}
/** A picture somebody asked for. It does not say which camera it is from but by its address. */
export type Snapshot = { readonly kind: 'snapshot'; readonly ip: string; readonly picture: Buffer }

/** What a VzLPR camera posts (lot-devices.md 2.2). */
export type VzlprMessage = PlateResult | InputChange | SerialBytes | Snapshot | Heartbeat

/** Understands one post: a form is a heartbeat, everything else is JSON in UTF-8, whatever the content type says. */
export function readMessage(
  post: { readonly contentType: string; readonly body: Uint8Array },
  options: { readonly overseas: boolean },
): Result<VzlprMessage, LaneFault> {
  try {
    if (isForm(post.contentType)) return ok(readHeartbeat(post.contentType, post.body))
    return ok(readJson(fieldsOf(jsonIn(post.body)), options))
  } catch (error) {
    if (error instanceof Malformed) return err(error.fault)
    throw error
  }
}

export function jsonIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    // Neither the words of the parser nor the text: they could repeat what the camera said.
    throw new Malformed('body', 'is JSON in UTF-8')
  }
}

function readJson(root: Fields, options: { readonly overseas: boolean }): VzlprMessage {
  if (Object.hasOwn(root.values, 'AlarmInfoPlate')) return readPlateResult(inside(root, 'AlarmInfoPlate'), options)
  if (Object.hasOwn(root.values, 'AlarmGioIn')) return readInput(inside(root, 'AlarmGioIn'))
  if (Object.hasOwn(root.values, 'SerialData')) return readSerial(inside(root, 'SerialData'))
  if (Object.hasOwn(root.values, 'TriggerImage')) return readSnapshot(root)
  throw new Malformed('body', 'has AlarmInfoPlate, AlarmGioIn, SerialData or TriggerImage')
}

function readInput(alarm: Fields): InputChange {
  const trigger = inside(inside(alarm, 'result'), 'TriggerResult')
  const source = whole(trigger, 'source')
  if (source > 4) throw new Malformed(`${trigger.path}.source`, 'is 0 to 4')
  const value = whole(trigger, 'value')
  if (value > 1) throw new Malformed(`${trigger.path}.value`, 'is 0 or 1')
  return { kind: 'input', serial: identity(alarm, 'serialno'), source, on: value === 1 }
}

function readSerial(alarm: Fields): SerialBytes {
  const bytes = bytesIfAny(alarm, 'data')
  if (whole(alarm, 'dataLen') !== bytes.length)
    throw new Malformed(`${alarm.path}.dataLen`, 'is the number of bytes in data')
  return { kind: 'serial', serial: identity(alarm, 'serialno'), port: whole(alarm, 'serialChannel'), bytes }
}

const readSnapshot = (root: Fields): Snapshot => ({
  kind: 'snapshot',
  ip: text(root, 'ipaddr'),
  picture: bytesIfAny(inside(root, 'TriggerImage'), 'imageFile'),
})

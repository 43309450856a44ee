import { bytesIfAny, type Fields, identity, inside, whole } from '../fields.ts'
import { Malformed } from '../malformed.ts'

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
/** `AlarmGioIn` (lot-devices.md 2.2). @throws Malformed */
export function readInput(alarm: Fields): InputChange {
  const trigger = inside(inside(alarm, 'result'), 'TriggerResult')
  const source = whole(trigger, 'source')
  if (source > 4) throw new Malformed(`${trigger.path}.source`, 'is 0 to 4')
  const value = whole(trigger, 'value')
  if (value > 1) throw new Malformed(`${trigger.path}.value`, 'is 0 or 1')
  return { kind: 'input', serial: identity(alarm, 'serialno'), source, on: value === 1 }
}

/** `SerialData` (lot-devices.md 2.2). @throws Malformed */
export function readSerial(alarm: Fields): SerialBytes {
  const bytes = bytesIfAny(alarm, 'data')
  if (whole(alarm, 'dataLen') !== bytes.length)
    throw new Malformed(`${alarm.path}.dataLen`, 'is the number of bytes in data')
  return { kind: 'serial', serial: identity(alarm, 'serialno'), port: whole(alarm, 'serialChannel'), bytes }
}

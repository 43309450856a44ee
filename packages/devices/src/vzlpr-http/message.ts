import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LaneFault } from '../lane-device.ts'
import {
  bytesIfAny,
  type Fields,
  fieldsOf,
  type InputChange,
  inside,
  Malformed,
  type PlateResult,
  readInput,
  readPlateResult,
  readSerial,
  type SerialBytes,
  text,
} from '../vzlpr.ts'
import { type Heartbeat, isForm, readHeartbeat } from './heartbeat.ts'

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

const readSnapshot = (root: Fields): Snapshot => ({
  kind: 'snapshot',
  ip: text(root, 'ipaddr'),
  picture: bytesIfAny(inside(root, 'TriggerImage'), 'imageFile'),
})

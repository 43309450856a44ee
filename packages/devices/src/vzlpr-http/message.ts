import type { Result } from '@lanepay/domain/result.ts'
import type { LaneFault } from '../lane-device.ts'
import { Malformed, understood } from '../malformed.ts'
import { jsonIn } from '../values.ts'
import {
  bytesIfAny,
  type Fields,
  fieldsOf,
  type InputChange,
  inside,
  type PlateOptions,
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
  options: PlateOptions,
): Result<VzlprMessage, LaneFault> {
  return understood(() =>
    isForm(post.contentType)
      ? readHeartbeat(post.contentType, post.body)
      : readJson(fieldsOf(jsonIn(post.body)), options),
  )
}

function readJson(root: Fields, options: PlateOptions): VzlprMessage {
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

import type { Instant, PlateColour } from '@lanepay/domain/types.ts'
import { type Fields, identity, inside, insideIfAny, text, textIfAny, whole, wholeIfAny } from '../fields.ts'
import type { LaneRead } from '../lane-device.ts'
import { Malformed } from '../malformed.ts'
import { plateIn } from '../plate-in.ts'
import { numberIn } from '../values.ts'
import { picturesIn } from './pictures.ts'

/** What `AlarmInfoPlate` says (lot-devices.md 2.2), its pictures taken out when they are asked for. */
export type PlateResult = Omit<LaneRead, 'kind'> & {
  readonly kind: 'plate'
  readonly ip: string
  readonly channel: number | null
  /** Where the plate is in the full picture. */
  readonly box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number } | null
}

/** How the vehicles that go the way of the lane go in the picture. */
export type Forward = 'up' | 'down'
export type PlateOptions = {
  readonly overseas: boolean
  /** Without it nothing is said of the way: which one is right depends on how the camera hangs. */
  readonly forward?: Forward | undefined
}

const colours: readonly PlateColour[] = ['unknown', 'blue', 'yellow', 'white', 'black', 'green', 'yellow-green']

/** @throws Malformed */
export function readPlateResult(alarm: Fields, options: PlateOptions): PlateResult {
  const result = inside(inside(alarm, 'result'), 'PlateResult')
  return {
    ...readPlate(result, String(whole(result, 'plateid')), options),
    serial: identity(alarm, 'serialno'),
    ip: textIfAny(alarm, 'ipaddr'),
    channel: wholeIfAny(alarm, 'channel'),
  }
}

/**
 * `PlateResult` alone, as all ways of talking have it; which camera it is from, and under which number, is said elsewhere.
 *
 * @throws Malformed
 */
export function readPlate(
  result: Fields,
  recordId: string,
  options: PlateOptions,
): Omit<PlateResult, 'serial' | 'ip' | 'channel'> {
  const plateText = text(result, 'license')
  const confidence = wholeIfAny(result, 'confidence')
  return {
    kind: 'plate',
    recordId,
    plate: plateIn(plateText, options),
    plateText,
    colour: colours[wholeIfAny(result, 'colorType') ?? 0] ?? 'unknown',
    confidence: confidence !== null && confidence <= 100 ? confidence : null,
    takenAt: takenAt(result),
    stored: storedFlag(result),
    trigger: triggerOf(wholeIfAny(result, 'triggerType') ?? 0),
    ...wayOf(result, options.forward),
    box: boxOf(result),
    pictures: () => picturesIn(result),
  }
}

/** A record taken for live although it is history would open a gate, so nothing but 0 and 1 is understood. */
function storedFlag(result: Fields): boolean {
  const flag = wholeIfAny(result, 'isoffline') ?? 0
  if (flag > 1) throw new Malformed(`${result.path}.isoffline`, 'is 0 or 1')
  return flag === 1
}

const wholeTriggers: Readonly<Record<number, LaneRead['trigger']>> = {
  64: 'staying',
  65: 'stay-ended',
  66: 'turned-back',
}

/** 1 automatic, 2 input, 4 software and 8 virtual loop are bits; 64 to 66 are events of their own. */
function triggerOf(code: number): LaneRead['trigger'] {
  const event = wholeTriggers[code]
  if (event) return event
  if (code > 15) return 'unknown'
  if (code & 2) return 'loop'
  if (code & 4) return 'software'
  return code & 9 ? 'video' : 'unknown'
}

/**
 * When the picture was taken by the camera's clock: its epoch, or else its broken-down time, which is Chinese time (UTC+8).
 * Null when it says neither.
 */
function takenAt(result: Fields): Instant | null {
  const stamp = insideIfAny(result, 'timeStamp')
  const value = stamp && insideIfAny(stamp, 'Timeval')
  if (!value) return null
  const microseconds = wholeIfAny(value, 'usec') ?? 0
  if (microseconds > 999_999) throw new Malformed(`${value.path}.usec`, 'is below 1000000')
  const seconds = wholeIfAny(value, 'sec') ?? 0
  const start = seconds > 0 ? seconds * 1000 : brokenDown(value)
  if (start === null) return null
  if (start > 8.64e15 - 1000) throw new Malformed(`${value.path}.sec`, 'is a moment in seconds since 1970')
  return (start + Math.floor(microseconds / 1000)) as Instant
}

const chinaAheadMs = 8 * 3_600_000

function brokenDown(value: Fields): number | null {
  const part = (name: string): number => whole(value, `dec${name}`)
  if (!wholeIfAny(value, 'decyear')) return null
  const [year, month, day] = [part('year'), part('mon'), part('day')]
  const [hour, minute, second] = [part('hour'), part('min'), part('sec')]
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  const read = new Date(at)
  const isReal =
    year >= 1970 && year <= 9999 && read.getUTCMonth() === month - 1 && read.getUTCDate() === day && hour < 24
  if (!isReal || minute > 59 || second > 59) throw new Malformed(value.path, 'is a real date and time')
  return at - chinaAheadMs
}

const ways: Readonly<Record<number, Forward>> = { 3: 'up', 4: 'down' }

/** `direction`: 0 unknown, 1 left, 2 right, 3 up, 4 down; across the picture it says nothing of the lane. */
function wayOf(result: Fields, forward: Forward | undefined): Pick<LaneRead, 'reverse'> {
  const way = ways[numberIn(result.values.direction) ?? 0]
  return forward === undefined || way === undefined ? {} : { reverse: way !== forward }
}

/** Only for showing the picture: anything but four numbers is no box. */
function boxOf(result: Fields): PlateResult['box'] {
  const location = result.values.location as { RECT?: Record<string, unknown> } | null | undefined
  const { left, top, right, bottom } = location?.RECT ?? {}
  const isNumber = (value: unknown): value is number => typeof value === 'number'
  return isNumber(left) && isNumber(top) && isNumber(right) && isNumber(bottom) ? { left, top, right, bottom } : null
}

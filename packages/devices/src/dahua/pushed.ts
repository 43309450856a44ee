import { isJpeg } from '@lanepay/domain/jpeg.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { bytesIfAny, type Fields, fieldsOf, inside, insideIfAny, percentIfAny, textIfAny, valueAt } from '../fields.ts'
import type { LanePicture, LaneRead, LaneSays, PushedCamera } from '../lane-device.ts'
import { Malformed, understood } from '../malformed.ts'
import { momentOf } from '../moment.ts'
import { plateIn, plateInName } from '../plate-in.ts'
import { identityIn, jsonIn } from '../values.ts'
import { colourIn } from './words.ts'

export type DahuaPushOptions = {
  /** Take Hong Kong and Macau cars without a mainland plate for plated. Default false. */
  readonly overseasPlates?: boolean
}

/** Where a camera posts that has no setting for it (lot-devices.md 2.9). */
export const pushPaths: readonly string[] = ['TollgateInfo', 'KeepAlive', 'DeviceInfo'].map(
  (name) => `/NotificationInfo/${name}`,
)

/** Without a true result the camera repeats the message for ever; which of the two it looks for nobody says: both. */
const answerText = '{"Result":true,"result":"true"}'

/**
 * A Dahua camera that posts to us by ITSAPI (lot-devices.md 2.9). It takes no orders in an answer; its relay has a line of its own
 * (`dahuaGate`). It knows no stored records: what was not answered is posted again as it was, with the moment it was taken.
 *
 * `read` never throws and never repeats what a post said in a fault. `answer` throws RangeError for orders.
 */
export function dahuaPush({ overseasPlates: overseas = false }: DahuaPushOptions = {}): PushedCamera {
  return {
    read: ({ body, receivedAt }) => understood(() => says(fieldsOf(jsonIn(body)), receivedAt, overseas)),
    answer(_to, { openGate, show, say }) {
      if (openGate || show !== undefined || say !== undefined)
        throw new RangeError('a Dahua camera takes no orders in an answer')
      return { contentType: 'application/json', body: Buffer.from(answerText) }
    },
  }
}

function says(message: Fields, receivedAt: Instant, overseas: boolean): LaneSays {
  if (valueAt(message, 'Picture') !== undefined) return tollgateRead(inside(message, 'Picture'), receivedAt, overseas)
  // † What else it posts is a sign of life; no public source says more of it than where it goes.
  const serial = identityIn(textIfAny(message, 'DeviceID'), 'DeviceID')
  return { kind: 'poll', serial, takesOrders: false }
}

/** @throws Malformed */
function tollgateRead(picture: Fields, receivedAt: Instant, overseas: boolean): LaneRead {
  const info = inside(picture, 'SnapInfo')
  const plate = insideIfAny(picture, 'Plate')
  const taken = insideIfAny(picture, 'NormalPic')
  const plateText = plate && valueAt(plate, 'IsExist') !== false ? textIfAny(plate, 'PlateNumber') : ''
  const takenAt = takenAtIn(info)
  const name = taken ? textIfAny(taken, 'PicName') : ''
  const confidence = plate && percentIfAny(plate, 'Confidence', 100)
  return {
    kind: 'read',
    serial: identityIn(textIfAny(info, 'DeviceID'), 'Picture.SnapInfo.DeviceID'),
    // One that cannot be a name is none: then its moment and plate are; the vehicle was there all the same.
    recordId: /^[^\p{Cc}\p{Cs}]{1,128}$/u.test(name) ? name : `${takenAt ?? receivedAt}/${plateInName(plateText)}`,
    plate: plateIn(plateText, { overseas }),
    plateText,
    colour: colourIn(plate ? textIfAny(plate, 'PlateColor') : ''),
    confidence: confidence === null ? null : Math.round(confidence),
    takenAt,
    stored: false,
    trigger: 'unknown',
    // The word for the other way is not known.
    ...(textIfAny(info, 'Direction') === 'Approach' ? { reverse: false } : {}),
    pictures: () => picturesIn(taken),
  }
}

/** † `TimeZone` in hours; Chinese time where it says none. @throws Malformed for a moment that is none. */
function takenAtIn(info: Fields): Instant | null {
  const text = textIfAny(info, 'AccurateTime')
  if (text === '') return null
  const hours = valueAt(info, 'TimeZone') ?? 8
  const isZone = typeof hours === 'number' && Number.isInteger(hours) && hours >= -12 && hours <= 14
  if (!isZone) throw new Malformed('Picture.SnapInfo.TimeZone', 'is whole hours from -12 to 14')
  const [, date, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,3})?)$/.exec(text) ?? []
  const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`
  const at = date !== undefined && time !== undefined ? momentOf(date, time, zone) : null
  if (at === null)
    throw new Malformed('Picture.SnapInfo.AccurateTime', 'is a date and time as in 2026-07-15 10:46:41.250')
  return at
}

function picturesIn(taken: Fields | null): readonly LanePicture[] {
  const jpeg = understood(() => (taken ? bytesIfAny(taken, 'Content') : Buffer.alloc(0)))
  return jpeg.ok && isJpeg(jpeg.value) ? [{ role: 'full', jpeg: jpeg.value }] : []
}

import { isJpeg } from '@lanepay/domain/jpeg.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type Fields, fieldsOf, identity, inside, list, percentIfAny, text, valueAt } from '../fields.ts'
import type { LanePicture, PushedCamera } from '../lane-device.ts'
import { Malformed, understood } from '../malformed.ts'
import { momentOf } from '../moment.ts'
import { formParts, nameIn } from '../multipart.ts'
import { jsonIn } from '../values.ts'
import { noOrdersTaken, type Recognised, type RecogniserOptions, readOf, surest } from './recognised.ts'

/** What PlateRecognizer Stream posts (lot-devices.md 2.10), its picture left aside. */
export type StreamResult = {
  readonly camera: string
  readonly takenAt: Instant
  /** The moment as it was written, which tells two pictures apart. */
  readonly timestamp: string
  readonly plates: readonly (Recognised & {
    /** The way that it moves in the picture, in degrees. */
    readonly directionDegrees: number | null
  })[]
}

/** @throws Malformed */
export function readResult(json: Uint8Array): StreamResult {
  const message = fieldsOf(jsonIn(json))
  if (valueAt(inside(message, 'hook'), 'event') !== 'recognition') throw new Malformed('hook.event', 'is recognition')
  const data = inside(message, 'data')
  const timestamp = text(data, 'timestamp')
  return {
    camera: identity(data, 'camera_id'),
    takenAt: takenAtIn(timestamp),
    timestamp,
    plates: list(data, 'results').map(plateOf),
  }
}

function plateOf(result: Fields) {
  // Lower case on this wire, upper case everywhere else.
  const plateText = text(result, 'plate').toUpperCase()
  const candidates = valueAt(result, 'candidates') === undefined ? [] : list(result, 'candidates')
  const alternatives = candidates.map((one) => text(one, 'plate').toUpperCase()).filter((one) => one !== plateText)
  const degrees = valueAt(result, 'direction')
  const directionDegrees = typeof degrees === 'number' && degrees >= 0 && degrees <= 360 ? degrees : null
  return { plateText, confidence: percentIfAny(result, 'score', 1), alternatives, directionDegrees }
}

/** @throws Malformed */
function takenAtIn(timestamp: string): Instant {
  const [, date, time, zone] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)$/.exec(timestamp) ?? []
  const at = date !== undefined && time !== undefined ? momentOf(date, time, zone) : null
  if (at === null) throw new Malformed('data.timestamp', 'is a date and time of ISO 8601 with its zone')
  return at
}

/**
 * A camera that PlateRecognizer Stream looks through (lot-devices.md 2.10); its serial is the `camera_id` that it has there. It only
 * recognises: it has no relay, tells no inputs, shows nothing, does not say when it is alive, and takes no orders. Of several plates
 * in one picture the surest is the vehicle's.
 *
 * `read` never throws and never repeats what a post said in a fault. `answer` throws RangeError for orders.
 */
export function plateRecognizerCamera({ overseasPlates: overseas = false }: RecogniserOptions = {}): PushedCamera {
  return {
    read: ({ contentType, body }) =>
      understood(() => {
        const { json, pictures } = postIn(contentType, body)
        const { camera: serial, takenAt, timestamp: named, plates } = readResult(json)
        const plate = surest(plates)
        if (!plate) return { kind: 'other', serial, what: 'no plate in the picture' }
        return readOf(plate, { serial, takenAt, named, overseas, pictures })
      }),
    answer: noOrdersTaken,
  }
}

/** The field `json` of a form, and the file `upload` where there is one; or the JSON alone. @throws Malformed */
function postIn(contentType: string, body: Uint8Array) {
  const parts = formParts(contentType, body)
  if (parts === null) return { json: body, pictures: [] }
  const json = parts.find((part) => nameIn(part) === 'json')?.content
  if (!json) throw new Malformed('json', 'is a field of the form')
  const uploads = parts.filter((part) => nameIn(part) === 'upload' && isJpeg(part.content))
  const pictures = uploads.slice(0, 1).map(({ content: jpeg }): LanePicture => ({ role: 'full', jpeg }))
  return { json, pictures }
}

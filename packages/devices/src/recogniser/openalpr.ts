import type { Instant } from '@lanepay/domain/types.ts'
import { type Fields, fieldsOf, list, percentIfAny, text, valueAt, whole } from '../fields.ts'
import type { PushedCamera } from '../lane-device.ts'
import { Malformed, understood } from '../malformed.ts'
import { jsonIn } from '../values.ts'
import { noOrdersTaken, type Recognised, type RecogniserOptions, readOf, surest } from './recognised.ts'

/** The plates of one picture as OpenALPR tells them (lot-devices.md 2.10). */
export type OpenAlprResult = { readonly takenAt: Instant; readonly plates: readonly Recognised[] }

export type OpenAlprOptions = RecogniserOptions & {
  /** What its camera is called here: its messages name none. */
  readonly serial: string
}

/** @throws Malformed */
export function readResult(body: Uint8Array): OpenAlprResult {
  const message = fieldsOf(jsonIn(body))
  if (valueAt(message, 'version') !== 2 || valueAt(message, 'data_type') !== 'alpr_results')
    throw new Malformed('data_type', 'is alpr_results, version 2')
  const at = whole(message, 'epoch_time')
  if (Number.isNaN(new Date(at).getTime())) throw new Malformed('epoch_time', 'is a moment in ms since 1970')
  return { takenAt: at as Instant, plates: list(message, 'results').map(plateOf) }
}

function plateOf(result: Fields): Recognised {
  const plateText = text(result, 'plate')
  const candidates = valueAt(result, 'candidates') === undefined ? [] : list(result, 'candidates')
  const alternatives = candidates.map((one) => text(one, 'plate')).filter((one) => one !== plateText)
  return { plateText, confidence: percentIfAny(result, 'confidence', 100), alternatives }
}

/**
 * A camera that OpenALPR looks through (lot-devices.md 2.10). It only recognises: it has no relay, tells no inputs, shows nothing,
 * does not say when it is alive, and takes no orders. Of several plates in one picture the surest is the vehicle's.
 *
 * `read` never throws and never repeats what a post said in a fault. `answer` throws RangeError for orders.
 *
 * @throws RangeError when the serial is none.
 */
export function openAlprCamera({ serial, overseasPlates: overseas = false }: OpenAlprOptions): PushedCamera {
  if (!/^[\x21-\x7e]{1,64}$/.test(serial)) throw new RangeError('serial is 1 to 64 visible ASCII characters')
  return {
    read: ({ body }) =>
      understood(() => {
        const { takenAt, plates } = readResult(body)
        const plate = surest(plates)
        if (!plate) return { kind: 'other', serial, what: 'no plate in the picture' }
        return readOf(plate, { serial, takenAt, named: String(takenAt), overseas, pictures: [] })
      }),
    answer: noOrdersTaken,
  }
}

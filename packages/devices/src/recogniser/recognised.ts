import type { Instant } from '@lanepay/domain/types.ts'
import type { LaneOrders, LanePicture, LaneRead, LaneSays } from '../lane-device.ts'
import { plateIn, plateInName } from '../plate-in.ts'

/*
 * What software makes of the pictures of some camera (lot-devices.md 2.10). It sees plates and no more: opening, showing and loops
 * are other devices' business.
 */

/** One plate in a picture. */
export type Recognised = {
  /** As it was written. */
  readonly plateText: string
  /** 0..100 and not whole; null when it does not say. */
  readonly confidence: number | null
  /** What else it might be, the likeliest first. */
  readonly alternatives: readonly string[]
}

export type RecogniserOptions = {
  /** Take Hong Kong and Macau cars without a mainland plate for plated. Default false. */
  readonly overseasPlates?: boolean
}

/** The surest of several, the first of equals; undefined where there is none. */
export const surest = <T extends Recognised>(plates: readonly T[]): T | undefined =>
  plates.toSorted((a, b) => (b.confidence ?? 0) - (a.confidence ?? 0))[0]

/** What the lot is told of it. These engines number nothing: the moment as it was written, and the plate, are the record. */
export function readOf(
  { plateText, confidence }: Recognised,
  given: {
    readonly serial: string
    readonly takenAt: Instant
    readonly named: string
    readonly overseas: boolean
    readonly pictures: readonly LanePicture[]
  },
): LaneRead {
  const { serial, takenAt, named, overseas, pictures } = given
  return {
    kind: 'read',
    serial,
    recordId: `${named}/${plateInName(plateText)}`,
    plate: plateIn(plateText, { overseas }),
    plateText,
    colour: 'unknown',
    confidence: confidence === null ? null : Math.round(confidence),
    takenAt,
    stored: false,
    trigger: 'video',
    pictures: () => pictures,
  }
}

/** The answer to whatever was said: heard. @throws RangeError for orders. */
export function noOrdersTaken(_to: LaneSays, { openGate, show, say }: LaneOrders) {
  if (openGate || show !== undefined || say !== undefined) throw new RangeError('a recogniser takes no orders')
  return { contentType: 'text/plain', body: Buffer.alloc(0) }
}

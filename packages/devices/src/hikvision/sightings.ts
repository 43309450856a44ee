import { isJpeg } from '@lanepay/domain/jpeg.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { LanePicture, LaneRead, LaneSays } from '../lane-device.ts'
import { Malformed } from '../malformed.ts'
import { nameIn, type Part } from '../multipart.ts'
import { plateInName } from '../plate-in.ts'
import { type Alert, type PlateAlert, readAlert, serialOf } from './alert.ts'

/** An alert, and the pictures that have come for it so far. */
export type Sighting = { readonly alert: Alert; readonly pictures: () => readonly LanePicture[] }

type Options = {
  readonly overseas: boolean
  /** Milliseconds on a clock that only runs forward. */
  readonly now: () => number
}
type Awaited = {
  readonly announced: readonly string[]
  readonly until: number
  readonly came: LanePicture[]
  left: number
}

/** Pictures that have not come by then belong to nobody (lot-devices.md 2.8). */
const picturesWithinMs = 2_000

/**
 * Puts the parts of an alert stream, or of one post, together: an alert, then the pictures that it announced, then the next. An
 * alert is handed on at once, for no lane waits for a picture; its pictures gather behind it.
 */
export class Sightings {
  readonly #options: Options
  #awaited: Awaited | null = null

  constructor(options: Options) {
    this.#options = options
  }

  /** Null for a picture. @throws Malformed */
  take(part: Part): Sighting | null {
    if (isPicture(part)) {
      this.#addPicture(part)
      return null
    }
    const alert = readAlert(part.content, this.#options)
    const came: LanePicture[] = []
    const { announced, pictures: left } = alert.kind === 'plate' ? alert : { announced: [], pictures: 0 }
    this.#awaited = left > 0 ? { announced, left, came, until: this.#options.now() + picturesWithinMs } : null
    return { alert, pictures: () => [...came] }
  }

  #addPicture(part: Part): void {
    const awaited = this.#awaited
    if (!awaited || awaited.left === 0 || this.#options.now() > awaited.until) return
    const name = nameIn(part) ?? awaited.announced.at(-awaited.left) ?? ''
    awaited.left -= 1
    // A picture of no bytes is legal and shows nothing.
    if (isJpeg(part.content)) awaited.came.push({ role: roleOf(name), jpeg: part.content })
  }
}

/** By its bytes, or else its type or name: some firmware calls pictures `application/octet-stream`. */
function isPicture(part: Part): boolean {
  if (isJpeg(part.content)) return true
  const type = part.head.get('content-type')?.toLowerCase() ?? ''
  return type.startsWith('image/') || /\.jpe?g$/i.test(nameIn(part) ?? '') || type === 'application/octet-stream'
}

function roleOf(name: string): LanePicture['role'] {
  if (/^licensePlate/i.test(name)) return 'plate'
  return /^vehicle/i.test(name) ? 'vehicle' : 'full'
}

/** What the lot is told of it. */
export function saidBy({ alert, pictures }: Sighting, receivedAt: Instant): LaneSays {
  const serial = serialOf(alert)
  if (alert.kind === 'heartbeat') return { kind: 'poll', serial, takesOrders: false }
  if (alert.kind === 'other') return { kind: 'other', serial, what: `event ${alert.eventType.slice(0, 64)}` }
  const { plate, plateText, colour, confidence, takenAt, stored, trigger } = alert
  const recordId = recordIdOf(alert, receivedAt)
  const read = { serial, recordId, plate, plateText, colour, confidence, takenAt, stored, trigger }
  return { kind: 'read', ...read, ...wayOf(alert.direction), pictures }
}

/** What the camera says of the way; nothing where it says neither of its two words for it. */
export function wayOf(direction: string | null): Pick<LaneRead, 'reverse'> {
  return direction === 'forward' || direction === 'reverse' ? { reverse: direction === 'reverse' } : {}
}

/** Without an id of its own a record is known by its moment and plate; one that does not say its moment is new every time. */
const recordIdOf = ({ uuid, takenAt, plateText }: PlateAlert, receivedAt: Instant): string =>
  uuid ?? `${takenAt ?? receivedAt}/${plateInName(plateText)}`

/** The sighting in all parts of one post. @throws Malformed when there is not exactly one alert. */
export function sightingIn(parts: readonly Part[], sightings: Sightings): Sighting {
  // Whatever the order of the parts, the alert says how many pictures to expect.
  const inOrder = [...parts.filter((part) => !isPicture(part)), ...parts.filter(isPicture)]
  const [sighting, ...others] = inOrder.map((part) => sightings.take(part)).filter((one) => one !== null)
  if (!sighting || others.length > 0) throw new Malformed('body', 'has one alert')
  return sighting
}

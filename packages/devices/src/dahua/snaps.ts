import { isJpeg } from '@lanepay/domain/jpeg.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { LanePicture, LaneSays } from '../lane-device.ts'
import type { Part } from '../multipart.ts'
import { plateInName } from '../plate-in.ts'
import { type EventOptions, readEvents, type StreamEvent } from './event.ts'

/** An event, and the picture that has come for it so far. */
export type Snap = { readonly event: StreamEvent; readonly pictures: () => readonly LanePicture[] }

type Options = EventOptions & {
  /** Milliseconds on a clock that only runs forward. */
  readonly now: () => number
}

/** A picture that has not come by then belongs to nobody. */
const pictureWithinMs = 2_000

/**
 * Puts the parts of a snapshot stream together: an event as text, its picture, the next. An event is handed on at once, for no lane
 * waits for a picture; its picture comes behind it. A heartbeat may come between the two.
 */
export class Snaps {
  readonly #options: Options
  #awaited: { readonly until: number; readonly came: LanePicture[] } | null = null

  constructor(options: Options) {
    this.#options = options
  }

  /** None for a picture. @throws Malformed */
  take({ head, content }: Part): readonly Snap[] {
    if (isJpeg(content) || /^image\//i.test(head.get('content-type') ?? '')) {
      this.#addPicture(content)
      return []
    }
    return readEvents(content, this.#options).map((event) => {
      const came: LanePicture[] = []
      if (event.kind !== 'heartbeat') this.#awaited = { until: this.#options.now() + pictureWithinMs, came }
      return { event, pictures: () => [...came] }
    })
  }

  #addPicture(jpeg: Buffer): void {
    const awaited = this.#awaited
    this.#awaited = null
    if (awaited && this.#options.now() <= awaited.until && isJpeg(jpeg)) awaited.came.push({ role: 'full', jpeg })
  }
}

/** What the lot is told of it. */
export function saidBy({ event, pictures }: Snap, serial: string, receivedAt: Instant): LaneSays {
  if (event.kind === 'heartbeat') return { kind: 'poll', serial, takesOrders: false }
  if (event.kind === 'other') return { kind: 'other', serial, what: `event ${event.code}` }
  const { kind: _, lane: _lane, recordId, ...read } = event
  return {
    ...read,
    kind: 'read',
    serial,
    recordId: recordId ?? `${receivedAt}/${plateInName(event.plateText)}`,
    pictures,
  }
}

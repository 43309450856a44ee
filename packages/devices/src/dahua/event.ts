import type { Instant } from '@lanepay/domain/types.ts'
import type { LaneRead } from '../lane-device.ts'
import { Malformed } from '../malformed.ts'
import { plateIn, plateInName } from '../plate-in.ts'
import { type Encoding, textIn } from '../values.ts'
import { colourIn } from './words.ts'

/** An event of the snapshot stream (lot-devices.md 2.9), its picture left aside. */
export type PlateEvent = Omit<LaneRead, 'kind' | 'serial' | 'pictures' | 'recordId'> & {
  readonly kind: 'plate'
  /** The events number nothing: moment, time stamp of the frame and plate tell them apart; null where neither time is said. */
  readonly recordId: string | null
  /** The number of the lane in the picture. */
  readonly lane: number | null
}
export type StreamEvent =
  | PlateEvent
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'other'; readonly code: string }

/** † Chinese in events: no public source says in which encoding. */
export type EventOptions = { readonly overseas: boolean; readonly encoding: Encoding }

const mostEvents = 16

/** What a text part of the stream says, in the order of its numbers. @throws Malformed */
export function readEvents(bytes: Uint8Array, options: EventOptions): readonly StreamEvent[] {
  const text = textIn(bytes, 'event', options.encoding).trim()
  if (text === 'Heartbeat') return [{ kind: 'heartbeat' }]
  const events = new Map<number, Map<string, string>>()
  for (const line of text.split(/\r?\n/)) {
    // Some firmware writes `ReturnEvents[n]`.
    const [, number, name, value] = /^(?:Return)?Events\[(\d{1,2})\]\.([\w.[\]]{1,80})=(.*)$/.exec(line) ?? []
    if (number === undefined || name === undefined || value === undefined) {
      if (/^[\w.[\]]{1,100}=/.test(line) || line.trim() === '') continue
      throw new Malformed('event', 'is lines of key=value, or Heartbeat')
    }
    const event = events.get(Number(number)) ?? new Map<string, string>()
    if (event.has(name)) throw new Malformed('event', 'has each key once')
    events.set(Number(number), event.set(name, value))
  }
  if (events.size === 0 || events.size > mostEvents) throw new Malformed('event', `has 1 to ${mostEvents} events`)
  return [...events].toSorted(([a], [b]) => a - b).map(([, event]) => readEvent(event, options))
}

function readEvent(event: ReadonlyMap<string, string>, { overseas }: EventOptions): StreamEvent {
  const code = event.get('EventBaseInfo.Code') ?? event.get('Code')
  if (code === undefined || !/^\w{1,64}$/.test(code)) throw new Malformed('Code', 'is a word')
  if (code !== 'TrafficJunction') return { kind: 'other', code }
  const plateText = event.get('TrafficCar.PlateNumber') ?? ''
  const [utc, pts, lane] = [event.get('UTC'), event.get('PTS'), event.get('Lane')]
  const times = [utc, pts].filter((time): time is string => time !== undefined && /^\d{1,20}(?:\.\d{1,9})?$/.test(time))
  return {
    kind: 'plate',
    recordId: times.length === 0 ? null : `${times.join('/')}/${plateInName(plateText)}`,
    plate: plateIn(plateText, { overseas }),
    plateText,
    colour: colourIn(event.get('TrafficCar.PlateColor') ?? ''),
    confidence: null, // it does not say
    takenAt: takenAt(utc),
    stored: false, // it has no word for what was taken earlier
    trigger: 'unknown',
    lane: lane !== undefined && /^\d{1,3}$/.test(lane) ? Number(lane) : null,
  }
}

/** Seconds since 1970; null when it does not say. @throws Malformed */
function takenAt(utc: string | undefined): Instant | null {
  if (utc === undefined) return null
  if (!/^\d{1,10}$/.test(utc)) throw new Malformed('UTC', 'is a moment in seconds since 1970')
  return (Number(utc) * 1000) as Instant
}

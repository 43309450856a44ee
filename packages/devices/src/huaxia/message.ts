import type { Instant, PlateColour } from '@lanepay/domain/types.ts'
import type { LanePicture, LaneRead } from '../lane-device.ts'
import { Malformed, understood } from '../malformed.ts'
import { plateIn, plateInName } from '../plate-in.ts'
import { identityIn, meaningIn } from '../values.ts'
import { type Form, formIn, pictureIn } from './form.ts'

/** What a Huaxia camera posts (lot-devices.md 2.5). */
export type PlateMessage = Omit<LaneRead, 'kind' | 'pictures'> & {
  readonly kind: 'plate'
  readonly ip: string
  /** The way that the camera looks, as it is set up there. */
  readonly direction: 'in' | 'out' | null
  readonly whitelisted: boolean
}
export type HuaxiaMessage = PlateMessage | { readonly kind: 'heartbeat'; readonly serial: string; readonly ip: string }

/** @throws Malformed */
export function readMessage(body: Uint8Array, options: { readonly overseas: boolean }): HuaxiaMessage {
  const form = formIn(body)
  const type = text(form, 'type')
  const serial = identityIn(text(form, 'cam_id'), 'cam_id')
  const ip = form.get('cam_ip') ?? ''
  if (type === 'heartbeat' || type === 'HeartBeat') return { kind: 'heartbeat', serial, ip }
  // A record taken for live although it is history would open a gate, so nothing but these words is understood.
  if (type !== 'online' && type !== 'offline') throw new Malformed('type', 'is online, offline or heartbeat')
  const plateText = form.get('plate_num') ?? text(form, 'car_plate')
  const startTime = text(form, 'start_time')
  const direction = form.get('vdc_type')
  return {
    kind: 'plate',
    serial,
    ip,
    // The camera numbers nothing: this is all that tells two records apart.
    recordId: `${serial}/${startTime}/${plateInName(plateText)}`,
    plate: form.get('plate_val') === 'false' ? null : plateIn(plateText, options),
    plateText,
    colour: meaningIn(colours, (form.get('plate_color') ?? '').replace(/色$/, '')) ?? 'unknown',
    confidence: confidenceIn(form.get('confidence')),
    takenAt: takenAt(startTime),
    stored: type === 'offline',
    trigger: meaningIn(triggers, form.get('triger_type') ?? '') ?? 'unknown',
    direction: direction === 'in' || direction === 'out' ? direction : null,
    whitelisted: form.get('is_whitelist') === 'true',
  }
}

/** The pictures that came with a plate, taken out when asked. Empty for whatever holds none that can be read. */
export function picturesIn(body: Uint8Array): readonly LanePicture[] {
  const pictures = understood((): readonly LanePicture[] => {
    const form = formIn(body)
    return [
      { role: 'full', jpeg: pictureIn(form, 'picture') },
      { role: 'plate', jpeg: pictureIn(form, 'closeup_pic') },
    ]
  })
  return pictures.ok ? pictures.value.filter(({ jpeg }) => jpeg.length > 0) : []
}

function text(form: Form, name: string): string {
  const value = form.get(name)
  if (value === undefined) throw new Malformed(name, 'is there')
  return value
}

/** † Yellow-green is a guess of the reference; the others are documented. */
const colours: Readonly<Record<string, PlateColour>> = {
  蓝: 'blue',
  黄: 'yellow',
  白: 'white',
  黑: 'black',
  绿: 'green',
  黄绿: 'yellow-green',
}
/** † Only `video` is documented. */
const triggers: Readonly<Record<string, LaneRead['trigger']>> = {
  video: 'video',
  hwtriger: 'loop',
  swtriger: 'software',
}

function takenAt(startTime: string): Instant {
  if (!/^\d{1,10}$/.test(startTime)) throw new Malformed('start_time', 'is a moment in seconds since 1970')
  return (Number(startTime) * 1000) as Instant
}

const confidenceIn = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : null

import { parsePlate, plateKind } from '@lanepay/domain/plate.ts'
import type { Instant, Plate, PlateColour } from '@lanepay/domain/types.ts'
import type { LanePicture, LaneRead } from '../lane-device.ts'
import { type Form, formIn, Malformed, pictureIn } from './form.ts'

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
  const serial = identity(form)
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
    recordId: `${serial}/${startTime}/${plateText.slice(0, 40)}`,
    plate: form.get('plate_val') === 'false' ? null : plateIn(plateText, options),
    plateText,
    colour: colours[(form.get('plate_color') ?? '').replace(/色$/, '')] ?? 'unknown',
    confidence: confidenceIn(form.get('confidence')),
    takenAt: takenAt(startTime),
    stored: type === 'offline',
    trigger: triggers[form.get('triger_type') ?? ''] ?? 'unknown',
    direction: direction === 'in' || direction === 'out' ? direction : null,
    whitelisted: form.get('is_whitelist') === 'true',
  }
}

/** The pictures that came with a plate, taken out when asked. Empty for whatever holds none that can be read. */
export function picturesIn(body: Uint8Array): readonly LanePicture[] {
  try {
    const form = formIn(body)
    const pictures: readonly LanePicture[] = [
      { role: 'full', jpeg: pictureIn(form, 'picture') },
      { role: 'plate', jpeg: pictureIn(form, 'closeup_pic') },
    ]
    return pictures.filter(({ jpeg }) => jpeg.length > 0)
  } catch (error) {
    if (error instanceof Malformed) return []
    throw error
  }
}

function text(form: Form, name: string): string {
  const value = form.get(name)
  if (value === undefined) throw new Malformed(name, 'is there')
  return value
}

function identity(form: Form): string {
  const value = text(form, 'cam_id')
  if (!/^[\x21-\x7e]{1,64}$/.test(value)) throw new Malformed('cam_id', 'is 1 to 64 visible ASCII characters')
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

/**
 * The plate in the camera's text, or null for 无牌车, `_无_`, nothing, and whatever is no plate. No serial holds an I or an O: a
 * camera that reads one means 1 or 0 (lot-devices.md 9.1). Plates that only systems give to cars are not read.
 */
function plateIn(written: string, options: { readonly overseas: boolean }): Plate | null {
  const characters = [...written.slice(0, 40).normalize('NFKC').toUpperCase()]
  const mended = characters.map((c, i) => (i < 2 ? c : c === 'I' ? '1' : c === 'O' ? '0' : c)).join('')
  const asWritten = parsePlate(written.slice(0, 40), options)
  const plate = asWritten.ok ? asWritten : parsePlate(mended, options)
  return plate.ok && plateKind(plate.value) !== 'virtual' ? plate.value : null
}

function takenAt(startTime: string): Instant {
  if (!/^\d{1,10}$/.test(startTime)) throw new Malformed('start_time', 'is a moment in seconds since 1970')
  return (Number(startTime) * 1000) as Instant
}

const confidenceIn = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : null

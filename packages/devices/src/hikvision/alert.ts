import type { Instant, PlateColour } from '@lanepay/domain/types.ts'
import type { LaneRead } from '../lane-device.ts'
import { Malformed } from '../malformed.ts'
import { momentOf } from '../moment.ts'
import { plateIn } from '../plate-in.ts'
import { identityIn, meaningIn, textIn } from '../values.ts'
import { elementAt, readXml, textAt, type Xml } from './xml.ts'

/** Which camera speaks: MAC and channel (lot-devices.md 2.8). A recorder may leave them out. */
export type Speaker = { readonly mac: string | null; readonly channel: string; readonly ip: string | null }

/** An `EventNotificationAlert` with `ANPR` in it, its pictures left aside. */
export type PlateAlert = Speaker &
  Omit<LaneRead, 'kind' | 'serial' | 'recordId' | 'reverse' | 'pictures'> & {
    readonly kind: 'plate'
    /** The same when it is sent again. */
    readonly uuid: string | null
    readonly direction: 'forward' | 'reverse' | 'unknown'
    /** The number of the lane in the picture. */
    readonly line: number | null
    readonly vehicleType: string | null
    readonly vehicleColour: string | null
    /** The camera's own list that the plate is on: whiteList, allowList, blackList, blockList, otherList. */
    readonly list: string | null
    /** Where the plate is in the full picture. */
    readonly box: {
      readonly left: number
      readonly top: number
      readonly right: number
      readonly bottom: number
    } | null
    /** The pictures that follow, in their order: `licensePlatePicture.jpg` and so on. */
    readonly announced: readonly string[]
    /** How many follow. */
    readonly pictures: number
  }
export type Heartbeat = Speaker & { readonly kind: 'heartbeat' }
export type OtherAlert = Speaker & { readonly kind: 'other'; readonly eventType: string }
export type Alert = PlateAlert | Heartbeat | OtherAlert

/** @throws Malformed when the bytes are no `EventNotificationAlert`. */
export function readAlert(bytes: Uint8Array, options: { readonly overseas: boolean }): Alert {
  const alert = readXml(textIn(bytes, 'xml'))
  if (alert.name !== 'EventNotificationAlert') throw new Malformed('xml', 'is an EventNotificationAlert')
  const eventType = nameAt(alert, 'eventType')
  if (eventType === null) throw new Malformed('eventType', 'is there')
  const speaker: Speaker = {
    mac: nameAt(alert, 'macAddress')?.toLowerCase() ?? null,
    channel: nameAt(alert, 'channelID') ?? '1',
    ip: nameAt(alert, 'ipAddress'),
  }
  if (eventType === 'ANPR') return readPlate(alert, speaker, options)
  const isHeartbeat = eventType === 'videoloss' && textAt(alert, 'eventState') === 'inactive'
  return isHeartbeat ? { ...speaker, kind: 'heartbeat' } : { ...speaker, kind: 'other', eventType }
}

/** What something is known by; null where it is not there. @throws Malformed when nothing can be known by it. */
export function nameAt(xml: Xml, element: string): string | null {
  const text = textAt(xml, element)
  return text === null ? null : identityIn(text, element)
}

/** How the lot knows the camera; empty where a recorder does not say whose alert it passes on. */
export const serialOf = ({ mac, channel, ip }: Speaker): string =>
  (mac ?? ip) ? `${(mac ?? ip)?.slice(0, 48)}/${channel.slice(0, 8)}` : ''

function readPlate(alert: Xml, speaker: Speaker, options: { readonly overseas: boolean }): PlateAlert {
  const anpr = elementAt(alert, 'ANPR')
  if (!anpr) throw new Malformed('ANPR', 'is there')
  const plateText = textAt(anpr, 'licensePlate') ?? ''
  const pictures = elementAt(anpr, 'pictureInfoList')?.children ?? []
  const boxed = pictures.find((picture) => elementAt(picture, 'plateRect') !== null)
  const announced = pictures.map((picture) => textAt(picture, 'fileName') ?? textAt(picture, 'type') ?? '')
  return {
    ...speaker,
    kind: 'plate',
    uuid: uuidIn(textAt(alert, 'UUID')),
    plate: plateIn(plateText, options),
    plateText,
    colour: meaningIn(colours, textAt(anpr, 'plateColor')?.toLowerCase() ?? '') ?? 'unknown',
    confidence: confidenceIn(textAt(anpr, 'confidenceLevel')),
    takenAt: takenAt(textAt(alert, 'dateTime')),
    stored: storedFlag(textAt(alert, 'isDataRetransmission')),
    trigger: meaningIn(triggers, textAt(anpr, 'detectType') ?? '') ?? 'unknown',
    direction: directionIn(textAt(anpr, 'direction')),
    line: wholeIn(textAt(anpr, 'line')),
    vehicleType: wordIn(textAt(anpr, 'vehicleType')),
    vehicleColour: wordIn(textAt(anpr, 'vehicleInfo', 'color')),
    list: textAt(anpr, 'vehicleListName'),
    box: boxed ? boxIn(boxed) : null,
    announced,
    pictures: wholeIn(textAt(alert, 'picNum')) ?? announced.length,
  }
}

const colours: Readonly<Record<string, PlateColour>> = {
  blue: 'blue',
  yellow: 'yellow',
  white: 'white',
  black: 'black',
  green: 'green',
}

/**
 * † `detectType` is not in lot-devices.md. Public copies of the vendor's SDK manual give for the same field: 0 frames inside the
 * camera, 1 loop, 2 video, 3 several frames, 4 radar, 5 mixed traffic.
 */
const triggers: Readonly<Record<string, LaneRead['trigger']>> = {
  0: 'video',
  1: 'loop',
  2: 'video',
  3: 'video',
  5: 'video',
}

/** With its zone; without one it is Chinese time (lot-devices.md 1). Null when there is none. */
function takenAt(dateTime: string | null): Instant | null {
  if (dateTime === null) return null
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/.exec(dateTime)
  const at = parts && momentOf(parts[1]!, parts[2]!, parts[3])
  if (at === null) throw new Malformed('dateTime', 'is a date and time of ISO 8601')
  return at
}

/** A record taken for live although it is history would open a gate, so nothing but true and false is understood. */
function storedFlag(text: string | null): boolean {
  const flag = text?.toLowerCase() ?? 'false'
  if (flag !== 'true' && flag !== 'false') throw new Malformed('isDataRetransmission', 'is true or false')
  return flag === 'true'
}

function confidenceIn(text: string | null): number | null {
  const isNumber = text !== null && /^\d{1,3}(?:\.\d{1,9})?$/.test(text)
  return isNumber && Number(text) <= 100 ? Math.round(Number(text)) : null
}

/** One that cannot be a name is none: the vehicle was there all the same. */
const uuidIn = (text: string | null): string | null =>
  text !== null && /^[\x21-\x7e]{1,128}$/.test(text) ? text : null
const directionIn = (text: string | null): PlateAlert['direction'] =>
  text === 'forward' || text === 'reverse' ? text : 'unknown'
const wholeIn = (text: string | null): number | null => (text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null)
const wordIn = (text: string | null): string | null => (text === 'unknown' ? null : text)

/** Only for showing the picture: anything but four numbers is no box. */
function boxIn(picture: Xml): PlateAlert['box'] {
  const [x, y, width, height] = ['X', 'Y', 'width', 'height'].map((name) => wholeIn(textAt(picture, 'plateRect', name)))
  if (x == null || y == null || width == null || height == null) return null
  return { left: x, top: y, right: x + width, bottom: y + height }
}

import type { PlateColour } from '@lanepay/domain/types.ts'
import type { Device, Record, Trigger } from '../face.ts'
import type { Vehicle } from '../lane-state.ts'
import { samplePicture } from '../picture.ts'

/* What a VzLPR camera says (lot-devices.md 2.2), field for field as its samples. */

const triggers: { readonly [trigger in Trigger]: number } = {
  auto: 1,
  loop: 2,
  software: 4,
  staying: 64,
  'stay-ended': 65,
  'turned-back': 66,
}

const colourCodes: { readonly [colour in PlateColour]: number } = {
  unknown: 0,
  blue: 1,
  yellow: 2,
  white: 3,
  black: 4,
  green: 5,
  'yellow-green': 6,
}

const typeByEnding: { readonly [ending: string]: number } = { 警: 5, 学: 13, 港: 11, 澳: 14, 领: 22, 使: 10, 急: 21 }

function plateType({ plateText, colour }: Vehicle): number {
  if (plateText === null) return 0
  const byEnding = typeByEnding[plateText.at(-1) ?? '']
  if (byEnding !== undefined) return byEnding
  if (plateText.startsWith('WJ')) return 6
  if (plateText.startsWith('使')) return 10
  if (colour === 'green') return 19
  if (colour === 'yellow-green') return 20
  return { blue: 1, black: 2, yellow: 3, white: 8, unknown: 0 }[colour]
}

/** A minute hand in China. */
function brokenDown(ms: number) {
  const china = new Date(ms + 8 * 3_600_000)
  return {
    decday: china.getUTCDate(),
    dechour: china.getUTCHours(),
    decmin: china.getUTCMinutes(),
    decmon: china.getUTCMonth() + 1,
    decsec: china.getUTCSeconds(),
    decyear: china.getUTCFullYear(),
  }
}

const nowhere = { bottom: 0, left: 0, right: 0, top: 0 }
const somewhere = { bottom: 674, left: 1002, right: 1263, top: 565 }

/** What a camera over any wire says of a picture, the picture itself left aside. */
export function plateFields({ takenAt, trigger, vehicle }: Record) {
  const { plateText } = vehicle
  const sec = Math.floor(takenAt / 1000)
  return {
    bright: 0,
    carBright: 0,
    carColor: 255,
    colorType: colourCodes[vehicle.colour],
    colorValue: 0,
    confidence: plateText === null ? 0 : (vehicle.confidence ?? 97),
    direction: 0,
    license: plateText ?? '_无_',
    location: { RECT: plateText === null ? nowhere : somewhere },
    timeStamp: { Timeval: { ...brokenDown(takenAt), sec, usec: (takenAt - sec * 1000) * 1000 } },
    timeUsed: 0,
    triggerType: triggers[trigger],
    type: plateType(vehicle),
  }
}

/** The whole picture and, where there is a plate, the plate. */
export const picturesOf = (vehicle: Vehicle): { readonly full: Buffer; readonly plate: Buffer } => ({
  full: pictureOf(vehicle),
  plate: vehicle.plateText === null ? Buffer.alloc(0) : samplePicture,
})

/** `AlarmInfoPlate`; a stored record is one that could not be sent when it was taken. */
export function plateMessage(device: Device, record: Record, stored: boolean) {
  const { full, plate } = picturesOf(record.vehicle)
  const { serial, name, ip } = device
  const PlateResult = {
    ...plateFields(record),
    car_brand: { brand: 255, type: 255, year: 65535 },
    carlocation: { RECT: nowhere },
    clean_time: 0,
    feature_code: true,
    gioouts: ['0', '1', '2'].map((ionum) => ({ ctrltype: 0, ionum })),
    imageFile: full.toString('base64'),
    imageFileLen: full.length,
    imageFragmentFile: plate.toString('base64'),
    imageFragmentFileLen: plate.length,
    is_fake_plate: 0,
    isoffline: stored ? 1 : 0,
    license_ext_type: 0,
    plate_distance: 0,
    plate_true_width: 25,
    plateid: record.id,
    plates: [],
  }
  return {
    AlarmInfoPlate: {
      channel: 0,
      deviceName: name,
      ipaddr: ip,
      result: { PlateResult },
      serialno: serial,
      user_data: '',
    },
  }
}

function pictureOf({ picture = samplePicture, pictureBytes = 0 }: Vehicle): Buffer {
  // What follows the end of a JPEG is no part of the picture.
  return Buffer.concat([picture, Buffer.alloc(Math.max(0, pictureBytes - picture.length))])
}

/** `AlarmGioIn`: an input, numbered from 1 on the housing and from 0 on the wire, went on or off. */
export const inputMessage = ({ serial, name, ip }: Device, input: number, on: boolean): object => ({
  AlarmGioIn: {
    deviceName: name,
    ipaddr: ip,
    result: { TriggerResult: { source: input - 1, value: on ? 1 : 0 } },
    serialno: serial,
  },
})

/** `SerialData`: bytes that came in on a serial line. */
export const serialMessage = ({ serial, name, ip }: Device, port: number, bytes: Buffer): object => ({
  SerialData: {
    channel: 0,
    serialno: serial,
    ipaddr: ip,
    deviceName: name,
    serialChannel: port,
    data: bytes.toString('base64'),
    dataLen: bytes.length,
  },
})

import type { PlateColour } from '@lanepay/domain/types.ts'
import type { Device, Record, Trigger } from '../face.ts'
import type { Vehicle } from '../lane-state.ts'
import { samplePicture } from '../picture.ts'

/* What a VzLPR camera posts (lot-devices.md 2.2), field for field as its samples. */

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

/** `AlarmInfoPlate`; a stored record is one that could not be sent when it was taken. */
export function plateMessage(device: Device, { id, takenAt, trigger, vehicle }: Record, stored: boolean): object {
  const { plateText } = vehicle
  const full = pictureOf(vehicle)
  const [license, box] = plateText === null ? ['_无_', nowhere] : [plateText, somewhere]
  const sec = Math.floor(takenAt / 1000)
  const { serial, name, ip } = device
  const PlateResult = {
    bright: 0,
    carBright: 0,
    carColor: 255,
    car_brand: { brand: 255, type: 255, year: 65535 },
    carlocation: { RECT: nowhere },
    clean_time: 0,
    colorType: colourCodes[vehicle.colour],
    colorValue: 0,
    confidence: plateText === null ? 0 : (vehicle.confidence ?? 97),
    direction: 0,
    feature_code: true,
    gioouts: ['0', '1', '2'].map((ionum) => ({ ctrltype: 0, ionum })),
    imageFile: full.toString('base64'),
    imageFileLen: full.length,
    imageFragmentFile: plateText === null ? '' : samplePicture.toString('base64'),
    imageFragmentFileLen: plateText === null ? 0 : samplePicture.length,
    is_fake_plate: 0,
    isoffline: stored ? 1 : 0,
    license,
    license_ext_type: 0,
    location: { RECT: box },
    plate_distance: 0,
    plate_true_width: 25,
    plateid: id,
    plates: [],
    timeStamp: { Timeval: { ...brokenDown(takenAt), sec, usec: (takenAt - sec * 1000) * 1000 } },
    timeUsed: 0,
    triggerType: triggers[trigger],
    type: plateType(vehicle),
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

/** The heartbeat, which is also the comet poll: a form with the camera's web login in clear. */
export function heartbeatForm(
  device: Device,
  password: string,
): { readonly contentType: string; readonly body: Buffer } {
  const boundary = '------------------------caa771fe4a61f3d9'
  const fields = {
    device_name: device.name,
    ipaddr: device.ip,
    port: '80',
    user_name: 'admin',
    pass_wd: password,
    serialno: device.serial,
    channel_num: '1',
  }
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.from([...parts, `--${boundary}--\r\n`].join('')),
  }
}

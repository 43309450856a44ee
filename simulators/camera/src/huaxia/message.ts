import type { PlateColour } from '@lanepay/domain/types.ts'
import type { Device, Record, Trigger } from '../face.ts'
import { pictureOf, samplePicture } from '../picture.ts'

/* What a Huaxia camera posts (lot-devices.md 2.5): a form whose values are not percent-encoded, Chinese words in UTF-8. */

const colours: Readonly<{ [colour in PlateColour]: string }> = {
  unknown: '未知',
  blue: '蓝色',
  yellow: '黄色',
  white: '白色',
  black: '黑色',
  green: '绿色',
  'yellow-green': '黄绿',
}
const triggers: Readonly<{ [trigger in Trigger]: string }> = {
  auto: 'video',
  loop: 'hwtriger',
  software: 'swtriger',
  staying: 'video',
  'stay-ended': 'video',
  'turned-back': 'video',
}
const signs: Readonly<{ [sign: string]: string }> = { '+': '-', '/': '_', '=': '.' }

/** Base64 in the alphabet of the camera. */
const pictureText = (bytes: Buffer): string => bytes.toString('base64').replace(/[+/=]/g, (sign) => signs[sign]!)
const written = (fields: Readonly<{ [name: string]: string | number }>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

export type PlateForm = { readonly body: Buffer; readonly shown: string }

/** `startTime` in seconds by the camera's clock. */
export function plateForm(device: Device, record: Record, startTime: number, stored: boolean): PlateForm {
  const { vehicle, trigger } = record
  const fields = {
    type: stored ? 'offline' : 'online',
    mode: 5,
    plate_num: vehicle.plateText ?? '无牌车',
    car_logo: '未知',
    plate_val: vehicle.plateText !== null,
    confidence: vehicle.confidence ?? 97,
    plate_color: colours[vehicle.colour],
    car_color: '未知',
    vehicle_type: '轿车',
    start_time: startTime,
    park_id: 5,
    cam_id: device.serial,
    cam_ip: device.ip,
    vdc_type: 'in',
    is_whitelist: false,
    triger_type: triggers[trigger],
  }
  const told = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]))
  const pictures = { picture: pictureText(pictureOf(vehicle)), closeup_pic: pictureText(samplePicture) }
  return {
    body: Buffer.from(written({ ...told, ...pictures })),
    shown: written({ ...told, picture: '(picture)', closeup_pic: '(picture)' }),
  }
}

export const heartbeatForm = (device: Device): Buffer =>
  Buffer.from(written({ type: 'heartbeat', cam_id: device.serial, cam_ip: device.ip, park_id: 5 }))

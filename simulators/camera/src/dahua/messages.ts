import type { PlateColour } from '@lanepay/domain/types.ts'
import type { Device, Record } from '../face.ts'

/* What a Dahua camera writes (lot-devices.md 2.9): key by key as in the samples there. */

const colours: Readonly<{ [colour in PlateColour]: string }> = {
  unknown: 'Unknown',
  blue: 'Blue',
  yellow: 'Yellow',
  white: 'White',
  black: 'Black',
  green: 'Green',
  'yellow-green': 'YellowGreen',
}

/** An event of the snapshot stream. Time stamps of frames run on: no two records have the same. */
export function eventText({ vehicle, takenAt }: Record, pts: number, prefix: 'Events' | 'ReturnEvents'): string {
  const pairs = {
    'EventBaseInfo.Code': 'TrafficJunction',
    'EventBaseInfo.Action': 'Pulse',
    'EventBaseInfo.Index': 0,
    Code: 'TrafficJunction',
    Lane: 1,
    PTS: pts.toFixed(1),
    UTC: Math.floor(takenAt / 1000),
    'TrafficCar.PlateNumber': vehicle.plateText ?? '',
    'TrafficCar.PlateColor': colours[vehicle.colour],
    'TrafficCar.PlateType': 'Normal',
    'TrafficCar.VehicleColor': 'White',
    'TrafficCar.VehicleSign': 'Unknown',
    'TrafficCar.Speed': 12,
  }
  return Object.entries(pairs)
    .map(([key, value]) => `${prefix}[0].${key}=${value}\r\n`)
    .join('')
}

export const heartbeatText = 'Heartbeat'

/** Parts of the stream, the boundary before each. */
export function streamParts(parts: readonly { readonly type: string; readonly bytes: Buffer }[]): Buffer {
  return Buffer.concat(
    parts.flatMap(({ type, bytes }) => [
      Buffer.from(`--myboundary\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`),
      bytes,
      Buffer.from('\r\n'),
    ]),
  )
}

const china = (at: number): string => new Date(at + 8 * 3_600_000).toISOString()
/** Its clock as it tells it: `2026-7-15 10:46:41`. */
export function timeText(at: number): string {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T(\d+:\d+:\d+)/.exec(china(at)) ?? []
  return `result = ${year}-${Number(month)}-${Number(day)} ${time}\r\n`
}

export const picNameOf = ({ takenAt, id }: Record): string =>
  `${china(takenAt).replace(/\D/g, '').slice(0, 14)}_${id}.jpg`

/** What is posted of a vehicle. */
export function tollgateInfo(device: Device, record: Record, picture: Buffer): object {
  const { vehicle, takenAt } = record
  const hasPlate = vehicle.plateText !== null
  return {
    Picture: {
      NormalPic: { PicName: picNameOf(record), Content: picture.toString('base64') },
      Plate: {
        BoundingBox: [880, 1000, 1020, 1040],
        Channel: 0,
        Confidence: vehicle.confidence ?? 97,
        IsExist: hasPlate,
        PlateColor: colours[vehicle.colour],
        PlateNumber: vehicle.plateText ?? '',
        PlateType: 'Normal',
        Region: '',
        UploadNum: 1,
      },
      Vehicle: {
        VehicleBoundingBox: [600, 500, 1500, 1300],
        VehicleColor: 'White',
        VehicleSeries: '',
        VehicleSign: '',
        VehicleType: 'SaloonCar',
      },
      SnapInfo: {
        AccurateTime: china(takenAt).replace('T', ' ').replace('Z', ''),
        AllowUser: false,
        AllowUserEndTime: '',
        BlockUser: false,
        BlockUserEndTime: '',
        DeviceID: device.serial,
        Direction: 'Approach',
        TimeZone: 8,
      },
    },
  }
}

export const keepAlive = ({ serial }: Device): object => ({ Active: 'keepAlive', DeviceID: serial })

/** The answer must have a true result, or it is posted again. */
export function isTrueResult(body: Buffer): boolean {
  try {
    return JSON.parse(body.toString('utf8')).Result === true
  } catch {
    return false // no JSON: no result
  }
}

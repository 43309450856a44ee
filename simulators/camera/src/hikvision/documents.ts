import type { Device, Record, Trigger } from '../face.ts'

/* What a Hikvision camera writes (lot-devices.md 2.8): element by element as in captures of the vendor's own. */

export const namespaces = {
  ver20: 'http://www.hikvision.com/ver20/XMLSchema',
  ver10: 'http://www.std-cgi.com/ver10/XMLSchema',
} as const
export type Writing = {
  /** Newer or older firmware. */
  readonly namespace: keyof typeof namespaces
  /** What a recorder in between puts before every name; null without one. */
  readonly prefix: string | null
}
export type Picture = { readonly fileName: string; readonly bytes: Buffer }

const twoDigits = (number: number): string => String(number).padStart(2, '0')
const chinese = (at: number) => {
  const local = new Date(at + 8 * 3_600_000)
  const date = [local.getUTCFullYear(), twoDigits(local.getUTCMonth() + 1), twoDigits(local.getUTCDate())]
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(twoDigits)
  return { date, time, ms: String(local.getUTCMilliseconds()).padStart(3, '0') }
}
export const dateTime = (at: number): string => {
  const { date, time } = chinese(at)
  return `${date.join('-')}T${time.join(':')}+08:00`
}
const digits = (at: number): string => {
  const { date, time } = chinese(at)
  return [...date, ...time].join('')
}

/** The same whenever the record is sent: its moment, and what tells it from others of that moment. */
export const uuidOf = ({ takenAt, id }: Record): string => `${digits(takenAt)}${chinese(takenAt).ms}00edbIawTk${id}`
/** 25 digits, in the order of the records. */
export const picNameOf = ({ takenAt, id }: Record): string => `${digits(takenAt)}${String(id).padStart(11, '0')}`

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign)
type Content = string | number | readonly (readonly [name: string, content: Content])[]
/** One element a line, as the vendor writes them. */
const lines = (content: Exclude<Content, string | number>): string =>
  content
    .map(([name, inner]) =>
      typeof inner === 'object'
        ? `<${name}>\n${lines(inner)}</${name}>\n`
        : `<${name}>${escaped(String(inner))}</${name}>\n`,
    )
    .join('')

const alertOf = (content: Exclude<Content, string | number>, { namespace, prefix }: Writing): string => {
  const xml = `<EventNotificationAlert version="2.0" xmlns="${namespaces[namespace]}">\n${lines(content)}</EventNotificationAlert>\n`
  if (prefix === null) return xml
  const prefixed = xml.replace('xmlns=', `xmlns:${prefix}=`).replace(/<(\/?)(?=\w)/g, `<$1${prefix}:`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${prefixed}`
}

/** Frames inside the camera, a loop, or nobody says. */
const detectTypes: Readonly<{ [trigger in Trigger]: number }> = {
  auto: 0,
  loop: 1,
  software: 0,
  staying: 0,
  'stay-ended': 0,
  'turned-back': 0,
}

export function plateAlert(
  device: Device,
  channel: number,
  record: Record,
  given: { readonly stored: boolean; readonly pictures: readonly Picture[] } & Writing,
): string {
  const { vehicle, takenAt, trigger } = record
  const plate = vehicle.plateText ?? 'unknown'
  const stamp = `${digits(takenAt)}${chinese(takenAt).ms}`
  const pictureInfo = given.pictures.map(({ fileName }, i) => {
    const rect: Content = [
      ['X', 413],
      ['Y', 241],
      ['width', 26],
      ['height', 10],
    ]
    const isFull = fileName === 'detectionPicture.jpg'
    const info: Content = [
      ['fileName', fileName],
      ['type', fileName.replace('.jpg', '')],
      ['absTime', stamp],
      ...(isFull ? [['plateRect', rect] as const] : []),
      ['pId', `${stamp}${i}VdqwBMgt`],
    ]
    return ['pictureInfo', info] as const
  })
  return alertOf(
    [
      ['ipAddress', device.ip],
      ['portNo', 80],
      ['protocol', 'HTTP'],
      ['macAddress', device.serial],
      ['channelID', channel],
      ['dateTime', dateTime(takenAt)],
      ['activePostCount', 1],
      ['eventType', 'ANPR'],
      ['eventState', 'active'],
      ['eventDescription', 'ANPR'],
      ['channelName', device.name],
      [
        'ANPR',
        [
          ['country', 0],
          ['licensePlate', plate],
          ['line', 1],
          ['direction', 'forward'],
          ['confidenceLevel', vehicle.confidence ?? 97],
          ['plateType', 'unknown'],
          ['plateColor', vehicle.colour === 'yellow-green' ? 'unknown' : vehicle.colour],
          ['vehicleType', 'vehicle'],
          ['detectDir', 8],
          ['detectType', detectTypes[trigger]],
          [
            'vehicleInfo',
            [
              ['color', 'unknown'],
              ['vehileSubLogoRecog', 0],
              ['vehileModel', 0],
            ],
          ],
          ['pictureInfoList', pictureInfo],
          ['originalLicensePlate', plate],
          ['vehicleListName', 'otherList'],
        ],
      ],
      ['UUID', uuidOf(record)],
      ['picNum', given.pictures.length],
      ['monitoringSiteID', ''],
      ['isDataRetransmission', String(given.stored)],
    ],
    given,
  )
}

export const heartbeatAlert = (device: Device, channel: number, at: number, writing: Writing): string =>
  alertOf(
    [
      ['ipAddress', device.ip],
      ['portNo', 80],
      ['protocol', 'HTTP'],
      ['macAddress', device.serial],
      ['channelID', channel],
      ['dateTime', dateTime(at)],
      ['activePostCount', 0],
      ['eventType', 'videoloss'],
      ['eventState', 'inactive'],
      ['eventDescription', 'videoloss alarm'],
    ],
    writing,
  )

const document = (name: string, content: Exclude<Content, string | number>): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name} version="2.0" xmlns="${namespaces.ver20}">\n${lines(content)}</${name}>\n`

/** What is remembered; its order is not guaranteed, so the newest comes first. */
export const platesDocument = (records: readonly Record[]): string =>
  document(
    'Plates',
    records.toReversed().map(
      (record) =>
        [
          'Plate',
          [
            ['captureTime', `${digits(record.takenAt).replace(/^(\d{8})/, '$1T')}0000`],
            ['plateNumber', record.vehicle.plateText ?? 'unknown'],
            ['picName', picNameOf(record)],
            ['country', 'CHN'],
            ['laneNo', 1],
            ['direction', 'forward'],
          ],
        ] as const,
    ),
  )

export const deviceDocument = (device: Device): string =>
  document('DeviceInfo', [
    ['deviceName', device.name],
    ['serialNumber', `DS-TCG227${device.serial.replaceAll(':', '')}`],
    ['macAddress', device.serial],
    ['firmwareVersion', 'V5.2.6'],
  ])
export const timeDocument = (at: number): string =>
  document('Time', [
    ['timeMode', 'NTP'],
    ['localTime', dateTime(at)],
    ['timeZone', 'CST-8:00:00'],
  ])
export const barrierDocument = (state: 0 | 1 | 2): string => document('BarrierGate', [['barrierGateStatus', state]])
export const statusDocument = (url: string, code: number, words: string): string =>
  document('ResponseStatus', [
    ['requestURL', url],
    ['statusCode', code],
    ['statusString', words],
  ])

import type { LanePicture } from '@lanepay/devices/lane-device.ts'
import type { Instant } from '@lanepay/domain/types.ts'

/** One picture on disk: LANE/DAY/INSTANT-RECORD-ROLE.jpg, the day and its folder in Chinese time. */
export type PictureName = {
  readonly lane: number
  /** When the lot heard of the read, as in its log. */
  readonly at: Instant
  readonly recordId: string
  readonly role: LanePicture['role']
}

const chinaAheadMs = 8 * 3_600_000
/** A camera may call its records whatever it likes; more than this no disk has to take. */
const mostRecord = 120

export const dayOf = (at: Instant): string => new Date(at + chinaAheadMs).toISOString().slice(0, 10)

/** What no file system minds, and `-` stands between the parts only. */
const written = (recordId: string): string =>
  encodeURIComponent(recordId.toWellFormed())
    .replace(/[^\w%]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
    .slice(0, mostRecord)

/** Where it lies, from the folder of pictures. */
export const pathOf = ({
  lane,
  at,
  recordId,
  role,
}: PictureName): readonly [lane: string, day: string, file: string] => [
  String(lane),
  dayOf(at),
  `${at}-${written(recordId)}-${role}.jpg`,
]

/** Whether a file holds a picture of this read; without a record number, of any read of that instant. */
export const isOfRead = (file: string, at: Instant, recordId?: string): boolean =>
  file.startsWith(recordId === undefined ? `${at}-` : `${at}-${written(recordId)}-`)

/** When the picture of a file was heard of; null where the file is none of ours. */
export function instantIn(file: string): Instant | null {
  const [, at] = /^(\d{1,16})-[\w%]+-(?:full|vehicle|plate)\.jpg$/.exec(file) ?? []
  return at === undefined ? null : (Number(at) as Instant)
}

const roles = ['full', 'vehicle', 'plate'] as const
const rankOf = (file: string): number => roles.findIndex((role) => file.endsWith(`-${role}.jpg`))
/** Pictures of one read, those first that say most of who stands there: the whole scene. */
export const bestFirst = (files: readonly string[]): readonly string[] =>
  files.toSorted((a, b) => rankOf(a) - rankOf(b))

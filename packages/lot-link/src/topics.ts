import type { LotKey } from '@lanepay/domain/types.ts'
import type { DownKind, UpKind } from './messages.ts'

export type DeviceKey = LotKey & { readonly device: string }

/** `lot/<bucket>/<lot>/<device>/up/<kind>`: what the device may publish. No dots, no wildcards (scale.md 4.3). */
export const upTopic = ({ bucket, lotId, device }: DeviceKey, kind: UpKind): string =>
  `lot/${bucket}/${lotId}/${device}/up/${kind}`
/** `lot/<bucket>/<lot>/<device>/down/<kind>`: what the device may hear. */
export const downTopic = ({ bucket, lotId, device }: DeviceKey, kind: DownKind): string =>
  `lot/${bucket}/${lotId}/${device}/down/${kind}`
/** What a cloud process hears of one bucket. */
export const upTopicsOf = (bucket: number | '+'): string => `lot/${bucket}/+/+/up/#`

/** Reads a topic back; null for anything that is not exactly one of ours. */
export function parseTopic(topic: string): (DeviceKey & { direction: 'up' | 'down'; kind: string }) | null {
  const parts = /^lot\/(\d{1,3})\/(\d{1,7})\/([a-z0-9-]{1,32})\/(up|down)\/([a-z-]{1,20})$/.exec(topic)
  if (!parts) return null
  const [, bucket, lotId, device, direction, kind] = parts
  return {
    bucket: Number(bucket),
    lotId: Number(lotId),
    device: device!,
    direction: direction as 'up' | 'down',
    kind: kind!,
  }
}
/** The broker user of a lot's device: also its MQTT client id (scale.md 4.3). */
export const clientIdOf = ({ lotId, device }: { lotId: number; device: string }): string => `lot${lotId}-${device}`

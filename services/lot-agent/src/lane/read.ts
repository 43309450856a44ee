import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Occupancy } from '../disk/store.ts'

/** Why a read tells a story and opens nothing (domain.md 4: event older than 12 s, or from the future). Null: it counts. */
export function historyOf(
  read: Pick<LaneRead, 'stored' | 'takenAt'>,
  now: Instant,
  limits: { readonly freshSeconds: number; readonly aheadSeconds: number },
): 'stored' | 'stale' | 'from-the-future' | null {
  if (read.stored) return 'stored'
  if (read.takenAt === null) return null // the camera has no clock: its word counts as of its arrival
  const ageMs = now - read.takenAt
  if (ageMs > limits.freshSeconds * 1000) return 'stale'
  return ageMs < -limits.aheadSeconds * 1000 ? 'from-the-future' : null
}

/** Whether a read is about the vehicle that stands there already. An unread look is a worse look at the same vehicle. */
export function isSameVehicle(standing: Occupancy | null, read: Pick<LaneRead, 'plate'>): standing is Occupancy {
  if (standing === null || standing.position === 'off-loop') return false
  return read.plate === null || read.plate === standing.plate
}

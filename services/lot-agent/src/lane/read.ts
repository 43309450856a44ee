import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import { oneError, plateDistance } from '@lanepay/domain/confusable.ts'
import type { Instant, Plate } from '@lanepay/domain/types.ts'
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

/** So soon after the first look another look that differs by one known error of a reader is the same vehicle. */
const burstMs = 3_000
/** So soon after it went through the camera may still see its tail. */
const rereadMs = 10_000

/**
 * Whether a read is about the vehicle that stands there already. An unread look is a worse look at the same vehicle, and so is
 * one of the same burst that differs by one character that readers confuse.
 */
export function isSameVehicle(
  standing: Occupancy | null,
  read: Pick<LaneRead, 'plate'>,
  now: Instant,
): standing is Occupancy {
  if (standing === null || standing.position === 'off-loop') return false
  if (read.plate === null || read.plate === standing.plate) return true
  const isBurst = standing.position === 'at-camera' && now - standing.since <= burstMs
  return isBurst && standing.plate !== null && plateDistance(read.plate, standing.plate) <= oneError
}

/** Whether a read is of a vehicle that has just gone through here. */
export const isTail = (
  last: { readonly plate: Plate | null; readonly at: Instant } | null,
  read: Pick<LaneRead, 'plate'>,
  now: Instant,
): boolean => last !== null && read.plate !== null && last.plate === read.plate && now - last.at <= rereadMs

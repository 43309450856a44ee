import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { recentPictures } from './recent-pictures.ts'
import { laneSeen } from './seen.ts'

/** What the agent notes of its lanes for whoever looks at the page. */
export function laneNotes() {
  const [seen, pictures] = [laneSeen(), recentPictures()]
  return {
    seen,
    pictures,
    read(lane: number, read: LaneRead, at: Instant): void {
      seen.read(lane, read, at)
      // Pictures are taken out once the lane has its answer: no lane waits for them.
      setImmediate(() => pictures.keep(lane, read, at))
    },
    show: seen.show,
  }
}

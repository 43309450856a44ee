import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { keptPictures } from './kept-pictures.ts'
import { laneSeen } from './seen.ts'

/** What the agent notes of its lanes for whoever looks at the page; pictures are where the equipment keeps them. */
export function laneNotes(pictureDir: string, log: Log) {
  const [seen, pictures] = [laneSeen(), keptPictures(pictureDir, log)]
  return {
    seen,
    pictures,
    read(lane: number, read: LaneRead, at: Instant): void {
      seen.read(lane, read, at)
      if (read.pictures) pictures.look(lane, at)
    },
    show: seen.show,
  }
}

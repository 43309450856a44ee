import { statfsSync } from 'node:fs'
import { type IdMaker, instantOfId } from '@lanepay/domain/ids.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { giveUpOldCopies } from './backup.ts'
import { DiskFull } from './open-errors.ts'
import type { NewEvent } from './store.ts'

/** Room that makes a full disk well again: months of the log of a usual lot. */
export const roomEnough = 32 * 1024 * 1024

/** What the log must tell of the disk, once it can be written again. */
export type Room = {
  /** What is not in the log yet. Handed to the next turn, which writes it down. */
  untold(): readonly NewEvent[]
  told(events: readonly NewEvent[]): void
  /** A turn found no room: whatever needs it less gives way, so that the next one finds some. */
  ranOut(error: unknown): DiskFull
  markBehind(error: unknown): void
  copied(): void
  notCopied(error: unknown): void
}

/** Watches whether the disk takes what is written; tells every change once. */
export function roomWatch(dir: string, newId: IdMaker, giveWay: () => void = () => {}): Room {
  let refused = 0
  let ill = false
  let badMark: string | null = null
  let badCopy: string | null = null
  let copyIsIll = false
  const event = (state: 'well' | 'ill', because: string): NewEvent => ({
    kind: 'device',
    at: instantOfId(newId()) as Instant,
    device: 'disk',
    state,
    because,
  })
  const hasRoom = () => {
    const { bavail, bsize } = statfsSync(dir)
    return bavail * bsize >= roomEnough
  }
  return {
    untold() {
      const news = [
        ...(refused > 0 ? [`there was no room on the disk: ${refused} turns were refused, none was half done`] : []),
        ...(badMark === null ? [] : [`lot.mark could not be written: ${badMark}`]),
        ...(badCopy === null ? [] : [`no copy of the file could be made: ${badCopy}`]),
      ]
      if (news.length > 0) return [event('ill', news.join('; '))]
      return ill && !copyIsIll && hasRoom() ? [event('well', 'the disk takes everything again')] : []
    },
    told(events) {
      for (const told of events) if (told.kind === 'device') ill = told.state === 'ill'
      if (events.length === 0) return
      refused = 0
      badMark = null
      badCopy = null
    },
    ranOut(error) {
      refused += 1
      giveUpOldCopies(dir)
      giveWay()
      return new DiskFull('the disk took no more; the turn is undone, what was acknowledged stands', { cause: error })
    },
    markBehind(error) {
      badMark = (error as Error).message
    },
    copied() {
      copyIsIll = false
    },
    notCopied(error) {
      if (!copyIsIll) badCopy = (error as Error).message
      copyIsIll = true
    },
  }
}

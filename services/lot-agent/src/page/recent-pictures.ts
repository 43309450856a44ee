import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { PagePictures } from './page-lot.ts'
import type { SeenRead } from './seen.ts'

/** Enough for the reads that a lane shows. A picture of a whole scene has some hundred kilobytes. */
const keptInLane = 6
const keptBytesInLane = 6 * 1024 * 1024
/** A picture belongs to what was logged at its time: before its read was answered, or as it was. */
const nearMs = 5_000

type Kept = { readonly name: string; readonly record: string; readonly at: Instant; readonly jpeg: Uint8Array }

/** The last pictures of every lane, in memory: what the page shows of the vehicles that stand there now. */
export function recentPictures(): PagePictures & { keep(lane: number, read: LaneRead, at: Instant): void } {
  const kept = new Map<number, readonly Kept[]>()
  const of = (lane: number) => kept.get(lane) ?? []
  const recordOf = ({ serial, recordId }: Pick<SeenRead, 'serial' | 'recordId'>) => `${serial} ${recordId}`
  let count = 0
  return {
    keep(lane, read, at) {
      const pictures = read.pictures?.() ?? []
      const picture = pictures.find(({ role }) => role === 'full') ?? pictures[0]
      const record = recordOf(read)
      if (!picture || of(lane).some((one) => one.record === record)) return
      // Copied: what it is cut out of is the whole post of the camera, and would be kept with it.
      const jpeg = Uint8Array.from(picture.jpeg)
      count += 1
      let bytes = 0
      const newest = [{ name: `${lane}-${at}-${count}`, record, at, jpeg }, ...of(lane)].slice(0, keptInLane)
      kept.set(
        lane,
        newest.filter(({ jpeg }) => {
          bytes += jpeg.length
          return bytes <= keptBytesInLane
        }),
      )
    },
    ofRead: (lane, read) => of(lane).find(({ record }) => record === recordOf(read))?.name ?? null,
    near: (lane, at) => of(lane).find((one) => Math.abs(one.at - at) <= nearMs)?.name ?? null,
    bytes: async (name) => [...kept.values()].flat().find((one) => one.name === name)?.jpeg ?? null,
  }
}

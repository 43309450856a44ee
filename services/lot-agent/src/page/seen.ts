import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import type { Instant } from '@lanepay/domain/types.ts'

export type SeenRead = Pick<LaneRead, 'serial' | 'recordId' | 'plate' | 'plateText' | 'stored'> & {
  readonly at: Instant
}
export type ShownText = { readonly lines: readonly string[]; readonly at: Instant }

const remembered = 5

/** What was read and shown last in each lane: for whoever looks, not for any decision, so it is not kept on disk. */
export type LaneSeen = ReturnType<typeof laneSeen>
export function laneSeen() {
  const reads = new Map<number, readonly SeenRead[]>()
  const shown = new Map<number, ShownText>()
  return {
    read(lane: number, { serial, recordId, plate, plateText, stored }: LaneRead, at: Instant): void {
      const before = reads.get(lane) ?? []
      if (before.some((one) => one.serial === serial && one.recordId === recordId)) return // sent again
      reads.set(lane, [{ serial, recordId, plate, plateText, stored, at }, ...before].slice(0, remembered))
    },
    show(lane: number, lines: readonly string[], at: Instant): void {
      shown.set(lane, { lines, at })
    },
    readsOf: (lane: number): readonly SeenRead[] => reads.get(lane) ?? [],
    shownIn: (lane: number): ShownText | null => shown.get(lane) ?? null,
  }
}

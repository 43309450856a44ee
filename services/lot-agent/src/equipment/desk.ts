import type { LaneSays, Obeyed } from '@lanepay/devices/lane-device.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { NewEvent, Opening } from '../disk/store.ts'
import type { Shown } from '../lane/text.ts'
import type { LanePlan } from '../plan.ts'

/** What something that a lane said leads to; the order is on disk and has not gone out. */
export type Heard = { readonly opening: Opening | null; readonly words: Shown | null }

/**
 * Where a lot decides, as its equipment sees it. Everything it answers is on its disk. The equipment knows how a lane is told
 * something, the desk knows what.
 */
export type Desk = {
  hear(lane: LanePlan, says: LaneSays, now: Instant): Heard
  /** The order to this lane that has not gone out yet. */
  waiting(lane: LanePlan): Opening | null
  /**
   * It goes out now: it is on disk as told before this returns, and false when there is nothing to tell any more, or no room on
   * the disk. What goes with an answer is as good as done where no sensor says more; what goes over a line has its outcome told
   * by `became`.
   */
  tell(opening: Opening, by: 'answer' | 'line'): boolean
  /** What the gate's own line made of it; on a full disk it is kept as soon as there is room. */
  became(opening: Opening, obeyed: Obeyed): void
  /** What is shown with an opening that nobody had words for. */
  wordsWith(lane: LanePlan, opening: Opening): Shown
  /** This goes out to the display now. */
  shown(lane: LanePlan, words: Shown): void
  /** Something is different with a device: into the lot's log, and so to the cloud; on a full disk as soon as there is room. */
  devices(events: readonly NewEvent[]): void
}

import type { Log } from '@lanepay/domain/log.ts'
import type { NewEvent } from '../disk/store.ts'
import type { Desk } from './desk.ts'

/** Tells what is different with devices: in the log of this process, and in the lot's own, which goes to the cloud. */
export type Tell = (events: readonly NewEvent[]) => void

export const teller =
  (desk: Pick<Desk, 'devices'>, log: Log): Tell =>
  (events) => {
    if (events.length === 0) return
    for (const { kind, at: _, ...facts } of events)
      log('state' in facts && facts.state === 'well' ? 'info' : 'warn', kind, facts)
    desk.devices(events)
  }

import type { Clock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Opening } from '../disk/store.ts'
import type { Lot } from '../lot.ts'
import type { LanePlan } from '../plan.ts'
import type { DeviceView } from './api.ts'
import type { LaneSeen, SeenRead } from './seen.ts'

/** What the page may ask of the agent, and have it do. */
export type PageLot = {
  readonly lot: Lot
  readonly clock: Clock
  readonly seen: LaneSeen
  /** One turn; what it logged goes up. */
  turn<T>(act: () => T): T
  /** The gate hears of a new order now. */
  ring(opening: Opening): void
  connected(): boolean
  devicesOf(lane: LanePlan): readonly DeviceView[]
  readonly pictures: PagePictures
}

/** The pictures that are kept, each by a name that fits into a path. */
export type PagePictures = {
  ofRead(lane: number, read: SeenRead): string | null
  /** Of what was seen in a lane about that time: the nearest before or just after. */
  near(lane: number, at: Instant): string | null
  /** Its bytes; null: there is none of that name, or it was forgotten. */
  bytes(name: string): Promise<Uint8Array | null>
}

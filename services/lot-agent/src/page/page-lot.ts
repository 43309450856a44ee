import type { Clock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Ask, Reply } from '@lanepay/lot-link/messages.ts'
import type { Opening } from '../disk/store.ts'
import type { DeviceReport } from '../equipment/health.ts'
import type { KioskState } from '../kiosk/heard.ts'
import type { Lot } from '../lot.ts'
import type { LaneSeen } from './seen.ts'

/** What the page may ask of the agent, and have it do. */
export type PageLot = {
  readonly lot: Lot
  readonly clock: Clock
  readonly seen: LaneSeen
  /** One turn; what it logged goes up. */
  turn<T>(act: () => T): T
  /** The gate hears of a new order now. */
  ring(opening: Opening): void
  /** What is wrong with the plan in the file, where the one before it is in force. */
  readonly planRefused: string | null
  connected(): boolean
  /** How far the cloud's clock is ahead, as its last answer said; null before the first. */
  cloudOffMs(): number | null
  devices(): readonly DeviceReport[]
  /** How a cash kiosk is. */
  kiosk(id: number): KioskState
  /** Asks the cloud about a pay code; null: no answer in time. */
  scan(ask: Ask): Promise<Reply | null>
  readonly pictures: PagePictures
}

/** The pictures that are kept, each by a name that fits into a path. */
export type PagePictures = {
  /** Of a read of just now, once it is there. */
  ofRead(lane: number, at: Instant): string | null
  /** Of the read of that instant; null: none was kept, or it has gone. */
  find(lane: number, at: Instant): Promise<string | null>
  /** Its bytes; null: there is none of that name, or it was forgotten. */
  bytes(name: string): Promise<Uint8Array | null>
}

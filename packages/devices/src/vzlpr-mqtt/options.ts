import type { Clock } from '@lanepay/domain/clock.ts'
import type { Pauses } from '../standing-line.ts'
import type { BoardLineOptions, Forward, Speaker } from '../vzlpr.ts'
import type { Broker, LineTiming } from './line.ts'

export type VzlprMqttTiming = LineTiming &
  Pauses & {
    /** A camera of which nothing is heard for so long is gone. */
    readonly silenceMs: number
    /** A word that has not come back by then does not come. */
    readonly answerMs: number
    /** Between frames on a serial line. */
    readonly gapMs: number
  }

/**
 * How one camera is met at a broker and what hangs on it. Marked †: not stated by any public source and to be confirmed on the
 * real equipment (lot-devices.md 10).
 */
export type VzlprMqttOptions = {
  readonly broker: Broker
  /** The camera's serial number, which is in its topics. */
  readonly serial: string
  /** Which of its two ways of talking the camera has. Default newer. */
  readonly profile?: 'newer' | 'older'
  /** How we are called at the broker. Default made up, another one each time. */
  readonly clientId?: string
  readonly gate?: {
    /** The output wired to the controller's OPEN contact. Default 0. */
    readonly output?: 0 | 1 | 2 | 3
    /** Newer profile: 500 to 5000, default 1500 as the field advises. † Older one: 100 to 600000, default 1000. */
    readonly pulseMs?: number
  }
  /** The board on a serial line of the camera. Default a Jinjie board; null where there is none. */
  readonly display?: BoardLineOptions | null
  /** Who speaks. Default: the board when there is one, else the camera. */
  readonly voice?: 'board' | 'camera'
  readonly speaker?: Partial<Speaker>
  /** Take Hong Kong and Macau cars without a mainland plate for plated. Default false. */
  readonly overseasPlates?: boolean
  /**
   * How vehicles that go the way of the lane go in the picture: with it the camera's `direction` says who goes against it. Default
   * not, and nothing is said of the way.
   */
  readonly forward?: Forward
  readonly clock?: Clock
  readonly timing?: Partial<VzlprMqttTiming>
}

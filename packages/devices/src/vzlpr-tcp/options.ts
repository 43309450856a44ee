import type { Clock } from '@lanepay/domain/clock.ts'
import type { Pauses } from '../standing-line.ts'
import type { BoardLineOptions, Forward } from '../vzlpr.ts'
import type { LineTiming } from './line.ts'

export type VzlprTcpTiming = LineTiming &
  Pauses & {
    /** An answer that has not come by then does not come. */
    readonly answerMs: number
    /** Between frames on a serial line. */
    readonly gapMs: number
    /** From one look at the inputs to the next. */
    readonly inputsMs: number
  }

/**
 * How one camera is reached and what hangs on it. Marked †: not stated by any public source and to be confirmed on the real
 * equipment (lot-devices.md 10).
 */
export type VzlprTcpOptions = {
  readonly host: string
  /** Default 8131. */
  readonly port?: number
  /** The camera's serial number: another camera at this address is not taken for it. Default whoever answers. */
  readonly serial?: string
  readonly gate?: {
    /** The output wired to the controller's OPEN contact. Default 0. */
    readonly output?: 0 | 1
    /** 100 to 600000. Default 500. */
    readonly pulseMs?: number
  }
  /**
   * The board on a serial line of the camera. Default a Jinjie board; null where there is none. It is also what speaks: this
   * protocol has no word for the camera's own loudspeaker.
   */
  readonly display?: BoardLineOptions | null
  /** † Have results sent as a struct instead of JSON, for a site that forces it. Default false. */
  readonly binaryResults?: boolean
  /**
   * † The protocol does not tell when an input changes, so both are looked at again and again; that high means on is assumed.
   * Default true.
   */
  readonly looksAtInputs?: boolean
  /** Have the camera ask every so many seconds whether we are here, and open for its own list when not. Default not. */
  readonly offlineCheckSeconds?: number
  /** Set its clock by ours whenever it connects more than two seconds off. Default false: most lots have a time server. */
  readonly setsClock?: boolean
  /** Take Hong Kong and Macau cars without a mainland plate for plated. Default false. */
  readonly overseasPlates?: boolean
  /**
   * How vehicles that go the way of the lane go in the picture: with it the camera's `direction` says who goes against it. Default
   * not, and nothing is said of the way.
   */
  readonly forward?: Forward
  readonly clock?: Clock
  readonly timing?: Partial<VzlprTcpTiming>
}

import type { Result } from '@lanepay/domain/result.ts'
import type { Instant, Plate, PlateColour } from '@lanepay/domain/types.ts'

/*
 * What the equipment of a lane says and what it can be told, whoever made it. An adapter only translates
 * (lot-devices.md 2.1): it decides nothing about sessions, money or gates.
 */

/** A camera read a vehicle, or saw one it could not read. */
export type LaneRead = {
  readonly kind: 'read'
  /** The device's own serial number. */
  readonly serial: string
  /** The device's running number of this record: dedupe and acknowledgement (`plateid`). */
  readonly recordId: string
  /** Null when the camera saw a vehicle without a plate, or text that is no plate. */
  readonly plate: Plate | null
  /** What the camera wrote, as it wrote it. */
  readonly plateText: string
  readonly colour: PlateColour
  /** 0..100, null when the device does not say. */
  readonly confidence: number | null
  /** The device's claim; compare with the arrival time before trusting it. */
  readonly takenAt: Instant | null
  /** A record kept while the line was down and sent now: it may tell a story, it must never open a gate. */
  readonly stored: boolean
  /** What made the camera look. */
  readonly trigger: 'video' | 'loop' | 'software' | 'staying' | 'stay-ended' | 'turned-back' | 'unknown'
}
/** An input of the camera changed: 1 = loop in front of the camera, 2 = under the arm, 3 = arm fully open, 4 = fire alarm (settings say). */
export type LaneInput = {
  readonly kind: 'input'
  readonly serial: string
  readonly input: number
  readonly on: boolean
}
/** The device is alive; with `takesOrders` its answer may carry orders (comet poll). */
export type LanePoll = { readonly kind: 'poll'; readonly serial: string; readonly takesOrders: boolean }
/** Genuine, but of no use to us. */
export type LaneOther = { readonly kind: 'other'; readonly serial: string; readonly what: string }
export type LaneSays = LaneRead | LaneInput | LanePoll | LaneOther

/** Why a push was not understood; `field` as a path in the message, `rule` in words. */
export type LaneFault = { readonly code: 'malformed'; readonly field: string; readonly rule: string }

/** What one answer to a device carries. All parts are independent. */
export type LaneOrders = {
  /** Pulse the gate's opening contact once. */
  readonly openGate: boolean
  /** Lines for the display, top first, at most 4; absent leaves the display as it is. */
  readonly show?: readonly string[]
  /** Words for the loudspeaker. */
  readonly say?: string
  /** The stored record is on our disk; `more` asks for the next one. */
  readonly keptStored?: { readonly recordId: string; readonly more: boolean }
}
export const noOrders: LaneOrders = { openGate: false }

/** A camera that posts to us and is driven by our answers. */
export interface PushedCamera {
  /** Understands one HTTP post. `receivedAt` is ours. */
  read(post: {
    readonly contentType: string
    readonly body: Uint8Array
    readonly receivedAt: Instant
  }): Result<LaneSays, LaneFault>
  /** The answer's bytes to what was said. */
  answer(to: LaneSays, orders: LaneOrders): { readonly contentType: string; readonly body: Buffer }
}

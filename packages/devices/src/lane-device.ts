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
  /** Against the way of the lane; absent where the device does not say. */
  readonly reverse?: boolean
  /** What made the camera look. */
  readonly trigger: 'video' | 'loop' | 'software' | 'staying' | 'stay-ended' | 'turned-back' | 'unknown'
  /**
   * The pictures that came with it, taken out when asked: once the lane has its answer, for no lane waits for a picture
   * (lot-devices.md 1). Never throws; absent where the adapter knows of none.
   */
  readonly pictures?: () => readonly LanePicture[]
}
/** A JPEG of the whole scene, of the vehicle, or the plate cut out. */
export type LanePicture = { readonly role: 'full' | 'vehicle' | 'plate'; readonly jpeg: Uint8Array }
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

/** What became of orders on a line of our own. A gate is never told twice because of `unsure`: see lot-devices.md 1. */
export type Obeyed =
  /** The device has them, by its own word or by having taken the bytes. */
  | 'told'
  /** They certainly never reached it. */
  | 'unreached'
  /** They went out and no word came back. */
  | 'unsure'

/** What a device says when it is asked how it is (`lanepay agent check`). Null where it does not say. */
export type Probe = {
  readonly serial: string | null
  readonly firmware: string | null
  /** How far its clock is ahead of ours. */
  readonly clockOffMs: number | null
}
export type ProbeFault = {
  readonly code: 'unreachable' | 'wrong-login' | 'no-answer' | 'not-this-device'
  /** For an installer: what was tried and what came back; never a password. */
  readonly because: string
}

/** How the lot hears a device that it connects to. None of these may throw. */
export type LaneEars = {
  says(said: LaneSays): void
  /** It sent what nobody understands; it goes on. */
  fault(fault: LaneFault): void
  /** The line to it stands, or is lost and tried again by itself. */
  link(state: 'up' | 'down', because: string): void
}

/**
 * A camera that we connect to, or meet at a broker. It connects by itself, again and again with a pause that grows to 10 s,
 * until it is closed; it keeps its line alive and finds a dead one by its own heartbeats.
 */
export interface ConnectedCamera {
  /** Does as the orders say, each part once; never repeats an opening by itself. */
  obey(orders: LaneOrders): Promise<Obeyed>
  probe(): Promise<Result<Probe, ProbeFault>>
  /** Drops the line and connects anew: it has been silent while others saw traffic. */
  reconnect(because: string): void
  /**
   * Has the device say again, as stored, what its memory holds of after this record (all it has where null), oldest first.
   * Resolves with how many; null where it has no memory to ask.
   */
  missed(after: string | null): Promise<number | null>
  close(): Promise<void>
}
export type ConnectCamera = (ears: LaneEars) => ConnectedCamera

/** A gate with a line of its own, beside the camera: a relay that closes the opening contact once. */
export interface LaneGate {
  open(): Promise<Obeyed>
  probe(): Promise<Result<Probe, ProbeFault>>
  close(): Promise<void>
}

/** A display or loudspeaker with a line of its own. */
export interface LaneDisplay {
  show(lines: readonly string[]): Promise<Obeyed>
  say(words: string): Promise<Obeyed>
  probe(): Promise<Result<Probe, ProbeFault>>
  close(): Promise<void>
}

import type { Clock } from '@lanepay/domain/clock.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'
import type { Faults } from './faults.ts'
import type { Vehicle } from './lane-state.ts'
import type { AnswerTo, Orders, Refusal } from './orders.ts'

/*
 * Where a lane ends and a vendor begins: the lane has loops, an arm, a board and vehicles; a face says what happens there in one
 * vendor's words, and makes orders of what it hears. A face is written against the reference and knows of no adapter.
 */

export type Device = { readonly serial: string; readonly name: string; readonly ip: string }

/** Why the camera looked. */
export type Trigger = 'auto' | 'loop' | 'software' | 'staying' | 'stay-ended' | 'turned-back'

/** One picture and what was read in it. `takenAt` is ms by the camera's own clock. */
export type Record = {
  readonly id: number
  readonly takenAt: number
  readonly trigger: Trigger
  readonly vehicle: Vehicle
}

/**
 * `half-dead`: everything looks connected and nothing gets through, either way. Until it is up again, or the other side has had
 * enough of it.
 */
export type Network = 'up' | 'down' | 'half-dead'

/** A camera as the lane knows it. */
export interface Face {
  /** From now on it is heard. What it asks for is done by the time this resolves. */
  start(): Promise<void>
  /** Takes a picture; it is sent, or kept, from then on. Its record number. */
  take(vehicle: Vehicle, trigger: Trigger): number
  /** An input, numbered from 1, went on or off. */
  input(input: number, on: boolean): void
  /** Bytes came in on a serial line. */
  serialIn(port: number, bytes: Buffer): void
  /** Bytes that are no message of the protocol go out as if they were one. */
  junk(bytes: Buffer): void
  /** The network cable. */
  network: Network
  /** How far the camera's clock is ahead. */
  clockOffMs: number
  /** What the camera believes: somebody listens. */
  readonly online: boolean
  /** Records kept for later. */
  readonly stored: number
  /** Taken and not yet heard by anybody, stored or lost. */
  readonly unsent: number
  /** Ends everything; nobody is told any more. */
  close(): Promise<void>
}

export type FaceGiven = {
  readonly device: Device
  readonly clock: Clock
  /** How the lane is called to those who watch. */
  readonly name: string
  /** Record numbers run on from here. */
  readonly firstRecordId: number
  readonly faults: Faults
  readonly tell: Tell
  /** Orders are obeyed as a whole before this returns. */
  readonly obey: (orders: Orders, to: AnswerTo) => void
  readonly refused: (refusal: Refusal) => void
  /** Something that the lane shows of its camera is not as it was. */
  readonly changed: () => void
}

/** @throws RangeError when what it was set up with cannot be. */
export type MakeFace = (given: FaceGiven) => Face

import type { LaneFault, LaneOrders, LaneSays, Obeyed } from '../lane-device.ts'
import type { BoardLine, Forward, Speaker } from '../vzlpr.ts'
import type { MqttLine } from './line.ts'

/** What both profiles are set up with. */
export type Setup = {
  readonly serial: string
  readonly gate: { readonly output: number; readonly pulseMs: number }
  readonly display: BoardLine | null
  readonly speaker: Speaker | null
  readonly overseas: boolean
  readonly forward?: Forward | undefined
  readonly answerMs: number
  readonly now: () => number
}

/** What one message from the broker came to. */
export type Understood = {
  /** Null where it is nothing for the lot, or a word that was waited for. */
  readonly says: LaneSays | null
  /** What time the camera had, in ms; null where it did not say. */
  readonly cameraTime: number | null
}

/** One of the two ways in which a VzLPR camera talks over MQTT. */
export interface Profile {
  readonly topics: readonly string[]
  /** Null when it is not from this camera. @throws Malformed */
  understand(topic: string, payload: Buffer): Understood | null
  open(line: MqttLine): Promise<Obeyed>
  toBoard(line: MqttLine, frame: Buffer): Promise<Obeyed>
  speak(line: MqttLine, words: string): Promise<Obeyed>
  kept(line: MqttLine, stored: NonNullable<LaneOrders['keptStored']>): Promise<Obeyed>
}

export type TellFault = (fault: LaneFault) => void

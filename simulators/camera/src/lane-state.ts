import type { PlateColour } from '@lanepay/domain/types.ts'
import type { ArmPosition } from './arm.ts'

export type Vehicle = {
  /** What is on its plate; null when it has none. */
  readonly plateText: string | null
  readonly colour: PlateColour
  /** 1 to 100, how sure the camera is. Default 97. */
  readonly confidence?: number
  /** A picture to send instead of the small one that all share. */
  readonly picture?: Buffer
  /** Makes the picture at least this long: oversized pictures. */
  readonly pictureBytes?: number
}

/** What somebody standing at the lane sees. */
export type LaneState = {
  readonly arm: ArmPosition
  /** Who stands on the loop in front of the camera, and who is under the arm. */
  readonly atCamera: Vehicle | null
  readonly underArm: Vehicle | null
  readonly loops: { readonly front: boolean; readonly underArm: boolean }
  /** Lines of the display, top first. */
  readonly display: readonly string[]
  /** The last words of the loudspeaker. */
  readonly said: string | null
  /** Pictures the camera has taken since it was switched on. */
  readonly flashes: number
  /** Opening pulses that reached the gate since then, those it ignored included. */
  readonly pulses: number
  readonly fireAlarm: boolean
  /** Down also where it only looks connected. */
  readonly network: 'up' | 'down'
  /** What the camera believes: somebody listens. */
  readonly online: boolean
  /** Records kept for later. */
  readonly stored: number
  /** Plate results that have not been answered yet. */
  readonly unsent: number
  readonly clockOffMs: number
}

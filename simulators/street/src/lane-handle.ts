import type { PlateColour } from '@lanepay/domain/types.ts'

/* What the street needs of a simulated lane: a vehicle to put before its camera, and what can be seen from outside. */

export type LaneState = {
  readonly arm: 'down' | 'rising' | 'up' | 'lowering'
  /** Lines of the display, top first. */
  readonly display: readonly string[]
  /** Loop in front of the camera, loop under the arm. */
  readonly loops: { readonly front: boolean; readonly underArm: boolean }
  /** Pictures the camera has taken since it was switched on: one more is one flash. */
  readonly flashes: number
  /** The last words of the loudspeaker. */
  readonly said: string | null
  /** The camera's network cable, where it can be pulled. */
  readonly network?: 'up' | 'down'
  /** How far the camera's clock is off, where it can be. */
  readonly clockOffMs?: number
  readonly fireAlarm?: boolean
}

export type LaneHandle = {
  /** A vehicle stops on the front loop. `plateText` is what is on its plate, null when it has none. */
  vehicleArrives(vehicle: { readonly plateText: string | null; readonly colour: PlateColour }): void
  /** It backs off the front loop. */
  vehicleTurnsBack(): void
  /** It goes on under the raised arm and away. */
  vehicleDrivesThrough(): void
  state(): LaneState
  /** Called after every change of `state()`; the answer ends it. */
  onChange(listener: () => void): () => void

  /** The button in the booth. */
  openByHand?(): void
  /** Faults on order, and mishaps that last. */
  fault?(fault: { readonly kind: string; readonly times: number; readonly ms?: number }): void
  faults?(): readonly { readonly kind: string }[]
  clearFaults?(kind?: string): void
  setNetwork?(network: 'up' | 'down'): void
  setClockOffMs?(ms: number): void
  fireAlarm?(on: boolean): void
}

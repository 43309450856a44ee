import type { Clock } from '@lanepay/domain/clock.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'
import type { ArmTiming } from './arm.ts'
import type { BoardName } from './board/board.ts'
import type { GatePulse } from './equipment.ts'
import type { MakeFace } from './face.ts'
import type { Fault } from './faults.ts'
import { usualHttpTiming, type VzlprHttpFaceOptions, type VzlprHttpTiming } from './vzlpr-http/face.ts'

/** The lane without its camera, all in milliseconds of real time. */
export type RoadTiming = ArmTiming & {
  /** From the front loop to behind the arm. */
  readonly passMs: number
}
export type LaneTiming = RoadTiming & VzlprHttpTiming

/** lot-devices.md 3 where it says; else what such equipment usually does. */
const usualRoadTiming: RoadTiming = {
  raiseMs: 1_500,
  lowerMs: 2_000,
  lowersUnusedAfterMs: 30_000,
  countsPulses: false,
  passMs: 2_000,
}
export const usualTiming: LaneTiming = { ...usualHttpTiming, ...usualRoadTiming }

/** What a lane is, whatever its camera speaks. */
export type RoadOptions = {
  readonly serial: string
  readonly clock: Clock
  /** How the lane is called to those who watch. Default its serial number. */
  readonly name?: string
  /** Default jinjie. */
  readonly board?: BoardName
  /** The serial line it hangs on. Default 0 = RS485 port 1. */
  readonly boardPort?: 0 | 1
  /** The camera's outputs that are wired to the controller's OPEN and CLOSE. Default 0 and 1. */
  readonly outputs?: { readonly open: number; readonly close: number }
  readonly timing?: Partial<RoadTiming>
  /** Whether the camera says that a vehicle turned back (trigger 66). Default false. */
  readonly tellsTurnBack?: boolean
  /** Record numbers run on from here. Default the clock's seconds, so that a restart does not repeat any. */
  readonly firstRecordId?: number
  readonly faults?: readonly Fault[]
  readonly tell?: Tell
  readonly onGate?: (pulse: GatePulse) => void
  /** The board was written: its lines, top first. */
  readonly onDisplay?: (lines: readonly string[]) => void
}

/** A lane with a VzLPR camera in HTTP push mode. */
export type LaneOptions = RoadOptions & VzlprHttpFaceOptions & { readonly timing?: Partial<LaneTiming> }

/** A lane whose camera speaks as its face does. */
export type FacedLaneOptions = RoadOptions & { readonly face: MakeFace }

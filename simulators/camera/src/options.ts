import type { Clock } from '@lanepay/domain/clock.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'
import type { ArmTiming } from './arm.ts'
import type { BoardName } from './board/board.ts'
import type { CameraTiming, CameraUrls } from './camera.ts'
import type { GatePulse } from './equipment.ts'
import type { Fault } from './faults.ts'

/** All in milliseconds of real time. */
export type LaneTiming = CameraTiming &
  ArmTiming & {
    /** From the front loop to behind the arm. */
    readonly passMs: number
    /** The camera waits so long for an answer; longer than a comet poll is held. */
    readonly answerWithinMs: number
  }

/** lot-devices.md 2.2 and 3 where they say; else what such equipment usually does. */
export const usualTiming: LaneTiming = {
  pollMs: 100,
  heartbeatMs: 5_000,
  lostMs: 1_000,
  resends: 2,
  resendMs: 1_000,
  storedMs: 5_000,
  answerWithinMs: 5_000,
  raiseMs: 1_500,
  lowerMs: 2_000,
  lowersUnusedAfterMs: 30_000,
  countsPulses: false,
  passMs: 2_000,
}

export type LaneOptions = {
  readonly serial: string
  /** Where the camera posts everything to, unless `urls` says otherwise; http only, taken as it is. */
  readonly agentUrl: string
  /** Without `serial` the camera keeps to itself what its boards answer. */
  readonly urls?: Partial<CameraUrls>
  readonly clock: Clock
  /** How the lane is called to those who watch. Default its serial number. */
  readonly name?: string
  /** The camera's web login, which goes out in clear with every heartbeat. */
  readonly loginSecret?: string
  /** Default comet. */
  readonly heartbeats?: 'comet' | 'plain'
  /** Default jinjie. */
  readonly board?: BoardName
  /** The serial line it hangs on. Default 0 = RS485 port 1. */
  readonly boardPort?: 0 | 1
  /** The camera's outputs that are wired to the controller's OPEN and CLOSE. Default 0 and 1. */
  readonly outputs?: { readonly open: number; readonly close: number }
  readonly timing?: Partial<LaneTiming>
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

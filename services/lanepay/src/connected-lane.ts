import type { Clock } from '@lanepay/domain/clock.ts'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import { Arm } from '@lanepay/simulator-camera/arm.ts'
import type { Vehicle } from '@lanepay/simulator-camera/lane-state.ts'
import { usualTiming } from '@lanepay/simulator-camera/options.ts'
import { Road } from '@lanepay/simulator-camera/road.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import type { LaneHandle } from '@lanepay/simulator-street/street.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'

/** What the lane needs of the software that runs it. */
export type LaneSoftware = Pick<
  ChargingSoftware,
  'enter' | 'turnsAway' | 'toExit' | 'standsAt' | 'backsOff' | 'leave' | 'records'
>

const pulseMs = 500
const idle = { entry: ['欢迎光临'], exit: ['一车一杆', '请扫码缴费'] } as const

/**
 * A lane of a lot whose charging software has cameras, displays and gates of its own: what stands there is told to the software,
 * and it alone lets anybody through. Nothing of the lane goes over a wire of ours. Needs no closing but `stop`.
 */
export function connectedLane(given: {
  readonly side: 'entry' | 'exit'
  /** As the software calls the lane. */
  readonly channel: string
  readonly software: LaneSoftware
  readonly clock: Clock
  readonly tell: Tell
  /** Takes what the software is still uploading. */
  readonly later: (work: Promise<void>) => void
}): LaneHandle & {
  opens(): void
  /** Whether one without a plate stands at this entry, and nobody has let it in. */
  isWaitedAt(): boolean
  stop(): void
} {
  const { side, channel, software, clock, tell, later } = given
  const listeners = new Set<() => void>()
  let display: readonly string[] = idle[side]
  let flashes = 0
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const says = (wire: 'display' | 'gate', title: string) =>
    tell({ at: clock.now(), wire, from: 'charging software', to: `${side} ${channel}`, title })
  const show = (...lines: readonly string[]) => {
    display = lines
    says('display', lines.join(' / '))
    changed()
  }
  const arm = new Arm(usualTiming, (position) => road.armMoved(position))
  const road = new Road({ arm, passMs: usualTiming.passMs, input: () => {}, changed })
  const raise = () => {
    says('gate', `contact closed for ${pulseMs} ms`)
    arm.pulse(pulseMs)
  }
  const opens = () => {
    show(...(side === 'entry' ? ['欢迎入场'] : [software.standsAt(channel)?.plate ?? '未识别车牌', '一路平安']))
    raise()
  }

  const atEntry = (plate: string | null): void => {
    if (plate === null) show('无牌车', '请扫码入场')
    else if (software.turnsAway(plate)) show(plate, '禁止驶入')
    else {
      show(plate, '欢迎光临')
      raise()
    }
  }
  const atExit = (plate: string | null): void => {
    const isInside = [...software.records.values()].some((record) => record.plate === plate)
    if (plate === null || isInside) software.toExit(plate, channel)
    const stands = software.standsAt(channel)
    if (stands === null) show(plate ?? '未识别车牌', plate === null ? '请扫码缴费' : '无入场记录')
    else if (stands.owedFen === 0) opens()
    else show(stands.plate, `收费${toYuan(stands.owedFen as Fen).replace(/\.00$/, '')}元`, '请扫码缴费')
  }
  const goesThrough = ({ plateText }: Vehicle): void => {
    // One without a plate was recorded when its driver scanned; let through by hand, the software knows nothing of it.
    if (side === 'entry' && plateText !== null) later(software.enter(plateText, channel))
    if (side === 'entry') return
    const stands = software.standsAt(channel)
    if (stands === null) software.backsOff(channel)
    else later(software.leave(channel, stands.paidFen > 0 ? 'scancode' : 'free'))
  }

  return {
    vehicleArrives({ plateText, colour }) {
      road.arrive({ plateText, colour })
      flashes += 1
      if (side === 'entry') atEntry(plateText)
      else atExit(plateText)
    },
    vehicleTurnsBack() {
      road.turnBack()
      if (side === 'exit') software.backsOff(channel)
      show(...idle[side])
    },
    vehicleDrivesThrough() {
      road.driveThrough()
      goesThrough(road.mustBeThere())
      show(...idle[side])
    },
    state: () => ({
      arm: arm.position,
      display,
      loops: { front: road.atCamera !== null, underArm: road.underArm !== null },
      flashes,
      said: null,
    }),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    openByHand: raise,
    opens,
    isWaitedAt: () => side === 'entry' && road.atCamera?.plateText === null && arm.position === 'down',
    stop() {
      arm.stop()
      road.stop()
    },
  }
}

import { join } from 'node:path'
import type { Result } from '@lanepay/domain/result.ts'
import { keep, readKept } from './keep.ts'
import type { LaneHandle } from './lane-handle.ts'
import {
  emptyRoad,
  type LaneEffect,
  type LaneSide,
  move,
  nextTick,
  paced,
  type Refusal,
  resume,
  type Traffic,
  type TrafficEvent,
  usualTiming,
} from './traffic.ts'

/** The traffic on its feet: timers, lanes, and a file in which the cars outlast a restart. */
export type Drive = {
  traffic(): Traffic
  /** Lets one thing happen now. */
  do(event: TrafficEvent): Result<null, Refusal>
  close(): void
}

/**
 * Sets the cars of `dir` (or none) on the road. `onChange` follows every change of the traffic. `pace` 2 is twice as fast.
 */
export function startDrive(options: {
  readonly lanes: Readonly<Record<LaneSide, LaneHandle>>
  readonly dir: string | null
  readonly pace: number
  readonly onChange: () => void
}): Drive {
  const { lanes, onChange } = options
  const timing = paced(usualTiming, options.pace)
  const file = options.dir === null ? null : join(options.dir, 'cars.json')
  const kept = file === null ? null : readKept<Traffic>(file)
  let traffic = kept === null ? emptyRoad : resume(kept, Date.now(), timing)
  let timer: NodeJS.Timeout | undefined

  const wait = () => {
    clearTimeout(timer)
    const due = nextTick(traffic, timing)
    if (due !== null) timer = setTimeout(() => void act({ kind: 'tick' }), Math.max(0, due - Date.now()))
  }
  function act(event: TrafficEvent): Result<null, Refusal> {
    const moved = move(traffic, event, Date.now(), timing)
    if (!moved.ok) return moved
    const before = traffic
    traffic = moved.value.traffic
    if (traffic !== before) {
      if (file !== null && traffic.cars !== before.cars) keep(file, traffic)
      onChange()
    }
    wait()
    for (const effect of moved.value.effects) tell(effect)
    return { ok: true, value: null }
  }

  function tell(effect: LaneEffect): void {
    const lane = lanes[effect.lane]
    try {
      if (effect.tell === 'arrives') lane.vehicleArrives({ plateText: effect.plate, colour: effect.colour })
      else if (effect.tell === 'turns-back') lane.vehicleTurnsBack()
      else lane.vehicleDrivesThrough()
    } catch (error) {
      // A lane that disagrees about who stands where is something to see, and no reason for the street to end.
      if (!(error instanceof RangeError)) throw error
      console.error(`street: the ${effect.lane} lane refused "${effect.tell}": ${error.message}`)
    }
  }

  const sides: readonly LaneSide[] = ['entry', 'exit']
  const endings = sides.map((lane) => {
    const armIsUp = () => lanes[lane].state().arm === 'up'
    if (armIsUp()) act({ kind: 'arm', lane, up: true })
    return lanes[lane].onChange(() => {
      const up = armIsUp()
      if (up !== traffic.lanes[lane].arm.up) act({ kind: 'arm', lane, up })
      onChange()
    })
  })
  wait()
  return {
    traffic: () => traffic,
    do: act,
    close() {
      clearTimeout(timer)
      for (const end of endings) end()
    },
  }
}
